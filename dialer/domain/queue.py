"""A queue: where people who call wait for an agent; who is chosen, and who waits too long. Pure.

Refuses to know who waits now, and which agents are free.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.after_hours import (
    AfterHours,
    after_hours_said,
    after_hours_written,
    checked_after_hours,
    hours_of,
)
from dialer.domain.call_record import E164
from dialer.domain.named import Named, Refers, check_amount, check_line, checked_name
from dialer.domain.prompt_path import check_prompt
from dialer.domain.skill import SKILLS
from dialer.domain.weekly_hours import CALLING_HOURS
from dialer.errors import BadInput

LONGEST_WAIT_S: Final = 4 * 3600.0
"""Nobody holds the line for longer."""

MOST_SKILLS: Final = 20
MOST_VIPS: Final = 1000
MOST_PRIORITY: Final = 100
LONGEST_PATH: Final = 400


class AgentOrder(StrEnum):
    """Which of the idle agents is chosen."""

    LONGEST_IDLE = "longest_idle"  # of those who have all the skills that are wanted
    MOST_SKILLED = "most_skilled"  # who has most of them, then who is idle longest


class AfterWait(StrEnum):
    """What happens to who has waited too long."""

    HANG_UP = "hang_up"
    VOICEMAIL = "voicemail"
    CALL_BACK = "call_back"  # a call back is promised


class QueueRecording(StrEnum):
    """Whether talks with its callers are recorded, where the calling rules allow it."""

    OFF = "off"
    ANNOUNCED = "announced"  # each caller is told before anything is recorded
    ASKED = "asked"  # from the agent's word on that the caller has agreed


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How a queue is served."""

    order: AgentOrder = AgentOrder.LONGEST_IDLE
    skills: tuple[str, ...] = ()
    """Names of those that are wanted."""
    longest_wait_s: float = 300.0
    after_wait: AfterWait = AfterWait.HANG_UP
    priority: int = 0
    """Queues of a higher one are served first."""
    vip_numbers: tuple[str, ...] = ()
    """Callers (E.164) who are served before the others of the queue's priority."""
    last_agent: bool = True
    """Whether who talked with a caller last is preferred, if idle."""
    announce_every_s: float = 30.0
    """Between two announcements of place and waiting time; 0: none."""
    wrap_up_limit_s: float = 30.0
    park_limit_s: float = 120.0
    """A parked caller whom nobody picks up comes back after this long."""
    missed_to_campaign: str = ""
    """Id of the campaign in which callers whom nobody took become leads; "": they do not."""
    call_back_key: str = ""
    """Digit by which who waits asks to be called back instead; "": there is none."""
    call_back_campaign: str = ""
    """Id of the campaign in which they are called back; "": nobody is."""
    after_hours: AfterHours | None = None
    """What becomes of callers when it is closed; None: it never is."""
    recording: QueueRecording = QueueRecording.OFF
    recording_announcement: str = ""
    """Path (no extension) of what both hear as soon as they are joined; the recording begins at its
    end. "": callers are told before, as by the flow."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One queue of a tenant."""

    name: str
    settings: QueueSettings = QueueSettings()


def checked_queue(queue: Queue) -> Queue:
    """Return a queue that can be kept.

    Raises:
        BadInput: its name is none, a skill is named twice or none where some are needed, the wait
            is out of range, or an announcement is no path, or of nothing that is announced.
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
    check_amount("priority", settings.priority, least=-MOST_PRIORITY, most=MOST_PRIORITY)
    check_amount("wrap_up_limit_s", settings.wrap_up_limit_s, least=0, most=3600)
    check_amount("park_limit_s", settings.park_limit_s, least=10, most=3600)
    if settings.announce_every_s != 0:
        check_amount("announce_every_s", settings.announce_every_s, least=10, most=3600)
    if len(settings.vip_numbers) > MOST_VIPS:
        problem = f"{len(settings.vip_numbers)} are too many"
        raise BadInput("vip_numbers", problem, f"name {MOST_VIPS} at most")
    for number in settings.vip_numbers:
        if not E164.fullmatch(number):
            raise BadInput("vip_numbers", f"{number!r} is no number", "write it as +12025550100")
    check_line("missed_to_campaign", settings.missed_to_campaign)
    check_line("call_back_campaign", settings.call_back_campaign)
    if settings.call_back_key not in ("", *"0123456789"):
        raise BadInput("call_back_key", f"{settings.call_back_key!r} is no digit", "give one digit")
    if settings.call_back_key and not settings.call_back_campaign:
        fix = "name the campaign that calls back (call_back_campaign)"
        raise BadInput("call_back_campaign", "is empty, but there is a key", fix)
    if settings.after_hours is not None:
        checked_after_hours(settings.after_hours)
    _check_recording(settings)
    return queue


def _check_recording(settings: QueueSettings) -> None:
    prompt = settings.recording_announcement
    if not prompt:
        return
    if settings.recording is not QueueRecording.ANNOUNCED:
        problem = f"is there, but the recording is {settings.recording}"
        fix = f"empty it, or set recording to {QueueRecording.ANNOUNCED}"
        raise BadInput("recording_announcement", problem, fix)
    if not prompt.startswith("/") or ".." in prompt.split("/"):
        fix = "give it as /path/name"
        raise BadInput("recording_announcement", f"{prompt!r} is no path of a file", fix)
    check_line("recording_announcement", prompt, LONGEST_PATH)
    check_prompt("recording_announcement", prompt)
    if prompt.endswith(".wav"):
        fix = "the switch adds .wav itself: leave it out"
        raise BadInput("recording_announcement", f"{prompt!r} ends as a file does", fix)


def queue_settings_said(said: Mapping[str, Any]) -> QueueSettings:
    """Return settings as they are written; what is not said is as usual.

    Raises:
        BadInput: an order, what comes after or a recording is none of ours, or something is no
            setting.
    """
    known = {"order": AgentOrder, "after_wait": AfterWait, "recording": QueueRecording}
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
    for field in ("skills", "vip_numbers"):
        if field in read:
            read[field] = tuple(read[field])
    if "after_hours" in read:
        read["after_hours"] = after_hours_said(read["after_hours"])
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
            "priority": settings.priority,
            "vip_numbers": list(settings.vip_numbers),
            "last_agent": settings.last_agent,
            "announce_every_s": settings.announce_every_s,
            "wrap_up_limit_s": settings.wrap_up_limit_s,
            "park_limit_s": settings.park_limit_s,
            "missed_to_campaign": settings.missed_to_campaign,
            "call_back_key": settings.call_back_key,
            "call_back_campaign": settings.call_back_campaign,
            "after_hours": after_hours_written(settings.after_hours),
            "recording": settings.recording.value,
            "recording_announcement": settings.recording_announcement,
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
    refers=(
        Refers("skills", SKILLS, lambda queue: queue.settings.skills),
        Refers("hours", CALLING_HOURS, lambda queue: hours_of(queue.settings.after_hours)),
    ),
)
