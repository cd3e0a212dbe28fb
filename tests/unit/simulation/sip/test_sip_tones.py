import numpy as np
import pytest

from simulation.sip.rtp import RATE_HZ
from simulation.sip.tones import ToneDetector, identify, level_dbfs, tone, tone_frames
from simulation.sip.ulaw import Samples, decode

SECOND = RATE_HZ


def quiet(length_s: float) -> Samples:
    return np.zeros(round(length_s * RATE_HZ), dtype=np.int16)


def noise(length_s: float, amplitude: int) -> Samples:
    chance = np.random.default_rng(7)
    return chance.integers(-amplitude, amplitude, round(length_s * RATE_HZ)).astype(np.int16)


@pytest.mark.parametrize("hz", [None, 50, 440, 1000, 1234])
def test_frames_repeat_without_a_click(hz: int | None) -> None:
    frames = tone_frames(hz)
    assert {len(frame) for frame in frames} == {160}
    twice = decode(b"".join(frames) * 2)
    if hz is None:
        assert not twice.any()
    else:
        wanted = tone(hz, len(twice) / RATE_HZ)
        assert np.abs(wanted.astype(int) - twice).max() < 600


def test_a_tone_of_fifty_hertz_steps_needs_one_frame() -> None:
    assert len(tone_frames(650)) == 1
    assert len(tone_frames(440)) == 5


@pytest.mark.parametrize("begin", [0, 160, 163, 4001, 7777])
@pytest.mark.parametrize("background", [0, 60])
def test_the_onset_is_found_within_two_milliseconds(begin: int, background: int) -> None:
    audio = noise(1.5, background) if background else quiet(1.5)
    audio[begin:] += tone(1000, (len(audio) - begin) / RATE_HZ)
    onset = ToneDetector(1000).onset(audio)
    assert onset is not None
    assert abs(onset - begin) <= 0.002 * RATE_HZ


def test_the_onset_is_found_behind_another_tone() -> None:
    audio = np.concatenate([tone(500, 0.5), tone(1000, 0.5), tone(500, 0.2)])
    onset = ToneDetector(1000).onset(audio)
    assert onset is not None
    assert abs(onset - SECOND // 2) <= 0.002 * RATE_HZ
    again = ToneDetector(500).onset(audio, SECOND // 2 + 100)
    assert again is not None
    assert abs(again - SECOND) <= 0.002 * RATE_HZ


def test_a_tone_that_sounded_before_the_start_begins_there() -> None:
    assert ToneDetector(1000).onset(tone(1000, 1.0), 4000) == 4000


def test_no_tone_is_found_in_silence_noise_or_another_tone() -> None:
    for audio in (quiet(1.0), noise(1.0, 8000), tone(700, 1.0), quiet(0.0)):
        assert ToneDetector(1000).onset(audio) is None


def test_spells_of_a_tone() -> None:
    audio = np.concatenate([quiet(0.1), tone(800, 0.3), quiet(0.2), tone(800, 0.4)])
    spells = ToneDetector(800).spells(audio)
    edges = [edge / RATE_HZ for spell in spells for edge in spell]
    assert edges == pytest.approx([0.1, 0.4, 0.6, 1.0], abs=0.006)


def test_which_tones_are_in_a_channel() -> None:
    talk = np.concatenate([quiet(1.0), tone(600, 3.0), tone(950, 1.0), noise(0.5, 20)])
    shares = identify(talk, [500, 600, 950, 1000])
    assert [share.hz for share in shares] == [600, 950]
    assert shares[0].blocks_rate == pytest.approx(0.75)
    assert identify(quiet(1.0), [500]) == []
    assert identify(noise(1.0, 8000), [500, 600]) == []


def test_a_mix_of_two_tones_has_no_dominant_one() -> None:
    mixed = (tone(500, 1.0) // 2 + tone(900, 1.0) // 2).astype(np.int16)
    assert identify(mixed, [500, 900], dominance_rate=0.6) == []


def test_recordings_at_sixteen_kilohertz() -> None:
    steps = np.arange(16_000)
    wave = (9000 * np.sin(2 * np.pi * 700 / 16_000 * steps)).astype(np.int16)
    assert [share.hz for share in identify(wave, [350, 700, 1400], rate_hz=16_000)] == [700]


def test_levels() -> None:
    assert level_dbfs(tone(1000, 1.0, amplitude=32_767)) == pytest.approx(-3.01, abs=0.01)
    assert level_dbfs(quiet(0.1)) == float("-inf")
