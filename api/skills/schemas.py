"""What is said of skills over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.skill import BEST, Skill


class SkillShown(BaseModel):
    """Something agents can do and callers may need."""

    model_config = ConfigDict(extra="forbid")

    name: Words = Field(min_length=1, examples=["spanish"])
    active: bool = Field(default=True, description="Whether it is still asked for.")

    def thing(self, key: Key) -> Skill:
        """Return the skill that was said."""
        return Skill(key[0], self.active)

    @classmethod
    def of(cls, skill: Skill) -> "SkillShown":
        """Return what is shown of a skill."""
        return cls.model_construct(name=skill.name, active=skill.active)


class SkillsGiven(BaseModel):
    """All that a user can do as an agent."""

    model_config = ConfigDict(extra="forbid")

    skills: dict[Words, Annotated[int, Field(ge=1, le=BEST)]] = Field(
        max_length=100, description="By name, how well: 1 to 9.", examples=[{"spanish": 2}]
    )
