"""Asterisk's AudioSocket protocol: bytes in, messages out; indifferent to how TCP cut the stream.

A message is a kind (1 byte), a length (2 bytes, big-endian) and so many bytes (Asterisk's
res_audiosocket.c). Refuses to know sockets and what is done with the sound.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dialer.errors import OutpaceError

LONGEST: Final = 1024
"""Bytes of a message at most: a frame of 20 ms at 8 kHz has 320, one of 60 ms 960."""

_HEADER: Final = 3


class Kind(IntEnum):
    """What a message is."""

    HANG_UP = 0x00
    ID = 0x01  # the UUID that the dialplan gave, 16 bytes; the first message
    KEY = 0x03
    SOUND = 0x10  # 16-bit linear, 8 kHz, little-endian
    ERROR = 0xFF


class NotAudioSocket(OutpaceError):
    """Whoever connected does not speak this protocol."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; a kind we do not know is kept as its number."""

    kind: int
    payload: bytes


class Reader:
    """Cuts a stream into messages; holds `LONGEST` bytes and a header at most."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Take bytes; return the messages that are complete now.

        Raises:
            NotAudioSocket: a message is longer than any of Asterisk's.
        """
        self._buffer += data
        messages: list[Message] = []
        while len(self._buffer) >= _HEADER:
            length = int.from_bytes(self._buffer[1:_HEADER], "big")
            if length > LONGEST:
                raise NotAudioSocket(f"a message of {length} bytes; {LONGEST} are the most")
            end = _HEADER + length
            if len(self._buffer) < end:
                break
            messages.append(Message(self._buffer[0], bytes(self._buffer[_HEADER:end])))
            del self._buffer[:end]
        return messages
