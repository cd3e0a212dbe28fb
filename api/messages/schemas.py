"""What is said of messages over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.one_line import PRINTED
from api.paging import Page
from dialer.domain.message import LONGEST_BODY, Message

Recipient = Annotated[
    str,
    Field(
        max_length=200,
        pattern=PRINTED,
        description='`agent:` and an id, `team:` and a name or id, or "*": everyone.',
        examples=["*", "agent:1001", "team:East"],
    ),
]
Body = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_BODY,
        pattern=PRINTED,
        description="One line.",
        examples=["The line to Boston is down: promise to call back."],
    ),
]


class NewMessage(BaseModel):
    """What is sent to whom."""

    model_config = ConfigDict(extra="forbid")

    to: Recipient
    body: Body


class MessageShown(BaseModel):
    """A message."""

    id: int = Field(examples=[12])
    by: str = Field(description="Who sent it.", examples=["sue"])
    to: str = Field(description="A team is named by its id.", examples=["*"])
    body: str
    at: float = Field(description="When it was sent, seconds since the epoch.")
    read_at: float | None = Field(
        description="When you read it; null: not yet, or you look at what was sent."
    )

    @classmethod
    def of(cls, message: Message) -> "MessageShown":
        """Return what is shown of a message."""
        return cls(
            id=message.message_id,
            by=message.sent_by,
            to=message.sent_to,
            body=message.body,
            at=message.at,
            read_at=message.read_at,
        )


class Inbox(Page[MessageShown]):
    """Some messages to an agent."""

    unread: int = Field(description="Messages that they have not read, on all pages.")
