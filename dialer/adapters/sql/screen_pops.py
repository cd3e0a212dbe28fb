"""Who leads are, for the agents who have them, read for many at once: lines ring by the dozen.

Refuses to know who may see a number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import BindParameter, Row, bindparam, func, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.content import scripts
from dialer.adapters.sql.tables.leads import callbacks, lead_lists, leads, places
from dialer.domain.callback import CLOSED
from dialer.domain.ids import AttemptId, CampaignId, LeadId, TenantId
from dialer.domain.screen_pop import PAST_MOST, PastAttempt, ScreenPop, ShownScript

_WANTED: Final[BindParameter[int]] = bindparam("leads", expanding=True)
_LEADS: Final = (
    select(
        leads.c.id,
        leads.c.campaign_id,
        leads.c.number,
        leads.c.attributes,
        leads.c.attempts,
        lead_lists.c.name.label("list"),
        places.c.zones,
        campaigns.c.tenant_id,
        campaigns.c.settings,
    )
    .join(lead_lists, lead_lists.c.id == leads.c.list_id)
    .join(places, places.c.id == leads.c.place_id)
    .join(campaigns, campaigns.c.id == leads.c.campaign_id)
    .where(leads.c.id.in_(_WANTED))
)
_RANKED: Final = (
    select(
        attempts.c.lead_id,
        attempts.c.dialed_at,
        attempts.c.connected_at,
        attempts.c.talk_ended_at,
        attempts.c.outcome,
        attempts.c.agent_id,
        attempts.c.disposition,
        attempts.c.note,
        func.row_number()
        .over(partition_by=attempts.c.lead_id, order_by=attempts.c.dialed_at.desc())
        .label("place"),
    )
    .where(
        attempts.c.lead_id.in_(_WANTED),
        attempts.c.ended_at.is_not(None),
        attempts.c.undialed.is_(False),
    )
    .subquery()
)
_PAST: Final = (
    select(_RANKED).where(_RANKED.c.place <= PAST_MOST).order_by(_RANKED.c.lead_id, _RANKED.c.place)
)
_PROMISED: Final = (
    select(callbacks.c.lead_id, func.min(callbacks.c.due_at).label("at"))
    .where(
        callbacks.c.lead_id.in_(_WANTED),
        callbacks.c.state.not_in(sorted(state.value for state in CLOSED)),
    )
    .group_by(callbacks.c.lead_id)
)
_SCRIPTS: Final = select(
    scripts.c.tenant_id, scripts.c.name, scripts.c.version, scripts.c.body
).where(scripts.c.name.in_(bindparam("names", expanding=True)), scripts.c.published)
_OF_ATTEMPT: Final = select(attempts.c.lead_id).where(attempts.c.id == bindparam("attempt"))


class SqlScreenPops:
    """Looks up who leads are.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def of(self, lead_ids: Collection[LeadId]) -> Mapping[LeadId, ScreenPop]:
        """Return who leads are; one that is gone is left out."""
        asked = {"leads": sorted(lead_ids)}
        past: dict[int, list[PastAttempt]] = defaultdict(list)
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_LEADS, asked)).all()
            for row in await connection.execute(_PAST, asked):
                past[row.lead_id].append(_past(row))
            named = sorted({row.settings["script"] for row in rows if row.settings.get("script")})
            found = await connection.execute(_SCRIPTS, {"names": named}) if named else ()
            scripts_of = {
                (row.tenant_id, row.name): ShownScript(row.name, row.version, row.body)
                for row in found
            }
            promised = {row.lead_id: row.at for row in await connection.execute(_PROMISED, asked)}
        return {
            LeadId(row.id): ScreenPop(
                LeadId(row.id),
                CampaignId(row.campaign_id),
                TenantId(row.tenant_id),
                row.list,
                row.number,
                tuple(row.zones),
                row.attributes,
                row.attempts,
                promised.get(row.id),
                scripts_of.get((row.tenant_id, row.settings.get("script", ""))),
                tuple(past[row.id]),
            )
            for row in rows
        }

    async def lead_of(self, attempt_id: AttemptId) -> LeadId | None:
        """Return the lead of an attempt; None if it is not on record."""
        async with self._reader.connect() as connection:
            found = await connection.execute(_OF_ATTEMPT, {"attempt": attempt_id})
            lead_id = found.scalar()
        return None if lead_id is None else LeadId(lead_id)


def _past(row: Row[Any]) -> PastAttempt:
    talked = row.connected_at is not None and row.talk_ended_at is not None
    return PastAttempt(
        row.dialed_at,
        row.outcome or "",
        row.agent_id,
        row.talk_ended_at - row.connected_at if talked else 0.0,
        row.disposition,
        row.note,
    )
