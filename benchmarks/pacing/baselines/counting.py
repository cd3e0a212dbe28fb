"""What an existing dialer sees of its floor: head counts, lines, and what became of its calls.

Each baseline is a law over these counts and runs on its own timers. Refuses to know any law.
"""
# ruff: noqa: ARG002 - the face of a pacing is given

from abc import ABC, abstractmethod
from collections import deque
from typing import Final, NamedTuple

_ALMOST: Final = 1e-6


class Lines(NamedTuple):
    """An answer to `decide`."""

    lines: int


class Every:
    """A timer that is due at once and then each `period_s`."""

    def __init__(self, period_s: float, first_s: float = 0.0) -> None:
        self._period_s = period_s
        self._next = first_s

    def due(self, now: float) -> bool:
        """Return whether it is time, and wind it up again."""
        if now < self._next - _ALMOST:
            return False
        self._next = now + self._period_s
        return True


class Recent:
    """Events of the last `for_s` seconds; `count` events at most."""

    def __init__(self, for_s: float, count: int | None = None) -> None:
        self._for_s = for_s
        self._at: deque[float] = deque(maxlen=count)

    def add(self, now: float) -> None:
        """Note an event."""
        self._at.append(now)

    def count(self, now: float) -> int:
        """Count what is not too old."""
        at = self._at
        while at and at[0] < now - self._for_s:
            at.popleft()
        return len(at)


class CountingPacing(ABC):
    """Keeps the counts; has the face of `simulation.virtual.pacing_port.Pacing`."""

    def __init__(self) -> None:
        self.ready = 0
        """Agents who wait for a call."""
        self.in_call = 0
        self.logged_in = 0
        """All, paused and wrapping up included."""
        self.in_flight = 0
        """Lines dialed, neither answered nor failed."""
        self.waiting = 0
        """Answered callers without an agent."""
        self.answers = 0
        """Of the day."""
        self.drops = 0
        """Of the day."""
        self.talks: dict[str, float] = {}
        """When each talk that goes on began, by agent."""
        self.talked = 0
        self.talked_s = 0.0
        self._states: dict[str, str] = {}

    # -- events ----------------------------------------------------------------------------

    def agent_changed(
        self, agent_id: str, state: str, now: float, *, leaving: bool = False
    ) -> None:
        """Count heads and talks."""
        del leaving  # no dialer rebuilt here knows
        before = self._states.get(agent_id, "offline")
        if before == state:
            return
        self._states[agent_id] = state
        self.ready += (state == "idle") - (before == "idle")
        self.in_call += (state == "talking") - (before == "talking")
        self.logged_in += (state != "offline") - (before != "offline")
        if state == "talking":
            self.talks[agent_id] = now
        elif before == "talking":
            self.talked += 1
            self.talked_s += now - self.talks.pop(agent_id)

    def call_dialed(self, call_id: str, now: float, answer_rate: float | None = None) -> None:
        """One more line in flight."""
        self.in_flight += 1
        self.on_dialed(call_id, now)

    def call_ringing(self, call_id: str, now: float) -> None:  # noqa: B027
        """No dialer rebuilt here uses it."""

    def call_answered(self, call_id: str, now: float) -> None:
        """A live answer."""
        self.in_flight -= 1
        self.waiting += 1
        self.answers += 1
        self.on_answered(call_id, now)

    def call_connected(self, call_id: str, agent_id: str, now: float) -> None:
        """The caller waits no more."""
        self.waiting -= 1

    def call_abandoned(self, call_id: str, now: float) -> None:
        """A drop."""
        self.waiting -= 1
        self.drops += 1
        self.on_dropped(now)

    def call_failed(self, call_id: str, outcome: str, now: float) -> None:
        """One line less."""
        self.in_flight -= 1
        self.on_failed(call_id, now)

    def call_hung_up(self, call_id: str, now: float) -> None:
        """The caller waits no more."""
        self.waiting -= 1

    def call_reclassified(  # noqa: B027
        self, call_id: str, kind: str, now: float
    ) -> None:
        """Drop statistics are of answers as the dialer saw them."""

    def decide(self, now: float) -> Lines:
        """Ask the law."""
        return Lines(max(0, self.new_lines(now)))

    # -- what a baseline adds --------------------------------------------------------------

    @abstractmethod
    def new_lines(self, now: float) -> int:
        """Return the lines to start now; below zero is none."""

    def on_dialed(self, call_id: str, now: float) -> None:  # noqa: B027 - most do not care
        """A line was started."""

    def on_answered(self, call_id: str, now: float) -> None:  # noqa: B027
        """A call was answered."""

    def on_failed(self, call_id: str, now: float) -> None:  # noqa: B027
        """A line ended unanswered."""

    def on_dropped(self, now: float) -> None:  # noqa: B027
        """A call was dropped."""
