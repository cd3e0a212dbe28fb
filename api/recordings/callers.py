"""The recorded talks with people who called us, as a part of the list of all.

Refuses to know recorded attempts, and who may hear what.
"""

from api.paging import after_moment
from api.recordings.schemas import RecordingShown
from api.world import World
from dialer.domain.call_record import CallsWanted
from dialer.domain.ids import CallId, first_call_id, is_call_id, made_at
from dialer.domain.principal import Principal
from dialer.errors import BadInput


def place(one: RecordingShown) -> tuple[float, str]:
    """Return where a recording stands in the list: a caller's by when the call's id was made.

    By that id they can be walked; it is made as the call comes in.
    """
    called_us = is_call_id(one.attempt)
    return (made_at(one.attempt) if called_us else one.dialed_at), one.attempt


async def callers_shown(
    world: World, principal: Principal, wanted: CallsWanted, limit: int, cursor: str
) -> list[RecordingShown]:
    """Return a page of recorded talks with callers, newest first, and one more if there is one.

    Raises:
        BadInput: a range of time that is none, or a cursor of another list.
    """
    if wanted.since is not None and wanted.until is not None and wanted.since >= wanted.until:
        raise BadInput("until", "is not after since", "give a later time")
    key = after_moment(cursor, str)
    before = None
    if key is not None:
        at, last = key
        # at the same instant calls stand before attempts
        before = CallId(last) if is_call_id(last) else first_call_id(at)
    recordings = world.stores.recordings
    found = await world.stores.recorded_callers.newest(
        wanted, limit=limit + 1, before=before, tenant_id=principal.tenant_id
    )
    known = await recordings.of_attempts([one.call.call_id for one in found])
    numbers = {one.call.number for one in found} - {""}
    held = await recordings.held(numbers, principal.tenant_id)
    return [
        RecordingShown.of_caller(
            one, principal.role, known.get(one.call.call_id), held=one.call.number in held
        )
        for one in found
    ]
