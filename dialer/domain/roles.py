"""Who a user is to the program, and what each may do: one table.

Refuses to know users, passwords, and what a role sees of a number (`dialer.domain.masking`).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from dialer.errors import BadInput


class Role(StrEnum):
    """What a user is."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    QA = "qa"  # listens to talks and reads figures, changes nothing
    CAMPAIGN_MANAGER = "campaign_manager"  # sets campaigns up, brings lists
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What only some may do; whoever does it is noted in the audit log."""

    REVEAL = "reveal"  # see a masked number whole
    EXPORT = "export"  # take data out in a file
    PLAY = "play"  # listen to a recording
    ASSIGN = "assign"  # give leads to agents, and take them back
    ERASE = "erase"  # erase what is known of a person


RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.AGENT: frozenset(),
    Role.SUPERVISOR: frozenset({Right.REVEAL, Right.PLAY, Right.ASSIGN}),
    Role.QA: frozenset({Right.EXPORT, Right.PLAY}),
    Role.CAMPAIGN_MANAGER: frozenset({Right.REVEAL, Right.EXPORT, Right.PLAY, Right.ASSIGN}),
    Role.ADMINISTRATOR: frozenset(Right),
}
"""All that each role may."""


def may(role: Role, right: Right) -> bool:
    """Tell whether a role has a right."""
    return right in RIGHTS[role]


def role_named(name: str) -> Role:
    """Return the role of a name.

    Raises:
        BadInput: there is none.
    """
    try:
        return Role(name)
    except ValueError:
        known = ", ".join(Role)
        raise BadInput("role", f"{name!r} is unknown", f"use one of {known}") from None
