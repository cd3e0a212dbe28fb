"""What the end of a call means for what was promised to its lead, in SQL.

In the transaction that records the end, so that no crash leaves a promise that was kept open, or
one that was missed uncounted. Refuses to know what becomes of the lead.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update

from dialer.adapters.sql.campaign_settings import SettingsInSql
from dialer.adapters.sql.tables.leads import callbacks
from dialer.domain.callback import CLOSED
from dialer.domain.ids import CampaignId
from dialer.domain.lead import AttemptEnd
from dialer.domain.outcome import Outcome

_OPEN: Final = select(
    callbacks.c.id, callbacks.c.lead_id, callbacks.c.campaign_id, callbacks.c.misses
).where(
    callbacks.c.lead_id.in_(bindparam("leads", expanding=True)),
    callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
)

_MARK: Final = (
    update(callbacks)
    .where(callbacks.c.id == bindparam("callback"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "since", "misses", "dial_at", "agent_id")
        }
    )
)


def mark_promises(
    connection: Connection, settings: SettingsInSql, ends: Mapping[int, AttemptEnd]
) -> None:
    """Mark the open promises of leads whose call has ended.

    Args:
        connection: in whose transaction it happens.
        settings: of campaigns.
        ends: lead to the end of its call; none that was certainly never sent.
    """
    found = connection.execute(_OPEN, {"leads": sorted(ends)}).all() if ends else []
    if not found:
        return
    known = settings.of(connection, [CampaignId(row.campaign_id) for row in found])
    for row in found:
        end, terms = ends[row.lead_id], known[row.campaign_id].settings.callbacks
        kept = end.outcome is Outcome.CONNECTED
        misses = row.misses + (not kept)
        over = misses >= terms.most_misses
        marked: dict[str, Any] = {
            "callback": row.id,
            "new_state": "kept" if kept else "returned" if over else "promised",
            "new_since": end.ended_at,
            "new_misses": misses,
            "new_dial_at": None if kept or over else end.ended_at + terms.miss_wait_s,
            "new_agent_id": end.agent_id,
        }
        connection.execute(_MARK, marked)
