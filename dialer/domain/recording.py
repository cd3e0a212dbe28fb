"""What is known of a recording that is finished. Pure.

Knows its facts, their form as JSON, and how long to wait before something is tried again. Refuses
to know files, keys and where a recording is kept.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.ids import AttemptId, is_talk_id
from dialer.domain.recording_rules import NameFacts
from dialer.errors import BadInput, OutpaceError

SEALED_SUFFIX: Final = ".enc"
"""Ends the name of a file that is encrypted."""

_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 300.0


class Codec(StrEnum):
    """In what form a recording is heard; the value ends its file's name."""

    WAV = "wav"
    OPUS = "opus"
    MP3 = "mp3"


MEDIA_TYPES: Final[Mapping[Codec, str]] = {
    Codec.WAV: "audio/wav",
    Codec.OPUS: "audio/ogg",
    Codec.MP3: "audio/mpeg",
}


class Kept(StrEnum):
    """Where a finished recording is."""

    SPOOL = ""  # where it was finished, on the disk of its node
    DISK = "disk"
    S3 = "s3"


class RecordingUnreadable(OutpaceError):
    """A recording cannot be read as it was made: it is damaged, gone, or its key is not there."""

    def __init__(self, file: str, problem: str, fix: str) -> None:
        self.file = file
        self.field = "recording"
        self.problem = problem
        self.fix = fix
        super().__init__(f"{file}: {problem}; {fix}")


@dataclass(frozen=True, slots=True)
class Finished:
    """A recording as it was finished."""

    attempt_id: AttemptId
    """Or the id of the call, of who called us."""
    file: str
    """Its name where it was finished."""
    seconds: float
    """Of the audio."""
    bytes: int
    """Of the audio as it is delivered, not of what encryption adds."""
    sha256: str
    """Of the same bytes, in hex."""
    codec: Codec
    key_id: str
    """Of the master key under which it is encrypted; empty: it is not."""
    finished_at: float
    """Seconds since the epoch."""
    problem: str = ""
    """Why it is WAV although something else was asked for; empty: it is what was asked for."""

    def as_json(self) -> str:
        """Return it as one line of JSON."""
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True)

    @classmethod
    def of_json(cls, text: str) -> "Finished":
        """Read what `as_json` wrote.

        Raises:
            BadInput: it is something else.
        """
        try:
            said: dict[str, Any] = json.loads(text)
            found = cls(**{**said, "codec": Codec(said["codec"])})
            if not is_talk_id(found.attempt_id):
                raise ValueError(found.attempt_id)
        except (ValueError, TypeError, KeyError):
            raise BadInput("recording", "its facts cannot be read", "see the log") from None
        return found


class Booked(StrEnum):
    """What came of booking a finished recording."""

    YES = "it is on record"
    FORGOTTEN = "it was erased or pruned meanwhile"
    EARLY = "its attempt has no end yet"
    UNKNOWN = "there is no such attempt"


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A recording on record."""

    row_id: int
    attempt_id: str
    """Or the id of the call, of who called us."""
    file: str
    """Name in its store."""
    began_at: float
    """Seconds since the epoch."""
    seconds: float | None
    bytes: int | None
    """Of the audio; None: it is not finished, or was before this was noted."""
    sha256: str
    codec: Codec
    key_id: str
    kept: Kept
    finished_at: float | None
    problem: str
    node: str
    tenant_id: str
    named_by: NameFacts


def name_of(attempt_id: str, codec: Codec, *, sealed: bool) -> str:
    """Return the name under which a recording is finished."""
    return f"{attempt_id}.{codec.value}{SEALED_SUFFIX if sealed else ''}"


def ending_of(file: str) -> str:
    """Return how a file's name ends, as `.opus.enc`; empty if it is no recording's name."""
    stem = file.removesuffix(SEALED_SUFFIX)
    for codec in Codec:
        if stem.endswith(f".{codec.value}"):
            return f".{codec.value}{file[len(stem) :]}"
    return ""


def peaks_of(attempt_id: str) -> str:
    """Return the name of the waveform of a recording, wherever the recording is kept."""
    return f"peaks/{attempt_id}.peaks"


def wait_before(tries: int) -> float:
    """Return how long to wait before the next try (s): doubled each time, five minutes at most.

    Args:
        tries: how often it has failed, from 1 on.
    """
    return min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2.0 ** min(max(tries - 1, 0), 20))
