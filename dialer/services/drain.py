"""The end of a node's service: at once, or when its talks are over.

While it drains no line is started, lines that rang the minimum are taken back, and who answers a
younger one still gets an agent. Refuses to know what is closed afterwards, and who asked.
"""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Final

import structlog

from dialer.domain.agentflow import AgentState
from dialer.ports import Clock, Feed
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaigns import Campaigns

log = structlog.get_logger(__name__)

LOOK_S: Final = 0.1
"""Between two looks at what still lives."""

_ENGAGED: Final = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})


class NodeState(StrEnum):
    """What a node is doing as a whole."""

    SERVING = "serving"
    DRAINING = "draining"
    ENDING = "ending"


class Drain:
    """How one node ends.

    Args:
        limit_s: how long talks may take to their end; 0: they are left to the switch.
        hold: stops the dialing of new lines, and the taking of calls.
        others: counts the calls that are no attempts.
    """

    def __init__(
        self,
        *,
        node: str,
        limit_s: float,
        calls: Calls,
        campaigns: Campaigns,
        agents: Agents,
        feed: Feed,
        clock: Clock,
        hold: Callable[[], None],
        others: Callable[[], int] = lambda: 0,
    ) -> None:
        self._node = node
        self._limit_s = limit_s
        self._calls = calls
        self._campaigns = campaigns
        self._agents = agents
        self._feed = feed
        self._clock = clock
        self._hold = hold
        self._others = others
        self._asked = asyncio.Event()
        self._now = asyncio.Event()
        self.state = NodeState.SERVING
        self.until: float | None = None
        """When it ends at the latest, epoch seconds."""

    @property
    def begun(self) -> bool:
        """Whether nothing new is dialed any more."""
        return self.state is not NodeState.SERVING

    def ask(self) -> None:
        """Ask for the end; who asks once more does not want to wait."""
        if self._asked.is_set() or self._limit_s <= 0:
            self._now.set()
        self._asked.set()

    async def run(self) -> None:
        """Wait until the end was asked for, then until talks are over or the time is up."""
        await self._asked.wait()
        self._hold()
        if not self._now.is_set():
            self.until = self._clock.now() + self._limit_s
            self._enter(NodeState.DRAINING)
            log.info("drain_began", limit_s=self._limit_s, calls=self._live())
            await self._talks_over()
            log.info("drain_ended", calls=self._live(), asked_twice=self._now.is_set())
        self._enter(NodeState.ENDING)

    async def _talks_over(self) -> None:
        try:
            async with asyncio.timeout(self._limit_s):
                while self._live() or self._engaged():
                    for run in self._campaigns.runs():
                        self._calls.cancel_rung(run)
                    if await self._asked_again():
                        return
        except TimeoutError:
            pass

    async def _asked_again(self) -> bool:
        try:
            async with asyncio.timeout(LOOK_S):
                return await self._now.wait()
        except TimeoutError:
            return False

    def _live(self) -> int:
        return sum(1 for _ in self._calls.live()) + self._others()

    def _engaged(self) -> bool:
        """Whether an agent talks or writes a talk up: what is said of it is said to this engine."""
        return any(agent.state in _ENGAGED for agent in self._agents.all())

    def _enter(self, state: NodeState) -> None:
        self.state = state
        self._feed.publish("node", {"node": self._node, "state": state, "until": self.until})
