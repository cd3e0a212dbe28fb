"""A `RecordedVoice` that asks a recorded voice of nobody who is not known to have agreed."""

import asyncio

from dialer.domain.dial_law import DialTerms
from dialer.domain.lead import Attempt
from dialer.errors import StoreUnavailable


class MemoryRecordedVoice:
    """Keeps who agreed, by number."""

    def __init__(self) -> None:
        self.agreed: set[str] = set()
        """Numbers of people who agreed to a recorded voice."""
        self.fault: StoreUnavailable | None = None
        """Raised where anybody is asked about."""
        self.hangs = False
        """Whether nothing is ever answered."""

    async def refusal(self, attempt: Attempt, terms: DialTerms, at: float) -> str:  # noqa: ARG002
        """Return why no recorded voice may speak in a call; "": one may."""
        if not terms.calls_people:
            return ""
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault is not None:
            raise self.fault
        if attempt.number in self.agreed:
            return ""
        return "a recorded or artificial voice needs consent: express_written"
