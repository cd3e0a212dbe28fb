"""`/rooms`: conference rooms, into which callers come by number and PIN. List, set, remove.

Requests that hold a PIN are not kept for an `Idempotency-Key`: a digest of one could be guessed.
"""

from typing import Annotated, Final

from fastapi import Depends, Path

from api.asking import may
from api.noun import Noun
from api.rooms.schemas import RoomSet, RoomShown
from api.shelf import Shelf
from api.world import Here
from dialer.domain.principal import Principal
from dialer.domain.room import ROOM, ROOMS, Room

router = Noun(prefix="/rooms", tags=["rooms"])

SHELF: Final = Shelf(ROOMS, lambda world: world.stores.rooms)
Number = Annotated[str, Path(max_length=20, pattern=r"^[0-9]+$", examples=["400"])]


@router.get("", operation_id="rooms.list")
async def list_rooms(
    world: Here, principal: Annotated[Principal, Depends(may("rooms.list"))]
) -> list[RoomShown]:
    """List the rooms, and until when they are locked."""
    found = await SHELF.list(world, principal)
    locks = await world.pins.locks(
        [(ROOM, one.number) for one in found], tenant_id=principal.tenant_id
    )
    return [RoomShown.of(one, until) for one, until in zip(found, locks, strict=True)]


@router.put("/{number}", operation_id="rooms.put")
async def put(
    number: Number,
    wanted: RoomSet,
    world: Here,
    principal: Annotated[Principal, Depends(may("rooms.put"))],
) -> RoomShown:
    """Give a room its PIN, in place of what was set before; a lock of it ends."""
    room = Room(number, "", wanted.max_members, wanted.label)
    await world.pins.set_room(
        room, wanted.pin.get_secret_value(), by=principal.who, tenant_id=principal.tenant_id
    )
    return RoomShown.of(room, None)


@router.delete("/{number}", operation_id="rooms.remove", status_code=204)
async def remove(
    number: Number,
    world: Here,
    principal: Annotated[Principal, Depends(may("rooms.remove"))],
) -> None:
    """Take a room away; who is there stays."""
    await SHELF.remove(world, principal, number)
