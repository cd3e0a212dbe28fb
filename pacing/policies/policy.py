"""What every policy is asked and answers.

Knows the shape of question and answer. Refuses to know any policy.
"""

from typing import NamedTuple, Protocol

from pacing.budget import Allowance
from pacing.decision import LimitedBy
from pacing.outlook import Outlook


class Wish(NamedTuple):
    """How many lines a policy wants to start."""

    lines: int
    limited_by: LimitedBy
    """What kept it from wanting one more."""
    chance_next_unserved: float
    """Chance (0..1) that the line after these, if answered, finds nobody."""


class Policy(Protocol):
    """One way of pacing."""

    def wish(self, outlook: Outlook, allowance: Allowance, most: int) -> Wish:
        """Return how many lines to start now.

        Args:
            outlook: the floor as a line dialed now would find it.
            allowance: what the abandonment caps allow.
            most: more than this many the hard limits will not grant.
        """
        ...


def uncovered(outlook: Outlook) -> int:
    """Idle agents for whom no line is in flight and no caller waits."""
    return max(0, outlook.idle - outlook.in_flight - outlook.waiting)
