"""A `RecordedVoice` that asks a recorded voice of nobody who is not known to have agreed."""

from dialer.domain.dial_law import DialTerms
from dialer.domain.lead import Attempt


class MemoryRecordedVoice:
    """Keeps who agreed, by number."""

    def __init__(self) -> None:
        self.agreed: set[str] = set()
        """Numbers of people who agreed to a recorded voice."""

    async def refusal(self, attempt: Attempt, terms: DialTerms, at: float) -> str:  # noqa: ARG002
        """Return why no recorded voice may speak in a call; "": one may."""
        if not terms.calls_people or attempt.number in self.agreed:
            return ""
        return "a recorded or artificial voice needs consent: express_written"
