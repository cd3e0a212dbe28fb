"""What the service works with: made once at its start, handed to every request.

Refuses to know how its parts are made (`api.bootstrap`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.feed.hub import Hub
from api.session.today import Days
from dialer.adapters.recording_shelf import RecordingShelf
from dialer.adapters.rehearsals import Rehearsals
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.principal import Principal
from dialer.ports import Clock, EngineLink, WebhookPost
from dialer.services.explaining import Explaining
from dialer.services.identity import Identity
from dialer.services.import_leads import Erased
from dialer.services.pins import Pins
from dialer.services.webhook_sender import WebhookSender


class Doorkeeper(Protocol):
    """Knows who a secret belongs to."""

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is; None if it is none (any more)."""
        ...

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is; None if it is none (any more)."""
        ...


@dataclass(frozen=True, slots=True)
class Ice:
    """What browsers' softphones are told of STUN and TURN."""

    urls: tuple[str, ...] = ()
    turn_secret: str = ""
    login_s: float = 0.0
    """How long a login to TURN holds."""


@dataclass(frozen=True, slots=True)
class World:
    """What every request may use."""

    stores: SqlStores
    engines: EngineLink
    feed: Hub
    doorkeeper: Doorkeeper
    identity: Identity
    clock: Clock
    law: DialLaw
    """The calling rules."""
    pins: Pins
    """The PINs of callers and of conference rooms."""
    terms: Callable[[Campaign], DialTerms]
    """Says on what terms a campaign dials people, as if its trunk were no simulated one."""
    explaining: Explaining
    erased: Callable[[], Awaitable[Erased | None]]
    """Returns what knows erased numbers; None when there are none."""
    post: WebhookPost
    """The way to receivers of webhooks."""
    sender: WebhookSender
    rehearsals: Rehearsals
    reporting: asyncio.Semaphore
    """Held while a report reads: for seconds, each with a connection."""
    days: Days
    """What agents did today."""
    recordings: RecordingShelf | None = None
    """Where recordings are, as far as they can be read from this host."""
    phone_websocket_url: str = ""
    """Where browsers' softphones connect; empty: /sip of the page's own site."""
    sip_url: str = ""
    """Of this host's Asterisk, to which browsers' SIP is handed on; empty: there is none."""
    ice: Ice = Ice()
    """STUN and TURN servers that they are told."""
    metrics_token: str = ""
    """What whoever reads metrics must send; empty: nothing."""
    secure: bool = True
    """Whether pages come by TLS: then cookies go by nothing else."""


def world_of(request: HTTPConnection) -> World:
    """Return what the application of a request works with."""
    world = request.app.state.world
    if not isinstance(world, World):
        raise TypeError("the application was made without a world")
    return world


async def _here(request: HTTPConnection) -> World:
    """Return the same for a route; what is not `async` FastAPI would hand to a thread."""
    return world_of(request)


Here = Annotated[World, Depends(_here)]
"""The type of a route's `world` parameter."""
