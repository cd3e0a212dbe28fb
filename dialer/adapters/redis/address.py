"""Where Redis is: read from a URL once, and shown without its password ever after.

Knows what a client is made with. Refuses to know what it is used for.
"""

from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from dialer.errors import BadInput

FIELD: Final = "OUTPACE_REDIS_URL"
FIX: Final = "write redis://:password@host:6379/0, or rediss://... for TLS"

SILENCE_S: Final = 3.0
"""A server that says nothing for so long is taken for gone."""

CONNECT_S: Final = 2.0

BLOCK_S: Final = 1
"""How long a question may wait at the server for something to come: well below `SILENCE_S`."""

OPTIONS: Final = frozenset({"ssl_ca_certs", "ssl_certfile", "ssl_keyfile"})
"""What may stand behind the `?`. That the server's certificate is not looked at is not among it."""

_PORT: Final = 6379


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """The address of a Redis."""

    url: str = field(repr=False)
    shown: str
    """The same without user and password."""

    @classmethod
    def of(cls, url: str) -> Self:
        """Read an address.

        Raises:
            BadInput: it is none; what is said does not repeat it.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
            database = int(parts.path.strip("/") or 0)
        except ValueError:
            raise BadInput(FIELD, "has a port or a database that is no number", FIX) from None
        if parts.scheme not in ("redis", "rediss") or not parts.hostname:
            raise BadInput(FIELD, "is no address of a Redis", FIX)
        for name, _ in parse_qsl(parts.query, keep_blank_values=True):
            if name not in OPTIONS:
                known = ", ".join(sorted(OPTIONS))
                raise BadInput(FIELD, f"has an option {name!r}", f"there are {known}")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return cls(url, f"{parts.scheme}://{host}:{port}/{database}")

    def __str__(self) -> str:
        return self.shown

    def client(self) -> Redis:
        """Return a client, which connects when it is first used.

        It never sends anything twice by itself, as the library would: what became of a command
        whose answer was lost is for whoever sent it to find out.
        """
        return Redis.from_url(
            self.url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=SILENCE_S,
            socket_connect_timeout=CONNECT_S,
            socket_keepalive=True,
        )
