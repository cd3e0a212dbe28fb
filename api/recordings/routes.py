"""`/recordings`: talks that were recorded, listening to them, and taking them out.

A file is found by the id of its attempt or call and nothing else that was sent. Who listened, or
took one out, is in the audit log before the first byte leaves, once an hour however often the
player asks for a piece.
"""

from typing import Annotated, Any, Final

from fastapi import Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from api.asking import may
from api.attempts.found import attempts_of
from api.attempts.routes import Instant, OfAgent, OfCampaign
from api.noun import Noun
from api.number_said import Region, number_said
from api.paging import PRINTABLE, Cursor, Limit, Page, page
from api.recordings.audio import answer
from api.recordings.callers import callers_shown, place
from api.recordings.found import Found, all_shown, heard, taken_out
from api.recordings.schemas import RecordingShown, WaveformShown
from api.talks.routes import TalkIs
from api.words import Words
from api.world import Here, World
from dialer.adapters.sql.attempt_record import Wanted
from dialer.adapters.waveform import shown as drawn
from dialer.domain.call_record import CallsWanted, Direction
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal
from dialer.domain.recording import MEDIA_TYPES, RecordingUnreadable

router = Noun(prefix="/recordings", tags=["recordings"])

HEARD_ONCE_S: Final = 3600.0
"""Pieces that somebody asks for within this time are one playback."""

Range = Annotated[
    str | None,
    Header(
        alias="Range",
        max_length=200,
        description="Bytes wanted (RFC 9110); several ranges come as multipart, or as the whole.",
        examples=["bytes=0-65535"],
    ),
]
IfRange = Annotated[
    str | None, Header(alias="If-Range", max_length=200, description="ETag the range is of.")
]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", max_length=200, description="ETags that are known already."),
]

_AUDIO: Final[dict[str, dict[str, Any]]] = {media: {} for media in MEDIA_TYPES.values()}
AUDIO: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": _AUDIO, "description": "The whole recording."},
    206: {"content": _AUDIO, "description": "The bytes that were asked for."},
    304: {"description": "It is what is known already (`If-None-Match`)."},
    416: {"description": "The recording has no such bytes."},
}


@router.get("", operation_id="recordings.list")
async def list_recordings(
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.list"))],
    campaign: OfCampaign = "",
    agent: OfAgent = "",
    queue: Annotated[
        str,
        Query(
            max_length=200,
            pattern=PRINTABLE,
            description="Only with who called us and waited in this queue last, by its name.",
        ),
    ] = "",
    direction: Annotated[
        Direction | None, Query(description="in: only who called us; out: only whom we called.")
    ] = None,
    number: Annotated[Words, Query(description="Only with this telephone number.")] = "",
    region: Region = "",
    since: Instant = None,
    until: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[RecordingShown]:
    """List the recorded talks by the time they were dialed or came in, newest first.

    With a campaign only with people whom we called, with a queue only with people who called us.
    """
    whole = number_said(number, region) if number else None
    shown: list[RecordingShown] = []
    if not queue and direction is not Direction.IN:
        wanted = Wanted(
            agent_id=agent or None, number=whole, since=since, until=until, recorded=True
        )
        found = await attempts_of(world, principal, campaign, wanted, limit, cursor)
        shown = await all_shown(world, principal, found)
    if not campaign and direction is not Direction.OUT:
        of_callers = CallsWanted(
            agent_id=AgentId(agent) if agent else None,
            number=whole,
            queue=queue or None,
            since=since,
            until=until,
        )
        shown += await callers_shown(world, principal, of_callers, limit, cursor)
    return page(sorted(shown, key=place, reverse=True), limit, lambda one: [*place(one)])


@router.get(
    "/{attempt_id}",
    operation_id="recordings.play",
    response_class=StreamingResponse,
    responses=AUDIO,
)
async def play(
    attempt_id: TalkIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.play"))],
    wanted: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a recording in stereo: the customer left, the agent right. The ETag is its SHA-256.

    Agents hear those of their own talks that were reviewed.
    """
    found = await heard(world, principal, attempt_id)
    return await _sent(
        world, principal, found, "playback", (wanted, if_range, if_none_match), headers={}
    )


@router.get(
    "/{attempt_id}/file",
    operation_id="recordings.download",
    response_class=StreamingResponse,
    responses=AUDIO,
)
async def download(
    attempt_id: TalkIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.download"))],
    wanted: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Return a recording to be saved, under the name that the tenant's rule gives it.

    Agents get those of their own talks, where the tenant's setting lets them.
    """
    found = await taken_out(world, principal, attempt_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.save_as}"'}
    return await _sent(
        world, principal, found, "download", (wanted, if_range, if_none_match), headers
    )


@router.get("/{attempt_id}/peaks", operation_id="recordings.peaks")
async def peaks(
    attempt_id: TalkIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.peaks"))],
) -> WaveformShown:
    """Return the waveform of a recording: least and greatest sample of each channel in 50 ms.

    It is the JSON of audiowaveform, version 2: peaks.js takes it as it is; for wavesurfer.js,
    divide the values of `data` by 128.
    """
    found = await heard(world, principal, attempt_id)
    try:
        return WaveformShown(**drawn(await found.peaks()))
    except ValueError:
        problem = "its waveform is damaged"
        raise RecordingUnreadable(attempt_id, problem, "play it all the same") from None


async def _sent(
    world: World,
    principal: Principal,
    found: Found,
    action: str,
    asked: tuple[str | None, str | None, str | None],
    headers: dict[str, str],
) -> Response:
    wanted, if_range, if_none_match = asked
    headers = {"Cache-Control": "private, no-store", **found.etag, **headers}
    known = [one.strip() for one in (if_none_match or "").split(",")]
    if "ETag" in headers and headers["ETag"] in known:
        return Response(None, 304, headers)
    talk = found.talk

    async def noted() -> None:
        await world.stores.audit.note_once(
            by=principal.who,
            action=action,
            subject=talk.subject,
            detail=talk.detail,
            at=world.clock.now(),
            within_s=HEARD_ONCE_S,
            tenant_id=principal.tenant_id,
        )

    return await answer(
        await found.open(),
        MEDIA_TYPES[found.codec],
        wanted=wanted,
        if_range=if_range,
        headers=headers,
        noted=noted,
    )
