"""What is said of voicemails over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.paging import Page
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role
from dialer.domain.voicemail import LONGEST_CLASS, Voicemail


class Assignee(BaseModel):
    """Who sees to a voicemail."""

    model_config = ConfigDict(extra="forbid")

    agent: str | None = Field(
        min_length=1, max_length=100, description="Id; null: nobody.", examples=["1001"]
    )


class Through(BaseModel):
    """Whether somebody is through with a voicemail."""

    model_config = ConfigDict(extra="forbid")

    done: bool = Field(description="False: it is to be seen to after all.")


class VoicemailClass(BaseModel):
    """What a voicemail is about."""

    model_config = ConfigDict(extra="forbid")

    class_name: str = Field(
        max_length=LONGEST_CLASS,
        pattern=r"^[A-Za-z0-9_-]*$",
        description="A word; empty: nobody has said.",
        examples=["complaint"],
    )


class VoicemailShown(BaseModel):
    """What a caller left to be heard; times are seconds since the epoch."""

    id: int = Field(examples=[12])
    number: str = Field(
        description="Of the caller, as one's role sees it; empty: they showed none.",
        examples=["+12*****0100"],
    )
    at: float = Field(description="When it was left.")
    queue: str | None = Field(examples=["sales"])
    seconds: float | None = Field(description="How long it is; null: not known.", examples=[12.5])
    class_name: str = Field(description="What it is about; empty: nobody has said.")
    assigned_to: str | None = Field(description="Agent who sees to it.", examples=["1001"])
    heard_by: str | None = Field(description="Who heard it first.", examples=["sue"])
    heard_at: float | None = Field(description="Null: nobody has heard it.")
    done_by: str | None = Field(description="Who is through with it.", examples=["sue"])
    done_at: float | None = Field(description="Null: something is still to be done.")

    @classmethod
    def of(cls, one: Voicemail, role: Role) -> "VoicemailShown":
        """Return what a role is shown of a voicemail."""
        return cls(
            id=one.voicemail_id,
            number=shown_to(role, one.number),
            at=one.at,
            queue=one.queue,
            seconds=one.seconds,
            class_name=one.class_name,
            assigned_to=one.assigned_to,
            heard_by=one.heard_by,
            heard_at=one.heard_at,
            done_by=one.done_by,
            done_at=one.done_at,
        )


class VoicemailPage(Page[VoicemailShown]):
    """Some voicemails."""

    unheard: int = Field(description="Of all that were asked for, on all pages.")
