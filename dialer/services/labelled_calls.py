"""Whether a campaign may be set to what it asks of detection, by the labelled calls on record.

The engine asks again at each start. Refuses to know which figures allow what
(`dialer.domain.amd.trust`).
"""

from dialer.domain.amd.trust import AmdMode, check_mode
from dialer.ports import Verdicts


async def check_labelled(verdicts: Verdicts, mode: AmdMode, tenant_id: str) -> None:
    """Check a mode against what people said of a tenant's calls.

    Raises:
        BadInput: they do not allow it, or there are too few.
    """
    if mode is AmdMode.SCREENING:
        counts = (await verdicts.counts()).get(tenant_id)
        check_mode(mode, counts.figures() if counts is not None else None)
