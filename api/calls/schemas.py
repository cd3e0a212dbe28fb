"""What is said of live calls over REST."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from dialer.domain.callflow import CallState


class CallShown(BaseModel):
    """A call that lives."""

    attempt: str = Field(description="Its id.", examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    campaign: str = Field(description="Id of the campaign.")
    lead: int = Field(description="Id of the lead.", examples=[17])
    state: CallState = Field(examples=["talking"])
    since: float = Field(description="When that began; seconds since the epoch.")
    dialed_at: float = Field(description="Seconds since the epoch.")
    agent: str | None = Field(examples=["1001"])
    number: str = Field(description="As one's role sees it.", examples=["+12*****0100"])
    trunk: str = Field(examples=["trunk"])
    node: str = Field(description="Engine that has it.", examples=["node"])

    @classmethod
    def of(cls, node: str, said: Mapping[str, Any]) -> "CallShown":
        """Return what is shown of what an engine says of a call."""
        return cls(node=node, **said)


class HungUp(BaseModel):
    """What was ended."""

    ended: Literal["talk", "line"] = Field(
        description="A talk, or a line that rang long enough to be taken back."
    )
