"""Where a lead may be, as one value: many leads share a few places, and one clock for each.

Knows that numbers with the same beginning are in the same place. Refuses to know windows and laws.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dialer.domain.calling_rules.zones import jurisdictions_of, zones_of

_LINE_DIGITS: Final = 4
"""Last digits of a number, which no numbering plan gives to places or countries."""

_LONG: Final = 12
"""Characters from which on a number has that many digits to spare."""

_KEPT: Final = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """The countries and states whose rules may apply, and the clocks that may be its own."""

    jurisdictions: tuple[str, ...]
    """ISO 3166 ("US", "US-FL"), in order."""
    zones: tuple[str, ...]
    """IANA names, in order; without any nobody may be called."""

    @property
    def key(self) -> str:
        """The place as one text, the same for equal places."""
        return f"{' '.join(self.jurisdictions)}|{' '.join(self.zones)}"


def place_of(number: str, *, zone: str = "", address: str = "") -> Place:
    """Return where the called party may be.

    Args:
        number: E.164 with the leading plus.
        zone: IANA name from the lead's own columns, or "".
        address: ISO 3166 country or region of the lead's address, or "".

    Raises:
        BadInput: the zone or the address is none.
    """
    if len(number) >= _LONG:
        number = number[:-_LINE_DIGITS] + "0" * _LINE_DIGITS
    return _place_of(number, zone, address)


@lru_cache(maxsize=_KEPT)
def _place_of(number: str, zone: str, address: str) -> Place:
    return Place(
        tuple(sorted(jurisdictions_of(number, address=address))),
        zones_of(number, zone=zone, address=address),
    )
