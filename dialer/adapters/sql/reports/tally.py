"""What most reports count of some attempts, and the ratios of it.

The definitions are those of docs/glossary.md. Refuses to know by what attempts are grouped.
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, Row, func, or_, true

from dialer.adapters.sql.tables.attempts import attempts
from dialer.domain.meaning import Meaning
from dialer.domain.outcome import LIVE_ANSWERS, Outcome

_LIVE: Final = sorted(outcome.value for outcome in LIVE_ANSWERS)

IS_LIVE: Final = or_(attempts.c.outcome.in_(_LIVE), attempts.c.charged == true())
IS_ABANDONED: Final = or_(
    attempts.c.outcome == Outcome.ABANDONED.value, attempts.c.charged == true()
)


def meant(meaning: Meaning) -> ColumnElement[bool]:
    """Return the condition that an attempt's disposition had a meaning."""
    return attempts.c.meaning.bitwise_and(meaning.value) != 0


def counted(name: str, condition: ColumnElement[bool]) -> Label[int]:
    """Return a column with the number of attempts that meet a condition."""
    return func.count().filter(condition).label(name)


TALLY: Final = (
    func.count().label("attempts"),
    counted("live_answers", IS_LIVE),
    counted("connects", attempts.c.outcome == Outcome.CONNECTED.value),
    counted("abandoned", IS_ABANDONED),
    counted("contacts", meant(Meaning.CONTACT)),
    counted("sales", meant(Meaning.SALE)),
    func.coalesce(func.sum(attempts.c.amount).filter(meant(Meaning.SALE)), 0.0).label("amount"),
)
"""The columns of a `Tally`, over attempts that were sent."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Attempts in figures."""

    attempts: int = 0
    """Dials that were sent, or may have been."""
    live_answers: int = 0
    """Answers by a person, and any other attempt that is charged as abandoned."""
    connects: int = 0
    """Live answers that talked with an agent."""
    abandoned: int = 0
    """Live answers let go or left in silence, and whatever else is charged as such."""
    contacts: int = 0
    """Talks whose disposition means contact: a person listened."""
    sales: int = 0
    amount: float = 0.0
    """What the sales are worth together."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.attempts + other.attempts,
            self.live_answers + other.live_answers,
            self.connects + other.connects,
            self.abandoned + other.abandoned,
            self.contacts + other.contacts,
            self.sales + other.sales,
            self.amount + other.amount,
        )

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers, 0..1; 0 without live answers."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0

    @property
    def answer_rate(self) -> float:
        """Live answers / dials, 0..1; 0 without dials."""
        return self.live_answers / self.attempts if self.attempts else 0.0

    @property
    def contact_rate(self) -> float:
        """Contacts / dials, 0..1; 0 without dials."""
        return self.contacts / self.attempts if self.attempts else 0.0


NOTHING: Final = Tally()


def tally_of(row: Row[Any]) -> Tally:
    """Read the columns of `TALLY`."""
    return Tally(
        row.attempts,
        row.live_answers,
        row.connects,
        row.abandoned,
        row.contacts,
        row.sales,
        row.amount,
    )
