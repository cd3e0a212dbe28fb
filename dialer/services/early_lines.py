"""Lines that ask what to do before the calls of an engine before us are taken over.

Knows who waits for an adoption, and since when we listen. Refuses to know calls.
"""

import asyncio

from dialer.ports import Clock


class EarlyLines:
    """Who asks while the past is being settled."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._settling = False
        self._listening_since = 0.0
        self._asking: dict[str, asyncio.Future[bool]] = {}

    def settling(self) -> None:
        """We listen, and calls of an engine before us may live: lines that ask wait for us."""
        self._settling = True
        self._listening_since = self._clock.now()

    def settled(self) -> None:
        """All that live are adopted; who asks now is not known."""
        self._settling = False
        for channel_id in list(self._asking):
            self.answer(channel_id, adopted=False)

    def asks(self, channel_id: str, answered_at: float) -> bool:
        """Whether a line that is not adopted yet asks us what to do, or is about to.

        One that was answered before we listened asked nobody, or an engine that is gone.
        """
        return channel_id in self._asking or (
            self._settling and answered_at >= self._listening_since
        )

    async def adoption(self, channel_id: str) -> bool:
        """Wait until the call of a line is adopted; False when it is not, or all are settled."""
        if not self._settling:
            return False
        asking = self._asking.get(channel_id)
        if asking is None:
            asking = asyncio.get_running_loop().create_future()
            self._asking[channel_id] = asking
        return await asking

    def answer(self, channel_id: str, *, adopted: bool) -> None:
        """Let a line that waits, if it does, go on."""
        asking = self._asking.pop(channel_id, None)
        if asking is not None and not asking.done():
            asking.set_result(adopted)
