"""The agents of a virtual campaign: who is idle, busy or away, and how long each was.

Every change is told to the pacing. Refuses to know calls, and why anyone leaves.
"""

from collections import deque

from simulation.virtual.pacing_port import Pacing


class VirtualAgent:
    """One agent."""

    __slots__ = ("away", "busy_s", "name", "present_s", "since", "state")

    def __init__(self, name: str) -> None:
        self.name = name
        self.state = "offline"
        self.since = 0.0
        self.away = ""
        """Where this agent goes after the present call; empty: stays."""
        self.busy_s = 0.0
        self.present_s = 0.0


_BUSY = frozenset({"talking", "wrap_up"})
_GONE = frozenset({"offline", "paused"})


class VirtualCrew:
    """All agents; the one idle longest is next."""

    def __init__(self, pacing: Pacing) -> None:
        self._pacing = pacing
        self._agents: dict[int, VirtualAgent] = {}
        self._idle: deque[VirtualAgent] = deque()
        self.busy = 0

    @property
    def idle(self) -> int:
        """Agents who wait for a call."""
        return len(self._idle)

    def log_in(self, number: int, now: float) -> VirtualAgent:
        """An agent comes, and is idle."""
        agent = self._agents.setdefault(number, VirtualAgent(f"a{number}"))
        self._be(agent, "idle", now)
        self._idle.append(agent)
        return agent

    def leave(self, number: int, state: str, now: float) -> None:
        """An agent goes (paused or offline): now, or after the present call."""
        agent = self._agents.get(number)
        if agent is None or agent.state in ("offline", state):
            return
        if agent.state in _BUSY:
            agent.away = agent.away if agent.away == "offline" else state
            self._pacing.agent_changed(agent.name, agent.state, now, leaving=True)
        else:
            if agent.state == "idle":
                self._idle.remove(agent)
            self._be(agent, state, now)

    def come_back(self, number: int, now: float) -> VirtualAgent | None:
        """An agent returns from a pause; None when they never left or have gone home."""
        agent = self._agents.get(number)
        if agent is None or agent.state == "offline":
            return None
        if agent.state in _BUSY:
            if agent.away == "paused":
                agent.away = ""
                self._pacing.agent_changed(agent.name, agent.state, now, leaving=False)
            return None
        if agent.state != "paused":
            return None
        self._be(agent, "idle", now)
        self._idle.append(agent)
        return agent

    def take(self) -> VirtualAgent | None:
        """Return the agent idle longest, no longer in the queue."""
        return self._idle.popleft() if self._idle else None

    def unseat(self, agent: VirtualAgent) -> None:
        """Take a certain idle agent out of the queue."""
        self._idle.remove(agent)

    def talk(self, agent: VirtualAgent, now: float) -> None:
        """An agent who was taken talks."""
        self._be(agent, "talking", now)

    def wrap_up(self, agent: VirtualAgent, now: float) -> None:
        """The talk is over, the work is not."""
        self._be(agent, "wrap_up", now)

    def done(self, agent: VirtualAgent, now: float) -> bool:
        """All work is done; returns whether the agent is idle now."""
        if agent.away:
            self._be(agent, agent.away, now)
            agent.away = ""
            return False
        self._be(agent, "idle", now)
        self._idle.append(agent)
        return True

    def times(self, now: float) -> tuple[float, float]:
        """Return all agents' busy and present seconds up to `now`."""
        for agent in self._agents.values():
            self._count(agent, now)
        agents = self._agents.values()
        return sum(a.busy_s for a in agents), sum(a.present_s for a in agents)

    def _be(self, agent: VirtualAgent, state: str, now: float) -> None:
        self._count(agent, now)
        self.busy += (state in _BUSY) - (agent.state in _BUSY)
        agent.state = state
        leaving = bool(agent.away) and state in _BUSY
        self._pacing.agent_changed(agent.name, state, now, leaving=leaving)

    def _count(self, agent: VirtualAgent, now: float) -> None:
        lasted = now - agent.since
        agent.since = now
        if agent.state in _BUSY:
            agent.busy_s += lasted
        if agent.state not in _GONE:
            agent.present_s += lasted
