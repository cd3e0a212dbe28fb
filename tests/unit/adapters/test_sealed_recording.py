"""Encrypted recordings open in any part, and only when nobody has touched them."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.adapters.recording_keys import KeyRing
from dialer.adapters.sealed_recording import CHUNK_BYTES, HEADER_BYTES, SealedRecording, seal
from dialer.domain.recording import RecordingUnreadable

ONE = KeyRing({"one": b"1" * 32}, "one")
BOTH = KeyRing({"two": b"2" * 32, "one": b"1" * 32}, "two")
LONG = bytes(range(256)) * 1024
"""Four chunks."""


def sealed(audio: bytes, ring: KeyRing = ONE) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(audio), len(audio), out, ring)
    return out.getvalue()


def opened(stored: bytes, ring: KeyRing = ONE) -> SealedRecording:
    return SealedRecording("x.enc", lambda at, n: stored[at : at + n], len(stored), ring)


def part(stored: bytes, start: int, length: int, ring: KeyRing = ONE) -> bytes:
    return b"".join(opened(stored, ring).parts(start, length))


LENGTHS = st.one_of(
    st.integers(0, 300),
    st.integers(-3, 3).map(lambda more: CHUNK_BYTES + more),
    st.integers(-3, 3).map(lambda more: 3 * CHUNK_BYTES + more),
)


@given(length=LENGTHS, start=st.integers(0, 4 * CHUNK_BYTES), wanted=st.integers(0, 200_000))
def test_any_part_of_any_length_comes_out_as_it_went_in(
    length: int, start: int, wanted: int
) -> None:
    audio = (LONG + LONG)[:length]
    stored = sealed(audio)
    assert part(stored, start, wanted) == audio[start : start + wanted]
    assert part(stored, 0, length) == audio
    assert opened(stored).size == length


@given(where=st.integers(0, 2 * CHUNK_BYTES + HEADER_BYTES + 31), bit=st.integers(0, 7))
def test_no_bit_can_be_changed_unseen(where: int, bit: int) -> None:
    stored = bytearray(sealed(LONG[: 2 * CHUNK_BYTES]))
    stored[where] ^= 1 << bit
    with pytest.raises(RecordingUnreadable):
        part(bytes(stored), 0, 2 * CHUNK_BYTES)


def test_chunks_cannot_be_moved_left_out_or_taken_from_another_file() -> None:
    stored = sealed(LONG)
    step = CHUNK_BYTES + 16
    first = stored[HEADER_BYTES : HEADER_BYTES + step]
    second = stored[HEADER_BYTES + step : HEADER_BYTES + 2 * step]
    other = sealed(LONG)[HEADER_BYTES : HEADER_BYTES + step]
    rest = stored[HEADER_BYTES + 2 * step :]
    for forged in (second + first + rest, other + second + rest, second + rest):
        with pytest.raises(RecordingUnreadable, match="damaged"):
            part(stored[:HEADER_BYTES] + forged, 0, len(LONG))


def test_the_same_audio_is_sealed_differently_each_time() -> None:
    assert sealed(LONG)[HEADER_BYTES:] != sealed(LONG)[HEADER_BYTES:]


def test_a_rotation_changes_the_header_alone_and_the_old_key_is_needed_no_more() -> None:
    stored = sealed(LONG)
    header = opened(stored, BOTH).resealed(BOTH)
    rotated = header + stored[HEADER_BYTES:]
    new_only = KeyRing({"two": b"2" * 32}, "two")
    assert opened(rotated, new_only).key_id == "two"
    assert part(rotated, 0, len(LONG), new_only) == LONG
    with pytest.raises(RecordingUnreadable, match="sealed with key 'two', which is not there"):
        opened(rotated, ONE)


def test_a_wrong_key_of_the_right_name_is_told() -> None:
    with pytest.raises(RecordingUnreadable, match="does not open with key 'one'"):
        opened(sealed(LONG), KeyRing({"one": b"x" * 32}, "one"))


@pytest.mark.parametrize("stored", [b"", b"RIFF" * 40, sealed(LONG)[:-1], sealed(LONG) + b"x"])
def test_what_is_no_sealed_file_or_was_cut_is_told(stored: bytes) -> None:
    with pytest.raises(RecordingUnreadable, match="damaged"):
        opened(stored)


def test_a_source_that_gives_less_than_it_said_is_not_sealed() -> None:
    with pytest.raises(OSError, match="fewer"):
        seal(io.BytesIO(b"abc"), 4, io.BytesIO(), ONE)
