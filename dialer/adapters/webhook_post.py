"""Events by HTTP to receivers: resolved, checked, sent to the address that was checked.

A name is resolved for each connection and only the address that was looked at is connected to, so
that it cannot turn into another in between. Redirects are not followed, no proxy is asked, and of
an answer only the status is read. Refuses to know what is sent, and which addresses may be
(`dialer.domain.webhook_address`).
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from types import TracebackType
from typing import Final, Self

import httpx

from dialer import __version__
from dialer.domain.webhook_address import Address, Target, check_address, target_of
from dialer.domain.webhook_delivery import Answer
from dialer.errors import BadInput

TIMEOUT_S: Final = 10.0
"""For all of a try: resolving, connecting, sending, and the status of the answer."""

MOST_ADDRESSES: Final = 4
"""Of a host, that are tried one after the other."""


class HttpWebhookPost:
    """A `WebhookPost` (dialer.ports) by HTTP; to be used as an `async with` block.

    Args:
        private: whether receivers may be in our own networks.
        timeout_s: for all of a try.
        trusted: whose certificates are believed; the system's unless given.
    """

    def __init__(
        self,
        *,
        private: bool,
        timeout_s: float = TIMEOUT_S,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._private = private
        self._timeout_s = timeout_s
        self._trusted = trusted
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def check(self, url: str) -> None:
        """Check that a URL may be used now; see `WebhookPost`."""
        target = target_of(url, private=self._private)
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._addresses(target)
        except OSError:  # no answer in time is one as well
            fix = "correct it, or try again when the name is known"
            raise BadInput("url", f"{target.host} has no address", fix) from None

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send an event; see `WebhookPost`."""
        try:
            async with asyncio.timeout(self._timeout_s):
                target = target_of(url, private=self._private)
                return await self._sent(target, body, headers)
        except BadInput as error:
            return Answer(problem=f"not sent: {error.problem}")
        except (TimeoutError, httpx.TimeoutException):
            return Answer(problem=f"no answer within {self._timeout_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(problem=f"not reached: {_reason(error)}")

    async def _sent(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
        addresses = await self._addresses(target)
        for address in addresses[:-1]:
            try:
                return await self._sent_to(address, target, body, headers)
            except httpx.ConnectError:
                continue
        return await self._sent_to(addresses[-1], target, body, headers)

    async def _sent_to(
        self, address: Address, target: Target, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        named = httpx.URL(target.url)
        request = self._http().build_request(
            "POST",
            named.copy_with(host=str(address)),
            content=body,
            headers={**headers, "Host": named.netloc.decode()},
            # certificates are those of the name, not of the address
            extensions={"sni_hostname": target.host},
        )
        answer = await self._http().send(request, stream=True)
        await answer.aclose()
        return Answer(answer.status_code)

    async def _addresses(self, target: Target) -> Sequence[Address]:
        """Return the addresses of a host, all of which may be reached.

        Raises:
            BadInput: one may not.
            OSError: there are none.
        """
        found = await asyncio.get_running_loop().getaddrinfo(
            target.host, target.port, type=socket.SOCK_STREAM
        )
        addresses: dict[Address, None] = {}
        for _, _, _, _, where in found:
            address = ip_address(str(where[0]).partition("%")[0])
            check_address(address, private=self._private, secure=target.secure)
            addresses[address] = None
        if not addresses:
            raise OSError(f"{target.host} has no address")
        first = sorted(addresses, key=lambda one: isinstance(one, IPv6Address))
        return first[:MOST_ADDRESSES]

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:  # most nodes send nothing, and the system's certificates are many
            self._client = httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                timeout=self._timeout_s,
                verify=self._trusted or ssl.create_default_context(),
                # no connection is kept: one to an address may have been made in another's name
                limits=httpx.Limits(max_keepalive_connections=0),
                headers={"User-Agent": f"Outpace/{__version__}"},
            )
        return self._client


def _reason(error: Exception) -> str:
    told = str(error).splitlines()
    return told[0] if told else type(error).__name__
