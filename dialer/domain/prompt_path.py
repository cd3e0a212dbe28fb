"""Paths of messages that the switch's dialplan plays: what they may hold. Pure.

The dialplan hands a path on to applications that read marks in it: a comma ends it, `&` joins
several files, a quotation mark ends an expression. A message would not be heard, or another one.
"""

import re
from typing import Final

from dialer.domain.campaign import CampaignSettings
from dialer.errors import BadInput

PROMPT_FIELDS: Final = (
    "abandon_prompt",
    "lost_prompt",
    "machine_message",
    "recording_announcement",
    "recording_question",
)
"""Settings of a campaign that are such paths."""

_NOT_PLAYED: Final = re.compile(r"[^\w./@+=~:-]")
_NO_LINE: Final = re.compile(r"[\r\n\0]")
"""What is refused wherever something reaches the switch, and not here."""


def check_prompt(field: str, path: str) -> None:
    """Check that a path reaches the dialplan's applications as it is.

    Args:
        field: whose path it is.
        path: without extension; "": there is none.

    Raises:
        BadInput: it holds a mark that would be read as something else.
    """
    found = _NOT_PLAYED.search(path)
    if found is None or _NO_LINE.search(path):
        return
    problem = f"{path!r} holds {found[0]!r}, which cannot be in the path of a message"
    raise BadInput(field, problem, "name file and folders with letters, digits, - _ and . only")


def check_prompts(settings: CampaignSettings, before: CampaignSettings | None = None) -> None:
    """Check the messages of a campaign's settings; of a change only those that are new.

    Raises:
        BadInput: see `check_prompt`.
    """
    for field in PROMPT_FIELDS:
        path = getattr(settings, field)
        if before is None or path != getattr(before, field):
            check_prompt(field, path)
