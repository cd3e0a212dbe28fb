"""The bytes of a recording as an answer, wherever they are and whether or not they are encrypted.

A plain file of this disk is served as a file, several ranges too; of anything else one range, and
the whole to who asks for several, as RFC 9110 allows. Refuses to know who asks.
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from itertools import chain
from typing import Final

from anyio import to_thread
from fastapi import Response
from fastapi.responses import FileResponse, StreamingResponse

from api.recordings.ranges import refused
from dialer.adapters.recording_shelf import Readable

_ONE: Final = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII)


async def answer(
    audio: Readable,
    media_type: str,
    *,
    wanted: str | None,
    if_range: str | None,
    headers: dict[str, str],
    noted: Callable[[], Awaitable[object]],
) -> Response:
    """Return the answer with the bytes that were asked for.

    Args:
        audio: the recording.
        media_type: of it.
        wanted: the value of `Range`.
        if_range: the value of `If-Range`.
        headers: of the answer, `ETag` among them.
        noted: puts on record that somebody hears it; before the first byte leaves.

    Raises:
        RecordingUnreadable: it is damaged, or cannot be reached.
    """
    no_such = refused(wanted, audio.size)
    if no_such is not None:
        return no_such
    if audio.path is not None:
        await noted()
        return FileResponse(audio.path, media_type=media_type, headers=headers)
    if if_range is not None and if_range != headers.get("ETag"):
        wanted = None
    start, end, is_part = _part(wanted, audio.size)
    parts = audio.parts(start, end - start)
    first = await to_thread.run_sync(_first, parts)  # what is damaged is seen before all else
    await noted()
    headers = {**headers, "Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{audio.size}"
    return StreamingResponse(
        chain(first, parts), 206 if is_part else 200, headers, media_type=media_type
    )


def _first(parts: Iterator[bytes]) -> list[bytes]:
    return [piece for piece in [next(parts, b"")] if piece]


def _part(wanted: str | None, size: int) -> tuple[int, int, bool]:
    """Return the first byte, the one after the last, and whether that is a part."""
    found = None if wanted is None else _ONE.fullmatch(wanted)
    if found is None:
        return 0, size, False
    first, last = found[1], found[2]
    if not first:
        return max(0, size - int(last)), size, True
    return int(first), min(size, int(last) + 1) if last else size, True
