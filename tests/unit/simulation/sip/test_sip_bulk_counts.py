import numpy as np
import pytest

from simulation.sip.bulk_counts import LineCounts, LineReport

MS = 1_000_000


def take(counts: LineCounts, *packets: tuple[int, int, int, int]) -> None:
    """Packets as (row, arrival in ms, sequence number, SSRC)."""
    row, at_ms, seq, ssrc = (np.array(column, dtype=np.int64) for column in zip(*packets))  # noqa: B905
    counts.take(row, at_ms * MS, seq, ssrc, np.ones(len(packets), dtype=np.bool_))


def report(counts: LineCounts, row: int) -> LineReport:
    return counts.report(row, row)


def test_calls_that_share_a_batch_are_counted_apart() -> None:
    counts = LineCounts(8)
    take(counts, (1, 10, 5, 9), (3, 11, 77, 8), (1, 30, 6, 9), (3, 31, 78, 8), (1, 50, 7, 9))
    take(counts, (1, 70, 8, 9))
    first, second = report(counts, 1), report(counts, 3)
    assert (first.received, first.gaps, first.lost, first.late) == (4, 0, 0, 0)
    assert (first.first_s, first.last_s) == (pytest.approx(0.010), pytest.approx(0.070))
    assert second.received == 2
    assert report(counts, 0).received == 0


def test_gaps_within_and_across_batches() -> None:
    counts = LineCounts(8)
    take(counts, (1, 10, 0, 9), (1, 41, 1, 9))
    take(counts, (1, 61, 2, 9))
    take(counts, (1, 100, 3, 9))
    told = report(counts, 1)
    assert told.gaps == 2
    assert told.max_gap_s == pytest.approx(0.039)


def test_losses_late_ones_and_wraps() -> None:
    counts = LineCounts(8)
    take(counts, (1, 0, 65_534, 9), (1, 20, 65_535, 9), (1, 40, 0, 9), (1, 60, 3, 9))
    assert report(counts, 1).lost == 2
    take(counts, (1, 61, 2, 9), (1, 80, 4, 9))
    told = report(counts, 1)
    assert told.late == 1


def test_a_new_source_is_no_loss() -> None:
    counts = LineCounts(8)
    take(counts, (1, 0, 100, 9), (1, 20, 5_000, 10), (1, 40, 5_001, 10))
    assert report(counts, 1).lost == 0


def test_a_reset_forgets_counts_but_not_the_clock() -> None:
    counts = LineCounts(8)
    take(counts, (1, 10, 0, 9))
    counts.reset()
    take(counts, (1, 60, 1, 9))
    told = report(counts, 1)
    assert (told.received, told.gaps, told.lost) == (1, 1, 0)
    assert told.first_s == pytest.approx(0.06)


def test_a_row_begins_afresh_for_the_next_call() -> None:
    counts = LineCounts(8)
    take(counts, (1, 0, 0, 9), (1, 100, 9, 9))
    counts.clear(1)
    take(counts, (1, 500, 70, 9))
    told = report(counts, 1)
    assert (told.received, told.gaps, told.lost) == (1, 0, 0)
