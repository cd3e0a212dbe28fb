"""`Idempotency-Key`: what is sent again is answered as the first time, and not done again.

Knows keys, digests and answers. Refuses to know what is done.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from api.asking import principal_of
from api.world import world_of
from dialer.adapters.sql.idempotency import Claim
from dialer.errors import BadInput

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"

MOST_KEPT: Final = 256 * 1024
"""Bytes of an answer that are kept; the answer of a larger one is only its status."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OnceRoute(APIRoute):
    """A route whose POSTs may carry an `Idempotency-Key`."""

    def get_route_handler(self) -> Handler:
        """Return what serves a request."""
        handle = super().get_route_handler()
        operation = self.operation_id or self.path

        async def served(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method != "POST":
                return await handle(request)
            return await _once(request, key, operation, handle)

        return served


async def _once(request: Request, key: str, operation: str, handle: Handler) -> Response:
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadInput(HEADER, "is no key", "send 1 to 200 printable characters")
    principal = await principal_of(request)
    world = world_of(request)
    body = await request.body()
    asked = f"{operation}\n{request.url.path}?{request.url.query}\n".encode() + body
    claim = Claim(
        tenant_id=principal.tenant_id,
        who=principal.who,
        key=key,
        operation=operation,
        digest=hashlib.sha256(asked).hexdigest(),
    )
    keys = world.stores.idempotency
    before = await keys.claim(claim, at=world.clock.now())
    if before is not None:
        return Response(
            before.body,
            before.status,
            {**before.headers, REPLAYED: "true"},
            media_type=before.media_type,
        )
    try:
        answer = await handle(request)
    except BaseException:
        await keys.forget(claim)  # it was refused, or nobody knows: another try is judged anew
        raise
    if answer.status_code >= 400:
        await keys.forget(claim)
        return answer
    kept = bytes(answer.body) if len(answer.body) <= MOST_KEPT else json.dumps(None).encode()
    headers = {
        name: answer.headers[name] for name in ("etag", "location") if name in answer.headers
    }
    await keys.done(claim, answer.status_code, kept.decode(), headers, at=world.clock.now())
    return answer
