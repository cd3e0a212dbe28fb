"""What is said of promised calls over REST; telephone numbers as a role sees them."""

from pydantic import BaseModel, Field

from dialer.adapters.sql.row import AnyRow
from dialer.domain.callback import CallbackState
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role


class CallbackShown(BaseModel):
    """A promised call."""

    id: int = Field(examples=[12])
    campaign_id: str
    lead_id: int
    number: str = Field(description="As your role sees it.", examples=["+12*******01"])
    due_at: float = Field(description="The time agreed on, seconds since the epoch.")
    dial_at: float | None = Field(description="When it is dialed next, if that is another time.")
    owner: str = Field(description='The agent who promised; "" anyone may keep it.')
    state: CallbackState
    since: float = Field(description="Since when it is in this state.")
    misses: int = Field(description="How often nobody was reached.")
    note: str
    zones: list[str] = Field(description="Time zones in which the lead may be.")

    @classmethod
    def of(cls, row: AnyRow, role: Role) -> "CallbackShown":
        """Return what a role is shown of a promise."""
        return cls(
            id=row.id,
            campaign_id=row.campaign_id,
            lead_id=row.lead_id,
            number=shown_to(role, row.number),
            due_at=row.due_at,
            dial_at=row.dial_at,
            owner=row.owner or "",
            state=CallbackState(row.state),
            since=row.since,
            misses=row.misses,
            note=row.note,
            zones=list(row.zones),
        )
