"""What is said of attempts over REST."""

from pydantic import BaseModel, Field

from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.domain.masking import shown_to
from dialer.domain.outcome import Outcome
from dialer.domain.roles import Role


class AttemptShown(BaseModel):
    """One dial of one lead; times are seconds since the epoch, null: not (yet)."""

    id: str = Field(examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    campaign: str = Field(description="Id of the campaign.")
    campaign_name: str = Field(examples=["spring"])
    lead: int = Field(description="Id of the lead.", examples=[17])
    list_name: str = Field(examples=["spring.csv"])
    number: str = Field(description="As one's role sees it.", examples=["+12*****0100"])
    trunk: str = Field(examples=["trunk"])
    caller_id: str
    node: str = Field(description="Engine that made it.", examples=["node"])
    dialed_at: float
    rang_at: float | None
    answered_at: float | None
    connected_at: float | None = Field(description="When an agent was joined.")
    talk_ended_at: float | None
    ended_at: float | None
    outcome: Outcome | None = Field(description="Null while it lives.", examples=["connected"])
    undialed: bool = Field(description="Certainly never sent; counted nowhere.")
    charged: bool = Field(description="Counts as abandoned by the law.")
    cause: int | None = Field(description="Q.850 cause of the hang-up.", examples=[16])
    tech_cause: str = Field(description="SIP status of the hang-up.", examples=["486"])
    ended_by: str = Field(description="customer, agent, agent_lost, dialer, network.")
    agent: str | None = Field(description="Id of the agent who talked.", examples=["1001"])
    disposition: str = Field(examples=["sale"])
    amount: float | None
    disposed_at: float | None
    callback_at: float | None
    recording: str | None = Field(description="File of the recording, if there is one.")

    @classmethod
    def of(cls, row: AttemptRow, role: Role) -> "AttemptShown":
        """Return what a role is shown of an attempt."""
        return cls(
            id=row.attempt_id,
            campaign=row.campaign_id,
            campaign_name=row.campaign,
            lead=row.lead_id,
            list_name=row.list_name,
            number=shown_to(role, row.number),
            trunk=row.trunk,
            caller_id=row.caller_id,
            node=row.node,
            dialed_at=row.dialed_at,
            rang_at=row.rang_at,
            answered_at=row.answered_at,
            connected_at=row.connected_at,
            talk_ended_at=row.talk_ended_at,
            ended_at=row.ended_at,
            outcome=Outcome(row.outcome) if row.outcome is not None else None,
            undialed=row.undialed,
            charged=row.charged,
            cause=row.cause,
            tech_cause=row.tech_cause,
            ended_by=row.ended_by,
            agent=row.agent_id,
            disposition=row.disposition,
            amount=row.amount,
            disposed_at=row.disposed_at,
            callback_at=row.callback_at,
            recording=row.recording or None,
        )
