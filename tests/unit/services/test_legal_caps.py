"""Caps that are counted over more than one campaign."""

from datetime import UTC, datetime

from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.legal_limits import LegalCap, LegalLimits
from dialer.services.legal_caps import LegalCaps
from pacing import Ledger

NOW = datetime(2026, 12, 31, 12, tzinfo=UTC).timestamp()
DAY = 86_400.0
LIMITS = LegalLimits(
    (
        LegalCap("campaign", "block_30d", 0.03),
        LegalCap("centre", "rolling_24h", 0.03),
        LegalCap("tenant", "calendar_month", 0.05),
        LegalCap("campaign", "rolling_24h", 0.0),
    )
)


def campaign(name: str, tenant: str = "main") -> Campaign:
    return Campaign(
        campaign_id=CampaignId(name),
        name=name,
        tenant_id=TenantId(tenant),
        created_at=NOW - 40 * DAY,
    )


def test_each_cap_is_counted_where_the_law_counts_it() -> None:
    caps, own, others = LegalCaps(), Ledger(), Ledger()
    block, day, month = caps.of(campaign("spring"), own, LIMITS, NOW)
    assert block.ledger is own
    other = caps.of(campaign("autumn"), others, LIMITS, NOW)
    abroad = caps.of(campaign("winter", "abroad"), others, LIMITS, NOW)
    assert other[1].ledger is day.ledger is abroad[1].ledger
    assert other[2].ledger is month.ledger
    assert abroad[2].ledger is not month.ledger
    assert [cap.rate for cap in (block, day, month)] == [0.03, 0.03, 0.05]


def test_windows_are_those_of_the_law() -> None:
    block, day, month = LegalCaps().of(campaign("spring"), Ledger(), LIMITS, NOW)
    assert block.window.span(NOW) == (NOW - 10 * DAY, NOW + 20 * DAY)
    assert day.window.span(NOW)[0] == NOW - DAY
    begin, end = (datetime.fromtimestamp(at, UTC) for at in month.window.span(NOW))
    assert (begin, end) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def test_what_was_recorded_before_a_start_counts_for_centre_and_tenant() -> None:
    caps = LegalCaps()
    caps.rebuild(TenantId("main"), [(NOW - 60, True), (NOW - 30, False)])
    _, day, _ = caps.of(campaign("spring"), Ledger(), LIMITS, NOW)
    assert tuple(day.ledger.counts(day.window, NOW)) == (2.0, 1.0)
    _, _, abroad = caps.of(campaign("winter", "abroad"), Ledger(), LIMITS, NOW)
    assert tuple(abroad.ledger.counts(abroad.window, NOW)) == (0.0, 0.0)
