"""Supervisors' phones on talks, in Asterisk: an Originate into [supervise], where ChanSpy runs.

Knows the words of AMI and of that context. A phone changes its mode by a Redirect to another
extension of it, so it stays up. Refuses to know who listens to whom and why.
"""

from typing import Final

from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.domain.ids import SpyId
from dialer.domain.supervision import WHISPER_HOLDS_S, SpyMode
from dialer.ports import SpiedTalk

CONTEXT: Final = "supervise"


class AsteriskSpying:
    """A `Spying` (dialer.ports) on one Asterisk.

    Args:
        switch: whose session is used.
    """

    def __init__(self, switch: AsteriskSwitch) -> None:
        self._switch = switch

    def begin(self, spy_id: SpyId, phone: str, talk: SpiedTalk, mode: SpyMode) -> None:
        """Ring a supervisor's phone, and have it listen in; see `Spying.begin`."""
        self._switch.call_phone(
            spy_id,
            phone,
            context=CONTEXT,
            exten=mode.value,
            variables={
                "SPY_CALL": self._switch.uniqueid_of(talk.channel_id),
                "SPY_LEG": talk.leg_id,
            },
        )

    def turn(self, spy_id: SpyId, mode: SpyMode) -> None:
        """Have a phone listen in another way; see `Spying.turn`."""
        fields = [("Channel", spy_id), ("Context", CONTEXT), ("Exten", mode.value)]
        self._switch.send("Redirect", [*fields, ("Priority", "1")])

    def prolong(self, spy_id: SpyId) -> None:
        """Let a whisper last on; see `Spying.prolong`."""
        fields = [("Channel", spy_id), ("Timeout", str(round(WHISPER_HOLDS_S)))]
        self._switch.send("AbsoluteTimeout", fields)

    def end(self, spy_id: SpyId) -> None:
        """Hang a supervisor's phone up; see `Spying.end`."""
        self._switch.hang_up(spy_id)
