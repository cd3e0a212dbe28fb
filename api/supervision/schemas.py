"""What is said of listening in over REST."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.supervision import SpyMode, SpyState

Endpoint = Annotated[
    str,
    Field(
        max_length=64,
        pattern=r"^[^\x00-\x20\x7f]*$",
        description="The phone that is called: a name by which one registers on the agent's node. "
        "Empty: that of whoever asks, if they are an agent.",
        examples=["1005"],
    ),
]


class Supervise(BaseModel):
    """Which talk is to be heard on which phone, and how."""

    model_config = ConfigDict(extra="forbid")

    agent: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[^\x00-\x20\x7f]+$",
        description="Whose talk.",
        examples=["1001"],
    )
    mode: Literal["listen", "whisper", "barge", "take"] = Field(
        description="listen: nobody hears you; whisper: the agent does; barge: both do; take: "
        "you take the agent's place.",
        examples=["listen"],
    )
    phone: Endpoint = ""


class Stop(BaseModel):
    """Which phone shall listen no more."""

    model_config = ConfigDict(extra="forbid")

    phone: Endpoint = ""


class SpyShown(BaseModel):
    """A supervisor's phone behind a talk."""

    id: str = Field(description="Of its channel.", examples=["sv-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    node: str = Field(examples=["node"])
    phone: str = Field(examples=["1005"])
    by: str = Field(description="Who listens.", examples=["sue"])
    agent: str = Field(examples=["1001"])
    attempt: str | None = Field(
        description="Id of the call; null: a coaching session, which has none.",
        examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
    )
    mode: SpyMode = Field(examples=["whisper"])
    state: SpyState = Field(description="calling: the phone rings.", examples=["there"])
    since: float = Field(description="When it was asked for; seconds since the epoch.")

    @classmethod
    def of(cls, node: str, said: Mapping[str, Any]) -> "SpyShown":
        """Return what is shown of what an engine says."""
        fields = ("phone", "by", "agent", "attempt", "mode", "state", "since")
        return cls(id=said["spy"], node=node, **{field: said[field] for field in fields})
