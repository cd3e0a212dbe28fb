"""The application: all slices joined under one contract. Knows FastAPI, and no slice from within.

A slice is a folder of a noun: `routes.py` with a `router`, and `schemas.py`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import errors, pages
from api.access import OPEN, OPERATIONS
from api.agents.routes import router as agents
from api.amd.routes import router as amd
from api.articles.routes import knowledge
from api.articles.routes import router as articles
from api.attempts.routes import router as attempts
from api.audit.routes import router as audit
from api.auth.routes import router as auth
from api.call_records.routes import router as call_records
from api.callbacks.routes import own as own_callbacks
from api.callbacks.routes import router as callbacks
from api.caller_ids.routes import router as caller_ids
from api.calling_hours.routes import router as calling_hours
from api.calls.routes import router as calls
from api.campaigns.routes import router as campaigns
from api.coaching.routes import router as coaching
from api.contract import describe
from api.dispositions.routes import router as dispositions
from api.do_not_call.routes import asked as do_not_call_asked
from api.do_not_call.routes import router as do_not_call
from api.exports.routes import router as exports
from api.feed.routes import router as feed
from api.flows.routes import router as flows
from api.flows.steps import router as flow_steps
from api.health.meter import ApiMeter, Measured
from api.health.routes import router as health
from api.leads.bulk import router as many_leads
from api.leads.deciding import router as decided_leads
from api.leads.routes import router as leads
from api.limits import BodyLimit
from api.lists.imports import router as imports
from api.lists.routes import router as lists
from api.messages.routes import router as messages
from api.pacing.routes import router as pacing
from api.pause_codes.routes import router as pause_codes
from api.phones.routes import router as phones
from api.pins.routes import router as pins
from api.prompts.routes import router as prompts
from api.prompts.sounds import router as prompt_sounds
from api.queues.routes import router as queues
from api.recordings.routes import router as recordings
from api.reports.routes import router as reports
from api.reviews.routes import router as reviews
from api.rooms.routes import router as rooms
from api.routes.routes import router as inbound_routes
from api.rules.routes import router as rules
from api.scorecards.routes import router as scorecards
from api.scripts.routes import router as scripts
from api.session.routes import router as session
from api.session.routes import softphones
from api.simulation.routes import router as simulation
from api.sip import router as sip
from api.skills.routes import router as skills
from api.supervision.routes import router as supervision
from api.talks.routes import calls as call_moves
from api.talks.routes import session as session_moves
from api.teams.routes import router as teams
from api.tokens.routes import router as tokens
from api.trunk_routes.routes import router as trunk_routes
from api.trunks.routes import router as trunks
from api.users.routes import router as users
from api.voicemails.routes import router as voicemails
from api.webhooks.routes import router as webhooks
from api.world import World
from dialer import __version__
from dialer.adapters.telephone_sounds import MOST_BYTES as MOST_SOUND

PREFIX: Final = "/api/v1"

ROUTERS: Final[tuple[APIRouter, ...]] = (
    agents,
    amd,
    articles,
    attempts,
    audit,
    auth,
    callbacks,
    call_records,
    own_callbacks,
    caller_ids,
    calling_hours,
    calls,
    call_moves,
    campaigns,
    coaching,
    dispositions,
    do_not_call,
    do_not_call_asked,
    exports,
    feed,
    flows,
    flow_steps,
    imports,
    inbound_routes,
    knowledge,
    leads,
    decided_leads,
    lists,
    many_leads,
    messages,
    pacing,
    pause_codes,
    phones,
    pins,
    prompts,
    prompt_sounds,
    queues,
    skills,
    recordings,
    reports,
    reviews,
    rooms,
    rules,
    scorecards,
    scripts,
    session,
    session_moves,
    simulation,
    softphones,
    supervision,
    teams,
    tokens,
    trunk_routes,
    trunks,
    users,
    voicemails,
    webhooks,
)

LONGER: Final = {
    f"{PREFIX}/campaigns/[^/]+/leads": 64 << 20,
    f"{PREFIX}/campaigns/[^/]+/lists": 256 << 20,
    f"{PREFIX}/do-not-call/import": 256 << 20,
    f"{PREFIX}/prompts/[^/]+/[^/]+/sound": MOST_SOUND,
}
"""Bytes of bodies by path, where lists and sounds come in."""

Life = Callable[[], AbstractAsyncContextManager[World]]


def create_app(life: Life) -> FastAPI:
    """Make the application.

    Args:
        life: opens what it works with, for as long as it serves.

    Raises:
        ValueError: a route names no operation of `api.access`, or one twice.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with life() as world:
            app.state.world = world
            yield

    app = FastAPI(
        title="Outpace",
        version=__version__,
        description="A predictive dialer for your own Asterisk. Errors are problem+json "
        "(RFC 9457) with a stable `code`, the `field` and the `fix`.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=f"{PREFIX}/docs",
        redoc_url=None,
        lifespan=lifespan,
    )
    errors.install(app)
    app.add_middleware(BodyLimit, longer=LONGER)
    app.state.meter = ApiMeter()
    app.add_middleware(Measured, meter=app.state.meter)
    app.include_router(health)  # where load balancers and Prometheus look: at the root
    for router in ROUTERS:
        app.include_router(router, prefix=PREFIX)
    app.include_router(sip)
    pages.install(app)
    _check(app)
    describe(app)
    return app


def _check(app: FastAPI) -> None:
    """Check that each route is an operation with a row of its own in the table of rights."""
    seen: set[str] = set()
    for route in app.routes:
        if not isinstance(route, APIRoute):
            continue
        name = route.operation_id or ""
        if name not in OPERATIONS and name not in OPEN:
            raise ValueError(f"{route.path}: operation {name!r} has no row in api.access")
        if name in seen:
            raise ValueError(f"operation {name!r} has two routes")
        seen.add(name)
        asks = {getattr(one.call, "__name__", "") for one in route.dependant.dependencies}
        if name in OPERATIONS and f"may_{name.replace('.', '_')}" not in asks:
            raise ValueError(f"{route.path} does not ask whether {name} is permitted")
