"""What is in a WAV file, whoever wrote it: rate, channels, and samples a stretch at a time.

PCM of 8 to 32 bit, floating point, and the A-law and mu-law of telephones. Refuses to know what is
done with it.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dialer.errors import BadInput

Samples = NDArray[np.float64]

_STREAMED: Final = 0x7FFF0000
"""A size from here on was not known when the head was written: all that follows is meant."""

_FIX: Final = "save it as WAV, PCM, 16 bit"
_EXTENSIBLE: Final = 0xFFFE


def _pcm24(raw: bytes) -> Samples:
    parts = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3).astype(np.int32)
    whole = parts[:, 0] << 8 | parts[:, 1] << 16 | parts[:, 2] << 24
    return np.asarray(whole / float(1 << 31), dtype=np.float64)


def _ulaw(raw: bytes) -> Samples:
    code = ~np.frombuffer(raw, dtype=np.uint8)
    exponent, mantissa = (code >> 4 & 7).astype(int), (code & 15).astype(int)
    size = (((mantissa << 3) + 132) << exponent) - 132
    return np.asarray(np.where(code & 128, -size, size) / 32768.0, dtype=np.float64)


def _alaw(raw: bytes) -> Samples:
    code = np.frombuffer(raw, dtype=np.uint8) ^ 0x55
    exponent, mantissa = (code >> 4 & 7).astype(int), (code & 15).astype(int)
    first = (mantissa << 4) + 8
    size = np.where(exponent, (first + 256) << np.maximum(exponent - 1, 0), first)
    return np.asarray(np.where(code & 128, size, -size) / 32768.0, dtype=np.float64)


_DECODERS: Final[Mapping[tuple[int, int], Callable[[bytes], Samples]]] = {
    (1, 8): lambda raw: (np.frombuffer(raw, dtype=np.uint8).astype(np.float64) - 128) / 128,
    (1, 16): lambda raw: np.frombuffer(raw, dtype="<i2") / 32768.0,
    (1, 24): _pcm24,
    (1, 32): lambda raw: np.frombuffer(raw, dtype="<i4") / float(1 << 31),
    (3, 32): lambda raw: np.frombuffer(raw, dtype="<f4").astype(np.float64),
    (3, 64): lambda raw: np.frombuffer(raw, dtype="<f8").astype(np.float64),
    (6, 8): _alaw,
    (7, 8): _ulaw,
}
"""By format and bits of a sample."""


@dataclass(frozen=True, slots=True)
class WavBytes:
    """A WAV file, as it was sent."""

    data: bytes
    """All of it."""
    at: int
    """Where the samples begin."""
    frames: int
    channels: int
    rate_hz: int
    form: tuple[int, int]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.rate_hz

    def mono(self, first: int, end: int) -> Samples:
        """Return frames, -1..1, the channels mixed; those before and after the sound are 0."""
        width = self.channels * self.form[1] // 8
        begin, stop = max(0, first), max(0, min(end, self.frames))
        raw = self.data[self.at + begin * width : self.at + stop * width]
        mixed = _DECODERS[self.form](raw).reshape(-1, self.channels).mean(axis=1)
        mixed = np.nan_to_num(mixed, nan=0.0, posinf=1.0, neginf=-1.0)
        return np.pad(mixed, (begin - first, end - stop))


def wav_bytes(data: bytes, field: str) -> WavBytes:
    """Understand a WAV file.

    Args:
        data: all of it.
        field: what to call it in errors.

    Raises:
        BadInput: it is none, is cut off, or of a form that is not understood.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadInput(field, "is no WAV file", _FIX)
    head: bytes | None = None
    for name, at, size in _chunks(data):
        there = len(data) - at
        if name == b"fmt ":
            head = data[at : at + min(size, there)]
        elif name == b"data":
            if head is None:
                break
            if size > there and size < _STREAMED:
                problem = f"is cut off: {size} bytes of sound are told, {there} are there"
                raise BadInput(field, problem, "save it again, and send all of it")
            return _understood(data, head, at, min(size, there), field)
    raise BadInput(field, "is a WAV file without sound", _FIX)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, at + 8, size
        at += 8 + size + size % 2


def _understood(data: bytes, head: bytes, at: int, size: int, field: str) -> WavBytes:
    if len(head) < 16:
        raise BadInput(field, "has a WAV header that is cut off", _FIX)
    kind, channels, rate_hz, _, frame, bits = struct.unpack_from("<HHIIHH", head)
    if kind == _EXTENSIBLE and len(head) >= 26:
        (kind,) = struct.unpack_from("<H", head, 24)
    if (kind, bits) not in _DECODERS:
        raise BadInput(field, f"is WAV of format {kind} with {bits} bit", _FIX)
    if not 1 <= channels <= 2 or frame != channels * bits // 8:
        raise BadInput(field, f"has {channels} channels of {frame} bytes", "save it as mono")
    return WavBytes(data, at, size // frame, channels, rate_hz, (kind, bits))
