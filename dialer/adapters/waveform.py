"""The waveform of a talk: the least and the greatest sample of each channel in each 50 ms.

Stored in the binary form of version 2 of audiowaveform, 8 bits a value, and given out in its JSON
form (https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md), which peaks.js takes as
it is; wavesurfer.js takes its `data`, divided by 128. Refuses to know whose voice it is.
"""

import struct
from typing import Any, Final

import numpy as np
import numpy.typing as npt

SAMPLES_PER_PIXEL: Final = 400
"""50 ms at 8 kHz."""

_HEADER: Final = struct.Struct("<iIiiIi")
_VERSION: Final = 2
_EIGHT_BIT: Final = 1


def waveform(samples: npt.NDArray[np.int16], *, rate_hz: int) -> bytes:
    """Return the waveform of samples.

    Args:
        samples: one row for each instant, one column for each channel.
        rate_hz: samples of a channel in a second.
    """
    count, channels = samples.shape
    length = -(-count // SAMPLES_PER_PIXEL)
    header = _HEADER.pack(_VERSION, _EIGHT_BIT, rate_hz, SAMPLES_PER_PIXEL, length, channels)
    if not length:
        return header
    starts = np.arange(length) * SAMPLES_PER_PIXEL
    least = np.minimum.reduceat(samples, starts, axis=0) >> 8
    greatest = np.maximum.reduceat(samples, starts, axis=0) >> 8
    # by pixel, then by channel: the least, the greatest
    return header + np.stack([least, greatest], axis=2).astype(np.int8).tobytes()


def shown(stored: bytes) -> dict[str, Any]:
    """Return a stored waveform in the form of JSON.

    Raises:
        ValueError: it is none.
    """
    if len(stored) < _HEADER.size:
        raise ValueError("a waveform has a header")
    version, flags, rate_hz, per_pixel, length, channels = _HEADER.unpack_from(stored)
    data = np.frombuffer(stored, dtype=np.int8, offset=_HEADER.size)
    if version != _VERSION or flags != _EIGHT_BIT or len(data) != 2 * length * channels:
        raise ValueError("this is no waveform of ours")
    return {
        "version": version,
        "channels": channels,
        "sample_rate": rate_hz,
        "samples_per_pixel": per_pixel,
        "bits": 8,
        "length": length,
        "data": data.tolist(),
    }
