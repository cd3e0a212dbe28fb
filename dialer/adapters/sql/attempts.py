"""The record of attempts in SQL: dialed, connected, ended exactly once.

Knows which rows change together. Refuses to know when a lead is tried again: an ended lead is done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Boolean, bindparam, case, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.law import EVERYWHERE, do_not_call
from dialer.adapters.sql.tables.leads import leads
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import LIVE_ANSWERS
from dialer.errors import LeadNotLeased

DO_NOT_CALL: Final = "do_not_call"
"""Last outcome of a lead that is never dialed because its number is on the list."""

_LEAD_DIALS: Final = (
    update(leads)
    .where(leads.c.id == bindparam("lead"), leads.c.state == "leased")
    .values(state="dialing", attempts=leads.c.attempts + 1)
)

_RECORD: Final = insert(attempts).values(
    id=bindparam("attempt"),
    list_id=select(leads.c.list_id).where(leads.c.id == bindparam("lead_id")).scalar_subquery(),
    **{
        name: bindparam(name) for name in ("campaign_id", "lead_id", "number", "trunk", "dialed_at")
    },
)

_UNDIALED: Final = bindparam("undialed", type_=Boolean)

# Before the attempt's own end: only the first end may move the lead.
_LEAD_IS_DONE: Final = (
    update(leads)
    .where(
        leads.c.id
        == select(attempts.c.lead_id)
        .where(attempts.c.id == bindparam("attempt"), attempts.c.ended_at.is_(None))
        .scalar_subquery(),
        leads.c.state == "dialing",
    )
    .values(
        state=case((_UNDIALED, "ready"), else_="done"),
        attempts=leads.c.attempts - case((_UNDIALED, 1), else_=0),
        last_outcome=case(
            (bindparam("undialed"), leads.c.last_outcome), else_=bindparam("outcome")
        ),
    )
)

_KEPT_FROM_TALK: Final = ("agent_id", "leg_id", "connected_at")
_END_FIELDS: Final = tuple(field.name for field in fields(AttemptEnd) if field.name != "attempt_id")

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

_CONNECTED: Final = (
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"), attempts.c.ended_at.is_(None))
    .values(agent_id=bindparam("agent"), leg_id=bindparam("leg"), connected_at=bindparam("at"))
)

_ENTER_DO_NOT_CALL: Final = upsert(do_not_call).on_conflict_do_nothing()

_NEVER_DIAL: Final = (
    update(leads)
    .where(
        leads.c.number == bindparam("to"),
        or_(leads.c.state == "ready", leads.c.state == "leased"),
    )
    .values(state="done", last_outcome=DO_NOT_CALL)
)

_OPEN: Final = select(
    attempts.c.id,
    attempts.c.campaign_id,
    attempts.c.lead_id,
    attempts.c.number,
    attempts.c.trunk,
    attempts.c.dialed_at,
).where(attempts.c.ended_at.is_(None))

_DISPOSE: Final = (
    update(attempts)
    .where(attempts.c.id == bindparam("attempt"))
    .values(disposition=bindparam("said"))
)

_ANSWERS: Final = (
    select(attempts.c.answered_at, attempts.c.charged)
    .where(
        attempts.c.campaign_id == bindparam("campaign"),
        attempts.c.answered_at >= bindparam("since"),
        attempts.c.outcome.in_(sorted(outcome.value for outcome in LIVE_ANSWERS)),
    )
    .order_by(attempts.c.answered_at)
)

_end_values = attrgetter(*_END_FIELDS)


class SqlAttemptStore:
    """An `AttemptStore` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        gather_s: how long a dial may wait to share a commit; an end may wait twice as long.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, *, gather_s: float) -> None:
        self._writer = writer
        self._reader = reader
        self._gather_s = gather_s

    async def record_dialed(self, attempts: Sequence[Attempt]) -> None:
        """Record attempts that are about to be sent, and mark their leads as dialing.

        Raises:
            LeadNotLeased: one of the leads is not leased (dialed already, given back, or entered
                into the do-not-call list); none of the attempts is recorded.
        """
        lead_ids = [attempt.lead_id for attempt in attempts]
        await self._writer.commit(
            Write(
                _LEAD_DIALS,
                [{"lead": lead_id} for lead_id in lead_ids],
                else_raise=lambda: LeadNotLeased(lead_ids),
            ),
            Write(
                _RECORD,
                [
                    {
                        "attempt": attempt.attempt_id,
                        "campaign_id": attempt.campaign_id,
                        "lead_id": attempt.lead_id,
                        "number": attempt.number,
                        "trunk": attempt.trunk,
                        "dialed_at": attempt.dialed_at,
                    }
                    for attempt in attempts
                ],
            ),
            within_s=self._gather_s,
        )

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; a second end for the same attempt is ignored (the first one holds).

        The lead is done, or ready again when the attempt was certainly never sent.
        What `mark_connected` had recorded stays where the end does not know it.
        """
        await self._writer.commit(
            Write(
                _LEAD_IS_DONE,
                [
                    {
                        "attempt": end.attempt_id,
                        "outcome": end.outcome.value,
                        "undialed": end.undialed,
                    }
                    for end in ends
                ],
            ),
            Write(_END, [_end_row(end) for end in ends]),
            within_s=2 * self._gather_s,
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
            )
            for row in rows
        ]
        return sorted(found, key=lambda attempt: attempt.attempt_id)

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began, so that a crash does not forget whose it was."""
        row = {"attempt": attempt_id, "agent": agent_id, "leg": leg_id, "at": at}
        await self._writer.commit(Write(_CONNECTED, [row]), within_s=self._gather_s)

    async def dispose(self, attempt_id: AttemptId, disposition: str) -> None:
        """Record what the agent says became of the talk."""
        await self._writer.commit(Write(_DISPOSE, [{"attempt": attempt_id, "said": disposition}]))

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        async with self._reader.connect() as connection:
            rows = await connection.execute(_ANSWERS, {"campaign": campaign_id, "since": since})
            return [(row.answered_at, bool(row.charged)) for row in rows]

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164) into the list; its leads, ready or leased, are done with it."""
        await self._writer.commit(
            Write(
                _ENTER_DO_NOT_CALL,
                [{"number": number, "scope": EVERYWHERE, "source": source, "at": at}],
            ),
            Write(_NEVER_DIAL, [{"to": number}]),
        )


def _end_row(end: AttemptEnd) -> Mapping[str, Any]:
    values = zip(_END_FIELDS, _end_values(end), strict=True)
    row = {f"end_{name}": value for name, value in values}
    row["end_outcome"] = end.outcome.value
    row["attempt"] = end.attempt_id
    return row
