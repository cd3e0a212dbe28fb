"""A sound that a switch plays to a telephone line. Pure."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

RATE_HZ: Final = 8000
"""Of what switches play and write: 16 bit, mono."""


@dataclass(frozen=True, slots=True)
class TelephoneSound:
    """A WAV file of 8 kHz, 16 bit, mono."""

    wav: bytes
    seconds: float

    @property
    def checksum(self) -> str:
        """SHA-256 of the file, in hex."""
        return sha256(self.wav).hexdigest()
