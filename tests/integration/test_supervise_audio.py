"""Who hears whom while a supervisor listens in, whispers or barges in, and when it ends.

Customer, agent and supervisor each send a tone of their own; the spectrum of what each heard says
whose tones are in it. What happens without an engine happens here: nobody prolongs a whisper.
"""

from collections.abc import Iterator

import pytest
from asterisk_fixtures import AGENTS, Node, until
from spied_talk import heard, later_s, scene, tones

from dialer.adapters.asterisk.installation import install
from dialer.domain.events import ChannelHungUp, ChannelUp, OriginateFailed
from dialer.domain.ids import new_spy_id
from dialer.domain.supervision import WHISPER_HOLDS_S, SpyMode
from dialer.ports import SpiedTalk
from simulation.sip.behaviour import Behaviour
from simulation.sip.softphone import Softphone

LISTENS = {"customer": {"agent"}, "agent": {"customer"}, "supervisor": {"customer", "agent"}}
WHISPERS = LISTENS | {"agent": {"customer", "supervisor"}}
BARGES_IN = WHISPERS | {"customer": {"agent", "supervisor"}}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("s")) as started:
        yield started


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(SpyMode.LISTEN, LISTENS), (SpyMode.WHISPER, WHISPERS), (SpyMode.BARGE, BARGES_IN)],
)
async def test_each_mode_is_heard_by_whom_it_says_and_hears_both(
    node: Node, mode: SpyMode, expected: dict[str, set[str]]
) -> None:
    async with scene(node) as at:
        await at.spy(mode)
        assert await at.who_hears_whom() == expected


async def test_a_phone_turns_from_mode_to_mode_and_nobody_else_loses_a_packet(node: Node) -> None:
    async with scene(node) as at:
        spy_id = await at.spy(SpyMode.LISTEN)
        begun = heard(at.line.call).end_s
        for mode, expected in (
            (SpyMode.WHISPER, WHISPERS),
            (SpyMode.BARGE, BARGES_IN),
            (SpyMode.LISTEN, LISTENS),
        ):
            at.spying.turn(spy_id, mode)
            assert await at.who_hears_whom() == expected
        assert at.line.heard().longest_silence_s(begun, at.line.heard().end_s) < 0.1
        assert len(at.supervisor.calls) == 1


@pytest.mark.parametrize("mode", [SpyMode.LISTEN, SpyMode.BARGE])
async def test_it_ends_with_the_talk_though_no_engine_says_so(node: Node, mode: SpyMode) -> None:
    async with scene(node) as at:
        spy_id = await at.spy(mode)
        at.engine.die()
        at.world.carrier.hang_up(at.line.call)
        over = await at.world.until_event(ChannelHungUp, at.line.attempt_id)
        gone = await at.world.until_event(ChannelHungUp, spy_id)
        assert gone.at - over.at < 1.0
        assert len(at.agent.calls) == 1  # the leg idles on


async def test_a_whisper_whose_engine_is_dead_ends_soon_and_the_talk_goes_on(node: Node) -> None:
    async with scene(node) as at:
        spy_id = await at.spy(SpyMode.WHISPER)
        up = await at.world.until_event(ChannelUp, spy_id)
        gone = await at.world.until_event(ChannelHungUp, spy_id)
        assert gone.at - up.at < WHISPER_HOLDS_S + 0.5
        begun = await later_s(at.line.call, 0.6)
        assert tones(heard(at.line.call), begun + 0.1, begun + 0.6) == {"agent"}


async def test_a_supervisor_who_hangs_up_changes_nothing_of_the_talk(node: Node) -> None:
    async with scene(node) as at:
        spy_id = await at.spy(SpyMode.BARGE)
        begun = (await later_s(at.line.call, 0.3)) + 0.3
        at.supervisor.hang_up()
        await at.world.until_event(ChannelHungUp, spy_id)
        await later_s(at.line.call, 1.0)
        end = begun + 1.0
        assert at.line.heard().longest_silence_s(begun, end) < 0.1
        assert tones(at.line.heard(), end - 0.5, end) == {"agent"}
        assert tones(heard(at.agent.calls[0]), end - 0.5, end) == {"customer"}


async def test_who_barged_in_on_one_customer_is_not_heard_by_the_next(node: Node) -> None:
    async with scene(node) as at:
        spy_id = await at.spy(SpyMode.BARGE)
        at.world.carrier.hang_up(at.line.call)
        await at.world.until_event(ChannelHungUp, spy_id)
        second = await at.world.dial()
        await until(lambda: "BRIDGE_ENTER" in node.names(second.attempt_id))
        begun = await later_s(second.call, 0.6)
        assert tones(second.heard(), begun + 0.1, begun + 0.6) == {"agent"}
        assert at.supervisor.calls == []


async def test_who_is_coached_hears_the_supervisor_and_takes_the_next_customer(node: Node) -> None:
    async with scene(node) as at:
        at.world.carrier.hang_up(at.line.call)
        await at.world.until_event(ChannelHungUp, at.line.attempt_id)
        spy_id = new_spy_id()
        at.spying.begin(spy_id, at.supervisor.user, SpiedTalk("", at.leg_id), SpyMode.COACH)
        await at.world.until_event(ChannelUp, spy_id)
        agent, supervisor = at.agent.calls[0], at.supervisor.calls[0]
        await later_s(supervisor, 0.4)
        begun = await later_s(supervisor, 0.6)
        assert tones(heard(supervisor), begun, begun + 0.5) == {"agent"}
        assert tones(heard(agent), begun, begun + 0.5) == {"supervisor"}
        at.spying.end(spy_id)
        await at.world.until_event(ChannelHungUp, spy_id)
        second = await at.world.dial()
        await until(lambda: "BRIDGE_ENTER" in node.names(second.attempt_id))
        begun = await later_s(second.call, 0.6)
        assert tones(second.heard(), begun + 0.1, begun + 0.6) == {"agent"}


async def test_a_phone_that_is_busy_says_so_and_one_that_is_not_there_has_no_channel(
    node: Node,
) -> None:
    async with scene(node) as at:
        await at.supervisor.unregister()
        spy_id = new_spy_id()
        at.spying.begin(spy_id, at.supervisor.user, at.talk, SpyMode.LISTEN)
        assert (await at.world.until_event(OriginateFailed, spy_id)).no_channel
        busy = Softphone(
            AGENTS[1].name,
            AGENTS[1].password,
            node.address,
            behave=lambda _: Behaviour(ring_s=0.1, code=486),
        )
        async with busy:
            await busy.register()
            spy_id = new_spy_id()
            at.spying.begin(spy_id, busy.user, at.talk, SpyMode.LISTEN)
            assert (await at.world.until_event(ChannelHungUp, spy_id)).cause == 17
            await busy.unregister()
