"""Where a lead stands between two dials: a state, its reason, and until when. Pure.

One table says which states hold a lead back and how that reads. Refuses to know rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.dial_law import HeldAttempt, HeldBy
from dialer.domain.recycling_step import Callback, Dial, Done, Next


class LeadState(StrEnum):
    """What a lead may be."""

    IMPORTING = "importing"  # seen by nobody until its list is decided
    READY = "ready"
    WAITING = "waiting"  # until `due_at`
    FILTERED = "filtered"  # the campaign's filter leaves it out
    OWNED = "owned"  # an agent's own: never dialed the predictive way
    CALLBACK = "callback"  # promised: dialed with an agent held for it
    LEASED = "leased"
    DIALING = "dialing"
    DONE = "done"


S = LeadState

ALIVE: Final = frozenset({S.READY, S.WAITING, S.OWNED, S.CALLBACK, S.LEASED, S.DIALING})
"""States of leads that the campaign is not through with."""

ASK_AGAIN_S: Final = 86_400.0
"""A lead that waiting does not help is judged again after so long: a consent may have come in."""

LIVE_AGAIN_S: Final = 60.0
"""A number with another call on it is asked for again after so long."""


SKIPPED: Final = "skipped"
"""Why a lead waits that an agent looked at and did not dial."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead's state and its reason."""

    state: LeadState
    why: str
    """A `Why` of recycling, or a `HeldBy`, or `rules:FIELD`, or `SKIPPED`."""
    due_at: float = 0.0
    """Of WAITING and CALLBACK; epoch seconds."""
    number: int | None = None
    """Which of the lead's numbers is dialed next; None: as before."""


def after_step(step: Next, now: float) -> Standing:
    """Return where recycling puts a lead."""
    match step:
        case Dial(number=number, not_before=due_at, why=why):
            state = S.READY if due_at <= now else S.WAITING
            return Standing(state, why.value, due_at, number)
        case Callback(due_at=due_at, why=why):
            return Standing(S.CALLBACK, why.value, due_at)
        case Done(why=why):
            return Standing(S.DONE, why.value)


def after_hold(held: HeldAttempt, now: float) -> Standing | None:
    """Return where a lead stands whose attempt was not made; None: as it was.

    A number that is never dialed, or not to be called, is recycling's: another may be dialed.
    """
    match held.held_by:
        case HeldBy.NUMBER_LIVE:
            return Standing(S.WAITING, held.held_by.value, now + LIVE_AGAIN_S)
        case HeldBy.RULES if held.verdict is not None:
            again_at = held.verdict.dialable_again_at
            field = held.verdict.refusals[0].field if held.verdict.refusals else ""
            due_at = now + ASK_AGAIN_S if again_at is None else again_at
            return Standing(S.WAITING, f"rules:{field}", due_at)
        case _:
            return None


SAID_OF_STATE: Final[Mapping[LeadState, str]] = {
    S.IMPORTING: "its list is still being imported",
    S.READY: "it may be dialed",
    S.WAITING: "it waits",
    S.FILTERED: "the campaign's filter leaves it out",
    S.OWNED: "it is an agent's own",
    S.CALLBACK: "a callback was promised",
    S.LEASED: "an engine holds it, to dial it next",
    S.DIALING: "a call is out",
    S.DONE: "it is done",
}
"""What is shown to people."""
