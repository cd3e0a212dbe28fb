"""Recordings judged by ear: each known tone on its own channel, or a problem that says where."""

import wave
from pathlib import Path

import numpy as np
import pytest

from simulation.carrier.plan import Line, LineOutcome
from simulation.carrier.tones import BEEP_HZ, FAX_HZ, agent_tone_hz, customer_tone_hz
from simulation.demo.hearing import Heard, listen
from simulation.sip.tones import tone

NUMBER = "+12025550100"
CUSTOMER_HZ = customer_tone_hz(3)
AGENT_HZ = agent_tone_hz(2)
PERSON = Line(NUMBER, LineOutcome.PERSON, tone_hz=CUSTOMER_HZ)

HELLO = np.random.default_rng(1).integers(-3000, 3000, 4000).astype(np.int16)
QUIET = np.zeros(8000 * 10, dtype=np.int16)


def spoken(hz: int, length_s: float) -> np.ndarray:
    """A person: half a second of hello, then the own tone."""
    return np.concatenate([HELLO, tone(hz, length_s - 0.5)])


def recording(path: Path, customer: np.ndarray, agent: np.ndarray, *, channels: int = 2) -> Path:
    length = min(len(customer), len(agent))
    both = np.stack([customer[:length], agent[:length]], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(both.astype("<i2").tobytes())
    return path


def heard(path: Path, line: Line = PERSON, *, joined_s: float = 0.0, talk_s: float = 4.0) -> Heard:
    return listen(
        path,
        line,
        AGENT_HZ,
        answered_at=1000.0,
        joined_at=1000.0 + joined_s,
        left_at=1000.0 + joined_s + talk_s,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "at-1.wav"


def test_a_talk_with_both_tones_in_place_is_right(path: Path) -> None:
    recording(path, spoken(CUSTOMER_HZ, 4), tone(AGENT_HZ, 4))

    assert heard(path) == Heard()


def test_channels_that_are_swapped_are_found(path: Path) -> None:
    recording(path, tone(AGENT_HZ, 4), spoken(CUSTOMER_HZ, 4))

    assert f"the agent's {AGENT_HZ} Hz are not on channel 1" in heard(path).problem


def test_another_customer_is_found(path: Path) -> None:
    recording(path, spoken(customer_tone_hz(4), 4), tone(AGENT_HZ, 4))

    assert f"the customer's {CUSTOMER_HZ} Hz are not on channel 0" in heard(path).problem


def test_a_second_customer_in_the_same_recording_is_found(path: Path) -> None:
    both = np.concatenate([spoken(CUSTOMER_HZ, 3), tone(customer_tone_hz(4), 1)])
    recording(path, both, tone(AGENT_HZ, 4))

    assert "not on channel 0" in heard(path).problem


def test_a_mixed_recording_is_found(path: Path) -> None:
    mixed = spoken(CUSTOMER_HZ, 4) // 2 + tone(AGENT_HZ, 4) // 2
    recording(path, mixed, mixed)

    assert heard(path).problem


def test_a_silent_customer_is_found(path: Path) -> None:
    recording(path, QUIET, tone(AGENT_HZ, 4))

    assert "not on channel 0" in heard(path).problem


def test_a_recording_that_misses_most_of_the_talk_is_found(path: Path) -> None:
    recording(path, spoken(CUSTOMER_HZ, 2), tone(AGENT_HZ, 2))

    assert "2.0 s of a talk of 4.5 s" in heard(path, talk_s=4.5).problem


def test_audio_that_was_lost_on_the_way_is_told(path: Path) -> None:
    recording(path, spoken(CUSTOMER_HZ, 3), tone(AGENT_HZ, 3))

    assert heard(path) == Heard(missing_s=1.0)


def test_a_missing_file_is_found(path: Path) -> None:
    assert "No such file" in heard(path).problem


def test_a_mono_file_is_found(path: Path) -> None:
    recording(path, spoken(CUSTOMER_HZ, 4), tone(AGENT_HZ, 4), channels=1)

    assert "1 channels of 16 bit at 8000 Hz" in heard(path).problem


def test_who_leaves_while_saying_hello_is_not_asked_for_a_tone(path: Path) -> None:
    recording(path, HELLO, tone(AGENT_HZ, 0.5))

    assert heard(path, talk_s=0.6) == Heard(customer_told=False)


def test_a_machine_is_known_by_its_beep(path: Path) -> None:
    greeting = np.random.default_rng(2).integers(-3000, 3000, 8000 * 49 // 10).astype(np.int16)
    message = np.concatenate([greeting, tone(BEEP_HZ, 0.4), QUIET[: 8000 * 2]])
    recording(path, message, tone(AGENT_HZ, 8))
    machine = Line(NUMBER, LineOutcome.MACHINE)

    assert heard(path, machine, talk_s=7.0) == Heard()

    recording(path, np.concatenate([greeting, QUIET[: 8000 * 3]]), tone(AGENT_HZ, 8))
    assert "1400 Hz" in heard(path, machine, talk_s=7.0).problem


def test_a_fax_is_known_by_its_tone(path: Path) -> None:
    recording(path, tone(FAX_HZ, 4), tone(AGENT_HZ, 4))

    assert heard(path, Line(NUMBER, LineOutcome.FAX)) == Heard()


def test_a_talk_with_a_line_that_never_answers_is_a_problem(path: Path) -> None:
    recording(path, spoken(CUSTOMER_HZ, 4), tone(AGENT_HZ, 4))

    assert "which is busy" in heard(path, Line(NUMBER, LineOutcome.BUSY)).problem
