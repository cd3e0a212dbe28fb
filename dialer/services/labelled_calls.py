"""Whether a campaign may be set to what it asks of detection, by the labelled calls on record.

The engine asks again at each start. Refuses to know which figures allow what
(`dialer.domain.amd.trust`).
"""

from dialer.domain.amd.trust import AmdMode, check_mode
from dialer.domain.campaign import CampaignSettings
from dialer.ports import Verdicts


async def check_labelled(verdicts: Verdicts, settings: CampaignSettings, tenant_id: str) -> None:
    """Check what is done about machines against what people said of a tenant's calls.

    Raises:
        BadInput: they do not allow it, or there are too few.
    """
    if settings.amd is AmdMode.SCREENING:
        counts = (await verdicts.counts(settings.amd_detector)).get(tenant_id)
        check_mode(settings.amd, counts.figures() if counts is not None else None)


def differs(one: CampaignSettings, other: CampaignSettings) -> bool:
    """Tell whether two settings do not deal alike with machines."""
    return (one.amd, one.amd_detector) != (other.amd, other.amd_detector)
