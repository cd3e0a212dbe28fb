"""From where the service is used: whoever sits there asks its APIs in turn, one request each.

People come in by login and password, programs by a token. Refuses to know what they want.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Final

import httpx

from outpace.client import Live, Outpace

TIMEOUT_S: Final = 30.0
CSRF_HEADER: Final = "X-CSRF-Token"


class Desk:
    """One place at which somebody sits.

    Args:
        addresses: of the APIs.
        http: keeps the cookie of a person's session, which holds at every API.
        token: of a program.
    """

    def __init__(self, addresses: Sequence[str], http: httpx.AsyncClient, token: str = "") -> None:
        self._http = http
        self._services = [Outpace(address, token=token, http=http) for address in addresses]
        self._turns = cycle(self._services)

    def api(self) -> Outpace:
        """Return the API whose turn it is."""
        return next(self._turns)

    @property
    def apis(self) -> Sequence[Outpace]:
        """Every API."""
        return self._services

    async def log_in(self, login: str, password: str) -> None:
        """Come in as a person.

        Raises:
            Problem: the service refuses.
        """
        me = await self.api().auth.log_in({"login": login, "password": password})
        self._http.headers[CSRF_HEADER] = me["csrf"]

    def follow(self, topics: str) -> Live:
        """Return what the live feed shows, from the API whose turn it is on."""
        first = self.api()
        rest = [service for service in self._services if service is not first]
        return Live([first, *rest], topics)


@asynccontextmanager
async def desk(addresses: Sequence[str], token: str = "") -> AsyncIterator[Desk]:
    """Give a desk for as long as the block lasts."""
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as http:
        yield Desk(addresses, http, token)
