"""The simulated carrier's number plan and tones."""

import itertools

import phonenumbers
import pytest

from simulation.carrier.plan import (
    DIGITS,
    Line,
    LineOutcome,
    digit_number,
    fictional_numbers,
    render_plan,
)
from simulation.carrier.tones import (
    AGENT_TONES_HZ,
    BEEP_HZ,
    CUSTOMER_TONES_HZ,
    FAX_HZ,
    agent_tone_hz,
    customer_tone_hz,
)

ALL_TONES = AGENT_TONES_HZ + CUSTOMER_TONES_HZ


def test_a_line_becomes_one_extension() -> None:
    line = Line("+12025550100", LineOutcome.PERSON, ring_ms=1500, talk_ms=8000, tone_hz=2262)
    assert render_plan([line]).splitlines()[-1] == (
        "exten => 12025550100,1,Gosub(line,s,1(person,1.500,8.000,hello-1,2262,,5.000))"
    )


def test_a_number_is_in_the_plan_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        render_plan([Line("+12025550100"), Line("+12025550100", LineOutcome.BUSY)])


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "12025550100"},
        {"number": "+1202555010x"},
        {"number": "+12025550100,1,System(date)"},
        {"talk_ms": 0},
        {"ring_ms": -1},
        {"voice": "../../etc/passwd"},
        {"key": "99"},
        {"tone_hz": 50},
    ],
)
def test_a_line_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Line(**{"number": "+12025550100", **changes})  # type: ignore[arg-type]


def test_all_numbers_look_like_numbers() -> None:
    numbers = list(itertools.islice(fictional_numbers(), 2000))
    assert len(set(numbers)) == 2000
    numbers += [digit_number(outcome) for outcome in LineOutcome]
    for number in numbers:
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))


def test_digits_say_what_happens() -> None:
    assert digit_number(LineOutcome.BUSY, ring_s=1.5, talk_s=30, tone=4) == "+19993153004"
    assert sorted(DIGITS.values()) == list("0123456789")
    assert set(DIGITS) == set(LineOutcome)
    with pytest.raises(ValueError, match="ring_s"):
        digit_number(LineOutcome.PERSON, ring_s=10)


def test_no_tone_is_another_ones_harmonic_or_neighbour_or_a_network_tone() -> None:
    assert (
        min(abs(one - other) for one, other in itertools.combinations([*ALL_TONES, BEEP_HZ], 2))
        >= 30
    )
    assert max(ALL_TONES) < 2 * min(ALL_TONES)
    assert all(abs(hz - FAX_HZ) > 10 for hz in ALL_TONES)
    assert max(ALL_TONES) < 3400


def test_tones_come_again_only_past_the_table() -> None:
    assert len({agent_tone_hz(i) for i in range(24)}) == 24
    assert agent_tone_hz(24) == agent_tone_hz(0)
    assert len({customer_tone_hz(i) for i in range(23)}) == 23
