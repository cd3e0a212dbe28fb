"""Text that reaches AMI: a line break would start a line of its own there."""

import re
from typing import Annotated, Final

from pydantic import Field

OneLine = Annotated[str, Field(pattern=r"^[^\r\n\x00]*$")]

ENDPOINT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""What a trunk, a phone or a node may be called at the switch."""
