"""Leads put in order anew after a campaign's order, shares or filter were changed, in SQL.

In short transactions, so that dialing goes on. A lead that an agent or an engine holds, or that was
promised a call, gets its new place and keeps its state. Refuses to know what the order means.
"""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.campaign_settings import SettingsInSql
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.imported_rows import FILTERED
from dialer.adapters.sql.tables.leads import campaign_places, leads
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.campaign import CampaignSettings
from dialer.domain.ids import CampaignId
from dialer.domain.lead_order import rank_of
from dialer.domain.lead_standing import LeadState

SLICE: Final = 300
"""Leads in one transaction."""

_RESTING: Final = frozenset({"ready", "waiting", FILTERED})
"""States that the filter decides."""

_NEXT: Final = (
    select(
        leads.c.id,
        leads.c.list_id,
        leads.c.place_id,
        leads.c.number,
        leads.c.attributes,
        leads.c.state,
        leads.c.why,
        leads.c.due_at,
        leads.c.attempts,
        leads.c.added_at,
        leads.c.last_call_at,
    )
    .where(
        leads.c.campaign_id == bindparam("campaign"),
        leads.c.id > bindparam("after"),
        leads.c.state.not_in(("done", "importing")),
    )
    .order_by(leads.c.id)
    .limit(SLICE)
    .with_for_update()
)
_ARRANGE: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "why", "pool", "rank")})
)
_PLACED: Final = upsert(campaign_places).on_conflict_do_nothing()


class SqlArranging:
    """Puts leads in order.

    Args:
        writer: commits; must be running.
    """

    def __init__(self, writer: SqlWriter) -> None:
        self._writer = writer
        self._settings = SettingsInSql()

    async def arrange(
        self,
        campaign_id: CampaignId,
        now: float,
        *,
        say: Callable[[int], None] = lambda _done: None,
    ) -> int:
        """Give each living lead the place that the campaign's settings ask for; returns how many.

        What is interrupted is done again from the start; nothing is lost by it.

        Args:
            campaign_id: of the campaign.
            now: epoch seconds.
            say: told after each slice how many are done.
        """
        after = done = 0
        while True:
            begin = after
            last, count = await transact_giving_way(
                self._writer,
                lambda connection: self._slice(connection, campaign_id, begin, now),  # noqa: B023
            )
            done += count
            say(done)
            if count < SLICE:
                return done
            after = last

    def _slice(
        self, connection: Connection, campaign_id: CampaignId, after: int, now: float
    ) -> tuple[int, int]:
        known = self._settings.of(connection, [campaign_id]).get(campaign_id)
        if known is None:
            return after, 0
        rows = connection.execute(_NEXT, {"campaign": campaign_id, "after": after}).all()
        if not rows:
            return after, 0
        arranged = [arranged_lead(row, known.settings, now) for row in rows]
        connection.execute(_ARRANGE, arranged)
        placed = {(one["new_pool"], row.place_id) for row, one in zip(rows, arranged, strict=True)}
        connection.execute(
            _PLACED,
            [
                {"campaign_id": campaign_id, "pool": pool, "place_id": place_id}
                for pool, place_id in sorted(placed)
            ],
        )
        return rows[-1].id, len(rows)


def arranged_lead(row: Any, settings: CampaignSettings, now: float) -> dict[str, Any]:
    """Return where a living lead is to stand by a campaign's order and filter.

    Args:
        row: with the columns of a lead.
        settings: of its campaign.
        now: epoch seconds.
    """
    wanted = settings.lead_filter
    if row.state not in _RESTING:
        state, why = row.state, row.why
    elif wanted is not None and not wanted.matches(row.attributes):
        state, why = FILTERED, row.why
    elif row.state == FILTERED:
        state = LeadState.WAITING.value if row.due_at > now else LeadState.READY.value
        why = "" if row.why == FILTERED else row.why
    else:
        state, why = row.state, row.why
    return {
        "lead": row.id,
        "new_state": state,
        "new_why": why,
        "new_pool": row.list_id if settings.order.shares else 0,
        "new_rank": rank_of(
            settings.order,
            number=row.number,
            added_at=row.added_at,
            attempts=row.attempts,
            last_call_at=row.last_call_at,
        ),
    }
