"""How requests of the client travel: who asks, what is tried again, and how problems are told.

A request that changes something is sent again only under the same `Idempotency-Key`, so it is done
once. Refuses to know which operations there are.
"""

import asyncio
import uuid
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

TRIES: Final = 4
"""Times that a request is sent when the service cannot serve it now."""

WAIT_MOST_S: Final = 5.0
"""Between two tries, whatever the service asks for."""

SILENT_MOST_S: Final = 40.0
"""A stream that says nothing for so long is lost: a service says something every 15 s."""

_LATER: Final = frozenset({429, 502, 503, 504})

Content = bytes | AsyncIterable[bytes]


class Problem(Exception):
    """The service refused; carries what it said."""

    def __init__(self, status: int, said: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(said.get("code", ""))
        """Stable: for programs."""
        self.field = str(said.get("field", ""))
        self.fix = str(said.get("fix", ""))
        self.errors = list(said.get("errors") or [])
        super().__init__(str(said.get("detail") or f"the service answered {status}"))


class Transport:
    """Sends requests to one service.

    Args:
        url: of the service, such as "https://dialer.example".
        token: of a machine; empty: whatever `http` has been given.
        http: another client than one of its own.
        timeout_s: for one answer.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        http: httpx.AsyncClient | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        self.url = url.rstrip("/")
        self.token = token
        self._http = http or httpx.AsyncClient(timeout=timeout_s)
        self._owned = http is None

    async def __aenter__(self) -> Self:
        """Open it."""
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        if self._owned:
            await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: Content | None = None,
        content_type: str = "",
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> httpx.Response:
        """Send a request and return the answer.

        Args:
            method: of HTTP.
            path: below the service's address.
            query: parameters; those that are None are left out.
            body: to be sent as JSON.
            content: to be sent as it is.
            content_type: of `content`.
            if_match: ETag of what a change was made from.
            idempotency_key: of a POST; one is made up if there is none.

        Raises:
            Problem: it was refused.
            httpx.TransportError: the service cannot be reached; whether a change was made is not
                known.
        """
        headers = self._who()
        if if_match is not None:
            headers["If-Match"] = if_match
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key or uuid.uuid4().hex
        if content is not None:
            headers["Content-Type"] = content_type
        again = method in ("GET", "POST") and not isinstance(content, AsyncIterable)
        params = {key: value for key, value in (query or {}).items() if value is not None}
        for left in reversed(range(TRIES if again else 1)):
            try:
                answer = await self._http.request(
                    method,
                    self.url + path,
                    params=params,
                    json=body,
                    content=content,
                    headers=headers,
                )
            except httpx.TransportError:
                if not left:
                    raise
                await asyncio.sleep(WAIT_MOST_S / 10)
                continue
            if answer.status_code in _LATER and left:
                await asyncio.sleep(_wait_s(answer))
                continue
            break
        if not answer.is_success:
            raise Problem(answer.status_code, _said(answer))
        return answer

    @asynccontextmanager
    async def stream(
        self,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """Open an answer that has no end, to be read while it comes.

        Raises:
            Problem: it was refused.
            httpx.TransportError: the service cannot be reached, or says nothing any more.
        """
        async with self._http.stream(
            "GET",
            self.url + path,
            params=query,
            headers={**self._who(), **(headers or {})},
            timeout=httpx.Timeout(WAIT_MOST_S, read=SILENT_MOST_S),
        ) as answer:
            if not answer.is_success:
                await answer.aread()
                raise Problem(answer.status_code, _said(answer))
            yield answer

    def _who(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def part(value: str) -> str:
    """Return a value as one part of a path, whatever it holds."""
    return quote(value, safe="")


def _wait_s(answer: httpx.Response) -> float:
    told = answer.headers.get("retry-after", "")
    return min(WAIT_MOST_S, float(told)) if told.isdigit() else WAIT_MOST_S / 10


def _said(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
