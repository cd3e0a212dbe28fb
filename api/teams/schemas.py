"""What is said of teams over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.words import ONE_LINE


class TeamShown(BaseModel):
    """A team."""

    name: str = Field(examples=["East"])
    users: int = Field(description="Active users in it.", examples=[12])


class NewTeam(BaseModel):
    """A team to be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=200, pattern=ONE_LINE)] = Field(
        examples=["East"]
    )
