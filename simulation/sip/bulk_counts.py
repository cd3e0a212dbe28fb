"""Counting received RTP of hundreds of calls at once, in arrays with one row per call.

Knows arrivals, sequence numbers and SSRCs of a batch of packets; refuses to know sockets.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from simulation.sip.continuity import GAP_S

Ints = NDArray[np.int64]
Rows = NDArray[np.intp]
"""Shape (n,): the call each packet of a batch belongs to."""

_GAP_NS: Final = round(GAP_S * 1e9)
_NO_SSRC: Final = -1


@dataclass(frozen=True, slots=True)
class LineReport:
    """What one call sent and received since it began, or since the last reset."""

    line: int
    sent: int
    received: int
    heard: int
    """Packets that carry exactly the expected tone."""
    gaps: int
    """Arrivals more than 30 ms after the one before."""
    lost: int
    """Missing by sequence number."""
    late: int
    """Sequence numbers that came late or twice."""
    max_gap_s: float
    first_s: float
    """Arrival of the first packet, seconds since the epoch; 0 without one."""
    last_s: float


class LineCounts:
    """Counters of all rows."""

    def __init__(self, capacity: int) -> None:
        def zeros() -> Ints:
            return np.zeros(capacity, dtype=np.int64)

        self.sent: Final = zeros()
        self.received: Final = zeros()
        self.heard: Final = zeros()
        self._gaps = zeros()
        self._lost = zeros()
        self._late = zeros()
        self._max_gap_ns = zeros()
        self._first_ns = zeros()
        self._last_ns = zeros()
        self._seq = zeros()
        self._ssrc = np.full(capacity, _NO_SSRC, dtype=np.int64)
        self._counters = (
            self.sent,
            self.received,
            self.heard,
            self._gaps,
            self._lost,
            self._late,
            self._max_gap_ns,
            self._first_ns,
        )

    def clear(self, row: int) -> None:
        """Begin a call in this row."""
        for counter in (*self._counters, self._last_ns):
            counter[row] = 0
        self._ssrc[row] = _NO_SSRC

    def reset(self) -> None:
        """Set all counts to zero; a gap that began before still counts, and streams go on."""
        for counter in self._counters:
            counter[:] = 0

    def report(self, line: int, row: int) -> LineReport:
        """Return the counts of a row."""
        return LineReport(
            line=line,
            sent=int(self.sent[row]),
            received=int(self.received[row]),
            heard=int(self.heard[row]),
            gaps=int(self._gaps[row]),
            lost=max(0, int(self._lost[row])),
            late=int(self._late[row]),
            max_gap_s=float(self._max_gap_ns[row]) * 1e-9,
            first_s=float(self._first_ns[row]) * 1e-9,
            last_s=float(self._last_ns[row]) * 1e-9,
        )

    def take(self, row: Rows, at_ns: Ints, seq: Ints, ssrc: Ints, heard: NDArray[np.bool_]) -> None:
        """Count a batch of packets, in order of arrival.

        Args:
            row: call of each packet.
            at_ns: arrival, nanoseconds since the epoch.
            seq: sequence number.
            ssrc: source.
            heard: whether the payload is the expected one.
        """
        order = np.argsort(row, kind="stable")
        row, at_ns, seq, ssrc = row[order], at_ns[order], seq[order], ssrc[order]
        edge = np.flatnonzero(np.diff(row))
        begins = np.concatenate(([0], edge + 1))
        ends = np.concatenate((edge, [len(row) - 1]))
        self._tally(self.received, row)
        self._tally(self.heard, row[heard[order]])
        self._count_gaps(row, at_ns, begins, ends)
        self._count_losses(row, seq, ssrc, begins, ends)

    def _count_gaps(self, row: Rows, at_ns: Ints, begins: Rows, ends: Rows) -> None:
        before = _shifted(at_ns, begins, self._last_ns[row[begins]])
        gap = np.where(before > 0, at_ns - before, 0)
        self._tally(self._gaps, row[gap > _GAP_NS])
        np.maximum.at(self._max_gap_ns, row, gap)
        fresh = begins[self._first_ns[row[begins]] == 0]
        self._first_ns[row[fresh]] = at_ns[fresh]
        self._last_ns[row[ends]] = at_ns[ends]

    def _count_losses(self, row: Rows, seq: Ints, ssrc: Ints, begins: Rows, ends: Rows) -> None:
        before = _shifted(seq, begins, self._seq[row[begins]])
        same = ssrc == _shifted(ssrc, begins, self._ssrc[row[begins]])
        step = ((seq - before + 32_768) & 0xFFFF) - 32_768
        late = same & (step <= 0)
        missing = np.where(same & (step > 1), step - 1, 0) - (same & (step < 0))
        np.add.at(self._lost, row, missing)  # one that comes late was counted as lost
        self._tally(self._late, row[late])
        self._seq[row[ends]] = seq[ends]
        self._ssrc[row[ends]] = ssrc[ends]

    @staticmethod
    def _tally(counter: Ints, row: Rows) -> None:
        counter += np.bincount(row, minlength=len(counter))


def _shifted(values: Ints, begins: Rows, first: Ints) -> Ints:
    """Return the value before each one: within a call the previous, at its begin `first`."""
    before = np.empty_like(values)
    before[1:] = values[:-1]
    before[begins] = first
    return before
