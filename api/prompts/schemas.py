"""What is said of prompts over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.prompt import LONGEST_S, MOST_TEXT, Prompt


class PromptTerms(BaseModel):
    """What a prompt is in one language."""

    model_config = ConfigDict(extra="forbid")

    file: Words = Field(
        min_length=1, description="Below the folder of prompts.", examples=["en/greeting.wav"]
    )
    text: str = Field(
        default="", max_length=MOST_TEXT, description="What is said; empty: not written down."
    )
    seconds: float | None = Field(
        default=None, ge=0.01, le=LONGEST_S, description="How long it is; null: not known."
    )

    def thing(self, key: Key) -> Prompt:
        """Return the prompt of a name and language that was said."""
        return Prompt(key[0], key[1], self.file, self.text, self.seconds)


class PromptNew(PromptTerms):
    """A prompt to be added."""

    name: Words = Field(min_length=1, examples=["greeting"])
    language: str = Field(max_length=20, description="BCP 47.", examples=["en", "pt-BR"])


class PromptShown(PromptNew):
    """What callers hear."""

    checksum: str = Field(
        default="",
        max_length=64,
        description="SHA-256 of an uploaded sound; empty: the file lies on each node by hand.",
    )

    @classmethod
    def of(cls, prompt: Prompt) -> "PromptShown":
        """Return what is shown of a prompt."""
        return cls.model_construct(
            name=prompt.name,
            language=prompt.language,
            file=prompt.file,
            text=prompt.text,
            seconds=prompt.seconds,
            checksum=prompt.checksum,
        )
