"""Windows of time over which an abandonment cap is counted.

Knows where the present window began. Refuses to know calendars: months and legal days come as
dated edges on the caller's clock, and nothing here reads a clock.
"""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import floor, inf, isfinite
from typing import Any, Self

from pacing.errors import out_of_range

KINDS = ("campaign", "rolling", "block", "dated")


@dataclass(frozen=True, slots=True)
class Window:
    """One way to cut time into windows; make it by one of the class methods."""

    kind: str = "campaign"
    """"campaign": everything so far; "rolling": the last `length_s`; "block": one `length_s` after
    the other from `start_s`; "dated": between neighbours of `edges_s`."""
    length_s: float = 0.0
    """Length of a rolling window or a block in seconds, at least 60."""
    start_s: float = 0.0
    """Where the first block begins, in seconds on the caller's clock."""
    edges_s: tuple[float, ...] = ()
    """Rising edges of dated windows, in seconds on the caller's clock."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise out_of_range("window.kind", self.kind, "one of " + ", ".join(KINDS))
        if self.kind in ("rolling", "block") and not 60.0 <= self.length_s < inf:
            raise out_of_range("window.length_s", self.length_s, "60 s or more, finite")
        if not isfinite(self.start_s):
            raise out_of_range("window.start_s", self.start_s, "a finite time in seconds")
        if self.kind == "dated":
            edges = self.edges_s
            rising = all(a < b for a, b in pairwise(edges))
            if not edges or not rising or not all(isfinite(edge) for edge in edges):
                raise out_of_range("window.edges_s", edges, "one or more finite times, rising")

    @classmethod
    def campaign(cls) -> Self:
        """Everything since the campaign began: the cap holds whenever someone stops it."""
        return cls()

    @classmethod
    def rolling(cls, length_s: float) -> Self:
        """The last `length_s` seconds, at any instant (such as 24 h)."""
        return cls("rolling", length_s)

    @classmethod
    def block(cls, length_s: float, start_s: float = 0.0) -> Self:
        """Successive blocks of `length_s` seconds from `start_s` (such as 30 days)."""
        return cls("block", length_s, start_s)

    @classmethod
    def dated(cls, edges_s: tuple[float, ...]) -> Self:
        """Windows between given times (such as the first instants of calendar months)."""
        return cls("dated", 0.0, 0.0, tuple(edges_s))

    def span(self, now: float) -> tuple[float, float]:
        """Return (begin, end) of the window that `now` is in; infinite where it is open."""
        if self.kind == "rolling":
            return now - self.length_s, inf
        if self.kind == "block":
            begin = self.start_s + floor((now - self.start_s) / self.length_s) * self.length_s
            return begin, begin + self.length_s
        if self.kind == "dated":
            place = bisect_right(self.edges_s, now)
            begin = self.edges_s[place - 1] if place else -inf
            return begin, self.edges_s[place] if place < len(self.edges_s) else inf
        return -inf, inf

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Accept a Window, "campaign", or the length of a rolling window in seconds.

        Raises:
            PacingError: it is none of these, or out of range.
        """
        if isinstance(value, cls):
            return value
        if value == "campaign":
            return cls.campaign()
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls.rolling(float(value))
        raise out_of_range("window", value, 'a Window, "campaign", or seconds of a rolling window')
