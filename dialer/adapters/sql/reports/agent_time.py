"""How long each agent was in each state, and from when to when logged in, out of the state log.

A row holds until the agent's next one (`agent_rows`), so that no second is counted twice however
often a row is repeated. Times are cut at the range's ends and are whole milliseconds: their sums
are exact. Refuses to know what an agent achieved.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from dialer.adapters.sql.reports.arithmetic import milliseconds
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.tables.people import TURNS, agent_log, agent_states, users
from dialer.domain.agentflow import OUT, AgentState
from dialer.domain.ids import MAIN_TENANT

_LOG: Final = agent_log.c


def agents_of(scope: Scope) -> Select[tuple[str]]:
    """Return the query of the agents of a scope; who is nobody's user is of the main tenant."""
    query = select(agent_states.c.agent_id)
    if scope.agent_id is not None:
        query = query.where(agent_states.c.agent_id == scope.agent_id)
    if scope.tenant_id is not None:
        tenant = select(users.c.tenant_id).where(users.c.agent_id == agent_states.c.agent_id)
        query = query.where(func.coalesce(tenant.scalar_subquery(), MAIN_TENANT) == scope.tenant_id)
    return query


def state_totals(scope: Scope) -> CompoundSelect[Any]:
    """Return the query of milliseconds and wrap-ups by agent, state, pause code and campaigns.

    What was on when the range began has rows of its own.
    """
    code = case((_LOG.state == AgentState.PAUSED.value, _LOG.reason), else_="").label("code")
    ends = case((_LOG.until < scope.end, milliseconds(_LOG.until)), else_=_whole_ms(scope.end))
    wraps_up = and_(_LOG.state == AgentState.WRAP_UP.value, _LOG.attempt_id.is_not(None))
    columns = (_LOG.agent_id, _LOG.state, code, _LOG.campaigns)
    carried_over = _carried_over(
        scope,
        *columns,
        (ends - _whole_ms(scope.begin)).label("ms"),
        case((wraps_up, 1), else_=0).label("wrap_ups"),
    )
    within = _within(
        scope,
        *columns,
        (ends - milliseconds(_LOG.since)).label("ms"),
        and_(wraps_up, ~_LOG.repeats).label("begins"),
    ).subquery()
    groups = (within.c.agent_id, within.c.state, within.c.code, within.c.campaigns)
    totals = select(
        *groups,
        func.sum(within.c.ms).label("ms"),
        func.count().filter(within.c.begins).label("wrap_ups"),
    ).group_by(*groups)
    return union_all(carried_over, totals)


def presence_changes(scope: Scope) -> CompoundSelect[Any]:
    """Return the query of when agents came and went or served other campaigns, in order.

    Some change nothing: the first rows of a range are among them, whatever they say.
    """
    columns = (
        _LOG.id,
        _LOG.agent_id,
        _LOG.since,
        _LOG.campaigns,
        case((_LOG.state.in_(OUT), 0), else_=1).label("logged_in"),
    )
    begins = milliseconds(_LOG.since).label("begins_ms")
    changes = union_all(
        _carried_over(scope, *columns, _whole_ms(scope.begin).label("begins_ms")),
        _first(scope, *columns, begins),
        _within(scope, *columns, begins).where(text(f"agent_log.{TURNS}")),
    )
    return changes.order_by("agent_id", "since", "id")


def _within(scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query of the rows that began in the range."""
    return select(*columns).where(
        _LOG.agent_id.in_(agents_of(scope)), _LOG.since >= scope.begin, _LOG.since < scope.end
    )


def _carried_over(scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query of each agent's row that was on when the range began."""
    last = select(_LOG.id).where(_LOG.since < scope.begin)
    rows = _one_each(scope, last.order_by(_LOG.since.desc(), _LOG.id.desc()), *columns)
    return rows.where(or_(_LOG.until.is_(None), _LOG.until > scope.begin))


def _first(scope: Scope, *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query of each agent's first row that began in the range."""
    first = select(_LOG.id).where(_LOG.since >= scope.begin, _LOG.since < scope.end)
    return _one_each(scope, first.order_by(_LOG.since, _LOG.id), *columns)


def _one_each(scope: Scope, found: Select[tuple[int]], *columns: ColumnElement[Any]) -> Select[Any]:
    """Return the query of the one row of each agent that comes first in another query."""
    agents = agents_of(scope).subquery()
    of_agent = found.where(_LOG.agent_id == agents.c.agent_id).limit(1).correlate(agents)
    joined = agents.join(agent_log, _LOG.id == of_agent.scalar_subquery())
    return select(*columns).select_from(joined)


def _whole_ms(at: float) -> ColumnElement[int]:
    return cast(literal(round(at * 1000), BigInteger), BigInteger)
