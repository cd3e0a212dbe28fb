"""`/voicemails`: what callers left to be heard. The inbox, listening, who sees to one, removing.

Who listened is in the audit log before the first byte leaves. Agents see what is theirs to see to.
"""

from typing import Annotated, Literal

from anyio import to_thread
from fastapi import Depends, Path, Query, Response
from fastapi.responses import StreamingResponse

from api.asking import may
from api.attempts.routes import OfAgent
from api.call_records.routes import OfNumber, OfQueue
from api.noun import Noun
from api.number_said import number_said
from api.once import OnceRoute
from api.paging import PRINTABLE, Cursor, Limit, after_moment, page
from api.recordings.audio import answer
from api.recordings.routes import AUDIO, HEARD_ONCE_S, IfRange, Range
from api.voicemails.found import only_of, opened, shelf_of, voicemail_of
from api.voicemails.schemas import Assignee, Through, VoicemailClass, VoicemailPage, VoicemailShown
from api.world import Here, World
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal
from dialer.domain.recording import MEDIA_TYPES, Codec
from dialer.domain.voicemail import Voicemail, VoicemailKey, VoicemailsWanted

router = Noun(prefix="/voicemails", tags=["voicemails"], route_class=OnceRoute)

VoicemailIs = Annotated[int, Path(ge=1, lt=1 << 63, examples=[12])]


@router.get("", operation_id="voicemails.list")
async def list_voicemails(
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.list"))],
    queue: OfQueue = "",
    number: OfNumber = "",
    class_name: Annotated[
        str | None,
        Query(max_length=40, pattern=PRINTABLE, description="Only about this; empty: not said."),
    ] = None,
    state: Annotated[
        Literal["any", "heard", "unheard"], Query(description="Whether somebody has heard them.")
    ] = "any",
    work: Annotated[
        Literal["any", "done", "open"], Query(description="Whether somebody is through with them.")
    ] = "any",
    agent: OfAgent = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> VoicemailPage:
    """List voicemails, the newest first; an agent those that they see to."""
    mine = only_of(principal)
    key = after_moment(cursor, int)
    wanted = VoicemailsWanted(
        queue=queue or None,
        number=number_said(number) if number else None,
        class_name=class_name,
        heard=None if state == "any" else state == "heard",
        done=None if work == "any" else work == "done",
        assigned_to=mine or (AgentId(agent) if agent else None),
    )
    found = await world.stores.voicemails.newest(
        wanted,
        limit=limit + 1,
        before=None if key is None else VoicemailKey(*key),
        tenant_id=principal.tenant_id,
    )
    shown = [VoicemailShown.of(one, principal.role) for one in found.voicemails]
    some = page(shown, limit, lambda one: [one.at, one.id])
    return VoicemailPage(items=some.items, next=some.next, unheard=found.unheard)


@router.get("/{voicemail_id}", operation_id="voicemails.get")
async def get(
    voicemail_id: VoicemailIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.get"))],
) -> VoicemailShown:
    """Show a voicemail."""
    found = await voicemail_of(world, principal, voicemail_id)
    return VoicemailShown.of(found, principal.role)


@router.get(
    "/{voicemail_id}/sound",
    operation_id="voicemails.play",
    response_class=StreamingResponse,
    responses={200: AUDIO[200], 206: AUDIO[206], 416: AUDIO[416]},
)
async def play(
    voicemail_id: VoicemailIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.play"))],
    wanted: Range = None,
    if_range: IfRange = None,
) -> Response:
    """Return the sound of a voicemail. Whether it counts as heard is said apart."""
    found = await voicemail_of(world, principal, voicemail_id)

    async def noted() -> None:
        await world.stores.audit.note_once(
            by=principal.who,
            action="voicemail_playback",
            subject=f"voicemail {voicemail_id}",
            detail={"file": found.file, "queue": found.queue},
            at=world.clock.now(),
            within_s=HEARD_ONCE_S,
            tenant_id=principal.tenant_id,
        )

    return await answer(
        await opened(world, found),
        MEDIA_TYPES[Codec.WAV],
        wanted=wanted,
        if_range=if_range,
        headers={"Cache-Control": "private, no-store"},
        noted=noted,
    )


@router.post("/{voicemail_id}/heard", operation_id="voicemails.heard")
async def heard(
    voicemail_id: VoicemailIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.heard"))],
) -> VoicemailShown:
    """Say that you have heard a voicemail; the first who says so is on record."""
    before = await voicemail_of(world, principal, voicemail_id)
    await world.stores.voicemails.heard(
        voicemail_id, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    return await _now(world, principal, before)


@router.put("/{voicemail_id}/assignee", operation_id="voicemails.assign")
async def assign(
    voicemail_id: VoicemailIs,
    to: Assignee,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.assign"))],
) -> VoicemailShown:
    """Give a voicemail to an agent who sees to it, or to nobody."""
    before = await voicemail_of(world, principal, voicemail_id)
    await world.stores.voicemails.assign(
        voicemail_id,
        None if to.agent is None else AgentId(to.agent),
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return await _now(world, principal, before)


@router.put("/{voicemail_id}/done", operation_id="voicemails.done")
async def done(
    voicemail_id: VoicemailIs,
    said: Through,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.done"))],
) -> VoicemailShown:
    """Say that you are through with a voicemail, or that it is to be seen to after all."""
    before = await voicemail_of(world, principal, voicemail_id)
    await world.stores.voicemails.done(
        voicemail_id,
        done=said.done,
        by=principal.who,
        at=world.clock.now(),
        tenant_id=principal.tenant_id,
    )
    return await _now(world, principal, before)


@router.put("/{voicemail_id}/class", operation_id="voicemails.classify")
async def classify(
    voicemail_id: VoicemailIs,
    said: VoicemailClass,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.classify"))],
) -> VoicemailShown:
    """Say what a voicemail is about, in a word."""
    before = await voicemail_of(world, principal, voicemail_id)
    await world.stores.voicemails.classify(
        voicemail_id, said.class_name, tenant_id=principal.tenant_id
    )
    return await _now(world, principal, before)


@router.delete("/{voicemail_id}", operation_id="voicemails.remove", status_code=204)
async def remove(
    voicemail_id: VoicemailIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("voicemails.remove"))],
) -> None:
    """Take a voicemail off the record and delete its sound; not while its number is held."""
    found = await voicemail_of(world, principal, voicemail_id)
    shelf = shelf_of(world)
    await world.stores.voicemails.remove(
        voicemail_id, by=principal.who, at=world.clock.now(), tenant_id=principal.tenant_id
    )
    await to_thread.run_sync(shelf.delete, [found.path])


async def _now(world: World, principal: Principal, before: Voicemail) -> VoicemailShown:
    """Return what is shown of a voicemail after a change; an agent may see it no more."""
    found = await world.stores.voicemails.get(before.voicemail_id, tenant_id=principal.tenant_id)
    return VoicemailShown.of(found or before, principal.role)
