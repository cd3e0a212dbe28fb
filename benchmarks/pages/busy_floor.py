"""200 agents at work: each is dialed for, talks, writes up, and is idle again; change by change.

Every change of an agent carries a mark, which the page shows, so that its age can be told. The
order is fixed: two runs show the same. Refuses to know who looks.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from benchmarks.told_floor import ToldFloor
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.services.board import AGENTS, CALLS, CAMPAIGNS, NODE

AGENTS_THERE: Final = 200
EVENTS_PER_S: Final = 50
CAMPAIGNS_THERE: Final = 4
TURNS: Final = 5
"""Of one agent from being idle to being idle again."""

_TENANTS: Final = ["main"]

Told = tuple[str, str, Mapping[str, Any] | None]
"""Topic, key and value of one change."""


def campaign_id(place: int) -> str:
    """Return an id as campaigns have them."""
    return f"ca-01M8C9NMWY2EPPG8W9SYNM00{place:02}"


class Crew:
    """What agents and calls do, one change after the other. Pure: the time comes in."""

    def __init__(self) -> None:
        self.mark = 0
        """Of the agent's change that was made last."""
        self.connected = [0] * CAMPAIGNS_THERE
        self._talks = [0] * AGENTS_THERE
        self._calls: dict[int, dict[str, Any]] = {}
        self._called = 0

    def changes(self, clock: Iterator[float]) -> Iterator[Told]:
        """Yield changes for ever; agents take turns, and begin at different ones.

        Args:
            clock: yields the time of each change, seconds since the epoch.
        """
        for agent in range(AGENTS_THERE):
            yield self._agent(agent, "idle", next(clock))
        turn = 0
        while True:
            for agent in range(AGENTS_THERE):
                yield from self._turn(agent, (turn + agent) % TURNS, clock)
            turn += 1

    def _turn(self, agent: int, turn: int, clock: Iterator[float]) -> Iterator[Told]:
        if turn == 0:
            yield self._dialed(agent, next(clock))
        elif agent not in self._calls:
            yield self._agent(agent, "idle", next(clock))  # its first turn is yet to come
        elif turn == 1:
            yield self._call(agent, state="ringing", rang_at=next(clock))
        elif turn == 2:
            yield from self._joined(agent, clock)
        elif turn == 3:
            key = self._calls[agent]["key"]
            yield CALLS, key, None
            yield self._agent(agent, "wrap_up", next(clock))
        else:
            del self._calls[agent]
            yield self._agent(agent, "idle", next(clock))

    def _dialed(self, agent: int, now: float) -> Told:
        self._called += 1
        self._calls[agent] = {
            "key": f"at-01M8C9PZ7A2EPPG8W9{self._called:08}",
            "state": "dialing",
            "campaign": campaign_id(agent % CAMPAIGNS_THERE),
            "agent": None,
            "number": f"+1202555{self._called % 10_000:04}",
            "trunk": "trunk",
            "dialed_at": now,
            "rang_at": None,
            "answered_at": None,
            "connected_at": None,
            "tenants": _TENANTS,
        }
        return self._call(agent)

    def _joined(self, agent: int, clock: Iterator[float]) -> Iterator[Told]:
        now = next(clock)
        self._talks[agent] += 1
        self.connected[agent % CAMPAIGNS_THERE] += 1
        yield self._call(
            agent, state="talking", agent=str(1000 + agent), answered_at=now, connected_at=now
        )
        yield self._agent(agent, "talking", next(clock), attempt=self._calls[agent]["key"])

    def _call(self, place: int, **news: Any) -> Told:
        call = self._calls[place]
        call.update(news)
        return CALLS, call["key"], {name: value for name, value in call.items() if name != "key"}

    def _agent(self, agent: int, state: str, now: float, attempt: str | None = None) -> Told:
        self.mark += 1
        campaign = campaign_id(agent % CAMPAIGNS_THERE)
        value = {
            "state": state,
            "since": now,
            "campaign": campaign,
            "campaigns": [campaign],
            "attempt": attempt,
            "wish": "",
            "reason": f"#{self.mark}",
            "wrap_up_until": now + 30 if state == "wrap_up" else None,
            "talks": self._talks[agent],
            "tenants": _TENANTS,
        }
        return AGENTS, str(1000 + agent), value


class BusyFloor(ToldFloor):
    """The crew on a feed, at an even pace; campaigns and the node once a second, as ever."""

    def __init__(self, feed: InProcessFeed) -> None:
        super().__init__(feed)
        self._crew = Crew()
        self._changes = self._crew.changes(iter(time.time, None))
        self.made: dict[int, tuple[float, str]] = {}
        """When each marked change was made, seconds since the epoch, and of which agent."""
        self.told = 0
        """Changes of agents and calls."""
        for _ in range(AGENTS_THERE * 4 * TURNS):
            self.change()
        self._look()

    def change(self) -> None:
        """The next thing happens."""
        topic, key, value = next(self._changes)
        if topic == AGENTS:
            self.made[self._crew.mark] = time.time(), key
        self.told += 1
        self.tell(topic, key, value)

    async def run(self) -> None:
        """Change for ever."""
        loop = asyncio.get_running_loop()
        begun, made = loop.time(), 0
        while True:
            await asyncio.sleep(max(0.0, begun + made / EVENTS_PER_S - loop.time()))
            self.change()
            made += 1
            if made % EVENTS_PER_S == 0:
                self._look()

    def _look(self) -> None:
        for place in range(CAMPAIGNS_THERE):
            connected = self._crew.connected[place]
            value = {
                "name": f"Campaign {place + 1}",
                "state": "running",
                "mode": "predictive",
                "lines": 30,
                "ready_leads": 5_000 - connected % 5_000,
                "dialed": 3 * connected,
                "answered": connected,
                "connected": connected,
                "abandoned": connected // 50,
                "hung_up_waiting": 0,
                "abandon_rate": round(connected // 50 / (connected or 1), 4),
                "limited_by": "abandonment",
                "forecast": {"cap": 0.03},
                "simulated": False,
                "tenants": _TENANTS,
            }
            self.tell(CAMPAIGNS, campaign_id(place), value)
        node = {"switch": True, "held": False, "waiting": 0, "database": True, "lag_ms": 0}
        self.tell(NODE, "node", {**node, "tenants": None})
