"""What is said of coaching over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.supervision.schemas import Endpoint


class Invite(BaseModel):
    """Who shall be coached, and from which phone."""

    model_config = ConfigDict(extra="forbid")

    agent: str = Field(
        min_length=1,
        max_length=64,
        pattern=r"^[^\x00-\x20\x7f]+$",
        description="In a pause.",
        examples=["1001"],
    )
    phone: Endpoint = ""


class InvitationShown(BaseModel):
    """That a supervisor asks to coach an agent."""

    agent: str = Field(examples=["1001"])
    by: str = Field(description="Who asks.", examples=["sue"])
    until: float = Field(description="When it is void; seconds since the epoch.")
