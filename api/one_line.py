"""Words that people send: one line of them, without what no database and no log takes.

Refuses to know what they mean.
"""

from typing import Annotated, Final

from pydantic import Field

PRINTED: Final = r"^[^\x00-\x1f\x7f]*$"

PROSE: Final = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
"""Any lines; tabs and line feeds are the only controls."""

Words = Annotated[str, Field(max_length=200, pattern=PRINTED)]
"""May be empty."""

SomeWords = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTED)]
"""At least a character."""
