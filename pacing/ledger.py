"""The ledger of live answers and abandons: what a regulator would count.

Knows when people answered and whether they were abandoned, and sums any window of it. One ledger
may be shared by several pacers (a campaign's cap and the whole centre's). It is rebuilt from the
recorded attempts at a start. Refuses to know calls, agents and caps.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, inf, isfinite
from typing import Final, NamedTuple

from pacing.errors import out_of_range
from pacing.window import Window

BIN_S: Final = 60.0
"""Seconds that are summed together; a rolling window is read to the safe side of one bin."""
KEEP_S: Final = 32 * 86_400.0
"""How far back a window can reach; the campaign's own totals are kept for ever."""


class Counts(NamedTuple):
    """Live answers and abandons of one window; fractions come from charged AMD errors."""

    live: float
    """Calls answered by a person, abandoned ones included."""
    abandoned: float

    @property
    def rate(self) -> float:
        """Abandon rate, 0..1; 0 while nobody has answered."""
        return self.abandoned / self.live if self.live > 0 else 0.0


@dataclass(slots=True)
class _Bin:
    begin: float
    live: float = 0.0
    abandoned: float = 0.0


@dataclass(slots=True)
class _Tally:
    begin: float
    """Records at or after this time are in."""
    fresh_until: float
    live: float
    abandoned: float


class Ledger:
    """Live answers and abandons in time; sums them over any `Window`."""

    def __init__(self, records: Iterable[tuple[float, bool]] = ()) -> None:
        """Start from recorded attempts, if there are any: see `rebuild`."""
        self._bins: deque[_Bin] = deque()
        self._tallies: dict[Window, _Tally] = {}
        self._live = 0.0
        self._abandoned = 0.0
        self.rebuild(records)

    def rebuild(
        self, records: Iterable[tuple[float, bool]], *, amd_false_positive_rate: float = 0.0
    ) -> None:
        """Add recorded live answers as (time in seconds, abandoned) pairs, in any order."""
        for at, abandoned in sorted(records):
            self.record(at, abandoned=abandoned, amd_false_positive_rate=amd_false_positive_rate)

    def record(self, at: float, *, abandoned: bool, amd_false_positive_rate: float = 0.0) -> None:
        """Enter one live answer.

        Args:
            at: when its fate was settled, in seconds on the caller's clock.
            abandoned: no agent took it in time.
            amd_false_positive_rate: share of persons that answering machine detection threw
                away unheard: each person seen stands for rate / (1 - rate) unseen abandons.
        """
        unseen = _unseen(amd_false_positive_rate)
        self._add(at, 1.0 + unseen, float(abandoned) + unseen)

    def retract(self, at: float, *, abandoned: bool, amd_false_positive_rate: float = 0.0) -> None:
        """Take back what `record` entered with the same arguments."""
        unseen = _unseen(amd_false_positive_rate)
        self._add(at, -1.0 - unseen, -float(abandoned) - unseen)

    def recharge(self, own: "Ledger", before: float, after: float) -> None:
        """Charge the persons of a campaign at another share, as if it had always been that one.

        Args:
            own: the campaign's own ledger, all of it charged `before`; to be recharged last.
            before: `amd_false_positive_rate` with which the campaign's records were entered.
            after: the share they are to bear.
        """
        more, seen = _unseen(after) - _unseen(before), 1.0 - before
        persons = [(entry.begin, entry.live * seen) for entry in own._bins]
        total = own._live * seen
        for begin, count in persons:
            entry = self._bin(begin)
            entry.live += count * more
            entry.abandoned += count * more
        self._live += total * more
        self._abandoned += total * more
        self._tallies.clear()

    def counts(self, window: Window, now: float) -> Counts:
        """Return the live answers and abandons of the window that `now` is in."""
        if window.kind == "campaign":
            return Counts(max(self._live, 0.0), max(self._abandoned, 0.0))
        tally = self._tallies.get(window)
        if tally is None or now >= tally.fresh_until:
            tally = self._sum(window, now)
            self._tallies[window] = tally
        return Counts(max(tally.live, 0.0), max(tally.abandoned, 0.0))

    def _sum(self, window: Window, now: float) -> _Tally:
        begin, end = window.span(now)
        live = abandoned = 0.0
        for entry in reversed(self._bins):
            if entry.begin + BIN_S <= begin:
                break
            # a bin that lies half in: its abandons count, its live answers do not
            abandoned += entry.abandoned
            live += entry.live if entry.begin >= begin else 0.0
        until = end if window.kind != "rolling" else (floor(now / BIN_S) + 1) * BIN_S
        return _Tally(begin, until, live, abandoned)

    def _add(self, at: float, live: float, abandoned: float) -> None:
        if not isfinite(at):
            raise out_of_range("at", at, "a finite time in seconds")
        entry = self._bin(at)
        entry.live += live
        entry.abandoned += abandoned
        self._live += live
        self._abandoned += abandoned
        for tally in self._tallies.values():
            if tally.begin <= at < tally.fresh_until:
                tally.live += live
                tally.abandoned += abandoned
            elif at >= tally.fresh_until:
                tally.fresh_until = -inf

    def _bin(self, at: float) -> _Bin:
        begin = floor(at / BIN_S) * BIN_S
        bins = self._bins
        place = len(bins)
        while place and bins[place - 1].begin > begin:
            place -= 1
        if place and bins[place - 1].begin == begin:
            return bins[place - 1]
        entry = _Bin(begin)
        bins.insert(place, entry)
        while bins[0].begin < bins[-1].begin - KEEP_S:
            bins.popleft()
        return entry

    def to_rows(self) -> list[list[float]]:
        """Return what is kept as JSON rows; the first one holds the totals."""
        rows = [[b.begin, b.live, b.abandoned] for b in self._bins]
        return [[0.0, self._live, self._abandoned], *rows]

    @classmethod
    def from_rows(cls, rows: Iterable[Iterable[float]]) -> "Ledger":
        """Make a ledger again from `to_rows`."""
        ledger = cls()
        (_, live, abandoned), *bins = (tuple(float(x) for x in row) for row in rows)
        ledger._live, ledger._abandoned = live, abandoned
        ledger._bins.extend(_Bin(*row) for row in bins)
        return ledger


def _unseen(amd_false_positive_rate: float) -> float:
    if not 0.0 <= amd_false_positive_rate < 1.0:
        raise out_of_range("amd_false_positive_rate", amd_false_positive_rate, "0 <= rate < 1")
    return amd_false_positive_rate / (1.0 - amd_false_positive_rate)
