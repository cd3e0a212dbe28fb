"""What is said of recordings over REST."""

from pydantic import BaseModel, Field

from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role


class RecordingShown(BaseModel):
    """A talk that was recorded."""

    attempt: str = Field(description="Id of its attempt.")
    campaign: str = Field(description="Id of the campaign.")
    campaign_name: str = Field(examples=["spring"])
    lead: int = Field(description="Id of the lead.", examples=[17])
    number: str = Field(description="As one's role sees it.", examples=["+12*****0100"])
    agent: str | None = Field(examples=["1001"])
    node: str = Field(description="Engine beside whose Asterisk it lies.", examples=["node"])
    dialed_at: float = Field(description="Seconds since the epoch.")
    connected_at: float | None = Field(description="Seconds since the epoch.")
    seconds: float | None = Field(description="Of the talk.", examples=[94.2])
    disposition: str = Field(examples=["sale"])
    file: str = Field(description="Its name.")
    ground: str = Field(description="Why it may be recorded: one_party, announced, opt_in.")

    @classmethod
    def of(cls, row: AttemptRow, role: Role) -> "RecordingShown":
        """Return what a role is shown of a recording."""
        talked = row.connected_at is not None and row.talk_ended_at is not None
        return cls(
            attempt=row.attempt_id,
            campaign=row.campaign_id,
            campaign_name=row.campaign,
            lead=row.lead_id,
            number=shown_to(role, row.number),
            agent=row.agent_id,
            node=row.node,
            dialed_at=row.dialed_at,
            connected_at=row.connected_at,
            seconds=(row.talk_ended_at or 0) - (row.connected_at or 0) if talked else None,
            disposition=row.disposition,
            file=row.recording,
            ground=row.ground,
        )
