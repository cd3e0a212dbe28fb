"""Text that reaches AMI: a line break would start a line of its own there."""

from typing import Annotated

from pydantic import Field

OneLine = Annotated[str, Field(pattern=r"^[^\r\n\x00]*$")]
