"""New secrets of phones, and having the engines' switches know them at once."""

import secrets
from contextlib import suppress

import structlog

from api.world import World
from dialer.domain.phone import SECRET_BYTES
from dialer.errors import EngineUnavailable, OutpaceError
from dialer.services.phones import PHONES_RENEW

log = structlog.get_logger(__name__)


def new_secret() -> str:
    """Return a secret that nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


async def push(world: World, name: str) -> tuple[int, int]:
    """Have every engine push what differs; returns how many took the phone, and of how many."""
    nodes = world.engines.nodes()
    took = 0
    for node in nodes:
        with suppress(OutpaceError):  # it tries again by itself, and says so in its health
            told = await world.engines.ask(PHONES_RENEW, node=node)
            if name in told["refused"]:
                log.warning("phone_refused", phone=name, node=node, why=told["refused"][name])
            else:
                took += 1
    return took, len(nodes)


async def push_to_one(world: World, name: str) -> None:
    """Have every engine push what differs, and be sure that at least one has the phone.

    Raises:
        EngineUnavailable: none has.
    """
    took, _ = await push(world, name)
    if not took:
        raise EngineUnavailable("", f"no switch has phone {name!r} as it is now")
