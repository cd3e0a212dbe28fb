"""The hard limits that stand outside every mode: lines, lines per agent, calls per second, hours.

Knows how many lines may still start now and which limit says so. Refuses to know chances.
"""

from collections.abc import Mapping
from math import floor
from typing import Any

from pacing.decision import LimitedBy
from pacing.settings import PacingSettings


class CallRate:
    """Originates per second: a token bucket that never lets more than the rate out in any second.

    What the bucket holds at most (one call and a burst) and what flows into it in a second add up
    to the rate and one: a burst is paid for by the flow. No look back at the last second: that
    would let each burst go again as a burst one second later, for ever.
    """

    def __init__(self, calls_per_second: float | None, burst_s: float) -> None:
        """Start with a full bucket.

        Args:
            calls_per_second: most originates in any one second; None: no limit.
            burst_s: seconds of the rate that may be saved up, 0 to 1. At least the time between
                two looks, or what overflows is lost; the steady flow is smaller by this share.
        """
        self._set(calls_per_second, burst_s)
        self._tokens = self._depth
        self._filled_at = 0.0

    def _set(self, calls_per_second: float | None, burst_s: float) -> None:
        self._rate = calls_per_second
        self._depth = 1.0 + (calls_per_second or 0.0) * burst_s
        self._flow = (calls_per_second or 0.0) * (1.0 - burst_s)

    def allowed(self, now: float) -> int | None:
        """Return how many originates may be sent at `now`; None: any number."""
        if self._rate is None:
            return None
        self._fill(now)
        return max(0, floor(self._tokens + 1e-9))

    def sent(self, now: float, count: int = 1) -> None:
        """Count originates."""
        if self._rate is not None:
            self._fill(now)
            self._tokens = max(self._tokens - count, -self._depth)

    def change(self, calls_per_second: float | None, burst_s: float) -> None:
        """Take over other settings; what was just sent still counts."""
        was_limited = self._rate is not None
        self._set(calls_per_second, burst_s)
        self._tokens = min(self._tokens, self._depth) if was_limited else self._depth

    def _fill(self, now: float) -> None:
        gained = max(now - self._filled_at, 0.0) * self._flow
        self._tokens = min(self._depth, self._tokens + gained)
        self._filled_at = max(now, self._filled_at)

    def to_json(self) -> dict[str, Any]:
        """Return the bucket as JSON values."""
        return {"tokens": self._tokens, "filled_at": self._filled_at}

    def load_json(self, bucket: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self._tokens = min(float(bucket["tokens"]), self._depth)
        self._filled_at = float(bucket["filled_at"])


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
