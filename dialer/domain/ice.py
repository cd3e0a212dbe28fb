"""STUN and TURN servers as a browser is told them, with a login to TURN that ends by itself. Pure.

A TURN server and we share a secret; a user of it is `expiry:name`, and its password the HMAC-SHA1
of that under the secret (the "TURN REST API", as coturn has it with `use-auth-secret`). Time is an
argument. Refuses to know who may be told.
"""

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_ADDRESS: Final = re.compile(
    r"(stuns?|turns?):(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(\?transport=(udp|tcp))?"
)


@dataclass(frozen=True, slots=True)
class IceServer:
    """One server; STUN has no login."""

    url: str
    user: str = ""
    password: str = ""


def ice_problem(url: str, *, turn_secret: bool) -> str | None:
    """Return what is wrong with the address of a server; None if nothing is.

    Args:
        url: of STUN or TURN.
        turn_secret: whether there is a secret shared with TURN.
    """
    if _ADDRESS.fullmatch(url) is None:
        return f"{url!r} is no address such as stun:host:3478 or turn:host:3478?transport=udp"
    if url.startswith("turn") and not turn_secret:
        return f"{url!r} needs OUTPACE_PHONE_TURN_SECRET, which the TURN server has too"
    return None


def ice_servers(
    urls: Sequence[str], name: str, secret: str, *, until: float
) -> tuple[IceServer, ...]:
    """Return servers with the login that somebody has until a time.

    Args:
        urls: of STUN and TURN servers.
        name: whose login it is.
        secret: shared with the TURN servers.
        until: epoch seconds; whole ones count.
    """
    user = f"{int(until)}:{name}"
    digest = hmac.digest(secret.encode(), user.encode(), "sha1")
    password = base64.b64encode(digest).decode()
    return tuple(
        IceServer(url, user, password) if url.startswith("turn") else IceServer(url) for url in urls
    )
