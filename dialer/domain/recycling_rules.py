"""The rules by which a campaign's leads are dialed again: waits and maxima, with their defaults.

Knows numbers and their units. Refuses to know leads: what the rules mean for one is recycling's.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.outcome import Outcome

_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_DAY_S: Final = 86_400.0
_YEAR_S: Final = 366 * _DAY_S

ABANDON_QUIET_S: Final = 72 * _HOUR_S
"""Who was abandoned is not dialed for 72 h unless an agent is guaranteed to be there (Ofcom,
statement of policy on persistent misuse, in force since 1 March 2017). Rules may ask for more."""

Wait = Annotated[float, Field(ge=0, le=_YEAR_S)]


class Retry(BaseModel):
    """What follows one outcome on one number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    waits_s: tuple[Wait, ...] = Field(min_length=1, max_length=20)
    """Wait after the first attempt that ended so, after the second, ...; the last one repeats."""
    most: int = Field(ge=1, le=100)
    """Attempts on one number that may end so; after that many the number is left alone."""

    def wait_s(self, nth: int) -> float:
        """Return the wait after the nth attempt (from 1) that ended so."""
        return self.waits_s[min(nth, len(self.waits_s)) - 1]


def _retry(*waits_s: float, most: int) -> Retry:
    return Retry(waits_s=waits_s, most=most)


class RecyclingRules(BaseModel):
    """All rules of a campaign; the defaults are where to start from, not findings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    busy: Retry = _retry(10 * _MINUTE_S, most=6)
    no_answer: Retry = _retry(4 * _HOUR_S, most=6)
    machine: Retry = _retry(24 * _HOUR_S, 29 * _HOUR_S, 43 * _HOUR_S, most=4)
    """The same hour of the next day, then five hours later in the day, then the first hour again;
    never within 24 h of a machine."""
    congestion: Retry = _retry(5 * _MINUTE_S, most=10)
    failed: Retry = _retry(1 * _HOUR_S, most=3)
    cancelled: Retry = _retry(10 * _MINUTE_S, most=6)
    hung_up_waiting: Retry = _retry(24 * _HOUR_S, most=2)
    abandoned: Retry = _retry(4 * _HOUR_S, most=2)
    """The wait when an agent is guaranteed; else `abandon_quiet_s` is longer."""
    message_heard: Retry | None = None
    """Of a broadcast, who pressed no key; None: the lead is done."""
    lost: Retry | None = None
    """None: as no answer."""
    most_per_day: int = Field(default=3, ge=1, le=100)
    """Attempts on a lead in one day of its zone, over all its numbers."""
    most_in_all: int = Field(default=10, ge=1, le=1000)
    """Attempts on a lead, over all its numbers."""
    refusal_quiet_s: float = Field(default=30 * _DAY_S, ge=0, le=10 * _YEAR_S)
    """No dial after a refusal that did not end the lead."""
    abandon_quiet_s: float = Field(default=ABANDON_QUIET_S, ge=ABANDON_QUIET_S, le=_YEAR_S)
    next_number_after_s: float | None = Field(default=0.0, ge=0, le=_YEAR_S)
    """Wait before the next number of the lead; 0 at once, None only when the first is exhausted."""
    callback_after_s: float = Field(default=_DAY_S, ge=0, le=_YEAR_S)
    """When a callback is due that was promised without a time."""

    def of(self, outcome: Outcome) -> Retry | None:
        """Return the rule for an outcome; None when it is never repeated by rule."""
        match outcome:
            case Outcome.CONNECTED | Outcome.INVALID:
                return None
            case Outcome.MESSAGE_HEARD:
                return self.message_heard
            case Outcome.LOST:
                return self.lost or self.no_answer
            case _:
                rule: Retry = getattr(self, outcome.value)
                return rule
