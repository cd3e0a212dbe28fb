"""Who is let in to the live feed, and whether they still are.

A token in the header or in the first message, or the cookie of our own page: a browser sends the
cookie from any page, so it counts only beside the Origin that is ours. Refuses to know what is
asked for then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.asking import COOKIE
from api.world import Doorkeeper
from dialer.domain.principal import Principal


@dataclass(frozen=True, slots=True)
class Pass:
    """By what somebody was let in."""

    principal: Principal
    secret: str = field(repr=False)
    is_token: bool


async def at_the_door(connection: HTTPConnection, door: Doorkeeper) -> Pass | None:
    """Return who comes with a request; None if it shows nobody."""
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await with_token(secret.strip(), door)
    cookie = connection.cookies.get(COOKIE, "")
    if not cookie or not of_our_page(connection.headers):
        return None
    principal = await door.of_session(cookie)
    return None if principal is None else Pass(principal, cookie, is_token=False)


def as_let_in(connection: HTTPConnection, principal: Principal) -> Pass:
    """Return by what somebody was let in whom `api.asking` has found already."""
    _, _, secret = connection.headers.get("authorization", "").partition(" ")
    if secret:
        return Pass(principal, secret.strip(), is_token=True)
    return Pass(principal, connection.cookies.get(COOKIE, ""), is_token=False)


async def with_token(secret: str, door: Doorkeeper) -> Pass | None:
    """Return who has a token; None if it is nobody's."""
    principal = await door.of_token(secret) if secret else None
    return None if principal is None else Pass(principal, secret, is_token=True)


async def still_in(given: Pass, door: Doorkeeper) -> bool:
    """Tell whether somebody is who they were when they were let in, and may what they might."""
    found = door.of_token if given.is_token else door.of_session
    return await found(given.secret) == given.principal


def of_our_page(headers: Mapping[str, str]) -> bool:
    """Tell whether a page of this very host asks."""
    origin, host = headers.get("origin", ""), headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
