"""Supervisors' phones on the switch in memory.

Knows who hears whom, and that listening ends with the customer's channel and a whisper by itself.
Refuses to know audio.
"""

import asyncio
from dataclasses import dataclass

from dialer.domain.ids import SpyId
from dialer.domain.supervision import HEARD_BY, WHISPER_HOLDS_S, SpyMode
from dialer.ports import SpiedTalk
from dialer.testing.switch import MemorySwitch, check_values


@dataclass(slots=True)
class _Behind:
    """A phone, and what it is behind."""

    talk: SpiedTalk
    mode: SpyMode
    lapse: asyncio.TimerHandle | None = None

    @property
    def hangs_on(self) -> str:
        """The channel with which it ends."""
        on_leg = self.mode in (SpyMode.WHISPER, SpyMode.COACH)
        return self.talk.leg_id if on_leg else self.talk.channel_id


class MemorySpying:
    """A `Spying` (dialer.ports) in memory.

    Args:
        switch: with the phones and the talks.
    """

    def __init__(self, switch: MemorySwitch) -> None:
        self._switch = switch
        self._behind: dict[str, _Behind] = {}
        switch.on_channel(up=self._up, gone=self._gone)

    def heard_by(self, spy_id: str) -> frozenset[str]:
        """Return who hears a supervisor now; nobody while the phone rings, or is gone."""
        channel = self._switch.channels.get(spy_id)
        if channel is None or channel.state != "Up":
            return frozenset()
        return HEARD_BY[self._behind[spy_id].mode]

    def begin(self, spy_id: SpyId, phone: str, talk: SpiedTalk, mode: SpyMode) -> None:
        """Ring a supervisor's phone, and have it listen in; see `Spying.begin`."""
        check_values(phone=phone, channel_id=talk.channel_id, leg_id=talk.leg_id)
        self._behind[spy_id] = _Behind(talk, mode)
        self._switch.call_phone(spy_id, phone)

    def turn(self, spy_id: SpyId, mode: SpyMode) -> None:
        """Have a phone listen in another way; see `Spying.turn`."""
        self._switch.need_session()
        behind = self._behind.get(spy_id)
        if behind is not None:
            behind.mode = mode
            self._hang_on(spy_id, behind)

    def prolong(self, spy_id: SpyId) -> None:
        """Let a whisper last on; see `Spying.prolong`."""
        self._switch.need_session()
        behind = self._behind.get(spy_id)
        if behind is not None and behind.mode is SpyMode.WHISPER:
            self._hang_on(spy_id, behind)

    def end(self, spy_id: SpyId) -> None:
        """Hang a supervisor's phone up; see `Spying.end`."""
        self._switch.hang_up(spy_id)

    def _up(self, channel_id: str) -> None:
        behind = self._behind.get(channel_id)
        if behind is not None:
            self._hang_on(channel_id, behind)

    def _hang_on(self, spy_id: str, behind: _Behind) -> None:
        """Do what the dialplan does at each beginning of a mode."""
        if behind.lapse is not None:
            behind.lapse.cancel()
            behind.lapse = None
        loop = asyncio.get_running_loop()
        if behind.mode is SpyMode.TAKE:
            self._switch.idles(spy_id)  # and is joined as a leg is
            return
        if behind.hangs_on not in self._switch.channels:
            loop.call_soon(self._switch.end, spy_id)
        elif behind.mode is SpyMode.WHISPER:
            behind.lapse = loop.call_later(WHISPER_HOLDS_S, self._switch.end, spy_id)

    def _gone(self, channel_id: str) -> None:
        behind = self._behind.pop(channel_id, None)
        if behind is not None and behind.lapse is not None:
            behind.lapse.cancel()
        for spy_id, one in list(self._behind.items()):
            if one.mode is not SpyMode.TAKE and one.hangs_on == channel_id:
                self._switch.end(spy_id)
