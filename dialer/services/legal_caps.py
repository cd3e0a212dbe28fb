"""Abandonment caps that the law counts over more than one campaign, and the ledgers they share.

A cap of a campaign is counted in the campaign's own ledger, one of the centre in a ledger that all
its campaigns write to, one of a tenant in the tenant's. Refuses to know which caps hold where
(`dialer.domain.legal_limits`) and how pacing keeps them.
"""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo

from dialer.domain.campaign import Campaign
from dialer.domain.ids import TenantId
from dialer.domain.legal_limits import LegalCap, LegalLimits
from dialer.domain.legal_windows import month_starts
from pacing import Ledger
from pacing.settings import Cap
from pacing.window import Window

_DAY_S: Final = 86_400.0

MONTHS: Final = 24
"""Calendar months that are dated ahead: longer than an engine runs."""


class LegalCaps:
    """The ledgers of one node's centre and tenants.

    A node counts its own calls: with several nodes on one database each keeps the caps by itself.
    """

    def __init__(self) -> None:
        self._centre = Ledger()
        self._tenants: dict[TenantId, Ledger] = {}

    def rebuild(
        self, tenant_id: TenantId, answers: Iterable[tuple[float, bool]], *, charge: float = 0.0
    ) -> None:
        """At a start: enter recorded live answers of a tenant's campaign, (at, abandoned).

        Args:
            tenant_id: whose campaign it is.
            answers: the live answers.
            charge: the share of persons that detection took for machines, as it is charged.
        """
        kept = list(answers)
        self._centre.rebuild(kept, amd_false_positive_rate=charge)
        self._of_tenant(tenant_id).rebuild(kept, amd_false_positive_rate=charge)

    def of(
        self, campaign: Campaign, own: Ledger, limits: LegalLimits, now: float
    ) -> tuple[Cap, ...]:
        """Return the caps that a campaign's pacer must keep beside its own target."""
        return tuple(
            Cap(cap.rate, _window(cap, campaign, now), self._ledger(cap, campaign, own))
            for cap in limits.caps
            if cap.rate > 0  # where nobody may be abandoned nothing is dialed ahead
        )

    def _ledger(self, cap: LegalCap, campaign: Campaign, own: Ledger) -> Ledger:
        match cap.scope:
            case "centre":
                return self._centre
            case "tenant":
                return self._of_tenant(campaign.tenant_id)
            case _:
                return own

    def _of_tenant(self, tenant_id: TenantId) -> Ledger:
        return self._tenants.setdefault(tenant_id, Ledger())


def _window(cap: LegalCap, campaign: Campaign, now: float) -> Window:
    match cap.window:
        case "rolling_24h":
            return Window.rolling(_DAY_S)
        case "block_30d":
            return Window.block(30 * _DAY_S, campaign.created_at)
        case _:
            return Window.dated(month_starts(now, ZoneInfo("UTC"), MONTHS))
