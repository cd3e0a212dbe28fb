"""What flows rest on: how AGI plays, listens and is interrupted, asked without an engine."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from asterisk_fixtures import Engine, Node, Request, until

from dialer.adapters.asterisk.installation import install
from simulation.sip.agent import SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog

KEYS = '"0123456789*#"'


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with Node(install(), tmp_path_factory.mktemp("n")) as started:
        yield started


@asynccontextmanager
async def answered(
    node: Node, act: Callable[[Request, Call], Awaitable[None]], *, tone_hz: int | None = None
) -> AsyncIterator[Call]:
    """Call the node; `act` has the line once it is answered, and the call ends with it."""
    log, calls = CallLog(), list[Call]()
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def serve(request: Request) -> None:
        await request.say("ANSWER")
        await log.until(lambda log: bool(log.answered))
        try:
            await act(request, calls[0])
        except AssertionError as error:
            done.set_exception(error)
        else:
            done.set_result(None)

    engine = Engine(serve)
    await engine.listen(node.agi_port)
    try:
        async with SipUserAgent("127.0.0.1", 0, observer=log) as agent:
            calls.append(
                agent.dial(
                    f"sip:12025550100@127.0.0.1:{node.sip_port}",
                    node.address,
                    identity=f"sip:12025550123@127.0.0.1:{agent.address[1]}",
                    behaviour=Behaviour(tone_hz=tone_hz),
                )
            )
            async with asyncio.timeout(20):
                await done
            yield calls[0]
            engine.die()
            if calls[0] not in log.ended:
                agent.hang_up(calls[0])
            await until(lambda: not node.channels())
    finally:
        engine.die()


def shipped(node: Node, name: str) -> str:
    return str(node.instance.dirs.etc / "prompts" / name)


async def test_a_file_that_is_not_there_is_told_as_nothing_played(node: Node) -> None:
    async def act(request: Request, _: Call) -> None:
        told = await request.say(f"STREAM FILE /nowhere/at-all {KEYS}")
        assert told == "200 result=-1 endpos=0"
        told = await request.say("GET DATA /nowhere/at-all 200 1")
        assert told.startswith("200 result=-1"), told

    async with answered(node, act):
        pass


async def test_the_next_command_ends_what_plays_and_only_it_is_answered(node: Node) -> None:
    async def act(request: Request, _: Call) -> None:
        answers = []
        for playing in (
            f"STREAM FILE {shipped(node, 'abandon')} {KEYS}",
            f"GET DATA {shipped(node, 'abandon')} 9000 1",
            "WAIT FOR DIGIT 9000",
        ):
            request.writer.write(f"{playing}\n".encode())
            await asyncio.sleep(0.3)
            began = time.monotonic()
            told = [await request.say("GET FULL VARIABLE now-1")]
            while told[-1] != "200 result=1 (now-1)":
                told.append((await request.reader.readline()).decode().strip())
            assert time.monotonic() - began < 0.5
            answers.append(told[:-1])
        assert answers == [[], [], ["200 result=1"]]

    async with answered(node, act):
        pass


async def test_every_key_of_get_data_is_told(node: Node) -> None:
    async def act(request: Request, call: Call) -> None:
        for key, told in (("0", "0"), ("9", "9"), ("*", "*"), ("#", "")):
            request.writer.write(f"GET DATA {shipped(node, 'abandon')} 3000 1\n".encode())
            await asyncio.sleep(0.2)
            call.press(key)
            assert (await request.reader.readline()).decode().strip() == f"200 result={told}"
        assert await request.say(f"GET DATA {shipped(node, 'hush')} 300 1") == (
            "200 result= (timeout)"
        )

    async with answered(node, act):
        pass


async def test_music_is_heard_while_agi_waits_for_a_command(node: Node) -> None:
    async def act(request: Request, call: Call) -> None:
        before = len(call.capture)
        await request.say("SET MUSIC ON default")
        await until(lambda: len(call.capture) - before > 25)
        await request.say("SET MUSIC OFF")

    async with answered(node, act) as call:
        assert any(len(set(packet.payload)) > 20 for packet in call.capture.packets())
