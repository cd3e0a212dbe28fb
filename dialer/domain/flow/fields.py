"""Values that the fields of steps hold: what is played, keys, names, times; their forms and ranges.

Refuses to know which step has which.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

MOST_TEXT: Final = 2000
"""Characters of one text that is spoken."""


class Plain(BaseModel):
    """A value that cannot change and holds nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Sound:
    """What is played: a recorded prompt, or a text that is spoken."""

    prompt: str = ""
    """Name of a prompt; "" if a text is spoken."""
    text: str = ""

    def __str__(self) -> str:
        return self.prompt or f"{self.text!r}"


def _sound(said: Any) -> Any:
    """Read `welcome` or `text: Welcome.`."""
    if "{{" in str(said):
        raise ValueError("what is played cannot depend on a call: use `say`")
    if isinstance(said, str) and 0 < len(said.strip()) <= 100 and said.isprintable():
        return Sound(prompt=said.strip())
    if isinstance(said, Mapping) and set(said) == {"text"} and isinstance(said["text"], str):
        text = " ".join(said["text"].split())
        if 0 < len(text) <= MOST_TEXT and text.isprintable():
            return Sound(text=text)
    raise ValueError(f"is no prompt's name, nor `text:` with up to {MOST_TEXT} characters")


def key_said(said: Any) -> Any:
    """Read `1` as "1": in YAML a key may look like a number."""
    return str(said) if isinstance(said, int) and not isinstance(said, bool) else said


Heard = Annotated[Sound, BeforeValidator(_sound)]
Target = Annotated[str, Field(pattern=r"^\w[\w-]*$", max_length=64)]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=64)]
Key = Annotated[str, BeforeValidator(key_said), Field(pattern=r"^[0-9*#]$")]
EndKey = Annotated[str, BeforeValidator(key_said), Field(pattern=r"^[*#]?$")]
Tongue = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Tries = Annotated[int, Field(ge=1, le=10)]
Wait = Annotated[float, Field(gt=0, le=60)]
Long = Annotated[float, Field(gt=0, le=3600)]
