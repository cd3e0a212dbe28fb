"""Kinds of text that come in over REST: what both databases can keep, on one line."""

from typing import Annotated, Final

from pydantic import Field, SecretStr

ONE_LINE: Final = r"^[^\x00-\x1f\x7f]*$"

Word = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f]+$")]
"""A name without blanks."""

Words = Annotated[str, Field(max_length=200, pattern=ONE_LINE)]
"""Some words, or none."""

Pin = Annotated[SecretStr, Field(max_length=64)]
"""What callers key in with a number; told to nobody."""

Password = Annotated[SecretStr, Field(max_length=1024)]
"""Told to nobody; its least length is asked of new ones only."""
