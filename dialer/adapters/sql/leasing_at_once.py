"""A lease in one statement, for PostgreSQL, where each way to the server and back costs.

Rows that another engine is just taking are passed over. Of each open place a few heads are read;
only where all of these are among the best does the place's index have to be read further. Refuses
to know what is done with leads that may not be called.
"""

from typing import Final

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY

from dialer.adapters.sql.tables.law import EVERYWHERE

_LEAST_OF_EACH: Final = 8

TAKE_AT_ONCE: Final = text("""
WITH probe AS MATERIALIZED (
    SELECT head.place_id, head.priority, head.rank, head.id
    FROM unnest(:places) AS open(place_id)
    CROSS JOIN LATERAL (
        SELECT place_id, priority, rank, id FROM leads
        WHERE campaign_id = :campaign AND pool = :pool AND place_id = open.place_id
          AND state = 'ready'
        ORDER BY priority DESC, rank, id LIMIT :few
    ) AS head
    ORDER BY head.priority DESC, head.rank, head.id LIMIT :most
), deeper AS MATERIALIZED (
    SELECT place_id FROM probe GROUP BY place_id HAVING count(*) >= :few
), heads AS (
    SELECT place_id, priority, rank, id FROM probe
    WHERE place_id <> ALL (ARRAY(SELECT place_id FROM deeper))
    UNION ALL
    SELECT head.place_id, head.priority, head.rank, head.id FROM deeper
    CROSS JOIN LATERAL (
        SELECT place_id, priority, rank, id FROM leads
        WHERE campaign_id = :campaign AND pool = :pool AND place_id = deeper.place_id
          AND state = 'ready'
        ORDER BY priority DESC, rank, id LIMIT :most
    ) AS head
    ORDER BY priority DESC, rank, id LIMIT :most
), shares AS (
    SELECT place_id, count(*) AS most FROM heads GROUP BY place_id
), taken AS (
    SELECT lead.id FROM shares
    CROSS JOIN LATERAL (
        SELECT id FROM leads
        WHERE campaign_id = :campaign AND pool = :pool AND place_id = shares.place_id
          AND state = 'ready'
        ORDER BY priority DESC, rank, id LIMIT shares.most
        FOR UPDATE SKIP LOCKED
    ) AS lead
)
UPDATE leads SET state = 'leased', leased_by = :engine, lease_ends_at = :until
WHERE id = ANY (ARRAY(SELECT id FROM taken))
RETURNING id, number, attributes, priority, rank, place_id,
    EXISTS (
        SELECT FROM do_not_call AS listed WHERE listed.number = leads.number
          AND listed.scope = ANY (ARRAY[
              :everywhere, 'campaign:' || :campaign,
              'tenant:' || (SELECT tenant_id FROM campaigns WHERE campaigns.id = :campaign)
          ])
          AND (listed.expires_at IS NULL OR listed.expires_at > :now)
    ) AS listed,
    EXISTS (
        SELECT FROM leads AS waiting WHERE waiting.campaign_id = :campaign
          AND waiting.state = 'waiting' AND waiting.due_at <= :now
    ) AS some_are_due,
    EXISTS (
        SELECT FROM leads AS held WHERE held.campaign_id = :campaign
          AND held.state = 'leased' AND held.lease_ends_at < :now
    ) AS some_expired
""").bindparams(bindparam("places", type_=ARRAY(BigInteger)), everywhere=EVERYWHERE)
"""Takes what is ready, and tells what is listed and whether something waits no longer."""


def head_of_each(most: int, places: int) -> int:
    """Return how many heads of each place are read at first, for `most` leads of all."""
    fair = 2 * most // places if places else most
    return min(most, max(_LEAST_OF_EACH, fair))
