"""When a datagram that may be lost is sent again (RFC 3261 timers A, E, G and the 200's).

Refuses to know what the datagram is.
"""

from dataclasses import dataclass
from typing import Final

from simulation.sip.sdp import Address
from simulation.sip.signals import Send

T1_S: Final = 0.5
T2_S: Final = 4.0
PATIENCE_S: Final = 64 * T1_S


@dataclass(slots=True)
class Resend:
    """One datagram, repeated at 0.5, 1, 2, 4, 4, ... seconds until stopped or given up."""

    data: bytes
    to: Address
    next_at: float
    give_up_at: float
    interval_s: float = T1_S
    cap_s: float = T2_S

    @classmethod
    def of(
        cls,
        data: bytes,
        to: Address,
        now: float,
        *,
        cap_s: float = T2_S,
        patience_s: float = PATIENCE_S,
    ) -> "Resend":
        """Begin at `now`, when the datagram is sent for the first time."""
        return cls(data, to, now + T1_S, now + patience_s, cap_s=cap_s)

    @property
    def deadline(self) -> float:
        """When `again` must be called."""
        return min(self.next_at, self.give_up_at)

    def given_up(self, now: float) -> bool:
        """Tell whether nobody answered in time."""
        return now >= self.give_up_at

    def again(self, now: float) -> list[Send]:
        """Repeat the datagram if it is time, and double the pause."""
        if now < self.next_at:
            return []
        self.interval_s = min(2 * self.interval_s, self.cap_s)
        self.next_at = now + self.interval_s
        return [Send(self.data, self.to)]
