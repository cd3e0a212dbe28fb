"""What is heard of agents' phones by a switch in memory.

Refuses to know how channels come and go: that is the switch it is a part of.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping

from dialer.domain.ids import LegId

_PACKETS_PER_S = 50


class MemoryLegHearing(ABC):
    """A `LegHearing` (dialer.ports): phones send without a break, unless a test says otherwise."""

    def __init__(self) -> None:
        self.browsers: dict[str, str] = {}
        """Contact of each endpoint whose phone is a page."""
        self._silent: dict[str, int] = {}

    async def received(self, leg_id: LegId) -> int | None:
        """Return how many packets of audio a leg has had; None: there is no such leg."""
        await asyncio.sleep(0)
        self.need_session()
        age_s = self.age_s(leg_id)
        return None if age_s is None else self._silent.get(leg_id, int(age_s * _PACKETS_PER_S))

    async def pages(self) -> Mapping[str, str]:
        """Return the contact of each endpoint whose phone is a page in a browser."""
        await asyncio.sleep(0)
        self.need_session()
        return dict(self.browsers)

    def silence(self, leg_id: LegId) -> None:
        """Nothing comes from a leg any more."""
        age_s = self.age_s(leg_id)
        if age_s is not None:
            self._silent[leg_id] = int(age_s * _PACKETS_PER_S)

    def sound(self, leg_id: LegId) -> None:
        """Audio comes again."""
        self._silent.pop(leg_id, None)

    @abstractmethod
    def need_session(self) -> None:
        """Raise if there is no session."""

    @abstractmethod
    def age_s(self, channel_id: str) -> float | None:
        """Return for how long a channel has lived; None: there is none."""
