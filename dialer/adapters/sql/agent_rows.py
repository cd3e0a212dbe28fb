"""What a row of the agents' log is among its agent's rows: how long it held, and what it turned.

That is written when the row comes, in its transaction, so that whoever adds up a month of a floor
sorts nothing. Knows neighbours in time. Refuses to know what is added up.
"""

from typing import Final

from sqlalchemy import Double, Text, and_, bindparam, case, func, or_, select, update

from dialer.adapters.sql.tables.people import agent_log
from dialer.domain.agentflow import OUT

_OF: Final = agent_log.c.agent_id == bindparam("of", type_=Text)
_AT: Final = bindparam("at", type_=Double)
_BEFORE: Final = select(func.max(agent_log.c.since)).where(_OF, agent_log.c.since < _AT)
_AFTER: Final = select(func.min(agent_log.c.since)).where(_OF, agent_log.c.since > _AT)
_AROUND: Final = and_(
    _OF,
    agent_log.c.since >= func.coalesce(_BEFORE.scalar_subquery(), _AT),
    agent_log.c.since <= func.coalesce(_AFTER.scalar_subquery(), _AT),
)
"""The agent's rows from the one before the row that came to the one after it: mostly two."""

_IN_ORDER: Final = (agent_log.c.since, agent_log.c.id)
_LOGGED_IN: Final = case(*((agent_log.c.state == state.value, 0) for state in OUT), else_=1)

_NEAR: Final = (
    select(
        agent_log.c.id,
        agent_log.c.since,
        agent_log.c.state,
        agent_log.c.attempt_id,
        agent_log.c.campaigns,
        _LOGGED_IN.label("logged_in"),
        func.lead(agent_log.c.since).over(order_by=_IN_ORDER).label("next_since"),
        func.lag(agent_log.c.state).over(order_by=_IN_ORDER).label("had_state"),
        func.lag(agent_log.c.attempt_id).over(order_by=_IN_ORDER).label("had_attempt"),
        func.lag(agent_log.c.campaigns).over(order_by=_IN_ORDER).label("had_campaigns"),
        func.lag(_LOGGED_IN).over(order_by=_IN_ORDER).label("was_logged_in"),
    )
    .where(_AROUND)
    .subquery("near")
)

_TURNS: Final = or_(
    _NEAR.c.logged_in.is_distinct_from(_NEAR.c.was_logged_in),
    _NEAR.c.campaigns.is_distinct_from(_NEAR.c.had_campaigns),
)
_REPEATS: Final = and_(
    _NEAR.c.state.is_not_distinct_from(_NEAR.c.had_state),
    _NEAR.c.attempt_id.is_not_distinct_from(_NEAR.c.had_attempt),
)
_CAME: Final = _NEAR.c.since >= _AT
# A row's time only shrinks: behind a row whose next one was pruned there is a hole, no state.
_SHRINKS: Final = or_(
    and_(agent_log.c.until.is_(None), _NEAR.c.next_since.is_not(None)),
    agent_log.c.until > _NEAR.c.next_since,  # none of the last: what follows it stays as it was
)

SETTLE: Final = (
    update(agent_log)
    .values(
        until=case((_SHRINKS, _NEAR.c.next_since), else_=agent_log.c.until),
        turns=case((_CAME, _TURNS), else_=agent_log.c.turns),
        repeats=case((_CAME, _REPEATS), else_=agent_log.c.repeats),
    )
    .where(
        agent_log.c.id == _NEAR.c.id,
        _AROUND,  # said once more: without it, a server that knows little of the table reads all
        or_(
            _SHRINKS,
            and_(_CAME, or_(agent_log.c.turns != _TURNS, agent_log.c.repeats != _REPEATS)),
        ),
    )
)
"""Settles the rows around one that came at `at`, of the agent `of`.

It says the same whenever it is run and in whatever order rows came: of two that come at once, each
is settled after both are there. Whoever runs it holds the agent's present state, so that no other
transaction adds a row meanwhile."""
