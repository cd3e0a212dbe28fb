"""Which boxes have voicemails that nobody has heard: looked up now and then, told as alerts.

Refuses to know who is told, and what is in a voicemail.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final

import structlog

from dialer.domain.alerts import Alert, of_box
from dialer.domain.voicemail import BoxWaiting
from dialer.errors import StoreUnavailable
from dialer.ports import Voicemails

log = structlog.get_logger(__name__)

LOOK_S: Final = 10.0
"""Between two looks at the record."""


class VoicemailWatch:
    """The boxes of all tenants.

    Args:
        voicemails: on record.
    """

    def __init__(self, voicemails: Voicemails) -> None:
        self._voicemails = voicemails
        self._known: Sequence[BoxWaiting] = ()
        self._left = asyncio.Event()

    def left(self) -> None:
        """Somebody left one: look at once."""
        self._left.set()

    def now(self) -> Iterator[tuple[Alert, list[str]]]:
        """Iterate over what is to be told, each with its tenants."""
        for box in self._known:
            yield of_box(box), [box.tenant_id]

    async def look(self) -> None:
        """Look once; while the database is away, what was known last stays."""
        self._left.clear()
        try:
            self._known = await self._voicemails.waiting()
        except StoreUnavailable as lost:
            log.warning("voicemails_not_looked_up", error=str(lost))

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await self.look()
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._left.wait()
            except TimeoutError:
                pass
