"""What a webhook is told: topics, events and their shape on the wire. Pure.

Knows which number an event is about, and whether a tenant's webhooks are told it whole. Refuses to
know how events are kept, signed and sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dialer.domain.masking import masked

VERSION: Final = 1
"""Of the shape of an event; it changes only when a receiver must change."""


class Topic(StrEnum):
    """What can be told."""

    ATTEMPT_ENDED = "attempt.ended"
    CALL_CONNECTED = "call.connected"
    LEAD_DONE = "lead.done"
    DISPOSITION_SET = "disposition.set"
    CALLBACK_PROMISED = "callback.promised"
    DO_NOT_CALL_ADDED = "do_not_call.added"
    CAMPAIGN_STATE = "campaign.state"
    VOICEMAIL_LEFT = "voicemail.left"
    VOICEMAIL_ASSIGNED = "voicemail.assigned"
    VOICEMAIL_DONE = "voicemail.done"


PING: Final = "ping"
"""Topic of the event that only tries whether a receiver answers."""


class NumbersTold(StrEnum):
    """How a tenant's webhooks are told numbers."""

    WHOLE = "whole"  # what a customer's own records need to find the person
    MASKED = "masked"

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "NumbersTold":
        """Read a tenant's settings, `{"webhooks": {"numbers": "masked"}}`; whole unless said.

        A word that is none of ours hides numbers: a slip of the pen gives nothing away.
        """
        section = settings.get("webhooks")
        said = section.get("numbers", cls.WHOLE) if isinstance(section, Mapping) else cls.WHOLE
        return cls.WHOLE if said == cls.WHOLE else cls.MASKED


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as it is told."""

    topic: Topic
    tenant_id: str
    subject: str
    """What it is about; events of one subject are told in order. Holds no number."""
    at: float
    """When it happened, epoch seconds."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What is told of it, but for the number."""
    number: str = ""
    """The number it is about (E.164), if it is about one."""
    key: str = ""
    """Tells it from every other event of its topic, where what is recorded may be recorded again;
    "" where it cannot."""


def lead_subject(lead_id: int) -> str:
    """Return the subject of all that happens to a lead."""
    return f"lead:{lead_id}"


def campaign_subject(campaign_id: str) -> str:
    """Return the subject of what happens to a campaign."""
    return f"campaign:{campaign_id}"


def number_subject(number: str) -> str:
    """Return the subject of a number: masked, as it is shown where numbers are not.

    Some numbers share one, and are then told one after the other.
    """
    return f"number:{masked(number)}"


def body_of(event: Event, event_id: str, numbers: NumbersTold) -> dict[str, Any]:
    """Return an event as it is sent.

    Args:
        event: what happened.
        event_id: the same for all webhooks that are told of it, and each time it is sent.
        numbers: whether the number is told whole.
    """
    data = dict(event.data)
    if event.number:
        whole = numbers is NumbersTold.WHOLE
        data["number"] = event.number if whole else masked(event.number)
    return {
        "version": VERSION,
        "id": event_id,
        "topic": event.topic.value,
        "at": event.at,
        "tenant": event.tenant_id,
        "subject": event.subject,
        "data": data,
    }


def ping_body(event_id: str, tenant_id: str, webhook_id: str, at: float) -> dict[str, Any]:
    """Return an event that says nothing."""
    return {
        "version": VERSION,
        "id": event_id,
        "topic": PING,
        "at": at,
        "tenant": tenant_id,
        "subject": f"webhook:{webhook_id}",
        "data": {},
    }


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return the bytes of an event: the same ones each time it is sent."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


@dataclass(frozen=True, slots=True)
class Webhook:
    """Somebody who is told."""

    webhook_id: str
    tenant_id: str
    url: str
    topics: tuple[Topic, ...]
    created_by: str
    created_at: float
    secret: str = field(default="", repr=False)
    """Signs what is sent."""
    active: bool = True
    why: str = ""
    """Why it is not active."""
