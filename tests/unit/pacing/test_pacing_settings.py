"""Settings: what is refused, and what the refusal says."""

import dataclasses
import math

import pytest

from pacing import Cap, Ledger, PacingError, PacingSettings, Window


def test_the_defaults_are_the_law_of_the_us_and_no_limits():
    settings = PacingSettings()
    assert settings.mode == "progressive"
    assert settings.abandon_rate_target == 0.03
    assert settings.abandon_rate_guard == "running"
    assert settings.answer_grace_s == 2.0
    assert settings.max_lines is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", "agressive"),
        ("abandon_rate_guard", "daily"),
        ("abandon_rate_target", 3),
        ("abandon_rate_target", -0.01),
        ("abandon_rate_target", math.nan),
        ("abandon_rate_target", True),
        ("answer_grace_s", "2"),
        ("answer_grace_s", math.inf),
        ("power_ratio", 0.5),
        ("max_lines", -1),
        ("max_lines", 2.5),
        ("max_lines_per_agent", math.nan),
        ("calls_per_second", 0),
        ("calls_burst_s", 0.6),
        ("ring_no_answer_min_s", 61.0),
        ("closes_at", math.inf),
        ("answers_to_come", -1),
        ("ring_timeout_s", 0),
        ("prior_answer_rate", 1.0),
        ("prior_talk_s", 0.0),
        ("law_half_life_s", 1.0),
        ("guard_room", 0.0),
        ("amd_false_positive_rate", 1.0),
        ("deduct_machine_abandons", 1),
        ("line_linger_max_s", 0.0),
        ("caps", ("3 %",)),
    ],
)
def test_a_value_out_of_range_names_the_field_the_value_and_the_range(field, value):
    with pytest.raises(PacingError) as caught:
        PacingSettings(**{field: value})
    assert caught.value.field == field
    assert caught.value.value is value
    assert caught.value.allowed
    assert field in str(caught.value)


def test_settings_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        PacingSettings().mode = "power"


def test_a_cap_takes_seconds_for_a_rolling_window():
    ledger = Ledger()
    assert Cap(0.02, 86_400, ledger).window == Window.rolling(86_400.0)
    assert Cap(0.02).window == Window.campaign()
    assert Cap(0.02, "campaign", ledger).ledger is ledger


@pytest.mark.parametrize(
    "make",
    [
        lambda: Cap(1.5),
        lambda: Cap(0.03, "month"),
        lambda: Cap(0.03, 10.0),
        lambda: Cap(0.03, Window.campaign(), "ledger"),
        lambda: Window("weekly"),
        lambda: Window.block(0.0),
        lambda: Window.block(86_400.0, math.nan),
        lambda: Window.dated(()),
        lambda: Window.dated((2.0, 1.0)),
    ],
)
def test_caps_and_windows_out_of_range_are_refused(make):
    with pytest.raises(PacingError):
        make()


def test_a_ring_time_below_the_legal_least_is_refused():
    with pytest.raises(PacingError, match=r"ring_timeout_s.*at least ring_no_answer_min_s = 15"):
        PacingSettings(ring_timeout_s=14.0, ring_no_answer_min_s=15.0)
