"""The commands that steps become, with what is known in a call filled in. Pure.

Refuses to know when a step is entered, and what follows.
"""

from collections.abc import Mapping
from urllib.parse import quote

from dialer.domain.flow.commands import Gather, Record, Request
from dialer.domain.flow.fields import Sound
from dialer.domain.flow.steps import (
    GatherStep,
    HttpStep,
    MenuStep,
    OptOutStep,
    RecordStep,
    VoicemailStep,
)
from dialer.domain.placeholders import filled, names_in

Asking = GatherStep | MenuStep | OptOutStep
"""Steps that wait for keys."""


def gather_for(step: Asking, told: Sound | None, language: str) -> Gather:
    """Return how keys are asked for.

    Args:
        step: whose turn it is.
        told: played before the question; None: nothing.
        language: of what is played.
    """
    match step:
        case GatherStep():
            asked = step.gather
        case MenuStep():
            asked = step.menu
        case OptOutStep():
            asked = step.opt_out
    least, most, end, between_s = 1, 1, "", step.wait_s
    if isinstance(step, GatherStep):
        least, most, end, between_s = step.least, step.most, step.end, step.between_s
    sounds = (asked,) if told is None else (told, asked)
    return Gather(sounds, language, least, most, end, step.wait_s, between_s)


def request_for(step: HttpStep, known: Mapping[str, str]) -> Request | None:
    """Return what another program is asked; None when something that belongs to it is not known.

    Args:
        step: whose turn it is.
        known: variables by name.
    """
    texts = (step.http, *step.body.values())
    if not all(known.get(name, "").strip() for text in texts for name, _ in names_in(text)):
        return None
    if any(not known[name].strip(".") for name, _ in names_in(step.http)):
        return None  # dots alone would lead up the path
    url = filled(step.http, known, written=_url_part)
    body = {name: filled(text, known) for name, text in step.body.items()}
    return Request(step.method, url, body if step.method == "POST" else None, step.time_out_s)


def record_for(step: RecordStep | VoicemailStep, language: str) -> Record:
    """Return how a message is recorded."""
    if isinstance(step, RecordStep):
        return Record(step.record, language, step.most_s, step.silence_s, step.end)
    return Record(step.greeting, language, step.most_s, step.silence_s, "#", step.voicemail)


def _url_part(value: str) -> str:
    return quote(value, safe="", errors="replace")
