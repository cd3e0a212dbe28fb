"""What the dialer needs to hear: who answered, and whether anything comes from an agent's phone."""

from collections.abc import Callable, Mapping
from typing import Protocol

from dialer.domain.amd.law import Verdict
from dialer.domain.ids import AttemptId, LegId

OnVerdict = Callable[[AttemptId, Verdict], None]


class AnswerEar(Protocol):
    """Listens to persons and machines without being heard."""

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict; at most one for each time `listen` was called."""

    def listen(self, attempt_id: AttemptId) -> None:
        """Begin to listen to an attempt's customer; nothing happens when that cannot be done.

        A call that ends, and one that is settled, is left alone by itself.
        """


class LegHearing(Protocol):
    """Tells whether audio comes from agents' phones, and which phones are pages.

    Each question raises `SwitchUnavailable` or `ReplyLost` when nothing is known.
    """

    async def received(self, leg_id: LegId) -> int | None:
        """Return how many packets of audio a leg has had; None: there is no such leg."""
        ...

    async def pages(self) -> Mapping[str, str]:
        """Return the contact of each endpoint whose phone is a page in a browser."""
        ...
