"""Whether a recorded voice may speak to somebody: asked in a call, on the record as it is then.

Refuses to know what is said, and who asks.
"""

from typing import Protocol

from dialer.domain.dial_law import DialTerms
from dialer.domain.lead import Attempt


class RecordedVoice(Protocol):
    """Knows who agreed to a recorded voice, and where none must speak without."""

    async def refusal(self, attempt: Attempt, terms: DialTerms, at: float) -> str:
        """Return why none may speak in this call; "": one may.

        Args:
            attempt: of the call; its lead says where the person may be.
            terms: on which the call was made: consents are for a tenant, and may name a purpose.
            at: epoch seconds; consents that are withdrawn or expired by then do not count.

        Raises:
            StoreUnavailable: nothing is known.
        """
        ...
