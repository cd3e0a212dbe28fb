"""What an agent sees of their own session over REST."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from api.agents.schemas import AgentShown
from api.feed.people import masked_person
from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role


class TalkShown(BaseModel):
    """The talk that an agent is in or writes up."""

    attempt: str = Field(examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    campaign: str = Field(description="Id of the campaign.")
    lead: int = Field(description="Id of the lead.", examples=[17])
    list_name: str = Field(examples=["spring.csv"])
    number: str = Field(description="As one's role sees it.", examples=["+12*******00"])
    connected_at: float | None = Field(description="Seconds since the epoch.")
    recording_asked: bool = Field(
        description="Whether nothing is recorded until the agent says that the customer agreed."
    )
    person: dict[str, str] = Field(
        description="What the list says of the person; telephone numbers in it are masked.",
        examples=[{"name": "J. Doe"}],
    )

    @classmethod
    def of(
        cls, attempt: AttemptRow, person: Mapping[str, Any], role: Role, *, asked: bool
    ) -> "TalkShown":
        """Return what a role is shown of a talk.

        Args:
            attempt: as it is on record.
            person: what the list says.
            role: who looks.
            asked: whether its campaign asks before anything is recorded.
        """
        return cls(
            attempt=attempt.attempt_id,
            campaign=attempt.campaign_id,
            lead=attempt.lead_id,
            list_name=attempt.list_name,
            number=shown_to(role, attempt.number),
            connected_at=attempt.connected_at,
            recording_asked=asked and not attempt.ground,
            person=masked_person(person),
        )


class SessionShown(BaseModel):
    """One's own agent."""

    agent: AgentShown
    talk: TalkShown | None
