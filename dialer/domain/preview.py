"""What an agent sees before they dial: one lead, for a while, to be dialed or skipped. Pure values.

Refuses to know which lead it is, and what becomes of one that was skipped.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.lead import Lead
from dialer.domain.one_line import OneLine
from dialer.errors import BadInput

LONGEST_S = 300.0
"""A lead that is looked at longer would lose its lease."""


class PreviewTerms(BaseModel):
    """How leads are looked at in mode preview; times in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit_s: float = Field(default=60.0, ge=5, le=LONGEST_S)
    """How long an agent may look; then the lead is the list's again, and the agent pauses."""
    skip_wait_s: float = Field(default=3600.0, ge=0, le=366 * 86_400)
    """How long a lead that was skipped waits."""
    skip_reasons: tuple[Annotated[OneLine, Field(min_length=1, max_length=80)], ...] = Field(
        default=("Not the right time", "Data is wrong", "Dealt with already"),
        min_length=1,
        max_length=20,
    )
    """What an agent may say of a lead they skip."""

    def checked_reason(self, reason: str) -> str:
        """Return a reason for which a lead may be skipped.

        Raises:
            BadInput: it is none of them.
        """
        if reason not in self.skip_reasons:
            known = ", ".join(map(repr, self.skip_reasons))
            raise BadInput("reason", f"{reason!r} is none of them", f"choose one of {known}")
        return reason


@dataclass(slots=True)
class Preview:
    """A lead that an agent looks at; times are seconds since the epoch."""

    agent_id: AgentId
    campaign_id: CampaignId
    lead: Lead
    since: float
    until: float
    terms: PreviewTerms
    dialing: bool = False
    """It is being dialed: nothing else may be done with it."""
