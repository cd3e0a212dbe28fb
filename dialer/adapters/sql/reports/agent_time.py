"""How long each agent was in each state, and from when to when logged in, out of the state log.

A row holds until the agent's next one, so that no second is counted twice however often a row is
repeated. Times are cut at the range's ends and are whole milliseconds: their sums are exact.
Refuses to know what an agent achieved.
"""

from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)

from dialer.adapters.sql.reports.arithmetic import milliseconds
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.tables.people import agent_log, agent_states, users
from dialer.domain.agentflow import AgentState
from dialer.domain.ids import MAIN_TENANT

OUT: Final = (AgentState.OFFLINE.value, AgentState.CALLING.value)
"""States of an agent who is not logged in."""

_COLUMNS: Final = (
    agent_log.c.id,
    agent_log.c.agent_id,
    agent_log.c.state,
    agent_log.c.attempt_id,
    agent_log.c.since,
    agent_log.c.reason,
    agent_log.c.campaigns,
)


def agents_of(scope: Scope) -> Select[tuple[str]]:
    """Return the query of the agents of a scope; who is nobody's user is of the main tenant."""
    query = select(agent_states.c.agent_id)
    if scope.agent_id is not None:
        query = query.where(agent_states.c.agent_id == scope.agent_id)
    if scope.tenant_id is not None:
        tenant = select(users.c.tenant_id).where(users.c.agent_id == agent_states.c.agent_id)
        query = query.where(func.coalesce(tenant.scalar_subquery(), MAIN_TENANT) == scope.tenant_id)
    return query


def state_totals(scope: Scope) -> Select[Any]:
    """Return the query of milliseconds by agent, state, pause code and campaigns."""
    rows = _rows(scope)
    since = rows.c.since
    begin_ms, end_ms = round(scope.begin * 1000), round(scope.end * 1000)
    code = case((rows.c.state == AgentState.PAUSED.value, rows.c.reason), else_="")
    until = func.lead(since).over(**_in_order(rows))
    one = select(
        rows.c.agent_id,
        rows.c.state,
        code.label("code"),
        rows.c.campaigns,
        case((since < scope.begin, _whole(begin_ms)), else_=milliseconds(since)).label("begins"),
        func.coalesce(milliseconds(until), _whole(end_ms)).label("ends"),
    ).subquery()
    groups = (one.c.agent_id, one.c.state, one.c.code, one.c.campaigns)
    return select(
        *groups,
        func.sum(one.c.ends - one.c.begins).label("ms"),
    ).group_by(*groups)


def wrap_ups(scope: Scope) -> Select[Any]:
    """Return the query of how many attempts were wrapped up, by agent and campaigns.

    A row that an engine repeats at its start is of the same attempt.
    """
    rows = _rows(scope)
    groups = (rows.c.agent_id, rows.c.campaigns)
    count = func.count(rows.c.attempt_id.distinct()).label("attempts")
    return select(*groups, count).where(rows.c.state == AgentState.WRAP_UP.value).group_by(*groups)


def presence_changes(scope: Scope) -> Select[Any]:
    """Return the query of when agents came and went, in order.

    With a campaign also of when the campaigns that they serve changed.
    """
    rows = _rows(scope)
    since = rows.c.since
    begin_ms = _whole(round(scope.begin * 1000))
    logged_in = case((rows.c.state.in_(OUT), 0), else_=1)
    order = _in_order(rows)
    columns: list[ColumnElement[Any]] = [
        rows.c.id,
        rows.c.agent_id,
        since,
        case((since < scope.begin, begin_ms), else_=milliseconds(since)).label("begins_ms"),
        logged_in.label("logged_in"),
        func.coalesce(func.lag(logged_in).over(**order), 0).label("was_logged_in"),
    ]
    if scope.campaign_id is not None:
        columns += [
            rows.c.campaigns,
            func.lag(rows.c.campaigns).over(**order).label("had_campaigns"),
        ]
    one = select(*columns).subquery()
    changes: ColumnElement[bool] = one.c.logged_in != one.c.was_logged_in
    if scope.campaign_id is not None:
        changes = or_(changes, one.c.campaigns.is_distinct_from(one.c.had_campaigns))
    return select(one).where(changes).order_by(one.c.agent_id, one.c.since, one.c.id)


def _in_order(rows: CTE) -> dict[str, Any]:
    return {"partition_by": rows.c.agent_id, "order_by": (rows.c.since, rows.c.id)}


def _rows(scope: Scope) -> CTE:
    """Return the rows of the range, and of each agent the one that was on when it began."""
    agents = agents_of(scope).subquery()
    last_before = (
        select(agent_log.c.id)
        .where(agent_log.c.agent_id == agents.c.agent_id, agent_log.c.since < scope.begin)
        .order_by(agent_log.c.since.desc(), agent_log.c.id.desc())
        .limit(1)
        .correlate(agents)
        .scalar_subquery()
    )
    carried_over = (
        select(*_COLUMNS).select_from(agents).join(agent_log, agent_log.c.id == last_before)
    )
    within = select(*_COLUMNS).where(
        agent_log.c.agent_id.in_(agents_of(scope)),
        agent_log.c.since >= scope.begin,
        agent_log.c.since < scope.end,
    )
    return union_all(carried_over, within).cte("logged")


def _whole(number: int) -> ColumnElement[int]:
    return cast(literal(number, BigInteger), BigInteger)
