"""The record of attempts in SQL: dialed, connected, ended exactly once, and what agents said of it.

Knows which rows change together. Refuses to know when a lead is tried again, and the law.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.dials import Dials
from dialer.adapters.sql.do_not_call_entry import enter_do_not_call
from dialer.adapters.sql.kept_promises import mark_promises
from dialer.adapters.sql.lead_events import attempt_ended, call_connected, disposition_set
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.recording_agreements import agree_in, announce_in
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.said_scripts import script_said
from dialer.adapters.sql.tables.attempts import attempts, recordings
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.law import EVERYWHERE
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.usage import AnsweredCall, book
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.dial_law import DialLaw, HeldAttempt
from dialer.domain.disposition import Said, Then
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.meaning import meaning_of
from dialer.domain.outcome import LIVE_ANSWERS
from dialer.domain.rate_table import RateTable
from dialer.domain.script import check_said
from dialer.domain.webhook import Topic
from dialer.errors import BadInput

_KEPT_FROM_TALK: Final = ("agent_id", "leg_id", "connected_at")
_END_FIELDS: Final = tuple(
    field.name
    for field in fields(AttemptEnd)
    if field.name not in ("attempt_id", "informed_at")  # the latter is for the day's minutes only
)

_STILL_OPEN: Final = (
    select(
        attempts.c.id,
        attempts.c.lead_id,
        attempts.c.ground,
        attempts.c.trunk,
        attempts.c.number,
        attempts.c.campaign_id,
        attempts.c.agent_id,
        attempts.c.dialed_at,
        attempts.c.connected_at,
        campaigns.c.tenant_id,
    )
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .where(attempts.c.id.in_(bindparam("attempts", expanding=True)), attempts.c.ended_at.is_(None))
)
_END: Final = (
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"), attempts.c.ended_at.is_(None))
    .values(
        {
            attempts.c[name]: func.coalesce(bindparam(f"end_{name}"), attempts.c[name])
            if name in _KEPT_FROM_TALK
            else bindparam(f"end_{name}")
            for name in _END_FIELDS
        }
    )
)
_RECORDED: Final = upsert(recordings).on_conflict_do_nothing(index_elements=["file"])
_NEVER_SENT: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.attempts > 0)
    .values(attempts=leads.c.attempts - 1)
)
_CONNECTED: Final = (
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"), attempts.c.ended_at.is_(None))
    .values(agent_id=bindparam("agent"), leg_id=bindparam("leg"), connected_at=bindparam("at"))
)
_TALK: Final = (
    select(
        attempts.c.id,
        attempts.c.lead_id,
        attempts.c.number,
        attempts.c.campaign_id,
        attempts.c.agent_id,
        attempts.c.connected_at,
        campaigns.c.tenant_id,
    )
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .where(
        attempts.c.id == bindparam("attempt"),
        attempts.c.ended_at.is_(None),
        attempts.c.connected_at == bindparam("at"),
    )
)
_OPEN: Final = select(
    attempts.c.id,
    attempts.c.campaign_id,
    attempts.c.lead_id,
    attempts.c.number,
    attempts.c.trunk,
    attempts.c.dialed_at,
    attempts.c.node,
    attempts.c.agent_guaranteed,
    attempts.c.ground,
).where(attempts.c.ended_at.is_(None))
_OF: Final = select(
    attempts.c.campaign_id, attempts.c.lead_id, attempts.c.number, attempts.c.agent_id
).where(attempts.c.id == bindparam("attempt"))
_LEAD_IS_OUT: Final = select(true()).where(
    attempts.c.lead_id == bindparam("lead"), attempts.c.ended_at.is_(None)
)
_SAY: Final = (
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"))
    .values(
        {
            name: bindparam(f"said_{name}")
            for name in (
                "disposition",
                "meaning",
                "amount",
                "disposed_at",
                "callback_at",
                "callback_owner",
                "note",
                "script",
                "statements",
            )
        }
    )
)
_ANSWERS: Final = (
    select(attempts.c.answered_at, attempts.c.charged)
    .where(
        attempts.c.campaign_id == bindparam("campaign"),
        # an attempt is answered after it is dialed, so the index over that narrows it down
        attempts.c.dialed_at >= bindparam("dialed_since"),
        attempts.c.answered_at >= bindparam("since"),
        attempts.c.outcome.in_(sorted(outcome.value for outcome in LIVE_ANSWERS)),
    )
    .order_by(attempts.c.answered_at)
)

NO_RATES: Final[Mapping[str, RateTable]] = {}
"""Nothing is known of what calls cost."""

LONGEST_RING_S: Final = 3600.0
"""No call rings longer."""

_end_values = attrgetter(*_END_FIELDS)


class SqlAttemptStore:
    """An `AttemptStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        law: asked for each attempt that is to be recorded.
        steps: puts leads where they belong after it.
        rates: of trunks, by name: what an answered call costs.
        gather_s: how long a dial may wait to share a commit; an end may wait twice as long.
    """

    def __init__(
        self,
        writer: SqlWriter,
        reader: SqlReader,
        *,
        law: DialLaw,
        steps: LeadSteps,
        gather_s: float,
        rates: Mapping[str, RateTable] = NO_RATES,
    ) -> None:
        self._rates = rates
        self._writer = writer
        self._reader = reader
        self._steps = steps
        self._dials = Dials(law, steps)
        self._gather_s = gather_s

    async def record_dialed(self, attempts: Sequence[Attempt]) -> list[HeldAttempt]:
        """Record attempts that are about to be sent, and mark their leads as dialing.

        Returns:
            Those that may not be made, each with the reason. They are not recorded and must not
            be sent; their leads are where they belong.
        """
        if not attempts:
            return []
        return await self._writer.transact(
            lambda connection: self._dials.record(connection, attempts),
            within_s=self._gather_s,
            numbers=[attempt.number for attempt in attempts],
        )

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; a second end for the same attempt is ignored (the first one holds).

        What becomes of the lead is decided with it; one that was certainly never sent does not
        count. What `mark_connected` had recorded stays where the end does not know it.
        """
        if ends:
            await self._writer.transact(
                lambda connection: self._end(connection, ends), within_s=2 * self._gather_s
            )

    async def open_attempts(self) -> list[Attempt]:
        """List recorded attempts without an end, oldest first."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_OPEN)).all()
        found = [
            Attempt(
                AttemptId(row.id),
                CampaignId(row.campaign_id),
                LeadId(row.lead_id),
                row.number,
                row.trunk,
                row.dialed_at,
                engine=row.node,
                agent_guaranteed=bool(row.agent_guaranteed),
                ground=row.ground,
            )
            for row in rows
        ]
        return sorted(found, key=lambda attempt: attempt.attempt_id)

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began, so that a crash does not forget whose it was."""
        row = {"attempt": attempt_id, "agent": agent_id, "leg": leg_id, "at": at}
        await self._writer.commit(
            Write(_CONNECTED, [row]),
            within_s=self._gather_s,
            then=lambda connection: self._tell_talk(connection, attempt_id, at),
        )

    async def announced_recording(self, attempt_id: AttemptId) -> None:
        """Record that the person of a talk was told that it is recorded; see `AttemptStore`."""
        await self._writer.transact(lambda connection: announce_in(connection, attempt_id))

    async def agreed_to_recording(self, attempt_id: AttemptId, *, by: str, at: float) -> None:
        """Record that the person of a talk has agreed to be recorded; see `AttemptStore`."""
        await self._writer.transact(
            lambda connection: agree_in(connection, attempt_id, by=by, at=at)
        )

    async def dispose(self, attempt_id: AttemptId, said: Said, *, at: float) -> None:
        """Record what the agent says became of the talk; the lead's next step follows from it.

        Raises:
            BadInput: there is no such attempt, or the campaign has no such disposition.
        """
        await self._writer.transact(lambda connection: self._say(connection, attempt_id, said, at))

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        asked = {"campaign": campaign_id, "since": since, "dialed_since": since - LONGEST_RING_S}
        async with self._reader.connect() as connection:
            rows = await connection.execute(_ANSWERS, asked)
            return [(row.answered_at, bool(row.charged)) for row in rows]

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164) into the list; its leads, ready or leased, are done with it."""
        await self._writer.transact(
            lambda connection: enter_do_not_call(
                connection, self._steps, number, scope=EVERYWHERE, source=source, at=at
            ),
            numbers=[number],
        )

    # -- on the writer -----------------------------------------------------------------------

    def _end(self, connection: Connection, ends: Sequence[AttemptEnd]) -> None:
        asked = {"attempts": sorted({end.attempt_id for end in ends})}
        rows = connection.execute(_STILL_OPEN, asked).all()
        leads_of = {row.id: row.lead_id for row in rows}
        grounds = {row.id: row.ground for row in rows}
        first: dict[str, AttemptEnd] = {}
        for end in ends:
            if end.attempt_id in leads_of:
                first.setdefault(end.attempt_id, end)
        if not first:
            return
        connection.execute(_END, [_end_row(end) for end in first.values()])
        book(connection, _answered(first, rows), self._rates)
        recorded = [_recording(end, grounds[key]) for key, end in first.items() if end.recording]
        if recorded:
            connection.execute(_RECORDED, recorded)
        unsent = [{"lead": leads_of[key]} for key, end in first.items() if end.undialed]
        if unsent:
            connection.execute(_NEVER_SENT, unsent)
        sent = {leads_of[key]: end for key, end in first.items() if not end.undialed}
        mark_promises(connection, self._steps.settings, sent)
        if self._steps.outbox.wants(connection, Topic.ATTEMPT_ENDED):
            told = [row for row in rows if row.id in first and not first[row.id].undialed]
            self._steps.outbox.tell(connection, (attempt_ended(first[row.id], row) for row in told))
        now = max(end.ended_at for end in first.values())
        self._steps.settle(connection, {leads_of[key] for key in first}, now)

    def _tell_talk(self, connection: Connection, attempt_id: AttemptId, at: float) -> None:
        if self._steps.outbox.wants(connection, Topic.CALL_CONNECTED):
            rows = connection.execute(_TALK, {"attempt": attempt_id, "at": at}).all()
            self._steps.outbox.tell(connection, (call_connected(row) for row in rows))

    def _say(self, connection: Connection, attempt_id: AttemptId, said: Said, at: float) -> None:
        row = connection.execute(_OF, {"attempt": attempt_id}).first()
        if row is None:
            raise BadInput("attempt", f"there is no {attempt_id!r}", "name one that was dialed")
        campaign_id = CampaignId(row.campaign_id)
        campaign = self._steps.settings.of(connection, [campaign_id])[campaign_id]
        disposition = campaign.settings.dispositions.said(
            said.code, amount=said.amount, callback_at=said.callback_at
        )
        script = script_said(connection, campaign, said)
        if disposition.sale and script is not None:
            check_said(script.body, said.statements)
        promised = disposition.then is Then.CALLBACK and not said.callback_for_anyone
        spoken = {
            "attempt": attempt_id,
            "said_disposition": disposition.code,
            "said_meaning": int(meaning_of(disposition)),
            "said_amount": said.amount,
            "said_disposed_at": at,
            "said_callback_at": said.callback_at,
            "said_callback_owner": row.agent_id if promised else None,
            "said_note": said.note,
            "said_script": "" if script is None else f"{script.name}/{script.version}",
            "said_statements": sorted(said.statements) if script is not None else [],
        }
        connection.execute(_SAY, spoken)
        event = disposition_set(attempt_id, row, said, disposition, campaign.tenant_id, at)
        self._steps.outbox.tell(connection, [event])
        if disposition.then is Then.DO_NOT_CALL:
            enter_do_not_call(
                connection,
                self._steps,
                row.number,
                scope=f"tenant:{campaign.tenant_id}",
                source=f"said in {attempt_id}",
                at=at,
            )
        if connection.execute(_LEAD_IS_OUT, {"lead": row.lead_id}).first() is None:
            self._steps.settle(connection, [row.lead_id], at)


def _answered(ends: Mapping[str, AttemptEnd], rows: Iterable[AnyRow]) -> Iterator[AnsweredCall]:
    for row in rows:
        end = ends[row.id]
        since = end.carried_from
        if since is not None and not end.undialed:
            yield AnsweredCall(row.tenant_id, row.trunk, row.number, since, end.ended_at)


def _recording(end: AttemptEnd, ground: str) -> Mapping[str, Any]:
    began_at = end.connected_at if end.connected_at is not None else end.ended_at
    return {
        "attempt_id": end.attempt_id,
        "file": end.recording,
        "began_at": began_at,
        "seconds": (end.talk_ended_at or end.ended_at) - began_at,
        "ground": ground,
    }


def _end_row(end: AttemptEnd) -> Mapping[str, Any]:
    values = zip(_END_FIELDS, _end_values(end), strict=True)
    row = {f"end_{name}": value for name, value in values}
    row["end_outcome"] = end.outcome.value
    row["attempt"] = end.attempt_id
    return row
