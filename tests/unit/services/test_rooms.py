"""Who may come into a conference room."""

from dialer.adapters.flow_files import checked
from dialer.domain.flow.events import Failed
from dialer.domain.ids import TenantId, new_call_id
from dialer.domain.room import Room, switch_name
from dialer.ports import LedCall, Place
from dialer.services.rooms import Rooms
from dialer.testing.stores import MemoryStores


def call(tenant: str = "main") -> LedCall:
    flow, _ = checked("otherwise: bye\nsteps: {bye: {hang_up: }}\n")
    assert flow is not None
    return LedCall(new_call_id(), TenantId(tenant), "", "+12025550100", flow, "f")


async def test_so_many_come_in_and_one_who_leaves_makes_room() -> None:
    stores = MemoryStores()
    await stores.rooms.add(Room("400", "hash", 2), by="sue", at=0.0)
    rooms = Rooms(stores.rooms)
    first, second, third = call(), call(), call()
    assert await rooms.enter(first, "400") == Place("room-main-400", 2)
    assert isinstance(await rooms.enter(second, "400"), Place)
    assert await rooms.enter(third, "400") == Failed("the room is full")
    rooms.leave(first)
    rooms.leave(first)
    assert isinstance(await rooms.enter(third, "400"), Place)
    assert await rooms.enter(call("other"), "400") == Failed("the room is gone")


def test_no_two_tenants_rooms_are_one_to_the_switch_whatever_they_are_called() -> None:
    names = [switch_name(tenant, "1") for tenant in ("a", "a,b", "a b", "a-2c-b", "\u00e4")]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "").isalnum() and name.isascii() for name in names)
