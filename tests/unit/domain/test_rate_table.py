"""Rates: the longest beginning holds, and begun increments are paid whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.rate_table import NO_RATES, Billing, RateTable
from dialer.errors import BadInput

UK = {"+44": 0.02, "+447": 0.05, "+4477": 0.06}


def test_the_longest_beginning_holds() -> None:
    table = RateTable.of(UK)
    assert table.beginning_of("+442079460000") == "+44"
    assert table.beginning_of("+447911123456") == "+447"
    assert table.beginning_of("+447711123456") == "+4477"
    assert table.beginning_of("+4930123456") is None
    assert table.cost("+4930123456", 60_000) is None
    assert (table.longest, RateTable.of({}).longest) == (5, 0)


@pytest.mark.parametrize(
    ("billing", "answered_ms", "billed_s"),
    [
        ({}, 0, 0),
        ({}, 1, 1),
        ({}, 60_000, 60),
        ({}, 60_001, 61),
        ({"first_s": 60, "increment_s": 60}, 1, 60),
        ({"first_s": 60, "increment_s": 60}, 60_000, 60),
        ({"first_s": 60, "increment_s": 60}, 60_001, 120),
        ({"first_s": 30, "increment_s": 6}, 30_000, 30),
        ({"first_s": 30, "increment_s": 6}, 31_000, 36),
        ({"first_s": 30, "increment_s": 6}, 36_001, 42),
        ({"first_s": 30}, -5, 0),
    ],
)
def test_seconds_are_rounded_as_the_trunk_bills(
    billing: dict[str, int], answered_ms: int, billed_s: int
) -> None:
    table = RateTable.of({"+1": 0.6, "billing": billing})
    assert table.billing.billed_s(answered_ms) == billed_s
    assert table.cost("+12025550100", answered_ms) == pytest.approx(billed_s * 0.01)


@given(st.integers(1, 10**8), st.integers(0, 120), st.integers(1, 120))
def test_what_is_billed_covers_the_call_by_less_than_an_increment(
    answered_ms: int, first_s: int, increment_s: int
) -> None:
    billed_s = Billing(first_s, increment_s).billed_s(answered_ms)
    assert billed_s * 1000 >= answered_ms
    assert billed_s == first_s or (billed_s - increment_s) * 1000 < answered_ms


@pytest.mark.parametrize(
    ("rates", "problem"),
    [
        ({"44": 0.1}, "'44' begins no number"),
        ({"+": 0.1}, "'\\+' begins no number"),
        ({"+44": -0.1}, "is no price"),
        ({"+44": float("nan")}, "is no price"),
        ({"+44": True}, "is no price"),
        ({"+44": "cheap"}, "'cheap' is no price"),
        ({"billing": 60}, "names no seconds"),
        ({"billing": {"increment_s": 0}}, "out of range"),
        ({"billing": {"increment_s": 0.5}}, "no whole number"),
        ({"billing": {"each_s": 6}}, "'each_s' is not known"),
    ],
)
def test_a_wrong_table_is_refused_with_its_name(rates: dict[str, object], problem: str) -> None:
    with pytest.raises(BadInput, match=problem) as caught:
        RateTable.of(rates, name="rates of trunk t1")
    assert str(caught.value).startswith("rates of trunk t1: ")


def test_a_table_survives_being_written_and_read() -> None:
    table = RateTable.of({**UK, "billing": {"first_s": 30, "increment_s": 6}})
    assert RateTable.of(table.written()) == table
    assert RateTable.of(NO_RATES.written()) == NO_RATES
