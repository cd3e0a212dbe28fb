"""What is said of webhooks over REST."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from dialer.adapters.sql.outbox import DeadLetter
from dialer.adapters.sql.webhooks import Backlog
from dialer.domain.webhook import Topic, Webhook
from dialer.domain.webhook_address import MOST_URL

_ID = "wh-01M8C9NMWY2EPPG8W9SYNMTK7Z"
_EVENT = "ev-01M8C9P2J4R5T6V7W8X9Y0Z1A2"


class NewWebhook(BaseModel):
    """A webhook to be."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        min_length=1,
        max_length=MOST_URL,
        description="Where events are sent (POST): https, without a login.",
        examples=["https://crm.example/outpace"],
    )
    topics: list[Topic] = Field(
        min_length=1,
        max_length=len(Topic),
        description="What it is told.",
        examples=[["attempt.ended", "disposition.set"]],
    )


class WebhookShown(BaseModel):
    """A webhook, without its secret."""

    id: str = Field(examples=[_ID])
    url: str = Field(examples=["https://crm.example/outpace"])
    topics: list[Topic]
    active: bool = Field(description="Whether it is told anything.")
    why: str = Field(description="Why it is not active.", examples=["answered 410"])
    created_by: str = Field(examples=["ann"])
    created_at: float = Field(description="Seconds since the epoch.", examples=[1795700000.0])
    waiting: int = Field(description="Events that it is still to be told.", examples=[0])
    dead: int = Field(description="Events that were given up.", examples=[0])

    @classmethod
    def of(cls, webhook: Webhook, backlog: Backlog) -> "WebhookShown":
        """Return what is shown of a webhook."""
        return cls(
            id=webhook.webhook_id,
            url=webhook.url,
            topics=list(webhook.topics),
            active=webhook.active,
            why=webhook.why,
            created_by=webhook.created_by,
            created_at=webhook.created_at,
            waiting=backlog.waiting,
            dead=backlog.dead,
        )


class WebhookMade(WebhookShown):
    """A new webhook, with its secret."""

    secret: str = Field(
        description="Signs what is sent to it. Shown this once.", examples=["whsec_..."]
    )


class DeadLetterShown(BaseModel):
    """An event that was given up."""

    id: str = Field(examples=[_EVENT])
    topic: str = Field(examples=["attempt.ended"])
    subject: str = Field(examples=["lead:7"])
    body: dict[str, Any] = Field(description="What was to be told.")
    dead_at: float = Field(description="When it was given up.", examples=[1795700000.0])
    tries: int = Field(examples=[60])
    problem: str = Field(examples=["answered 503; given up after 60 tries"])

    @classmethod
    def of(cls, letter: DeadLetter) -> "DeadLetterShown":
        """Return what is shown of an event."""
        return cls(
            id=letter.event_id,
            topic=letter.topic,
            subject=letter.subject,
            body=dict(letter.body),
            dead_at=letter.dead_at,
            tries=letter.tries,
            problem=letter.problem,
        )


EventId = Annotated[str, Field(min_length=1, max_length=120, examples=[_EVENT])]


class Retry(BaseModel):
    """Which events are to be told after all."""

    model_config = ConfigDict(extra="forbid")

    events: list[EventId] | None = Field(
        default=None,
        max_length=1000,
        description="Ids of events; left out: all that were given up.",
    )


class Retried(BaseModel):
    """What came of it."""

    retried: int = Field(description="Events that are told now.", examples=[3])


class Pinged(BaseModel):
    """How a receiver answered."""

    delivered: bool
    status: int | None = Field(description="Of its answer; null: there was none.", examples=[204])
    problem: str = Field(description="Why it was not delivered.", examples=[""])
    took_ms: float = Field(examples=[38.5])
