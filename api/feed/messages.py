"""What clients of the feed say: read strictly, and refused with the field and the fix.

Refuses to know who says it.
"""

from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from api.feed.cursor import LONGEST
from api.feed.views import Topic
from dialer.errors import BadInput

MESSAGE_MOST: Final = 16 * 1024
"""Bytes of a message."""

SUBSCRIPTIONS_MOST: Final = 50
"""Subscriptions of a socket."""


class Wanted(BaseModel):
    """One subscription that is asked for."""

    model_config = ConfigDict(extra="forbid")

    topic: Topic
    campaign: Annotated[str, Field(max_length=64)] = ""
    resume: Annotated[str, Field(max_length=LONGEST)] = ""

    @property
    def name(self) -> str:
        """What it is known by on its socket."""
        return f"{self.topic}:{self.campaign}" if self.campaign else self.topic.value

    def checked(self) -> "Wanted":
        """Return it if it says which campaign, exactly where that is asked.

        Raises:
            BadInput: it does not.
        """
        if self.topic is Topic.CAMPAIGN and not self.campaign:
            raise BadInput("campaign", "is missing", "say which, by its id")
        if self.topic is not Topic.CAMPAIGN and self.campaign:
            raise BadInput("campaign", f"{self.topic} has none", "leave it out")
        return self


class Said(BaseModel):
    """One message: exactly one of these."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[SecretStr, Field(max_length=500)] | None = None
    subscribe: Annotated[list[Wanted], Field(max_length=SUBSCRIPTIONS_MOST)] | None = None
    unsubscribe: Annotated[list[Wanted], Field(max_length=SUBSCRIPTIONS_MOST)] | None = None
    pong: float | int | None = None


def read(text: str) -> Said:
    """Read a message.

    Raises:
        BadInput: it is none.
    """
    try:
        said = Said.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "message"
        raise BadInput(field, str(first["msg"]), "see docs/feed.md") from None
    if len(said.model_fields_set) != 1:
        fix = "say one of token, subscribe, unsubscribe, pong"
        raise BadInput("message", "says not one thing", fix)
    return said


def named(text: str) -> list[Wanted]:
    """Read what a query parameter names: `floor,alerts,session,campaign:ca-...`.

    Raises:
        BadInput: one of them is no topic.
    """
    wanted: list[Wanted] = []
    for part in text.split(","):
        topic, _, campaign = part.strip().partition(":")
        given: dict[str, Any] = {"topic": topic, "campaign": campaign}
        try:
            wanted.append(Wanted.model_validate(given).checked())
        except ValidationError:
            fix = "name floor, alerts, session or campaign:<id>, separated by commas"
            raise BadInput("topics", f"{part.strip()[:80]!r} is no topic", fix) from None
    if len({one.name for one in wanted}) != len(wanted) or len(wanted) > SUBSCRIPTIONS_MOST:
        raise BadInput("topics", "names one twice, or too many", "name each once")
    return wanted
