"""Whether Redis can be reached: told once when it is lost and once when it is back, never retold.

Runs the parts that need Redis, each again and again. Refuses to know what they do.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from redis.exceptions import RedisError

from dialer.adapters.redis.address import RedisAddress

log = structlog.get_logger(__name__)

AGAIN_S: Final = 0.25
"""After a failure, until the next try."""

FAILURES: Final = (RedisError, OSError, EOFError)


class Reach:
    """What is known of the way to a Redis."""

    def __init__(self, address: RedisAddress) -> None:
        self._address = address
        self._failing: set[str] = set()

    async def again(
        self,
        part: str,
        step: Callable[[], Awaitable[None]],
        failed: Callable[[], None] = lambda: None,
    ) -> None:
        """Take a step for ever; after one that failed for Redis, wait a moment."""
        while True:
            try:
                await step()
            except FAILURES as error:
                failed()
                self._lost(part, error)
                await asyncio.sleep(AGAIN_S)
            else:
                self._back(part)
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                # the library waits with asyncio.wait_for, which on Python 3.11 keeps a
                # cancellation to itself when it comes together with the answer
                raise asyncio.CancelledError

    def _lost(self, part: str, error: BaseException) -> None:
        if not self._failing:
            reason = " ".join(str(error).split()) or type(error).__name__
            log.warning("redis_lost", redis=str(self._address), reason=reason)
        self._failing.add(part)

    def _back(self, part: str) -> None:
        if part in self._failing:
            self._failing.discard(part)
            if not self._failing:
                log.info("redis_back", redis=str(self._address))
