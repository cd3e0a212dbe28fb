"""How much a request may hold: refused before anything of it is understood.

Bodies are counted as they come, whatever their header says. Refuses to know what they mean.
"""

import re
from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem

BODY_MOST: Final = 1 << 20
"""Bytes of a body, unless its path is allowed more."""

_TOO_LARGE: Final = "has more than {most:,} bytes"


class BodyLimit:
    """Refuses bodies beyond a limit.

    Args:
        app: what is protected.
        most: bytes of a body at most.
        longer: what paths that match these expressions may have.
    """

    def __init__(
        self, app: ASGIApp, *, most: int = BODY_MOST, longer: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._most = most
        self._longer = [(re.compile(path), most) for path, most in (longer or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = self._of(scope["path"])
        told = dict(scope["headers"]).get(b"content-length", b"0")
        if not told.isdigit() or int(told) > most:
            await self._refuse(most, scope, receive, send)
            return
        seen, begun = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise _TooLarge
            return message

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, counted, noted)
        except _TooLarge:
            if begun:
                raise
            await self._refuse(most, scope, receive, send)

    def _of(self, path: str) -> int:
        return next((most for wanted, most in self._longer if wanted.fullmatch(path)), self._most)

    async def _refuse(self, most: int, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"body: {_TOO_LARGE.format(most=most)}"
        answer = problem(413, "too_large", detail, field="body", fix="send less at once")
        await answer(scope, receive, send)


class _TooLarge(Exception):
    """A body went beyond the limit while it was read."""
