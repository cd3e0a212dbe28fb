"""A flow as it is kept: its text, so that its lines, order and remarks stay. Pure.

Refuses to know where it is kept, and whether it is right.
"""

from typing import Final

from dialer.domain.versioned import Document

_TEXT: Final = "text"


def kept(text: str) -> Document:
    """Return the document that holds the text of a flow."""
    return {_TEXT: text}


def text_in(document: Document) -> str:
    """Return the text of a flow that was kept."""
    return str(document[_TEXT])
