"""Cursors of the live feed: how far each engine was followed, packed.

Made of the engines' own epochs and numbers, so that a cursor of one API process holds at any other.
Refuses to know what was told.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final

from dialer.errors import BadInput

LONGEST: Final = 4000
"""Characters of a cursor."""

Cursor = Mapping[str, tuple[str, int]]
"""Node -> (epoch, sequence number of the last change)."""


def packed(cursor: Cursor) -> str:
    """Pack a cursor."""
    text = json.dumps({node: [epoch, seq] for node, (epoch, seq) in sorted(cursor.items())})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def unpacked(text: str, field: str) -> Cursor:
    """Unpack a cursor.

    Args:
        text: the packed cursor.
        field: where it was sent, for the error.

    Raises:
        BadInput: it is none of ours.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError(text[:10])
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = {}
        for node, (epoch, seq) in json.loads(raw).items():
            if not isinstance(epoch, str) or not isinstance(seq, int):
                raise TypeError(node)
            found[str(node)] = (epoch, seq)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        fix = "send the cursor of the last message, or none"
        raise BadInput(field, "is no cursor of ours", fix) from None
    return found
