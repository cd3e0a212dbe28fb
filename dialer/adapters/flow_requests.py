"""Requests of flows by HTTP, on a loop and thread of their own: a slow answer slows no call.

As with webhooks, a name is resolved for each request and only the address that was checked is
connected to; redirects are not followed, no proxy is asked. An answer is read up to a bound.
Refuses to know what is asked for, and which addresses may be reached
(`dialer.domain.webhook_address`).
"""

import asyncio
import json
import socket
import ssl
import threading
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

import httpx

from dialer import __version__
from dialer.domain.flow.commands import Request
from dialer.domain.flow.events import Failed, HttpReplied
from dialer.domain.webhook_address import Address, Target, check_address, target_of
from dialer.errors import BadInput

MOST_BYTES: Final = 64 << 10
"""Of an answer; a longer one is a failure."""

MOST_AT_ONCE: Final = 100
"""Requests under way; one more fails at once."""

CLOSE_WITHIN_S: Final = 5.0


class HttpFlowRequests:
    """`FlowRequests` (dialer.ports) by HTTP.

    Args:
        private: whether programs may be in our own networks, and there without TLS.
        trusted: whose certificates are believed; the system's unless given.
    """

    def __init__(self, *, private: bool, trusted: ssl.SSLContext | None = None) -> None:
        self._private = private
        self._trusted = trusted
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._client: httpx.AsyncClient | None = None
        self._under_way = 0

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="flow-requests", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End the thread; what is under way is given up."""
        if self._thread is None:
            self._loop.close()
            return
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)
        self._thread.join(CLOSE_WITHIN_S)
        if not self._thread.is_alive():
            self._loop.close()

    async def ask(self, request: Request) -> HttpReplied | Failed:
        """Send a request once and return the answer; see `FlowRequests`."""
        if self._under_way >= MOST_AT_ONCE:
            return Failed(f"{MOST_AT_ONCE} requests are under way")
        self._under_way += 1
        try:
            asked = asyncio.run_coroutine_threadsafe(self._asked(request), self._loop)
            return await asyncio.wrap_future(asked)
        finally:
            self._under_way -= 1

    # -- on the thread's loop ----------------------------------------------------------------

    async def _end(self) -> None:
        if self._client is not None:
            await self._client.aclose()
        self._loop.stop()

    async def _asked(self, request: Request) -> HttpReplied | Failed:
        try:
            async with asyncio.timeout(request.time_out_s):
                target = target_of(request.url, private=self._private)
                return await self._answer(request, target, await self._addresses(target))
        except BadInput as error:
            return Failed(f"not sent: {error.problem}")
        except (TimeoutError, httpx.TimeoutException):
            return Failed(f"no answer within {request.time_out_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Failed(f"not reached: {type(error).__name__}")

    async def _answer(
        self, request: Request, target: Target, addresses: list[Address]
    ) -> HttpReplied | Failed:
        for address in addresses[:-1]:
            try:
                return await self._answer_of(address, target, request)
            except httpx.ConnectError:
                continue
        return await self._answer_of(addresses[-1], target, request)

    async def _answer_of(
        self, address: Address, target: Target, request: Request
    ) -> HttpReplied | Failed:
        named = httpx.URL(target.url)
        sent = self._http().build_request(
            request.method,
            named.copy_with(host=str(address)),
            json=None if request.body is None else dict(request.body),
            headers={"Host": named.netloc.decode(), "Accept": "application/json"},
            # certificates are those of the name, not of the address
            extensions={"sni_hostname": target.host},
        )
        answer = await self._http().send(sent, stream=True)
        try:
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    return Failed(f"the answer has more than {MOST_BYTES >> 10} KiB")
        finally:
            await answer.aclose()
        return HttpReplied(answer.status_code, _as_json(bytes(body)))

    async def _addresses(self, target: Target) -> list[Address]:
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
        return sorted(addresses, key=lambda one: isinstance(one, IPv6Address))[:4]

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                trust_env=False,
                follow_redirects=False,
                timeout=None,  # noqa: S113 - the whole of it has one
                verify=self._trusted or ssl.create_default_context(),
                # no connection is kept: one to an address may have been made in another's name
                limits=httpx.Limits(max_keepalive_connections=0),
                headers={"User-Agent": f"Outpace/{__version__}"},
            )
        return self._client


def _as_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
