"""ETags: a digest of what is shown, so that nobody changes what they have not seen.

Refuses to know what is shown.
"""

import hashlib
from typing import Annotated, Final

from fastapi import Header
from pydantic import BaseModel

from dialer.errors import ChangedMeanwhile

_LENGTH: Final = 32

IfMatch = Annotated[
    str | None,
    Header(
        max_length=200,
        description="ETag of what the change was made from; the change is refused (412) if it is "
        "not so any more.",
    ),
]


def etag(shown: BaseModel) -> str:
    """Return the ETag of what is shown."""
    digest = hashlib.sha256(shown.model_dump_json().encode()).hexdigest()
    return f'"{digest[:_LENGTH]}"'


def check_unchanged(if_match: str | None, shown: BaseModel, what: str) -> bool:
    """Check that what is now shown is what a change was made from; False if nobody cares.

    Raises:
        ChangedMeanwhile: it is not.
    """
    if if_match is None or if_match.strip() == "*":
        return False
    if etag(shown) not in (part.strip() for part in if_match.split(",")):
        raise ChangedMeanwhile(what)
    return True
