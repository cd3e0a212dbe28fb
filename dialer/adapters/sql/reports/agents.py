"""What each agent did: log-ins, seconds in each state, talks and what came of them.

Fit for payroll: the seconds of the states sum exactly to the time logged in, and so do the spans
from log-in to log-out. Refuses to know wages.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, Select, func, select

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.agent_time import presence_changes, state_totals
from dialer.adapters.sql.reports.arithmetic import milliseconds
from dialer.adapters.sql.reports.scope import (
    SENT,
    Scope,
    ScopedCampaign,
    campaigns_of,
    dialed_in,
    snapshot,
)
from dialer.adapters.sql.reports.tally import NOTHING, TALLY, Tally, tally_of
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.people import pause_codes, users
from dialer.domain.agentflow import OUT, AgentState
from dialer.domain.ids import MAIN_TENANT, AgentId

_TALK_MS: Final = func.coalesce(
    func.sum(milliseconds(attempts.c.talk_ended_at - attempts.c.connected_at)), 0
).label("talk_ms")
_TALKS: Final = func.count(attempts.c.talk_ended_at).filter(attempts.c.connected_at.is_not(None))
_UNPAID: Final = select(pause_codes.c.tenant_id, pause_codes.c.code).where(
    pause_codes.c.paid.is_(False)
)
_TENANTS: Final = select(users.c.agent_id, users.c.tenant_id).where(users.c.agent_id.is_not(None))


class Span(NamedTuple):
    """From a log-in to the log-out, cut at the range's ends; whole milliseconds since the epoch."""

    begin_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """One agent over a range of time."""

    agent_id: AgentId
    spans: tuple[Span, ...] = ()
    """When the agent was logged in, in order."""
    state_ms: Mapping[str, int] = field(default_factory=dict)
    """Milliseconds logged in, by state."""
    pause_ms: Mapping[str, int] = field(default_factory=dict)
    """Milliseconds paused, by pause code; "" without one."""
    unpaid_ms: int = 0
    """Milliseconds paused by codes that are not paid."""
    wrap_ups: int = 0
    """Wrap-ups that began, and the one that was on when the range began."""
    talks: int = 0
    """Talks that have ended."""
    talk_ms: int = 0
    """Milliseconds of these talks, whole, whenever they ended."""
    tally: Tally = NOTHING

    @property
    def logged_in_ms(self) -> int:
        """Milliseconds logged in: of all states together, and of all spans."""
        return sum(self.state_ms.values())

    @property
    def paid_ms(self) -> int:
        """Milliseconds logged in without unpaid pauses."""
        return self.logged_in_ms - self.unpaid_ms

    @property
    def occupancy(self) -> float:
        """(Talk + wrap-up) / (logged in - paused), 0..1; 0 without such time."""
        busy = self.in_state(AgentState.TALKING) + self.in_state(AgentState.WRAP_UP)
        available = self.logged_in_ms - self.in_state(AgentState.PAUSED)
        return busy / available if available else 0.0

    @property
    def average_talk_s(self) -> float:
        """Seconds of a talk; 0 without talks."""
        return self.talk_ms / 1000 / self.talks if self.talks else 0.0

    @property
    def average_wrap_up_s(self) -> float:
        """Seconds of a wrap-up, or of its part in the range; 0 without wrap-ups."""
        wrap_up_ms = self.in_state(AgentState.WRAP_UP)
        return wrap_up_ms / 1000 / self.wrap_ups if self.wrap_ups else 0.0

    def in_state(self, state: AgentState) -> int:
        """Return the milliseconds in a state."""
        return self.state_ms.get(state.value, 0)


async def agents_report(reader: SqlReader, scope: Scope, *, now: float) -> tuple[AgentFigures, ...]:
    """Return what each agent of a scope did, by agent id; who did nothing is left out.

    With a campaign, time counts while the agent serves it.

    Args:
        reader: of the database.
        scope: whose, and over which time.
        now: epoch seconds; a state that is on has lasted until then, and not until the scope's end.
    """
    until = replace(scope, end=max(scope.begin, min(scope.end, now)))
    async with snapshot(reader) as connection:
        totals = (await connection.execute(state_totals(until))).all()
        changes = (await connection.execute(presence_changes(until))).all()
        found = await campaigns_of(connection, scope)
        done = {row.agent_id: row for row in await connection.execute(by_agent(scope, found))}
        unpaid = {(row.tenant_id, row.code) for row in await connection.execute(_UNPAID)}
        tenants = {row.agent_id: row.tenant_id for row in await connection.execute(_TENANTS)}
    spans = _spans(changes, until)
    by_state = defaultdict[str, list[Row[Any]]](list)
    for row in totals:
        if row.state not in OUT and _serves(row, scope):
            by_state[row.agent_id].append(row)
    names = sorted(by_state.keys() | spans.keys() | done.keys())
    return tuple(
        _figures(
            AgentId(name),
            by_state[name],
            spans.get(name, ()),
            done.get(name),
            {code for tenant, code in unpaid if tenant == tenants.get(name, MAIN_TENANT)},
        )
        for name in names
    )


def by_agent(scope: Scope, found: list[ScopedCampaign]) -> Select[Any]:
    """Return the query of talks and tallies by agent."""
    return (
        select(attempts.c.agent_id, _TALK_MS, _TALKS.label("talks"), *TALLY)
        .where(dialed_in(scope, found), SENT, attempts.c.agent_id.is_not(None))
        .group_by(attempts.c.agent_id)
    )


def _serves(row: Row[Any], scope: Scope) -> bool:
    return scope.campaign_id is None or scope.campaign_id in row.campaigns


def _spans(changes: Iterable[Row[Any]], scope: Scope) -> dict[str, tuple[Span, ...]]:
    """Pair log-ins with log-outs; who is still there is so until the scope's end."""
    end_ms = round(scope.end * 1000)
    found = defaultdict[str, list[Span]](list)
    since: dict[str, int] = {}
    for row in changes:
        here = bool(row.logged_in) and _serves(row, scope)
        if here and row.agent_id not in since:
            since[row.agent_id] = row.begins_ms
        elif not here and row.agent_id in since:
            found[row.agent_id].append(Span(since.pop(row.agent_id), row.begins_ms))
    for agent, begin_ms in since.items():
        found[agent].append(Span(begin_ms, end_ms))
    return {
        agent: tuple(span for span in spans if span.begin_ms < span.end_ms)
        for agent, spans in found.items()
    }


def _figures(
    agent_id: AgentId,
    rows: Sequence[Row[Any]],
    spans: tuple[Span, ...],
    done: Row[Any] | None,
    unpaid: set[str],
) -> AgentFigures:
    states = Counter[str]()
    pauses = Counter[str]()
    for row in rows:
        states[row.state] += int(row.ms)
        if row.state == AgentState.PAUSED:
            pauses[row.code] += int(row.ms)
    return AgentFigures(
        agent_id=agent_id,
        spans=spans,
        state_ms=dict(states),
        pause_ms=dict(pauses),
        unpaid_ms=sum(ms for code, ms in pauses.items() if code in unpaid),
        wrap_ups=sum(row.wrap_ups for row in rows),
        talks=0 if done is None else done.talks,
        talk_ms=0 if done is None else int(done.talk_ms),
        tally=NOTHING if done is None else tally_of(done),
    )
