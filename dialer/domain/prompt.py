"""A prompt: what callers hear, the same words in each language, and the file they are in. Pure.

Refuses to know what is in the file, and when it is played.
"""

import re
from dataclasses import dataclass
from typing import Final

from dialer.domain.named import Named, check_amount, checked_name
from dialer.errors import BadInput

MOST_TEXT: Final = 4000
"""Characters: some minutes of speech."""

LONGEST_S: Final = 600.0

UPLOADED: Final = "uploaded"
"""Folder below the tenant's prompts that the engines keep; of what was uploaded."""

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_FILE: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_UPLOADED: Final = re.compile(rf"{UPLOADED}/([0-9a-f]{{64}})\.wav")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt of a tenant in one language."""

    name: str
    language: str
    """BCP 47, as "en" or "pt-BR"."""
    file: str
    """Below the folder of the tenant's prompts, with slashes."""
    text: str = ""
    """What is said; empty: it is not written down."""
    seconds: float | None = None
    """How long it is; None: not known."""

    @property
    def checksum(self) -> str:
        """SHA-256 of its file if that was uploaded, in hex; "": it lies on each node by hand."""
        found = _UPLOADED.fullmatch(self.file)
        return "" if found is None else found[1]


def uploaded_file(checksum: str) -> str:
    """Return the file of an uploaded sound: by its content, so that no file ever changes."""
    return f"{UPLOADED}/{checksum}.wav"


def checked_prompt(prompt: Prompt) -> Prompt:
    """Return a prompt that can be kept.

    Raises:
        BadInput: the name or language is none, the file would be outside of its folder, or the
            text or length is out of range.
    """
    checked_name(prompt.name)
    if not _LANGUAGE.fullmatch(prompt.language):
        problem = f"{prompt.language!r} is no language"
        raise BadInput("language", problem, "write it as en or pt-BR")
    if not _FILE.fullmatch(prompt.file) or len(prompt.file) > 200:
        problem = f"{prompt.file!r} names no file below the prompts"
        raise BadInput("file", problem, "write it as en/greeting.wav, of letters, digits and ._-")
    if len(prompt.text) > MOST_TEXT or "\x00" in prompt.text:
        raise BadInput("text", "cannot be kept", f"write {MOST_TEXT} characters at most")
    if prompt.seconds is not None:
        check_amount("seconds", prompt.seconds, least=0.01, most=LONGEST_S)
    return prompt


PROMPTS: Final = Named("prompt", Prompt, checked_prompt, key=("name", "language"))
