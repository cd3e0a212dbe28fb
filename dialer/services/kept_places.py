"""The places in queues of callers who have hung up to be called back.

In memory, as those who wait are: a new engine has the promises, due when the wait would have been
over, and no places. Refuses to know how anybody is called back (`callbacks`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, Protocol

from dialer.domain.agentflow import Agent
from dialer.domain.queue_call import QueueCall
from dialer.ports import OpenCallback
from dialer.services.queued_call import QueuedCall

READY_S: Final = 15.0
"""A phone that was just hung up is not called at once."""


class TurnTaker(Protocol):
    """Calls somebody back whose turn has come (`Callbacks`)."""

    def take_turn(self, promised: OpenCallback, agent: Agent) -> bool:
        """Hold an idle agent and call back; False: it cannot be now."""
        ...

    def on_over(self, listener: Callable[[int], None]) -> None:
        """Be told of each promise that is being kept, or is none any more."""
        ...


CALL_BACK_AFTER_S: Final = 60.0
"""After which a call back is due, should the wait be shorter, or not be known."""

CallBack = Callable[[QueuedCall, float], Awaitable[OpenCallback | None]]
"""Asks a caller who would rather be called back in so many seconds, and promises it."""


class KeptPlaces:
    """The places.

    Args:
        taker: calls back.
        ready: told when a place counts from now on.
        call_back: asks and promises.
    """

    def __init__(self, taker: TurnTaker, ready: Callable[[], None], call_back: CallBack) -> None:
        self._taker = taker
        self._ready = ready
        self._call_back = call_back
        self._places: dict[int, QueuedCall] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        taker.on_over(self.over)

    async def offer(self, call: QueuedCall, expected_s: float | None) -> bool:
        """Ask a caller whether and where they are to be called back; True: promised and kept."""
        promised = await self._call_back(call, max(expected_s or 0.0, CALL_BACK_AFTER_S))
        if promised is not None:
            self.keep(call, promised)
        return promised is not None

    def keep(self, call: QueuedCall, promised: OpenCallback) -> None:
        """Keep the place of a caller who will be called back."""
        wish = call.wish
        place = QueuedCall(QueueCall(wish.since, 0.0), wish, call.queue)
        place.promised = promised
        self._places[promised.callback_id] = place
        loop = asyncio.get_running_loop()
        self._timers[promised.callback_id] = loop.call_later(READY_S, self._count, place)

    def seeking(self) -> Iterable[QueuedCall]:
        """Return the places that count."""
        return [place for place in self._places.values() if place.seeking]

    def seat(self, place: QueuedCall, agent: Agent) -> bool:
        """The turn of a place has come: have its owner called back; it is gone either way."""
        promised = place.promised
        if promised is None:
            return False
        self.over(promised.callback_id)
        return self._taker.take_turn(promised, agent)

    def over(self, callback_id: int) -> None:
        """A promise is being kept, or is none any more: its place is given up."""
        self._places.pop(callback_id, None)
        timer = self._timers.pop(callback_id, None)
        if timer is not None:
            timer.cancel()

    def _count(self, place: QueuedCall) -> None:
        place.seeking = True
        self._ready()
