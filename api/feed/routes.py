"""`/feed` (WebSocket) and `/events` (server-sent events): the floor while it changes.

The protocol is written down in docs/feed.md.
"""

from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response, WebSocket
from fastapi.responses import StreamingResponse

from api.asking import may
from api.errors import problem
from api.feed.cursor import LONGEST, unpacked
from api.feed.entrance import as_let_in
from api.feed.events import stream
from api.feed.following import Following
from api.feed.messages import named
from api.feed.socket import serve
from api.noun import Noun
from api.world import Here, world_of
from dialer.domain.principal import Principal

router = Noun(tags=["feed"])

_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}}


@router.websocket("/feed")
async def feed(websocket: WebSocket) -> None:
    """Serve the live feed; see docs/feed.md."""
    await serve(websocket, world_of(websocket))


@router.get(
    "/feed",
    operation_id="feed.subscribe",
    status_code=426,
    response_class=Response,
    responses={426: {"description": "Open a WebSocket here.", "content": _PROBLEM}},
)
async def subscribe(
    _principal: Annotated[Principal, Depends(may("feed.subscribe"))],
) -> Response:
    """Live feed over WebSocket: open `wss://.../api/v1/feed`.

    Who asks: a Bearer token in the header, `{"token": "..."}` as the first message, or the session
    cookie with the Origin of this host. Then `{"subscribe": [{"topic": "floor"}]}` with topic
    floor, campaign (with its id as `campaign`), session or alerts, and the cursor of the last
    message as `resume` to go on where one was. Answers are `{"snapshot": [...]}`, then
    `{"delta": [...]}`, each with `topic` and `cursor`; entries have node, topic, key and value
    (null: gone). This GET only describes it.
    """
    return problem(
        426,
        "upgrade_required",
        "request: the live feed is a WebSocket",
        field="request",
        fix="open a WebSocket at this address, or GET /api/v1/events",
        headers={"Upgrade": "websocket", "Connection": "Upgrade"},
    )


@router.get(
    "/events",
    operation_id="feed.events",
    response_class=StreamingResponse,
    responses={200: {"description": "Events.", "content": {"text/event-stream": {}}}},
)
async def events(
    request: Request,
    world: Here,
    principal: Annotated[Principal, Depends(may("feed.events"))],
    topics: Annotated[
        str,
        Query(
            min_length=1,
            max_length=4000,
            description="floor, alerts, session or campaign:<id>, separated by commas.",
            examples=["floor,alerts"],
        ),
    ],
    last_event_id: Annotated[
        str | None,
        Header(max_length=LONGEST, description="`id` of the last event: goes on after it."),
    ] = None,
) -> Response:
    """Live feed as server-sent events: snapshot, then delta, as over the WebSocket."""
    resume = last_event_id or ""
    if resume:
        unpacked(resume, "Last-Event-ID")
    following = Following(world, principal)
    try:
        for wanted in named(topics):
            await following.add(wanted.model_copy(update={"resume": resume}))
    except BaseException:
        following.close()
        raise
    return StreamingResponse(
        stream(as_let_in(request, principal), following, world),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
