"""The pages: static files, served from the same origin as the API, under a strict policy.

Knows where the files are and what a browser is told of them. Refuses to know what is in them.
"""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import api
from dialer.errors import BadInput

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No script, style or connection but our own; nobody may put the page into a frame."""

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    # looked at anew each time, by its ETag: a page and its parts are of one version
    "Cache-Control": "no-cache",
}


def folder() -> Path:
    """Return where the pages' files are: in the wheel, or beside the sources.

    Raises:
        BadInput: they are not there.
    """
    package = Path(api.__file__).resolve().parent
    for place in (package / "_web", package.parent / "web"):
        if (place / "index.html").is_file():
            return place
    raise BadInput("web", "the pages' files are missing", "install outpace anew")


class _Files(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS)
        return response


def install(app: FastAPI) -> None:
    """Serve the pages: `/` and what they are made of, below `/web`."""
    place = folder()

    async def index(_request: object) -> Response:
        return FileResponse(place / "index.html", headers=HEADERS)

    app.add_route("/", index, methods=["GET", "HEAD"], include_in_schema=False)
    app.mount("/web", GZipMiddleware(_Files(directory=place), minimum_size=1000), name="web")
