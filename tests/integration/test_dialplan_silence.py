"""Nobody who answered hears more than 2 s of silence, whatever becomes of the engine."""

from collections.abc import Iterator

import pytest
from asterisk_fixtures import (
    NUMBER,
    Engine,
    Node,
    Request,
    never_reply,
    order,
    session,
    until,
)

from dialer.adapters.asterisk.installation import install
from dialer.ports import DialOptions
from simulation.sip.signals import CallEnd

LAW_S = 2.0


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("n")) as started:
        yield started


async def test_with_the_engine_dead_the_message_plays(node: Node) -> None:
    async with session(node) as world:
        line = await world.dial()
        await line.listen(3.0)
        assert line.longest_silence_s(3.0) < LAW_S
        assert node.names(line.attempt_id) == ["ANSWER", "LET_GO"]


async def test_with_an_engine_that_never_replies_the_message_plays(node: Node) -> None:
    engine = Engine(never_reply)
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await line.listen(4.0)
        assert line.longest_silence_s(4.0) < LAW_S
        assert [request.script for request in engine.requests] == ["answered"]
        assert abs(float(engine.requests[0].argument) - line.answered_s) < 1.0
        assert node.names(line.attempt_id) == ["ANSWER", "LET_GO"]
    engine.die()


async def test_with_the_engine_killed_while_a_customer_waits_the_message_plays(node: Node) -> None:
    async def be_killed(request: Request) -> None:
        request.writer.transport.abort()

    engine = Engine(be_killed)
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await line.listen(3.0)
        assert line.longest_silence_s(3.0) < LAW_S
        assert node.names(line.attempt_id) == ["ANSWER", "LET_GO"]
    engine.die()


async def test_the_message_ends_and_so_does_the_call(node: Node) -> None:
    prompt = str(node.instance.dirs.etc / "prompts" / "do-not-call")  # a short one
    async with session(node) as world:
        line = await world.dial(DialOptions(ring_timeout_s=5, abandon_prompt=prompt))
        await world.log.until(lambda log: bool(log.ended), 15.0)
        assert line.call.end is CallEnd.BYE_RECEIVED
        await until(lambda: node.names(line.attempt_id)[-1] == "HANGUP")
        assert node.names(line.attempt_id) == ["ANSWER", "LET_GO", "HANGUP"]


async def test_a_campaigns_message_that_is_missing_is_replaced_by_the_nodes_own(node: Node) -> None:
    async with session(node) as world:
        line = await world.dial(DialOptions(ring_timeout_s=5, abandon_prompt="/nowhere/there"))
        await line.listen(3.0)
        assert line.longest_silence_s(3.0) < LAW_S


async def test_the_engine_may_have_the_broken_line_told_instead(node: Node) -> None:
    engine = Engine(order("lost"))
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await line.listen(3.0)
        assert line.longest_silence_s(3.0) < LAW_S
        assert node.names(line.attempt_id) == ["ANSWER", "LOST"]
    engine.die()


async def test_the_engine_may_hang_up_without_a_word(node: Node) -> None:
    engine = Engine(order("hangup"))
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await world.log.until(lambda log: bool(log.ended))
        await until(lambda: node.names(line.attempt_id)[-1] == "HANGUP")
        assert node.names(line.attempt_id) == ["ANSWER", "HANGUP"]
    engine.die()


async def test_the_key_is_committed_before_the_hang_up_and_other_keys_do_nothing(
    node: Node,
) -> None:
    async def let_go_or_note(request: Request) -> None:
        if request.script == "answered":
            await request.say("SET VARIABLE OUTPACE_NEXT let-go")

    engine = Engine(let_go_or_note)
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await until(lambda: "LET_GO" in node.names(line.attempt_id))
        line.call.press("5")
        await line.listen(2.0)
        assert [request.script for request in engine.requests] == ["answered"]
        line.call.press("9")
        await world.log.until(lambda log: bool(log.ended), 15.0)
        assert [request.script for request in engine.requests] == ["answered", "do-not-call"]
        assert engine.requests[-1].argument == NUMBER
        assert ("DO_NOT_CALL", f'{{"extra":"{NUMBER}"}}') in node.journal(line.attempt_id)
    engine.die()


async def test_the_key_is_journaled_and_confirmed_with_the_engine_stopped(node: Node) -> None:
    engine = Engine(never_reply)
    await engine.listen(node.agi_port)
    async with session(node) as world:
        line = await world.dial()
        await until(lambda: "LET_GO" in node.names(line.attempt_id))
        await line.listen(2.2)
        line.call.press("9")
        await world.log.until(lambda log: bool(log.ended), 15.0)
        assert line.call.end is CallEnd.BYE_RECEIVED
        assert "DO_NOT_CALL" in node.names(line.attempt_id)
    engine.die()


async def test_a_call_that_nobody_took_leaves_an_empty_recording(node: Node) -> None:
    async with session(node) as world:
        line = await world.dial()
        await until(lambda: "LET_GO" in node.names(line.attempt_id))
    assert node.recording(line.attempt_id).stat().st_size == 0


async def test_a_call_that_is_not_to_be_recorded_leaves_no_file(node: Node) -> None:
    async with session(node) as world:
        line = await world.dial(DialOptions(ring_timeout_s=5, record=False))
        await until(lambda: "LET_GO" in node.names(line.attempt_id))
    assert not node.recording(line.attempt_id).exists()
