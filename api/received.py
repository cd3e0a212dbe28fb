"""A request's body as a file: written while it comes, on threads, and gone after its use.

Refuses to know what is in it, and how long it may be (`api.limits`).
"""

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from fastapi import Request
from starlette.requests import ClientDisconnect

from dialer.errors import BadInput, WrongState

_PART: Final = 1 << 20
"""Bytes written at once."""

_NOT_IN_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f/\\]+")


@asynccontextmanager
async def received(request: Request, name: str) -> AsyncIterator[Path]:
    """Receive a body into a file of a folder that only we may read.

    Args:
        request: its body was not read yet, or as a whole.
        name: of the file, for people.

    Raises:
        BadInput: there is no body.
        WrongState: whoever sent it went away before its end.
    """
    folder = await asyncio.to_thread(tempfile.TemporaryDirectory, prefix="outpace-")
    try:
        path = Path(folder.name) / file_name(name)
        try:
            size = await _write(request, path)
        except ClientDisconnect:
            raise WrongState("body", "the connection was lost", "send it again") from None
        if size == 0:
            raise BadInput("body", "is empty", "send the file as the body")
        yield path
    finally:
        await asyncio.shield(asyncio.to_thread(folder.cleanup))


def file_name(name: str) -> str:
    """Return a name as one of a file: without folders, and not too long for a file system."""
    plain = _NOT_IN_A_NAME.sub("_", name).strip(". ")
    while len(plain.encode()) > 200:
        plain = plain[:-1]
    return plain or "list"


async def _write(request: Request, path: Path) -> int:
    size = 0
    file: IO[bytes] = await asyncio.to_thread(path.open, "wb")
    try:
        part = bytearray()
        async for chunk in request.stream():
            part += chunk
            size += len(chunk)
            if len(part) >= _PART:
                await asyncio.to_thread(file.write, bytes(part))
                part.clear()
        await asyncio.to_thread(file.write, bytes(part))
    finally:
        await asyncio.to_thread(file.close)
    return size
