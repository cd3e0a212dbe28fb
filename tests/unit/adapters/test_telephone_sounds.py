"""Sounds that people upload, as a telephone line carries them: every form, and odd files."""

import io
import struct
import wave

import numpy as np
import pytest
from numpy.typing import NDArray

from dialer.adapters.telephone_sounds import MOST_BYTES, telephone_sound
from dialer.adapters.wav_bytes import wav_bytes
from dialer.errors import BadInput

FORMS = {
    "unsigned 8 bit": (1, 8),
    "16 bit": (1, 16),
    "24 bit": (1, 24),
    "32 bit": (1, 32),
    "float": (3, 32),
    "double": (3, 64),
    "A-law": (6, 8),
    "mu-law": (7, 8),
}


def sine(hz: int, rate_hz: int, seconds: float = 1.0, level: float = 0.5) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)


def coded(samples: NDArray[np.float64], kind: int, bits: int) -> bytes:
    """Write samples in a form; the telephone's by their definition (G.711), one by one."""
    if kind == 1 and bits == 8:
        return (samples * 127 + 128).astype(np.uint8).tobytes()
    if kind == 1 and bits == 24:
        whole = (samples * (2**23 - 1)).astype("<i4")
        return whole.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    if kind == 1:
        return (samples * (2 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()
    if kind == 3:
        return samples.astype(f"<f{bits // 8}").tobytes()
    return bytes((ulaw if kind == 7 else alaw)(float(one)) for one in samples)


def ulaw(sample: float) -> int:
    size = min(32635, int(abs(sample) * 32768)) + 132
    exponent = size.bit_length() - 8
    code = (0x80 if sample < 0 else 0) | exponent << 4 | (size >> (exponent + 3) & 15)
    return code ^ 0xFF


def alaw(sample: float) -> int:
    size = min(32767, int(abs(sample) * 32768)) >> 4
    exponent = max(0, size.bit_length() - 4)
    mantissa = (size >> max(0, exponent - 1)) & 15
    return ((0 if sample < 0 else 0x80) | exponent << 4 | mantissa) ^ 0x55


def wav(
    body: bytes,
    rate_hz: int = 16000,
    form: tuple[int, int] = (1, 16),
    channels: int = 1,
    *,
    told: int | None = None,
    before: bytes = b"",
    extensible: bool = False,
) -> bytes:
    kind, bits = form
    frame = channels * bits // 8
    said = 0xFFFE if extensible else kind
    head = struct.pack("<HHIIHH", said, channels, rate_hz, rate_hz * frame, frame, bits)
    if extensible:
        head += (
            struct.pack("<HHIH", 22, bits, 0, kind) + b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71"
        )
    size = len(body) if told is None else told
    chunks = before + struct.pack("<4sI", b"fmt ", len(head)) + head
    chunks += struct.pack("<4sI", b"data", size) + body
    return struct.pack("<4sI4s", b"RIFF", len(chunks) + 4 & 0xFFFFFFFF, b"WAVE") + chunks


def heard(data: bytes) -> NDArray[np.float64]:
    """Convert a file; returns what the switch plays."""
    made = telephone_sound(data, "body")
    with wave.open(io.BytesIO(made.wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 8000)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert made.seconds == pytest.approx(len(samples) / 8000, abs=0.001)
    return samples


def strongest(samples: NDArray[np.float64]) -> tuple[float, float]:
    """Return the loudest frequency and the share of all the power that it has."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    at = int(spectrum.argmax())
    return at * 8000 / len(samples), float(spectrum[max(0, at - 3) : at + 4].sum() / spectrum.sum())


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_tone_of_every_form_comes_out_as_the_same_tone(form: tuple[int, int]) -> None:
    samples = heard(wav(coded(sine(440, 16000), *form), form=form))
    hz, share = strongest(samples)
    assert abs(hz - 440) < 2
    assert share > 0.99
    assert np.abs(samples[100:-100]).max() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("rate_hz", [8000, 8001, 11025, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("tone_hz", [1000, 3000])
def test_a_tone_of_every_rate_keeps_its_pitch_and_length_over_the_seams(
    tone_hz: int, rate_hz: int
) -> None:
    samples = heard(wav(coded(sine(tone_hz, rate_hz, 10), 1, 16), rate_hz))
    assert len(samples) == 80000
    hz, share = strongest(samples)
    assert abs(hz - tone_hz) < 1
    assert share > 0.9999  # a jump at a seam would be heard as a click


def test_what_no_telephone_carries_is_not_heard_as_something_else() -> None:
    assert np.abs(heard(wav(coded(sine(6000, 44100), 1, 16), 44100))[100:-100]).max() < 0.01


def test_both_sides_of_a_stereo_file_are_heard() -> None:
    both = np.stack([sine(400, 44100), sine(1500, 44100)], axis=1).reshape(-1)
    samples = heard(wav(coded(both, 1, 16), 44100, channels=2))
    spectrum = np.abs(np.fft.rfft(samples)) / len(samples)
    assert spectrum[400] == pytest.approx(spectrum[1500], rel=0.05)
    assert spectrum[400] > 0.1


def test_what_is_as_the_switch_plays_it_stays_as_it_is() -> None:
    body = coded(sine(440, 8000, level=1.0), 1, 16)
    with wave.open(io.BytesIO(telephone_sound(wav(body, 8000), "body").wav)) as file:
        assert file.readframes(file.getnframes()) == body


def test_odd_heads_that_programs_write_are_understood() -> None:
    body = coded(sine(440, 16000), 1, 16)
    listed = struct.pack("<4sI", b"LIST", 5) + b"INFO\0\0"  # an odd size is padded
    for odd in (
        wav(body, before=listed),
        wav(body, told=0xFFFFFFFF),  # written to a pipe
        wav(body, told=0x7FFFF000),
        wav(body, extensible=True),
        wav(body + b"\0"),  # half a sample
    ):
        assert abs(strongest(heard(odd))[0] - 440) < 2


def test_a_sample_that_is_no_number_is_silence() -> None:
    samples = sine(440, 16000)
    samples[100:110] = np.nan
    samples[200] = np.inf
    assert np.isfinite(heard(wav(coded(samples, 3, 32), form=(3, 32)))).all()


BODY = b"\0" * 3200
BAD = {
    "0 bytes": (b"", "is empty"),
    "no RIFF": (b"ID3\x04" + BODY, "is no WAV file"),
    "RIFF of something else": (b"RIFF\0\0\0\0AVI " + BODY, "is no WAV file"),
    "only the beginning": (b"RIFF\0\0", "is no WAV file"),
    "no chunk": (b"RIFF\0\0\0\0WAVE", "is a WAV file without sound"),
    "a chunk beyond the end": (
        b"RIFF\0\0\0\0WAVEjunk\xff\xff\xff\x7f",
        "is a WAV file without sound",
    ),
    "sound before its head": (b"RIFF\0\0\0\0WAVEdata\x10\0\0\0" + BODY, "without sound"),
    "half a head": (b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0\1\0\1\0data\x10\0\0\0" + BODY, "cut off"),
    "cut off": (wav(BODY, told=300_000_000), "is cut off: 300000000 bytes of sound are told"),
    "no samples": (wav(b""), "holds no sound"),
    "less than a sample": (wav(b"\0\0", 48000), "holds no sound"),
    "an unknown form": (wav(BODY, form=(85, 16)), "is WAV of format 85 with 16 bit"),
    "no channel": (wav(BODY, channels=0), "has 0 channels"),
    "surround": (wav(BODY, channels=6), "has 6 channels"),
    "no rate": (wav(BODY, 0), "has 0 samples a second"),
    "too slow": (wav(BODY, 4000), "has 4000 samples a second"),
    "too fast": (wav(BODY, 192_000), "has 192000 samples a second"),
    "too long": (wav(b"\0" * 8000 * 601, 8000, (7, 8)), "is 601 s long"),
    "too large": (bytes(MOST_BYTES + 1), "has more than 32 MiB"),
}


@pytest.mark.parametrize(("data", "problem"), BAD.values(), ids=BAD)
def test_what_cannot_be_used_is_refused_by_its_field_with_a_fix(data: bytes, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        telephone_sound(data, "hello.wav")
    assert refused.value.field == "hello.wav"
    assert problem in refused.value.problem
    assert refused.value.fix


def test_a_frame_that_does_not_fit_its_samples_is_refused() -> None:
    data = bytearray(wav(BODY))
    data[32] = 7
    with pytest.raises(BadInput, match="1 channels of 7 bytes"):
        wav_bytes(bytes(data), "body")
