"""Waveforms: what a player draws of a talk before it has a byte of it."""

import numpy as np
import pytest

from dialer.adapters.waveform import SAMPLES_PER_PIXEL, shown, waveform


def test_each_pixel_has_the_least_and_greatest_of_each_channel() -> None:
    samples = np.zeros((2 * SAMPLES_PER_PIXEL + 1, 2), dtype=np.int16)
    samples[3] = (32767, 256)
    samples[5] = (-32768, -256)
    samples[SAMPLES_PER_PIXEL] = (512, 0)
    samples[-1] = (0, -512)
    drawn = shown(waveform(samples, rate_hz=8000))
    assert drawn == {
        "version": 2,
        "channels": 2,
        "sample_rate": 8000,
        "samples_per_pixel": SAMPLES_PER_PIXEL,
        "bits": 8,
        "length": 3,
        "data": [-128, 127, -1, 1, 0, 2, 0, 0, 0, 0, -2, -2],
    }


def test_a_recording_without_a_sample_has_a_waveform_without_a_pixel() -> None:
    drawn = shown(waveform(np.zeros((0, 2), dtype=np.int16), rate_hz=8000))
    assert (drawn["length"], drawn["data"]) == (0, [])


def test_what_is_no_waveform_is_refused() -> None:
    whole = waveform(np.zeros((SAMPLES_PER_PIXEL, 2), dtype=np.int16), rate_hz=8000)
    for stored in (b"", whole[:-1], b"\x03" + whole[1:]):
        with pytest.raises(ValueError, match="waveform"):
            shown(stored)
