"""A dial under way: its fate, and who waits or talks. Refuses to know time and pacing."""

from simulation.virtual.crew import VirtualAgent
from simulation.virtual.fates import Fate


class VirtualCall:
    """A dial under way."""

    __slots__ = ("agent", "answered_at", "call_id", "fate", "own_rate", "waiting")

    def __init__(self, call_id: str, fate: Fate, own_rate: float) -> None:
        self.call_id = call_id
        self.fate = fate
        self.own_rate = own_rate
        self.answered_at = 0.0
        self.waiting = False
        self.agent: VirtualAgent | None = None
