"""Who hears whom while a supervisor listens in, whispers or barges in, and when it ends."""

from collections.abc import Iterator

import pytest
from asterisk_fixtures import Node, until
from supervised import scene, tones, heard, later_s

from dialer.adapters.asterisk.installation import install
from dialer.domain.events import ChannelHungUp
from dialer.domain.supervision import SpyMode


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("s")) as started:
        yield started


async def test_x(node: Node) -> None:
    async with scene(node) as at:
        print(node.instance.rx("core show channels concise"))
        spy = await at.spy(SpyMode.LISTEN)
        print("listen", await at.who_hears_whom())
        at.spying.turn(spy, SpyMode.WHISPER)
        print("whisper", await at.who_hears_whom())
        at.spying.prolong(spy)
        at.spying.turn(spy, SpyMode.BARGE)
        print("barge", await at.who_hears_whom())
        at.spying.turn(spy, SpyMode.LISTEN)
        print("listen", await at.who_hears_whom())
        at.world.carrier.hang_up(at.line.call)
        end = await at.world.until_event(ChannelHungUp, at.line.attempt_id)
        gone = await at.world.until_event(ChannelHungUp, spy)
        print(end, gone, gone.at - end.at)
