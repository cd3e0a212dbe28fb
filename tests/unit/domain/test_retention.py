"""How long records are kept: the law, what we say, and the holds that win over both."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.retention import DAY_S, LAWS, Fate, Kind, Retention
from dialer.errors import BadInput

NOW = 2_000_000_000.0
KINDS = st.sampled_from(list(Kind))
DAYS = st.one_of(st.none(), st.integers(1, 4000))


def test_call_records_are_kept_for_five_years_unless_told_otherwise() -> None:
    kept = Retention()
    five_years = 1827 * DAY_S
    for kind in (Kind.ATTEMPTS, Kind.REFUSALS, Kind.RECORDINGS, Kind.CALLS, Kind.AUDIT):
        assert kept.fate(kind, at=NOW - five_years, now=NOW) is Fate.YOUNG
        assert kept.fate(kind, at=NOW - five_years - 1, now=NOW) is Fate.DELETE
    assert set(LAWS) == set(Kind)
    assert all(law.why for law in LAWS.values())


@given(KINDS, DAYS, st.floats(0, 2 * NOW), st.booleans(), st.booleans())
def test_what_is_held_or_not_finished_or_young_is_never_deleted(
    kind: Kind, days: int | None, at: float, is_held: bool, is_open: bool
) -> None:
    fate = Retention({kind: days}).fate(kind, at=at, now=NOW, is_held=is_held, is_open=is_open)
    if is_held or is_open or days is None or at >= NOW - days * DAY_S:
        assert fate is not Fate.DELETE
    else:
        assert fate is Fate.DELETE
    assert (fate is Fate.HELD) == is_held


@given(st.lists(st.dictionaries(KINDS, DAYS), max_size=4), KINDS, st.floats(0, 2 * NOW))
def test_the_longest_of_several_deletes_nothing_that_one_of_them_keeps(
    several: list[dict[Kind, int | None]], kind: Kind, at: float
) -> None:
    each = [Retention(days) for days in several] or [Retention()]
    fates = {one.fate(kind, at=at, now=NOW) for one in each}
    longest = Retention.longest(each).fate(kind, at=at, now=NOW)
    assert (longest is Fate.DELETE) == (fates == {Fate.DELETE})


def test_settings_are_read_and_a_wrong_one_is_told() -> None:
    kept = Retention.of({"recordings": 180, "attempts": "ever", "audit": "4000"})
    assert [kept.of_kind(kind) for kind in (Kind.RECORDINGS, Kind.ATTEMPTS, Kind.AUDIT)] == [
        180,
        None,
        4000,
    ]
    assert kept.before(Kind.ATTEMPTS, NOW) is None
    assert kept.shortened() == [Kind.RECORDINGS]
    for wrong in ({"coffee": 1}, {"audit": 0}, {"audit": "x"}, {"audit": 10**9}, {"audit": -1}):
        with pytest.raises(BadInput, match="retention"):
            Retention.of(wrong)
