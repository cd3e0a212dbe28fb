"""The settings of campaigns as a transaction sees them; read anew, understood once.

Refuses to know what they mean.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.domain.campaign import CampaignSettings, settings_from
from dialer.domain.ids import CampaignId, TenantId

_SETTINGS: Final = select(campaigns.c.id, campaigns.c.tenant_id, campaigns.c.settings).where(
    campaigns.c.id.in_(bindparam("campaigns", expanding=True))
)


@dataclass(frozen=True, slots=True)
class KnownCampaign:
    """A campaign as far as its leads depend on it."""

    campaign_id: CampaignId
    tenant_id: TenantId
    settings: CampaignSettings


@dataclass(slots=True)
class SettingsInSql:
    """Campaigns by id."""

    _known: dict[str, tuple[Any, KnownCampaign]] = field(default_factory=dict)

    def of(
        self, connection: Connection, campaign_ids: Collection[CampaignId]
    ) -> dict[CampaignId, KnownCampaign]:
        """Return campaigns as they are in this transaction; unknown ones are left out."""
        found: dict[CampaignId, KnownCampaign] = {}
        asked = {"campaigns": sorted(set(campaign_ids))}
        for row in connection.execute(_SETTINGS, asked):
            raw, known = self._known.get(row.id, (None, None))
            if known is None or raw != row.settings:
                known = KnownCampaign(
                    CampaignId(row.id), TenantId(row.tenant_id), settings_from(row.settings)
                )
                self._known[row.id] = (row.settings, known)
            found[known.campaign_id] = known
        return found
