"""What recycling looks at in a lead: its numbers, and what became of each attempt on them. Pure.

Knows how an attempt is read after the agent spoke. Refuses to know what follows from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialer.domain.disposition import Disposition, Then
from dialer.domain.ids import AgentId
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

OURS: Final = frozenset({Outcome.CONGESTION, Outcome.CANCELLED})
"""Outcomes that say nothing of the number: another one would fare no better."""


class NumberState(StrEnum):
    """What is known of a number besides the attempts on it."""

    USABLE = "usable"
    INVALID = "invalid"  # does not exist, or is not this lead's
    DO_NOT_CALL = "do_not_call"


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt that is over and was certainly or perhaps sent to the network."""

    number: int
    """Index into the lead's numbers."""
    outcome: Outcome
    at: float
    """When it ended, epoch seconds."""
    disposition: Disposition | None = None
    """What the agent said; None when nobody talked, or the agent has not said yet."""
    charged: bool = False
    """Counts as abandoned whatever the outcome: the person heard silence."""
    callback_at: float | None = None
    """The time agreed on, with a disposition that promises a callback."""
    callback_agent: AgentId | None = None
    """The agent who promised to call; None: anyone may."""

    @property
    def read_as(self) -> Outcome:
        """The outcome whose rule holds: an agent who says "machine" knows better."""
        if self.disposition is not None and self.disposition.machine:
            return Outcome.MACHINE
        return self.outcome

    @property
    def abandoned(self) -> bool:
        """Whether the person counts as abandoned."""
        return self.charged or self.outcome is Outcome.ABANDONED

    @property
    def holds_the_lead(self) -> bool:
        """Whether the wait after it is the lead's: a person was reached, or the network was not."""
        said = self.disposition
        if said is not None and said.machine:
            return False
        if said is not None and said.then is Then.RETRY:
            return True
        reached = LIVE_ANSWERS | {Outcome.MESSAGE_HEARD}
        return self.outcome in reached or self.outcome in OURS


def valid_numbers(numbers: Sequence[NumberState], past: Sequence[Tried]) -> list[int]:
    """Return the numbers of a lead that exist and are its own, in order."""
    dead = {
        tried.number
        for tried in past
        if tried.outcome is Outcome.INVALID
        or (tried.disposition is not None and tried.disposition.wrong_number)
    }
    return [
        number
        for number, state in enumerate(numbers)
        if state is NumberState.USABLE and number not in dead
    ]
