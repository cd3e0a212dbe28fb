"""One line in the log for each request: who asked for what, how it ended, how long it took.

What was asked is told by its operation, never by its path or query: those hold telephone numbers
and secrets. Refuses to know what operations do.
"""

import time
from typing import Any, Final

import structlog
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dialer.domain.principal import Principal

log = structlog.get_logger(__name__)

_BROKEN_OFF: Final = 499
"""Told as the status of an answer that was never begun."""


class AccessLog:
    """Logs requests and feeds when they end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        status = _BROKEN_OFF
        begun_s = time.monotonic()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and status != 101:
                status = 403  # what the client of a refused WebSocket sees
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            ms = round((time.monotonic() - begun_s) * 1000, 1)
            log.info("api_request", **_who(scope), **_what(scope), status=status, ms=ms)


def _who(scope: Scope) -> dict[str, Any]:
    principal = scope.get("state", {}).get("principal")
    if not isinstance(principal, Principal):
        return {"who": None, "tenant": None}
    return {"who": principal.who, "tenant": principal.tenant_id}


def _what(scope: Scope) -> dict[str, Any]:
    route = scope.get("route")
    operation = route.operation_id if isinstance(route, APIRoute) else None
    template = getattr(route, "path", None)
    method = scope.get("method", "WEBSOCKET")
    return {"method": method, "operation": operation or template}
