"""Which of some numbers are on a do-not-call list that holds for a campaign.

Refuses to know what follows from it.
"""

from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from dialer.adapters.sql.tables.law import EVERYWHERE, do_not_call
from dialer.domain.ids import CampaignId

LISTED: Final = select(do_not_call.c.number).where(
    do_not_call.c.number.in_(bindparam("numbers", expanding=True)),
    do_not_call.c.scope.in_(bindparam("scopes", expanding=True)),
    or_(do_not_call.c.expires_at.is_(None), do_not_call.c.expires_at > bindparam("now")),
)
"""Which of some numbers are on a do-not-call list that holds; asked with `listed_for`."""


def listed_for(
    numbers: set[str], tenant_id: str, campaign_id: CampaignId, now: float
) -> dict[str, Any]:
    """Return what `LISTED` is asked with."""
    scopes = [EVERYWHERE, f"tenant:{tenant_id}", f"campaign:{campaign_id}"]
    return {"numbers": sorted(numbers), "scopes": scopes, "now": now}
