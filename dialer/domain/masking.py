"""How much of a telephone number is shown, and to whom. Pure.

Knows roles. Refuses to know who asks for the whole number and who notes that it was shown: a
revealed number is not masked at all, and the caller answers for the audit row.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from dialer.domain.roles import Role


class Sight(NamedTuple):
    """Characters shown at both ends of a number."""

    first: int
    last: int


MASKED: Final = Sight(first=3, last=2)
"""What is shown unless a role sees more: "+49*******12"."""

WHOLE: Final = None
"""Nothing is hidden."""

SEEN: Final[Mapping[Role, Sight | None]] = {
    Role.AGENT: MASKED,
    Role.SUPERVISOR: Sight(first=3, last=4),  # enough to find the call that is complained of
    Role.QA: MASKED,
    Role.CAMPAIGN_MANAGER: Sight(first=3, last=4),
    Role.ADMINISTRATOR: WHOLE,
}
"""What each role sees of a number without asking for it."""


def masked(number: str, sight: Sight = MASKED) -> str:
    """Return a number with all but its ends hidden; one that is too short is hidden whole."""
    hidden = len(number) - sight.first - sight.last
    if hidden <= 0:
        return "*" * len(number)
    return f"{number[: sight.first]}{'*' * hidden}{number[-sight.last :]}"


def shown_to(role: Role | None, number: str) -> str:
    """Return a number as a role sees it; None is anybody."""
    sight = MASKED if role is None else SEEN[role]
    return number if sight is None else masked(number, sight)
