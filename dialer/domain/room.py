"""A conference room: the number and PIN by which callers come in, and how many may. Pure.

The PIN is kept as a hash only, which no audit log shows. Refuses to know who is in the room, and
how they are joined.
"""

import re
from dataclasses import dataclass
from typing import Final

from dialer.domain.named import Named, check_amount, check_line
from dialer.domain.pin import check_keyed_number
from dialer.errors import BadInput

MOST_MEMBERS: Final = 100
USUAL_MEMBERS: Final = 20

ROOM: Final = "room"
"""What guesses at the PIN of one are counted as, beside accounts of customers and staff."""

_TENANT: Final = re.compile(r"[^A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Room:
    """One room of a tenant."""

    number: str
    """As it is keyed in: digits."""
    pin_hash: str
    max_members: int = USUAL_MEMBERS
    label: str = ""
    """For people."""


def checked_room(room: Room) -> Room:
    """Return a room that can be kept.

    Raises:
        BadInput: the number cannot be keyed in, there is no PIN, or nobody could talk there.
    """
    check_keyed_number(room.number)
    check_line("pin_hash", room.pin_hash)
    if not room.pin_hash:
        raise BadInput("pin_hash", "is empty", "set a PIN")
    check_amount("max_members", room.max_members, least=2, most=MOST_MEMBERS)
    check_line("label", room.label)
    return room


def switch_name(tenant_id: str, number: str) -> str:
    """Return what the switch calls a room: no two tenants' are one."""
    plain = _TENANT.sub(lambda sign: f"-{ord(sign[0]):x}-", tenant_id)
    return f"room-{plain}-{number}"


ROOMS: Final = Named(
    "room",
    Room,
    checked_room,
    key=("number",),
    secret=("pin_hash",),
    see="see outpace rooms list",
)
