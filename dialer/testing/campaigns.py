"""Campaigns in memory, and what their pacers decided; gone with the process.

Knows which names are taken, and that a running campaign keeps its settings. Refuses to know what a
state permits.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dialer.domain.campaign import (
    Campaign,
    CampaignSettings,
    CampaignState,
    check_change,
    only_one,
    settings_changed,
)
from dialer.domain.ids import CampaignId
from dialer.errors import NoSuch, Taken
from dialer.ports import DecisionSample
from dialer.testing.tables import Tables


class MemoryCampaignStore:
    """A `CampaignStore` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def create(self, campaign: Campaign) -> None:
        """Add a campaign; `BadInput` if its id, or its tenant's name, is taken."""
        named = {(c.tenant_id, c.name) for c in self._tables.campaigns.values()}
        taken = campaign.campaign_id in self._tables.campaigns
        if taken or (campaign.tenant_id, campaign.name) in named:
            raise Taken("campaign", f"{campaign.name!r} exists already", "choose another name")
        self._tables.campaigns[campaign.campaign_id] = campaign

    async def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign, or None."""
        return self._tables.campaigns.get(campaign_id)

    async def find(self, name: str) -> Campaign | None:
        """Return the campaign of that name; `BadInput` if several tenants have one."""
        return only_one(name, [c for c in self._tables.campaigns.values() if c.name == name])

    async def list(self) -> list[Campaign]:
        """Return all campaigns, oldest first."""
        return sorted(self._tables.campaigns.values(), key=lambda c: (c.created_at, c.campaign_id))

    async def set_state(
        self, campaign_id: CampaignId, state: CampaignState, *, starts_at: float | None = None
    ) -> None:
        """Change the state; `BadInput` if there is no such campaign."""
        campaign = self._tables.campaigns.get(campaign_id)
        if campaign is None:
            raise NoSuch("campaign", f"there is no {campaign_id!r}", "create it first")
        self._tables.campaigns[campaign_id] = campaign.model_copy(
            update={"state": state, "starts_at": starts_at}
        )

    async def set_settings(
        self,
        campaign_id: CampaignId,
        settings: CampaignSettings,
        *,
        by: str,
        at: float,
        expected: CampaignSettings | None = None,
    ) -> Mapping[str, tuple[Any, Any]]:
        """Change the settings; see `CampaignStore`."""
        campaign = self._tables.campaigns.get(campaign_id)
        if campaign is None:
            raise NoSuch("campaign", f"there is no {campaign_id!r}", "create it first")
        changed = settings_changed(campaign.settings, settings)
        check_change(campaign, expected, changed)
        self._tables.campaigns[campaign_id] = campaign.model_copy(update={"settings": settings})
        if changed:
            self._tables.audit.append((at, by, "settings", campaign_id, dict(changed)))
        return changed


class MemoryDecisionStore:
    """A `DecisionStore` (dialer.ports) in memory."""

    def __init__(self) -> None:
        self.samples: list[DecisionSample] = []

    async def record(self, samples: Sequence[DecisionSample]) -> None:
        """Add samples."""
        self.samples += samples
