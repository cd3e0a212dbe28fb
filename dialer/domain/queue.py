"""A queue: where people who call wait for an agent; who is chosen, and who waits too long. Pure.

Refuses to know who waits now, and which agents are free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.named import Named, Refers, check_amount, checked_name
from dialer.domain.skill import SKILLS
from dialer.errors import BadInput

LONGEST_WAIT_S: Final = 4 * 3600.0
"""Nobody holds the line for longer."""

MOST_SKILLS: Final = 20


class AgentOrder(StrEnum):
    """Which of the idle agents is chosen."""

    LONGEST_IDLE = "longest_idle"  # of those who have all the skills that are wanted
    MOST_SKILLED = "most_skilled"  # who has most of them, then who is idle longest


class AfterWait(StrEnum):
    """What happens to who has waited too long."""

    HANG_UP = "hang_up"
    VOICEMAIL = "voicemail"
    CALL_BACK = "call_back"  # a call back is promised


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How a queue is served."""

    order: AgentOrder = AgentOrder.LONGEST_IDLE
    skills: tuple[str, ...] = ()
    """Names of those that are wanted."""
    longest_wait_s: float = 300.0
    after_wait: AfterWait = AfterWait.HANG_UP


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of a tenant."""

    name: str
    settings: QueueSettings = QueueSettings()


def checked_queue(queue: Queue) -> Queue:
    """Return a queue that can be kept.

    Raises:
        BadInput: its name is none, a skill is named twice or none where some are needed, or the
            wait is out of range.
    """
    checked_name(queue.name)
    settings = queue.settings
    if len(set(settings.skills)) != len(settings.skills):
        raise BadInput("skills", "one is named twice", "name each once")
    if len(settings.skills) > MOST_SKILLS:
        problem = f"{len(settings.skills)} are too many"
        raise BadInput("skills", problem, f"name {MOST_SKILLS} at most")
    if settings.order is AgentOrder.MOST_SKILLED and not settings.skills:
        fix = f"name those that are wanted, or choose {AgentOrder.LONGEST_IDLE}"
        raise BadInput("skills", f"none is named, but agents are chosen {settings.order}", fix)
    check_amount("longest_wait_s", settings.longest_wait_s, least=1, most=LONGEST_WAIT_S)
    return queue


def queue_settings_said(said: Mapping[str, Any]) -> QueueSettings:
    """Return settings as they are written; what is not said is as usual.

    Raises:
        BadInput: an order or what comes after is none of ours, or something is no setting.
    """
    known = {"order": AgentOrder, "after_wait": AfterWait}
    read = dict(said)
    for field, kind in known.items():
        words = [one.value for one in kind]
        if field in read and read[field] not in words:
            raise BadInput(field, f"{read[field]!r} is none", f"use one of {', '.join(words)}")
        if field in read:
            read[field] = kind(read[field])
    for field in read:
        if field not in QueueSettings.__dataclass_fields__:
            raise BadInput(field, "is no setting of a queue", "take it out")
    if "skills" in read:
        read["skills"] = tuple(read["skills"])
    return QueueSettings(**read)


def _written(queue: Queue) -> dict[str, Any]:
    settings = queue.settings
    return {
        "name": queue.name,
        "settings": {
            "order": settings.order.value,
            "skills": list(settings.skills),
            "longest_wait_s": settings.longest_wait_s,
            "after_wait": settings.after_wait.value,
        },
    }


def _read(row: Mapping[str, Any]) -> Queue:
    return Queue(row["name"], queue_settings_said(row["settings"]))


QUEUES: Final = Named(
    "queue",
    Queue,
    checked_queue,
    write=_written,
    read=_read,
    refers=(Refers("skills", SKILLS, lambda queue: queue.settings.skills),),
)
