"""Hang-ups that are asked for until the channel is gone.

Asterisk loses a Hangup whose channel is being moved into a bridge in that moment: it says
"Success", and the channel lives on. Refuses to know what a channel was for.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from dialer.errors import SwitchUnavailable

log = structlog.get_logger(__name__)

AGAIN_AFTER_S: Final = (0.5, 1.0, 2.0, 4.0)
"""Waits for a channel's end before the hang-up is asked for once more; after the last one it is
left to the reaper."""


class HangUps:
    """The channels of one session that were asked to end.

    Args:
        send: asks once; raises `SwitchUnavailable` without a session.
    """

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def ask(self, channel_id: str) -> None:
        """Hang a channel up.

        Raises:
            SwitchUnavailable: there is no session; not asked, and not again.
        """
        self._send(channel_id)
        if channel_id not in self._waiting:
            self._wait(channel_id, 0)

    def gone(self, channel_id: str) -> None:
        """A channel has ended, or never was."""
        waiting = self._waiting.pop(channel_id, None)
        if waiting is not None:
            waiting.cancel()

    def forget(self) -> None:
        """The session broke: what lives on is looked at anew when there is one again."""
        for channel_id in list(self._waiting):
            self.gone(channel_id)

    def _wait(self, channel_id: str, turn: int) -> None:
        loop = asyncio.get_running_loop()
        after_s = AGAIN_AFTER_S[turn]
        self._waiting[channel_id] = loop.call_later(after_s, self._again, channel_id, turn + 1)

    def _again(self, channel_id: str, turn: int) -> None:
        del self._waiting[channel_id]
        log.info("hang_up_asked_again", channel=channel_id, turn=turn)
        with suppress(SwitchUnavailable):
            self._send(channel_id)
            if turn < len(AGAIN_AFTER_S):
                self._wait(channel_id, turn)
