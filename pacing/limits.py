"""The hard limits that stand outside every mode: lines, lines per agent, calls per second, hours.

Knows how many lines may still start now and which limit says so. Refuses to know chances.
"""

from collections import deque
from collections.abc import Mapping
from math import ceil, floor
from typing import Any

from pacing.decision import LimitedBy
from pacing.settings import PacingSettings


class CallRate:
    """Originates per second: a token bucket, and never more than the rate in any one second."""

    def __init__(self, calls_per_second: float | None, burst_s: float) -> None:
        """Start with a full bucket; None: no limit."""
        self._rate = calls_per_second
        # one call and what comes in between two looks: a bucket of one would overflow and lose it
        self._depth = 1.0 + (calls_per_second or 0.0) * burst_s
        self._tokens = self._depth
        self._filled_at = 0.0
        self._sent: deque[float] = deque()

    def allowed(self, now: float) -> int | None:
        """Return how many originates may be sent at `now`; None: any number."""
        if self._rate is None:
            return None
        self._fill(now)
        in_last_second = ceil(self._rate) - len(self._sent)
        return max(0, min(floor(self._tokens + 1e-9), in_last_second))

    def sent(self, now: float) -> None:
        """Count one originate."""
        if self._rate is not None:
            self._fill(now)
            self._tokens = max(self._tokens - 1.0, -self._depth)
            self._sent.append(now)

    def change(self, calls_per_second: float | None, burst_s: float) -> None:
        """Take over other settings; what was just sent still counts."""
        was_limited = self._rate is not None
        self._rate = calls_per_second
        self._depth = 1.0 + (calls_per_second or 0.0) * burst_s
        self._tokens = min(self._tokens, self._depth) if was_limited else self._depth

    def _fill(self, now: float) -> None:
        if self._rate is None:
            return
        gained = (now - self._filled_at) * self._rate
        self._tokens = min(self._depth, self._tokens + max(gained, 0.0))
        self._filled_at = now
        while self._sent and self._sent[0] <= now - 1.0:
            self._sent.popleft()

    def to_json(self) -> dict[str, Any]:
        """Return the bucket as JSON values."""
        return {"tokens": self._tokens, "filled_at": self._filled_at, "sent": list(self._sent)}

    def load_json(self, bucket: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._tokens = min(float(bucket["tokens"]), self._depth)
        self._filled_at = float(bucket["filled_at"])
        self._sent = deque(map(float, bucket["sent"]))


def lines_allowed(
    settings: PacingSettings, *, now: float, lines: int, agents: int, rate: CallRate
) -> tuple[int | None, LimitedBy]:
    """Return how many lines may still start, and the limit that says so; None: any number.

    Args:
        settings: the limits.
        now: time in seconds.
        lines: lines in use.
        agents: agents logged in and not paused.
        rate: the originates of the last second.
    """
    if settings.closes_at is not None and now >= settings.closes_at:
        return 0, LimitedBy.SCHEDULE
    allowed: int | None = None
    limited_by = LimitedBy.LINES
    if settings.max_lines is not None:
        allowed = int(settings.max_lines) - lines
    if settings.max_lines_per_agent is not None:
        by_agents = floor(settings.max_lines_per_agent * agents + 1e-9) - lines
        allowed = by_agents if allowed is None else min(allowed, by_agents)
    by_rate = rate.allowed(now)
    if by_rate is not None and (allowed is None or by_rate < allowed):
        allowed, limited_by = by_rate, LimitedBy.CALLS_PER_SECOND
    return (None if allowed is None else max(allowed, 0)), limited_by
