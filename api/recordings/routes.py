"""`/recordings`: talks that were recorded, and listening to them.

A file is found by the id of its attempt and nothing else that was sent. Who listened is in the
audit log before the first byte leaves, once an hour however often the player asks for a piece.
"""

from pathlib import Path
from typing import Annotated, Final

from anyio import to_thread
from fastapi import Depends, Header, Response
from fastapi.responses import FileResponse

from api.asking import may
from api.attempts.found import attempt_of, attempts_of
from api.attempts.routes import Instant, OfAgent, OfCampaign
from api.calls.routes import AttemptIs
from api.noun import Noun
from api.paging import Cursor, Limit, Page, page
from api.recordings.ranges import refused
from api.recordings.schemas import RecordingShown
from api.world import Here, World
from dialer.adapters.sql.attempt_record import AttemptRow, Wanted
from dialer.domain.principal import Principal
from dialer.errors import NoSuch

router = Noun(prefix="/recordings", tags=["recordings"])

HEARD_ONCE_S: Final = 3600.0
"""Pieces that somebody asks for within this time are one playback."""

Range = Annotated[
    str | None,
    Header(
        alias="Range",
        max_length=200,
        description="Bytes wanted (RFC 9110); several ranges come as multipart.",
        examples=["bytes=0-65535"],
    ),
]


@router.get("", operation_id="recordings.list")
async def list_recordings(
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.list"))],
    campaign: OfCampaign = "",
    agent: OfAgent = "",
    since: Instant = None,
    until: Instant = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[RecordingShown]:
    """List the recorded talks by the time they were dialed, newest first."""
    wanted = Wanted(agent_id=agent or None, since=since, until=until, recorded=True)
    found = await attempts_of(world, principal, campaign, wanted, limit, cursor)
    shown = [RecordingShown.of(row, principal.role) for row in found]
    return page(shown, limit, lambda one: [one.dialed_at, one.attempt])


@router.get(
    "/{attempt_id}",
    operation_id="recordings.play",
    response_class=FileResponse,
    responses={
        200: {"content": {"audio/wav": {}}, "description": "The whole recording."},
        206: {"content": {"audio/wav": {}}, "description": "The bytes that were asked for."},
        416: {"description": "The recording has no such bytes."},
    },
)
async def play(
    attempt_id: AttemptIs,
    world: Here,
    principal: Annotated[Principal, Depends(may("recordings.play"))],
    wanted: Range = None,
) -> Response:
    """Return a recording as WAV, in stereo: the customer left, the agent right."""
    attempt = await attempt_of(world, principal, attempt_id)
    file = await to_thread.run_sync(_file_of, world, attempt)
    no_such = refused(wanted, (await to_thread.run_sync(file.stat)).st_size)
    if no_such is not None:
        return no_such
    await world.stores.audit.note_once(
        by=principal.who,
        action="playback",
        subject=f"attempt {attempt.attempt_id}",
        detail={"campaign": attempt.campaign_id, "lead": attempt.lead_id},
        at=world.clock.now(),
        within_s=HEARD_ONCE_S,
        tenant_id=principal.tenant_id,
    )
    return FileResponse(
        file,
        media_type="audio/wav",
        headers={"Cache-Control": "private, no-store"},
    )


def _file_of(world: World, attempt: AttemptRow) -> Path:
    """Return where a recording lies.

    Raises:
        NoSuch: there is none, it is not written yet, or it lies elsewhere.
    """
    if not attempt.recording:
        known = f"attempt {attempt.attempt_id} has none"
        raise NoSuch("recording", known, "none was made, or it was deleted; see GET recordings")
    if world.recordings is None:
        raise NoSuch("recording", "no recordings lie here", _beside(attempt))
    file = world.recordings / f"{attempt.attempt_id}.wav"
    if file.is_file():
        return file
    if file.with_suffix(".raw").exists():
        raise NoSuch("recording", "is being written", "try again in a few seconds")
    raise NoSuch("recording", f"{file.name} does not lie on this host", _beside(attempt))


def _beside(attempt: AttemptRow) -> str:
    return f"ask the API on the host of engine {attempt.node!r}"
