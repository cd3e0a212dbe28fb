"""What agents did today, made once for all who ask, and kept for a moment.

An agent's page asks after each talk; the figures are those of the report on agents. Holds nothing
that cannot be counted again. Refuses to know who may ask.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import BaseModel, Field

from dialer.adapters.sql.agent_people import AgentPerson
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.agents import AgentFigures, agents_report
from dialer.adapters.sql.reports.scope import Scope
from dialer.domain.agentflow import AgentState
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.ranking import Achieved, rank_of

KEPT_S: Final = 20.0
"""How old figures may be."""

KEPT: Final = 64
"""Days of tenants and time zones that are kept."""

Figures = Mapping[AgentId, AgentFigures]


class Today(BaseModel):
    """What one did today, and where one stands."""

    since: float = Field(description="When the day began; seconds since the epoch.")
    talks: int
    talk_s: float = Field(description="Seconds in talks.")
    wrap_up_s: float
    paused_s: float
    logged_in_s: float
    sales: int
    amount: float = Field(description="What the sales are worth.")
    rank: int = Field(description="Place in the team, from 1: by sales, then by talks.")
    of: int = Field(description="Agents of the team who were logged in today.")
    team: str | None = Field(description="Null: everybody without a team.", examples=["night"])

    @classmethod
    def of_agent(
        cls,
        agent_id: AgentId,
        figures: Figures,
        people: Mapping[AgentId, AgentPerson],
        since: float,
    ) -> "Today":
        """Return an agent's day among those of the same team."""
        mine = figures.get(agent_id, AgentFigures(agent_id))
        team = _team(people.get(agent_id))
        others = [
            one
            for key, one in figures.items()
            if key != agent_id and one.logged_in_ms and _team(people.get(key)) == team
        ]
        return cls(
            since=since,
            talks=mine.talks,
            talk_s=mine.in_state(AgentState.TALKING) / 1000,
            wrap_up_s=mine.in_state(AgentState.WRAP_UP) / 1000,
            paused_s=mine.in_state(AgentState.PAUSED) / 1000,
            logged_in_s=mine.logged_in_ms / 1000,
            sales=mine.tally.sales,
            amount=mine.tally.amount,
            rank=rank_of(_achieved(mine), map(_achieved, others)),
            of=1 + len(others),
            team=team,
        )


@dataclass(slots=True)
class _Kept:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    made_at: float = float("-inf")
    figures: Figures = field(default_factory=dict)


class Days:
    """Figures of tenants since a midnight.

    Args:
        reader: of the database.
        reporting: held while it is read.
    """

    def __init__(self, reader: SqlReader, reporting: asyncio.Semaphore) -> None:
        self._reader = reader
        self._reporting = reporting
        self._kept: OrderedDict[tuple[TenantId, float], _Kept] = OrderedDict()

    async def figures(self, tenant_id: TenantId, since: float, now: float) -> Figures:
        """Return what each agent did; `KEPT_S` old at most.

        Args:
            tenant_id: in whose campaigns.
            since: when the day began, epoch seconds.
            now: epoch seconds.
        """
        day = self._kept.setdefault((tenant_id, since), _Kept())
        self._kept.move_to_end((tenant_id, since))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        async with day.lock:
            if now - day.made_at >= KEPT_S:
                scope = Scope(since, max(since, now), tenant_id=tenant_id)
                async with self._reporting:
                    found = await agents_report(self._reader, scope, now=now)
                day.figures = {one.agent_id: one for one in found}
                day.made_at = now
            return day.figures


def _achieved(figures: AgentFigures) -> Achieved:
    return Achieved(figures.tally.sales, figures.talks)


def _team(person: AgentPerson | None) -> str | None:
    return person.team if person is not None else None
