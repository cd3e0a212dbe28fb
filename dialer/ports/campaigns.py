"""What is on record of campaigns, and of what their pacers decided.

Knows what is committed when a call returns. Refuses to know what a state permits: that is
`dialer.domain.campaign`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dialer.domain.campaign import Campaign, CampaignSettings, CampaignState
from dialer.domain.ids import CampaignId


class CampaignStore(Protocol):
    """The campaigns. Every change returns when it is committed."""

    async def create(self, campaign: Campaign) -> None:
        """Add a campaign.

        Raises:
            BadInput: its id, or its tenant's name, is taken.
        """
        ...

    async def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign, or None."""
        ...

    async def find(self, name: str) -> Campaign | None:
        """Return the campaign of that name, whosever it is, or None.

        Raises:
            BadInput: several tenants have one.
        """
        ...

    async def list(self) -> list[Campaign]:
        """Return all campaigns, oldest first."""
        ...

    async def set_state(
        self, campaign_id: CampaignId, state: CampaignState, *, starts_at: float | None = None
    ) -> None:
        """Change the state, and when it starts by itself.

        Raises:
            BadInput: there is no such campaign.
        """
        ...

    async def set_settings(
        self,
        campaign_id: CampaignId,
        settings: CampaignSettings,
        *,
        by: str,
        at: float,
        expected: CampaignSettings | None = None,
    ) -> Mapping[str, tuple[Any, Any]]:
        """Change the settings; what changed is noted in the audit log in the same transaction.

        An engine takes them when it starts the campaign again. Of a campaign that runs only
        `PACING` settings may change, and the one who changes them tells its engine.

        Args:
            campaign_id: which.
            settings: all of them, from now on.
            by: who changes them.
            at: now, epoch seconds.
            expected: those that they were changed from, unless it does not matter.

        Returns:
            What changed, by name: the value before and after.

        Raises:
            BadInput: there is no such campaign, or it runs and others than `PACING` change.
            ChangedMeanwhile: its settings are not those that were expected.
        """
        ...


@dataclass(frozen=True, slots=True)
class DecisionSample:
    """What a pacer decided at an instant."""

    campaign_id: CampaignId
    at: float
    """Epoch seconds."""
    lines: int
    limited_by: str
    forecast: Mapping[str, float]
    """What it expected, by name; see `pacing.Decision`."""


class DecisionStore(Protocol):
    """Samples of pacing decisions, kept to explain a day afterwards."""

    async def record(self, samples: Sequence[DecisionSample]) -> None:
        """Add samples."""
        ...
