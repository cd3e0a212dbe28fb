"""Who is in which conference room of this node, in memory.

A new engine counts from nothing; the switch itself lets no more in than a room takes. Refuses to
know PINs.
"""

import structlog

from dialer.domain.flow.events import Failed
from dialer.domain.room import Room, switch_name
from dialer.ports import LedCall, NamedStore, Place

log = structlog.get_logger(__name__)


class Rooms:
    """The rooms.

    Args:
        store: on record.
    """

    def __init__(self, store: NamedStore[Room]) -> None:
        self._store = store
        self._in: dict[str, str] = {}

    async def enter(self, call: LedCall, number: str) -> Place | Failed:
        """Let a caller in, unless the room is full or gone.

        Raises:
            StoreUnavailable: the database is away.
        """
        room = await self._store.get(number, tenant_id=call.tenant_id)
        if room is None:
            return Failed("the room is gone")
        name = switch_name(call.tenant_id, number)
        there = sum(1 for one in self._in.values() if one == name)
        if there >= room.max_members:
            log.warning("room_full", call=call.call_id, members=there)
            return Failed("the room is full")
        self._in[call.call_id] = name
        log.info("room_entered", call=call.call_id, members=there + 1)
        return Place(name, room.max_members)

    def leave(self, call: LedCall) -> None:
        """A caller is in no room any more."""
        if self._in.pop(call.call_id, None) is not None:
            log.info("room_left", call=call.call_id)
