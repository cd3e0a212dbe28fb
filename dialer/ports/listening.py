"""What the dialer needs to hear: who answered, and whether anything comes from an agent's phone."""

from collections.abc import Callable, Mapping
from typing import Protocol

from dialer.domain.amd.law import Verdict
from dialer.domain.ids import AttemptId, LegId

OnVerdict = Callable[[AttemptId, Verdict], None]
OnLost = Callable[[AttemptId], None]
OnBeep = Callable[[AttemptId, str], None]
"""Told of an attempt whose message may begin, and why: "beep", "quiet" or "lost"."""


class AnswerEar(Protocol):
    """Listens to persons and machines without being heard."""

    def on_verdict(self, listener: OnVerdict) -> None:
        """Be told of each verdict; at most one for each time a call was begun to be listened to."""

    def listen(self, attempt_id: AttemptId) -> None:
        """Begin to listen to an attempt's customer; nothing happens when that cannot be done.

        A call that ends, and one that is settled, is left alone by itself.
        """

    def screen(self, attempt_id: AttemptId) -> bool:
        """Begin to listen to who answered, before an agent is sought; False: that cannot be done.

        For `SCREENING_BY_S` the verdict is that of screening's law, after that as of `listen`.
        """

    def on_lost(self, listener: OnLost) -> None:
        """Be told of each call that is screened and cannot be heard any more, without a verdict.

        One that has ended is among them.
        """

    def on_beep(self, listener: OnBeep) -> None:
        """Be told, once for each time `listen_for_beep` returned True, when a message may begin.

        That is after the beep, once the line is quiet, or when it cannot be heard any more.
        """

    def listen_for_beep(self, attempt_id: AttemptId) -> bool:
        """Begin to listen to a machine's greeting; False: that cannot be done.

        One that is listened to still (`stay`) is not listened to anew: a beep that was over
        meanwhile is told at once.
        """

    def stay(self, attempt_id: AttemptId) -> None:
        """Go on listening after the verdict that is being told: for the machine's beep."""


class AmdDesk(Protocol):
    """Takes what a detector of the switch's says."""

    def began(self, name: str) -> bool:
        """A channel has begun to hear the call that was asked for under a name; False: none was."""
        ...

    def ended(self, name: str, status: str, cause: str) -> None:
        """It is over: what was said (AMDSTATUS, AMDCAUSE), each "" where nothing was."""
        ...


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
