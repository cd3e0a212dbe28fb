"""The form of an encrypted recording: AES-256-GCM in chunks, so that any part opens by itself.

    header   96 bytes: OUTPREC1, name of the master key (16, padded with NUL), bytes of a chunk
             (u32), bytes of the audio (u64), nonce (12), the file's own key sealed by the master
             key (48); numbers are big-endian
    chunks   each 64 KiB of audio (the last one less) and its 16 bytes of tag

Each file has a key of its own that seals nothing else, so the nonce of a chunk is its number. What
a tag vouches for besides the chunk: its number and the length of the whole, so that none can be
moved, left out or cut off. A master key is replaced by sealing the 48 bytes anew. Knows bytes;
refuses to know where they are kept.
"""

import os
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dialer.adapters.recording_keys import KeyRing
from dialer.domain.recording import RecordingUnreadable

MAGIC: Final = b"OUTPREC1"
CHUNK_BYTES: Final = 1 << 16
_HEADER: Final = struct.Struct(">8s16sIQ12s48s")
_WRAPPED_FOR: Final = struct.Struct(">8s16sIQ")
_CHUNK_OF: Final = struct.Struct(">8sIQQ")
HEADER_BYTES: Final = _HEADER.size
_TAG_BYTES: Final = 16
_LARGEST_CHUNK: Final = 1 << 24

Read = Callable[[int, int], bytes]
"""Gives bytes of what is stored: the first one, and how many."""


def seal(source: BinaryIO, size: int, target: BinaryIO, ring: KeyRing) -> None:
    """Encrypt audio.

    Args:
        source: gives the audio.
        size: bytes of it.
        target: takes the encrypted file.
        ring: its first key seals.

    Raises:
        OSError: the source gave less, or something could not be read or written.
    """
    own = AESGCM.generate_key(bit_length=256)
    target.write(_header(own, CHUNK_BYTES, size, ring.current, ring.keys[ring.current]))
    cipher = AESGCM(own)
    for index in range(_chunks(size, CHUNK_BYTES)):
        wanted = min(CHUNK_BYTES, size - index * CHUNK_BYTES)
        plain = source.read(wanted)
        if len(plain) != wanted:
            raise OSError(f"{size} bytes were to be sealed, and there are fewer")
        target.write(cipher.encrypt(*_sealed_as(index, plain, CHUNK_BYTES, size)))


class SealedRecording:
    """An encrypted recording that is read.

    Args:
        name: of the file, for what is told of it.
        read: gives its bytes.
        stored: how many there are.
        ring: keys.

    Raises:
        RecordingUnreadable: it is none, was damaged, or its key is not there.
    """

    path: None = None
    """No file holds the audio as it is delivered."""

    def __init__(self, name: str, read: Read, stored: int, ring: KeyRing) -> None:
        self._name = name
        self._read = read
        header = read(0, HEADER_BYTES) if stored >= HEADER_BYTES else b""
        if len(header) != HEADER_BYTES or not header.startswith(MAGIC):
            raise self._damaged("has no header")
        _, key_id, self._chunk, self.size, nonce, wrapped = _HEADER.unpack(header)
        self.key_id = key_id.rstrip(b"\0").decode("ascii", errors="replace")
        if not 0 < self._chunk <= _LARGEST_CHUNK:
            raise self._damaged("has a broken header")
        tags = _TAG_BYTES * _chunks(self.size, self._chunk)
        if stored != HEADER_BYTES + self.size + tags:
            raise self._damaged(f"has {stored} bytes, and should have others")
        master = ring.key(self.key_id, name)
        try:
            self._own = AESGCM(master).decrypt(
                nonce, wrapped, _WRAPPED_FOR.pack(MAGIC, key_id, self._chunk, self.size)
            )
        except InvalidTag:
            problem = f"does not open with key {self.key_id!r}"
            fix = "is that the key it was sealed with? else the file is damaged: restore it"
            raise RecordingUnreadable(name, problem, fix) from None
        self._cipher = AESGCM(self._own)

    def parts(self, start: int, length: int) -> Iterator[bytes]:
        """Give bytes of the audio, chunk by chunk; never a byte that its tag does not vouch for.

        Raises:
            RecordingUnreadable: a chunk was damaged.
        """
        end = min(start + length, self.size)
        while start < end:
            index, skip = divmod(start, self._chunk)
            plain = self._open(index)[skip : skip + end - start]
            yield plain
            start += len(plain)

    def resealed(self, ring: KeyRing) -> bytes:
        """Return a header that the first key of a ring seals; the chunks stay as they are."""
        return _header(self._own, self._chunk, self.size, ring.current, ring.keys[ring.current])

    def _open(self, index: int) -> bytes:
        at = HEADER_BYTES + index * (self._chunk + _TAG_BYTES)
        plain = min(self._chunk, self.size - index * self._chunk)
        sealed = self._read(at, plain + _TAG_BYTES)
        nonce, data, also = _sealed_as(index, sealed, self._chunk, self.size)
        try:
            return self._cipher.decrypt(nonce, data, also)
        except InvalidTag:
            raise self._damaged(f"is not what was written, from byte {at} on") from None

    def _damaged(self, problem: str) -> RecordingUnreadable:
        return RecordingUnreadable(self._name, f"is damaged: it {problem}", "restore the file")


def _header(own: bytes, chunk: int, size: int, name: str, master: bytes) -> bytes:
    key_id = name.encode("ascii").ljust(16, b"\0")
    nonce = os.urandom(12)
    wrapped = AESGCM(master).encrypt(nonce, own, _WRAPPED_FOR.pack(MAGIC, key_id, chunk, size))
    return _HEADER.pack(MAGIC, key_id, chunk, size, nonce, wrapped)


def _sealed_as(index: int, data: bytes, chunk: int, size: int) -> tuple[bytes, bytes, bytes]:
    return index.to_bytes(12, "big"), data, _CHUNK_OF.pack(MAGIC, chunk, size, index)


def _chunks(size: int, chunk: int) -> int:
    return -(-size // chunk)
