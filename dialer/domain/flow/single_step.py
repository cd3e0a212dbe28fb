"""Flows that nobody has written: of numbers that lead to a queue, and of what is closed. Pure.

Their names may hold more than a flow's text could say, so they are put together without a check.
"""

from typing import Final

from dialer.domain.flow.fields import Sound
from dialer.domain.flow.steps import (
    Destination,
    Flow,
    HangUpStep,
    Head,
    PlayStep,
    Step,
    TransferStep,
    VoicemailStep,
)

LONGEST_S: Final = 3600.0
"""The queue knows how long its callers wait; this is for one that does not."""

FORWARDED_S: Final = 60.0
"""How long a number rings to which callers are passed on."""

SORRY: Final = "sorry"
"""A prompt that ships: played where another cannot be."""

_BYE: Final = "bye"


def flow_to_queue(name: str) -> Flow:
    """Return a flow that hands the call to a queue, and hangs up when nobody takes it."""
    to = Destination.model_construct(queue=name, agent=None, number=None)
    step = TransferStep.model_construct(transfer=to, wait_s=LONGEST_S, otherwise=_BYE)
    return _flow({"queue": step}, "en")


def flow_to_voicemail(box: str, greeting: str, language: str) -> Flow:
    """Return a flow that takes a message for a box, after a prompt if one is named."""
    sound = Sound(prompt=greeting) if greeting else None
    step = VoicemailStep.model_construct(voicemail=box, greeting=sound, otherwise=SORRY)
    return _flow({"leave": step, SORRY: _play(SORRY)}, language)


def flow_to_number(number: str, prompt: str, language: str) -> Flow:
    """Return a flow that passes the call on to a number, after a prompt if one is named."""
    to = Destination.model_construct(queue=None, agent=None, number=number)
    step = TransferStep.model_construct(transfer=to, wait_s=FORWARDED_S, otherwise=SORRY)
    steps: dict[str, Step] = {"forward": step, SORRY: _play(SORRY)}
    if prompt:
        steps = {"say": _play(prompt, "forward", "forward"), **steps}
    return _flow(steps, language)


def flow_announcing(prompt: str, language: str) -> Flow:
    """Return a flow that plays a prompt and ends the call."""
    return _flow({"say": _play(prompt), SORRY: _play(SORRY)}, language)


def _play(prompt: str, then: str = _BYE, otherwise: str = "") -> Step:
    after = otherwise or (_BYE if prompt == SORRY else SORRY)
    return PlayStep.model_construct(play=Sound(prompt=prompt), next=then, otherwise=after)


def _flow(steps: dict[str, Step], language: str) -> Flow:
    bye = HangUpStep.model_construct(hang_up=None, otherwise=None)
    head = Head.model_construct(otherwise=_BYE, language=language)
    return Flow(head, next(iter(steps)), {**steps, _BYE: bye})
