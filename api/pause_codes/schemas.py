"""What is said of pause codes over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.pause_code import LONGEST, PauseCode


class Code(BaseModel):
    """Why an agent may pause."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(min_length=1, max_length=LONGEST, pattern=r"^[\w-]+$", examples=["lunch"])
    label: Words = Field(default="", description="What agents see.", examples=["Lunch"])
    paid: bool = True
    limit_s: int | None = Field(
        default=None, ge=1, le=86_400, description="Longest time; null: any.", examples=[1800]
    )

    def thing(self, key: Key) -> PauseCode:
        """Return the pause code that was said."""
        return PauseCode(key[0], self.label, self.paid, self.limit_s)

    @classmethod
    def of(cls, code: PauseCode) -> "Code":
        """Return what is shown of a code."""
        return cls.model_construct(
            code=code.code, label=code.label, paid=code.paid, limit_s=code.limit_s
        )
