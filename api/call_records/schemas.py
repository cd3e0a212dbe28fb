"""What is said of calls on record over REST."""

from typing import Self

from pydantic import BaseModel, Field

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.masking import shown_to
from dialer.domain.outcome import Outcome
from dialer.domain.roles import Role
from dialer.domain.verification import Verified


class CallRecordShown(BaseModel):
    """A call; times are seconds since the epoch, null: it did not happen, or not yet."""

    id: str = Field(examples=["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    direction: Direction = Field(description="Who began it.", examples=["in"])
    number: str = Field(
        description="Of the other side, as one's role sees it; empty: they showed none.",
        examples=["+12*****0100"],
    )
    began_at: float
    answered_at: float | None
    ended_at: float | None
    outcome: Outcome | None = Field(description="Null while it lives.", examples=["connected"])
    campaign: str | None = Field(description="Id of the campaign.")
    queue: str | None = Field(description="In which it waited last.", examples=["sales"])
    team: str = Field(
        description="Whose agents it was handed to, or asked for; empty: no team's.",
        examples=["lawyers"],
    )
    agent: str | None = Field(description="Id of who took it first.", examples=["1001"])
    trunk: str = Field(examples=["trunk"])
    verified: Verified = Field(
        description="What the carrier found of the caller's number; empty: it told nothing.",
        examples=["passed"],
    )
    attestation: str = Field(
        description="The level that goes with it: A, B or C; empty: not told.", examples=["A"]
    )
    node: str = Field(description="Engine that has it.", examples=["node"])
    attempt: str | None = Field(description="The attempt that it hangs off; see GET attempts.")
    parent: str | None = Field(description="The call that it was transferred from.")

    @classmethod
    def of(cls, call: CallRecord, role: Role) -> Self:
        """Return what a role is shown of a call."""
        return cls(
            id=call.call_id,
            direction=call.direction,
            number=shown_to(role, call.number),
            began_at=call.began_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            outcome=call.outcome,
            campaign=call.campaign_id,
            queue=call.queue,
            team=call.team,
            agent=call.agent_id,
            trunk=call.trunk,
            verified=call.verification.verified,
            attestation=call.verification.attestation,
            node=call.node,
            attempt=call.attempt_id,
            parent=call.parent_id,
        )


class CallRecordWhole(CallRecordShown):
    """A call, and the calls that were transferred from it."""

    legs: list[CallRecordShown] = Field(
        default_factory=list, description="In the order in which they began."
    )
