"""G.711 mu-law by two tables: bytes to 16-bit samples and back.

Refuses to know frames and tones.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]
"""Shape (n,): linear PCM."""

SILENCE_BYTE: Final = 0xFF
_BIAS: Final = 132
_CLIP: Final = 32_635


def _decode_table() -> Samples:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 7
    mantissa = (code & 0x0F).astype(np.int32)
    magnitude = (((mantissa << 3) + _BIAS) << exponent) - _BIAS
    table: Samples = np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)
    table.setflags(write=False)
    return table


def _encode_table() -> NDArray[np.uint8]:
    linear = np.arange(-32_768, 32_768, dtype=np.int32)
    magnitude = np.minimum(np.abs(linear), _CLIP) + _BIAS
    exponent = np.clip(np.floor(np.log2(magnitude)).astype(np.int32) - 7, 0, 7)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    sign = np.where(linear < 0, 0x80, 0)
    # indexed by the sample's bits read as unsigned
    table: NDArray[np.uint8] = np.roll(~(sign | (exponent << 4) | mantissa) & 0xFF, 32_768).astype(
        np.uint8
    )
    table.setflags(write=False)
    return table


_DECODE: Final = _decode_table()
_ENCODE: Final = _encode_table()


def decode(data: bytes) -> Samples:
    """Return the samples of mu-law bytes, one per byte."""
    return np.asarray(_DECODE[np.frombuffer(data, dtype=np.uint8)])


def encode(samples: Samples) -> bytes:
    """Return the mu-law bytes of 16-bit samples."""
    return _ENCODE[samples.astype(np.int16).view(np.uint16)].tobytes()
