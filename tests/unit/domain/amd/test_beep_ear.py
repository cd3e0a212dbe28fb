"""When a message may begin: after the beep, or once a machine is quiet."""

import numpy as np
from numpy.typing import NDArray

from dialer.domain.amd.activity import FRAME_SAMPLES, RATE_HZ
from dialer.domain.amd.beep import BeepEar

Sound = NDArray[np.int16]


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.int16)


def tone(hz: float, seconds: float) -> Sound:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (8000 * np.sin(2 * np.pi * hz * at)).astype(np.int16)


def speech(seconds: float) -> Sound:
    """Noise in syllables of 0.2 s."""
    samples = round(seconds * RATE_HZ)
    chance = np.random.default_rng(7)
    rhythm = np.abs(np.sin(np.pi * np.arange(samples) / RATE_HZ / 0.2)) ** 2
    return (3000 * chance.standard_normal(samples) * rhythm).astype(np.int16)


def heard(*sounds: Sound) -> tuple[str | None, float]:
    """Return why a message may begin, and when; (None, length) if it may not."""
    ear, whole = BeepEar(), np.concatenate(sounds)
    for at in range(0, len(whole) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
        why = ear.hear(whole[at : at + FRAME_SAMPLES])
        if why is not None:
            return why, (at + FRAME_SAMPLES) / RATE_HZ
    return None, len(whole) / RATE_HZ


def test_the_message_begins_within_a_tenth_of_a_second_after_the_beep() -> None:
    why, at_s = heard(speech(3.0), silence(0.6), tone(1000, 0.4), silence(3.0))
    assert why == "beep"
    assert 4.0 <= at_s <= 4.12


def test_nothing_begins_while_the_greeting_or_its_pauses_last() -> None:
    assert heard(speech(3.0), silence(1.5), speech(3.0), silence(1.0))[0] is None


def test_a_machine_that_had_beeped_before_is_quiet() -> None:
    why, at_s = heard(silence(5.0))
    assert (why, at_s) == ("quiet", 2.0)
    why, at_s = heard(speech(1.0), silence(5.0))
    assert why == "quiet"
    assert 2.9 <= at_s <= 3.2


def test_a_click_that_is_no_beep_begins_nothing() -> None:
    assert heard(speech(2.0), tone(1000, 0.06), speech(2.0))[0] is None
