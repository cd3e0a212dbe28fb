"""A message that a caller left: where it is heard, who has heard it, who sees to it. Pure.

Refuses to know where files are, and who may listen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from dialer.domain.call_record import LONGEST_NAME, check_number, check_time
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.written_text import checked_line
from dialer.errors import BadInput

LONGEST_S: Final = 3600.0
LONGEST_CLASS: Final = 40
"""Characters of a class."""

FOLDER: Final = "voicemail"
"""Where the files are, below the recordings."""

_FILE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")
_CLASS: Final = re.compile(r"[A-Za-z0-9_-]*")


class VoicemailKey(NamedTuple):
    """Where a voicemail stands in the order."""

    at: float
    voicemail_id: int


@dataclass(frozen=True, slots=True)
class Voicemail:
    """One voicemail; times are seconds since the epoch."""

    number: str
    """Of the caller, E.164; "": they showed none."""
    file: str
    """Name of the file, without a folder."""
    at: float
    """When it was left."""
    tenant_id: TenantId = MAIN_TENANT
    queue: str | None = None
    """Its name."""
    seconds: float | None = None
    """How long it is; None: not known."""
    heard_by: str | None = None
    heard_at: float | None = None
    """When it was heard first; None: nobody has."""
    assigned_to: AgentId | None = None
    class_name: str = ""
    """What it is about, in a word; "": nobody has said."""
    done_by: str | None = None
    done_at: float | None = None
    """When somebody was through with it; None: something is still to be done."""
    voicemail_id: int = 0
    """Given out when it is put on record."""

    @property
    def path(self) -> str:
        """Where its file is, below the recordings."""
        return f"{FOLDER}/{self.file}"

    @property
    def key(self) -> VoicemailKey:
        """Where it stands in the order."""
        return VoicemailKey(self.at, self.voicemail_id)


@dataclass(frozen=True, slots=True)
class VoicemailsWanted:
    """Which voicemails; None: any."""

    queue: str | None = None
    number: str | None = None
    class_name: str | None = None
    heard: bool | None = None
    """Only those that somebody has heard, or only those that nobody has."""
    assigned_to: AgentId | None = None
    """Only those that this agent sees to."""
    done: bool | None = None
    """Only those that somebody is through with, or only the others."""


@dataclass(frozen=True, slots=True)
class BoxWaiting:
    """Voicemails of one box with which nobody is through and that nobody has heard."""

    tenant_id: TenantId
    box: str
    """Its queue, else its class; "": of neither."""
    unheard: int
    oldest_at: float
    """When the first of them was left, epoch seconds."""


@dataclass(frozen=True, slots=True)
class VoicemailsFound:
    """Some voicemails, and how many of all that were asked for nobody has heard."""

    voicemails: Sequence[Voicemail]
    """The newest first."""
    unheard: int


def checked_voicemail(voicemail: Voicemail) -> Voicemail:
    """Return a voicemail that was just left, and that can be put on record.

    Raises:
        BadInput: the number, the file, the queue, a time or the class is none, or more is said
            than that it was left.
    """
    check_number(voicemail.number, may_be_withheld=True)
    if not _FILE.fullmatch(voicemail.file):
        problem = f"{voicemail.file!r} is no name of a file"
        raise BadInput("file", problem, "use letters, digits, -, _ and ., and no folder")
    if voicemail.number and voicemail.number.removeprefix("+") in voicemail.file:
        raise BadInput("file", "names the caller", "name it after the call")
    check_time("at", voicemail.at)
    if voicemail.seconds is not None and not 0 <= voicemail.seconds <= LONGEST_S:
        problem = f"{voicemail.seconds} s is no length"
        raise BadInput("seconds", problem, f"give 0 to {LONGEST_S:g}, or leave it out")
    if voicemail.queue is not None:
        checked_line("queue", voicemail.queue, LONGEST_NAME)
    checked_class(voicemail.class_name)
    afterwards = (voicemail.heard_by, voicemail.heard_at, voicemail.assigned_to, voicemail.done_at)
    if any(one is not None for one in afterwards):
        raise BadInput("voicemail", "was not only left", "say who heard it or has it afterwards")
    return voicemail


def checked_class(name: str) -> str:
    """Return what a voicemail is about; "": nobody has said.

    Raises:
        BadInput: it is no single word of letters, digits, - and _, or too long.
    """
    if not _CLASS.fullmatch(name) or len(name) > LONGEST_CLASS:
        fix = f"use letters, digits, - and _, {LONGEST_CLASS} at most"
        raise BadInput("class", f"{name!r} is no class", fix)
    return name
