"""Voicemails that nobody has heard are told for as long as that is so."""

import asyncio
from collections.abc import Sequence

from dialer.domain.voicemail import BoxWaiting, Voicemail
from dialer.errors import StoreUnavailable
from dialer.services.voicemail_watch import LOOK_S, VoicemailWatch
from dialer.testing.stores import MemoryStores
from dialer.testing.voicemails import MemoryVoicemails

VIRTUAL_TIME = True


class AwayVoicemails(MemoryVoicemails):
    """A record that may be away."""

    away = False

    async def waiting(self) -> list[BoxWaiting]:
        if self.away:
            raise StoreUnavailable("away")
        return await super().waiting()


def told(watch: VoicemailWatch) -> list[tuple[str, str, object, Sequence[str]]]:
    return [
        (alert.kind.value, alert.subject, alert.facts["unheard"], tenants)
        for alert, tenants in watch.now()
    ]


async def test_a_box_is_told_of_at_once_and_until_each_was_heard() -> None:
    voicemails = AwayVoicemails(MemoryStores().whose)
    watch = VoicemailWatch(voicemails)
    running = asyncio.ensure_future(watch.run())  # noqa: TID251 - cancelled below
    await asyncio.sleep(0.1)
    assert told(watch) == []
    left = await voicemails.left(Voicemail("", "a.wav", 10.0, class_name="night"))
    watch.left()
    await asyncio.sleep(0.1)
    assert told(watch) == [("voicemails_unheard", "main/night", 1, ["main"])]
    voicemails.away = True
    await asyncio.sleep(LOOK_S)
    assert len(told(watch)) == 1  # what was known last
    voicemails.away = False
    await voicemails.heard(left.voicemail_id, by="sue", at=20.0)
    await asyncio.sleep(LOOK_S)
    assert told(watch) == []
    running.cancel()
