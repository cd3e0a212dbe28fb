"""Hears whether audio comes from agents' pages: a network that is cut says nothing to anybody.

Asks the switch how many packets each leg has had. Refuses to know what follows from silence, which
is `comebacks`, and phones that are no pages: they may suppress silence.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from dialer.domain.agentflow import Agent
from dialer.domain.ids import AgentId, LegId
from dialer.errors import ReplyLost, SwitchUnavailable
from dialer.ports import Clock, LegHearing
from dialer.services.comebacks import Comebacks

EVERY_S: Final = 0.4
"""Between two looks at a leg."""

SILENT_S: Final = 0.75
"""Two looks: a browser sends 50 packets a second, muted or not. A customer has music after 0.8 to
1.2 s, well within the 2 s that nobody shall sit in silence."""


@dataclass(slots=True)
class _Leg:
    leg_id: LegId
    packets: int
    at: float
    """When there were more than before, in epoch seconds."""


class PageEars:
    """Listens to the pages of one node.

    Args:
        comebacks: knows the pages, and is told.
        hearing: of the switch.
        clock: of the engine.
    """

    def __init__(self, comebacks: Comebacks, hearing: LegHearing, clock: Clock) -> None:
        self._comebacks = comebacks
        self._hearing = hearing
        self._clock = clock
        self._legs: dict[AgentId, _Leg] = {}
        self._pages_known = False

    async def run(self) -> None:
        """Listen, for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Look at each leg once; what is not known without the switch is looked at again."""
        try:
            await self._learn_pages()
            async with asyncio.TaskGroup() as tasks:
                for agent in list(self._comebacks.pages()):
                    tasks.create_task(self._listen(agent), name=f"page-ears-{agent.agent_id}")
        except* (SwitchUnavailable, ReplyLost):
            self._pages_known = False
            self._legs.clear()

    async def _learn_pages(self) -> None:
        """An engine that starts, and one that was deaf, has not been told who is there."""
        if self._pages_known:
            return
        for endpoint, contact in (await self._hearing.pages()).items():
            self._comebacks.page_changed(AgentId(endpoint), contact, reachable=True)
        self._pages_known = True

    async def _listen(self, agent: Agent) -> None:
        leg_id = agent.leg_id
        if leg_id is None:
            return
        packets = await self._hearing.received(leg_id)
        if packets is None or agent.leg_id != leg_id:
            return
        now = self._clock.now()
        known = self._legs.get(agent.agent_id)
        if known is None or known.leg_id != leg_id:
            self._legs[agent.agent_id] = _Leg(leg_id, packets, now)
        elif known.packets != packets:
            known.packets, known.at = packets, now
            self._comebacks.heard(agent)
        elif now - known.at >= SILENT_S:
            self._comebacks.unheard(agent, now - known.at)
