"""Which bytes of a file were asked for (RFC 9110), and the answer when it has no such bytes.

Refuses to know the file; whoever serves it reads the header too.
"""

import re
from typing import Final

from fastapi.responses import JSONResponse

from api.errors import problem

_RANGES: Final = re.compile(r"bytes=\s*(\d+-\d*|-\d+)(\s*,\s*(\d+-\d*|-\d+))*\s*", re.ASCII)
_ONE: Final = re.compile(r"(\d*)-(\d*)", re.ASCII)


def refused(header: str | None, size: int) -> JSONResponse | None:
    """Return the answer to a range that cannot be served; None if it can, or there is none.

    Args:
        header: the value of `Range`.
        size: bytes of the file.
    """
    if header is None:
        return None
    if _RANGES.fullmatch(header) is None:
        return _problem(size, "is no range of bytes")
    for first, last in _ONE.findall(header):
        begins = int(first) if first else max(0, size - int(last))
        if begins >= size:
            return _problem(size, f"begins at {begins} of {size} bytes")
        if first and last and int(last) < begins:
            return _problem(size, "ends before it begins")
    return None


def _problem(size: int, what: str) -> JSONResponse:
    return problem(
        416,
        "no_such_range",
        f"Range: {what}",
        field="Range",
        fix=f"ask for bytes=0-{max(0, size - 1)}, or a part of that",
        headers={"Content-Range": f"bytes */{size}"},
    )
