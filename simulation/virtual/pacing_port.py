"""What a virtual campaign asks of whatever paces it: the face of `pacing.Pacer`.

The pacer itself, and rebuilt baselines, have it. Refuses to know any of them.
"""

from typing import Protocol


class Decided(Protocol):
    """An answer."""

    @property
    def lines(self) -> int:
        """Lines to start now."""
        ...


class Pacing(Protocol):
    """Events in, the number of lines out; all times are seconds and never go back."""

    def agent_changed(
        self, agent_id: str, state: str, now: float, *, leaving: bool = False
    ) -> None:
        """An agent is idle, talking, in wrap_up, paused or offline."""
        ...

    def call_dialed(self, call_id: str, now: float, answer_rate: float | None = None) -> None:
        """A line was started."""
        ...

    def call_ringing(self, call_id: str, now: float) -> None:
        """The carrier says that it rings."""
        ...

    def call_answered(self, call_id: str, now: float) -> None:
        """Something live answered and needs an agent."""
        ...

    def call_connected(self, call_id: str, agent_id: str, now: float) -> None:
        """It has one."""
        ...

    def call_abandoned(self, call_id: str, now: float) -> None:
        """It got none in time."""
        ...

    def call_failed(self, call_id: str, outcome: str, now: float) -> None:
        """A line ended without an answer."""
        ...

    def call_hung_up(self, call_id: str, now: float) -> None:
        """A person left while waiting."""
        ...

    def call_reclassified(self, call_id: str, kind: str, now: float) -> None:
        """The agent found a machine."""
        ...

    def decide(self, now: float) -> Decided:
        """Return how many lines to start."""
        ...
