"""What an engine was asked lately: each thing is begun once at most, however often it arrives.

A request is sent again until it is answered, as Redis may lose it, or its answer. Here it is told
from a new one, and answered again. Pure; times come in. Refuses to know what is asked.
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from dialer.adapters.redis.words import LONGEST_S, Asked

MOST: Final = 10_000
"""Requests that are remembered; more are refused for as long."""

MOST_AT_ONCE: Final = 500
"""Requests under way."""

MOST_BYTES: Final = 16 << 20
"""Of answers that are kept."""

REMEMBERED_S: Final = 2 * LONGEST_S

_SLACK_MS: Final = 1_000


class Verdict(Enum):
    """What is done with something that arrived."""

    BEGIN = auto()
    UNDER_WAY = auto()
    """It was begun and will be answered."""
    AGAIN = auto()
    """It was done: the answer is sent again."""
    FORGOTTEN = auto()
    """It was done; its answer is not kept any more."""
    EXPIRED = auto()
    BUSY = auto()


@dataclass(slots=True)
class _Known:
    at_s: float
    answer: bytes | None = None
    done: bool = False


class Carried:
    """The memory of an engine for what it was asked."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}
        self._answers: deque[str] = deque()
        self._bytes = 0
        self._under_way = 0

    def judge(self, asked: Asked, *, now_ms: int, at_s: float) -> Verdict:
        """Say what is to be done with a request; one that is to begin is noted.

        Args:
            asked: the request.
            now_ms: the latest time that it can be by the server's clock.
            at_s: by the monotonic clock.
        """
        self._forget(at_s)
        known = self._known.get(asked.request_id)
        if known is not None:
            if not known.done:
                return Verdict.UNDER_WAY
            return Verdict.AGAIN if known.answer is not None else Verdict.FORGOTTEN
        if not now_ms < asked.until_ms <= now_ms + LONGEST_S * 1000 + _SLACK_MS:
            return Verdict.EXPIRED
        if len(self._known) >= MOST or self._under_way >= MOST_AT_ONCE:
            return Verdict.BUSY
        self._known[asked.request_id] = _Known(at_s)
        self._under_way += 1
        return Verdict.BEGIN

    def done(self, request_id: str, answer: bytes) -> None:
        """Keep the answer of a request that was begun."""
        self._under_way -= 1
        known = self._known.get(request_id)
        if known is None:
            return
        known.done, known.answer = True, answer
        self._answers.append(request_id)
        self._bytes += len(answer)
        while self._bytes > MOST_BYTES:
            self._drop(self._answers.popleft())

    def answer(self, request_id: str) -> bytes | None:
        """Return the answer of a request, if it is kept."""
        known = self._known.get(request_id)
        return known.answer if known is not None else None

    def _drop(self, request_id: str) -> None:
        known = self._known.get(request_id)
        if known is not None and known.answer is not None:
            self._bytes -= len(known.answer)
            known.answer = None

    def _forget(self, at_s: float) -> None:
        while self._known:
            request_id, oldest = next(iter(self._known.items()))
            if at_s - oldest.at_s < REMEMBERED_S:
                return
            self._drop(request_id)
            del self._known[request_id]
