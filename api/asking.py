"""Who asks: found from the token or the cookie of a request, and held against the table of rights.

`may("campaigns.start")` is the dependency of each route; a route without one is refused at the
start. Refuses to know what is asked for.
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import structlog
from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from api.access import OPERATIONS, check
from api.errors import CsrfRefused, NotAuthenticated
from api.world import World, world_of
from dialer.domain.principal import Principal

COOKIE: Final = "outpace_session"
CSRF_HEADER: Final = "X-CSRF-Token"

_LOOKS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


async def principal_of(request: Request) -> Principal:
    """Return who asks; looked up once in a request.

    Raises:
        NotAuthenticated: nobody is known by the token or the cookie.
        CsrfRefused: a change with a cookie, without the header that only our pages can send.
    """
    known = getattr(request.state, "principal", None)
    if isinstance(known, Principal):
        return known
    principal = await _found(request, world_of(request))
    request.state.principal = principal
    structlog.contextvars.bind_contextvars(who=principal.who, tenant=principal.tenant_id)
    return principal


async def _found(request: Request, world: World) -> Principal:
    given = request.headers.get("authorization", "")
    if given:
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise NotAuthenticated("the Authorization header is no Bearer token", "send one")
        machine = await world.doorkeeper.of_token(secret.strip())
        if machine is None:
            raise NotAuthenticated("the token is unknown, revoked or expired", "make a new one")
        return machine
    cookie = request.cookies.get(COOKIE, "")
    person = await world.doorkeeper.of_session(cookie) if cookie else None
    if person is None:
        problem = "the session is over" if cookie else "neither a session nor a token was sent"
        raise NotAuthenticated(problem, "log in, or send a Bearer token")
    if request.method not in _LOOKS:
        check_origin(request)
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), person.csrf.encode()):
            raise CsrfRefused(CSRF_HEADER, "is missing or wrong", "send the csrf of GET auth/me")
    return person


def check_origin(request: HTTPConnection) -> None:
    """Check that no page of another site has a browser ask.

    Browsers name the site in `Origin` at each change and each WebSocket; what is no browser names
    none, and has no cookie that it did not ask for.

    Raises:
        CsrfRefused: the site is not the one that is asked.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return
    try:
        site = urlsplit(origin).netloc
    except ValueError:
        site = ""
    if not site or site.lower() != request.headers.get("host", "").lower():
        raise CsrfRefused("Origin", "is another site", "ask from a page of this one")


def may(operation: str) -> Callable[[Request], Awaitable[Principal]]:
    """Return the dependency that lets in whoever may do an operation of `api.access`."""
    if operation not in OPERATIONS:
        raise KeyError(f"{operation} has no row in api.access.OPERATIONS")

    async def asked(request: Request) -> Principal:
        principal = await principal_of(request)
        check(principal, operation)
        return principal

    asked.__name__ = f"may_{operation.replace('.', '_')}"
    return asked


def permitted(operation: str) -> object:
    """Return `Depends(may(operation))`: the default of a route's `principal` parameter."""
    return Depends(may(operation))
