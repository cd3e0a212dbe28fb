"""Outside numbers that a customer may be transferred to, or an agent may consult. Pure.

What is never dialed is barred here as on every other path; beyond that the node says which numbers
are meant at all, and says none unless it is told. Refuses to know who asks.
"""

import re
from dataclasses import dataclass
from typing import Final

from dialer.domain.calling_rules.numbers import never_dialed
from dialer.domain.dial_law import ANYWHERE, DialTerms
from dialer.errors import BadInput

_PATTERN: Final = re.compile(r"\+[1-9][0-9]{0,14}\*?|\*")


@dataclass(frozen=True, slots=True)
class OutsidePolicy:
    """Which outside numbers a node's agents may reach.

    Raises:
        BadInput: something that is neither a number nor the beginning of one.
    """

    numbers: tuple[str, ...] = ()
    """E.164 numbers, or beginnings that end in "*"; "*" alone is any. None: nobody is reached."""

    def __post_init__(self) -> None:
        for one in self.numbers:
            if not _PATTERN.fullmatch(one):
                raise BadInput(
                    "OUTPACE_TRANSFER_TO", f"{one!r} is no number", "write +12025550100 or +1202*"
                )

    def check(self, number: str, terms: DialTerms) -> str:
        """Return a number that may be called.

        Args:
            number: E.164 with the leading plus.
            terms: of the campaign whose customer it is: countries and trials.

        Raises:
            BadInput: it is never dialed, or not among those that are meant.
        """
        countries = ANYWHERE if terms.countries is None else terms.countries
        barred = never_dialed(number, allowed=countries, trial_prefixes=terms.trial_prefixes)
        if barred is not None:
            raise BadInput("number", f"{number!r} is never dialed: {barred}", "give another")
        if not any(_matches(number, one) for one in self.numbers):
            fix = "add it to OUTPACE_TRANSFER_TO of the node"
            raise BadInput("number", f"{number!r} is no number that may be reached", fix)
        return number


def _matches(number: str, wanted: str) -> bool:
    return number.startswith(wanted[:-1]) if wanted.endswith("*") else number == wanted
