"""What verdicts are charged, and whether they may come before the agent."""

import pytest
from scipy.stats import beta

from dialer.domain.amd.bound import lower_bound, upper_bound
from dialer.domain.amd.trust import (
    DEFAULT_CHARGE,
    LEAST_PERSONS,
    AmdMode,
    Labelled,
    Origin,
    charge_of,
    check_mode,
    refusal_of,
)
from dialer.errors import BadInput


def labelled(
    persons: int, false_positives: int = 0, *, in_time: int = 0, origin: Origin = Origin.OPERATOR
) -> Labelled:
    return Labelled(origin, persons, false_positives, in_time)


@pytest.mark.parametrize(("errors", "trials"), [(0, 1), (0, 300), (7, 158), (3, 1000), (99, 100)])
def test_the_upper_bound_is_that_of_clopper_and_pearson(errors: int, trials: int) -> None:
    exact = beta.ppf(0.95, errors + 1, trials - errors)
    assert upper_bound(errors, trials) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("errors", "trials"), [(1, 1), (7, 158), (990, 1000), (100, 100)])
def test_the_lower_bound_is_that_of_clopper_and_pearson(errors: int, trials: int) -> None:
    exact = beta.ppf(0.05, errors, trials - errors + 1)
    assert lower_bound(errors, trials) == pytest.approx(exact, rel=1e-9)


def test_bounds_at_the_ends_are_the_ends() -> None:
    assert upper_bound(5, 5) == 1.0
    assert lower_bound(0, 5) == 0.0


def test_more_errors_than_trials_are_no_count() -> None:
    with pytest.raises(ValueError, match="6 errors of 5"):
        upper_bound(6, 5)


def test_seven_of_158_leave_the_rate_between_2_and_8_percent() -> None:
    assert round(lower_bound(7, 158), 3) == 0.021
    assert round(upper_bound(7, 158), 3) == 0.082


def test_without_detection_nothing_is_charged() -> None:
    assert charge_of(AmdMode.OFF, None).rate == 0.0


@pytest.mark.parametrize("mode", [AmdMode.AGENT_FIRST, AmdMode.SCREENING])
def test_without_labelled_calls_the_public_benchs_share_is_charged(mode: AmdMode) -> None:
    assert charge_of(mode, None).rate == DEFAULT_CHARGE
    assert round(DEFAULT_CHARGE, 3) == 0.044


def test_a_bound_on_made_recordings_is_never_charged() -> None:
    perfect = labelled(100_000, origin=Origin.SYNTHETIC)
    assert perfect.false_positive_bound < 0.0001
    assert charge_of(AmdMode.AGENT_FIRST, perfect).rate == DEFAULT_CHARGE


def test_too_few_labelled_calls_change_nothing() -> None:
    charge = charge_of(AmdMode.AGENT_FIRST, labelled(LEAST_PERSONS - 1))
    assert charge.rate == DEFAULT_CHARGE
    assert charge.reason == "299 labelled persons, 300 are needed"


def test_enough_labelled_calls_are_charged_their_bound_not_their_share() -> None:
    charge = charge_of(AmdMode.AGENT_FIRST, labelled(1000, 3))
    assert charge.rate == upper_bound(3, 1000)
    assert charge.rate > 0.003


def test_a_detector_that_is_worse_than_the_default_is_charged_more() -> None:
    assert charge_of(AmdMode.AGENT_FIRST, labelled(400, 40)).rate > DEFAULT_CHARGE


def test_screening_is_refused_without_labelled_calls() -> None:
    assert "no labelled calls" in refusal_of(AmdMode.SCREENING, None)
    made = labelled(1000, in_time=1000, origin=Origin.SYNTHETIC)
    assert "no labelled calls" in refusal_of(AmdMode.SCREENING, made)


def test_screening_is_refused_where_persons_wait_in_vain() -> None:
    refusal = refusal_of(AmdMode.SCREENING, labelled(1000, in_time=979))
    assert refusal == "97.9% of persons had a verdict within 1.5 s, 98% are needed"


def test_screening_is_refused_on_too_few_labelled_calls() -> None:
    assert "300 are needed" in refusal_of(AmdMode.SCREENING, labelled(299, in_time=299))


def test_screening_is_allowed_where_98_percent_are_known_in_time() -> None:
    assert refusal_of(AmdMode.SCREENING, labelled(1000, in_time=980)) == ""


@pytest.mark.parametrize("mode", [AmdMode.OFF, AmdMode.AGENT_FIRST])
def test_nobody_waits_for_a_verdict_in_the_other_modes(mode: AmdMode) -> None:
    assert refusal_of(mode, None) == ""


def test_a_mode_that_is_refused_names_the_setting_and_the_way_out() -> None:
    with pytest.raises(BadInput, match="screening is refused: no labelled calls") as refused:
        check_mode(AmdMode.SCREENING, None)
    assert refused.value.field == "amd"
    assert "agent_first" in refused.value.fix
    check_mode(AmdMode.SCREENING, labelled(300, in_time=294))
    check_mode(AmdMode.AGENT_FIRST, None)
