"""The FastAGI server over real TCP: whatever a peer does costs one closed socket."""

import asyncio
from contextlib import suppress

import pytest
from agi_line import Line, serving

from agi.protocol import AgiReply
from agi.server import AgiServer, AgiSession, ChannelGone, Handler
from dialer.errors import UnsafeValue


async def hello(session: AgiSession) -> None:
    await session.command("NOOP", session.environment.channel_id)


async def works(port: int) -> None:
    """Show that the server serves."""
    line = await Line.ask(port, "hello", channel="at-works")
    await line.expect("NOOP at-works")
    assert await line.heard() == ""


async def test_a_request_runs_its_handler_and_then_the_channel_goes_back() -> None:
    async with serving({"hello": hello}) as port:
        await works(port)


async def test_a_request_in_single_bytes_is_served() -> None:
    async with serving({"hello": hello}) as port:
        line = await Line.connect(port)
        for byte in b"agi_network_script: hello\nagi_uniqueid: at-1\n\n":
            line.writer.write(bytes([byte]))
            await asyncio.sleep(0)
        await line.expect("NOOP at-1")


async def test_a_peer_that_says_nothing_is_closed() -> None:
    async with serving({"hello": hello}) as port:
        silent = await Line.connect(port)
        await works(port)
        assert await silent.heard() == ""


async def test_a_peer_that_stops_in_its_environment_is_closed() -> None:
    async with serving({"hello": hello}) as port:
        slow = await Line.connect(port)
        slow.say("agi_network_script: hello")
        assert await slow.heard() == ""


async def test_peers_that_close_at_once_do_no_harm() -> None:
    async with serving({"hello": hello}) as port:
        for _ in range(20):
            (await Line.connect(port)).cut()
            (await Line.connect(port)).writer.close()
        await works(port)


async def pour(line: Line, rubbish: bytes) -> None:
    """Send ten megabytes, or as many as are taken."""
    with suppress(ConnectionError):
        for _ in range(10_000_000 // len(rubbish)):
            line.writer.write(rubbish)
            await line.writer.drain()


RUBBISH = [b"x" * 100_000, b"\n" * 100_000, b"a: b\n" * 20_000, b"HANGUP\n" * 14_000]


@pytest.mark.parametrize("rubbish", RUBBISH)
async def test_ten_megabytes_are_not_taken_and_others_are_served_meanwhile(rubbish: bytes) -> None:
    async with serving({"hello": hello}) as port:
        flood = await Line.connect(port)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pour(flood, rubbish))
            await works(port)
        assert await flood.heard() == ""


@pytest.mark.parametrize("rubbish", [*RUBBISH, b"200 result=0\n" * 8_000, b"100 Trying\n" * 8_000])
async def test_nor_are_ten_megabytes_after_the_request(rubbish: bytes) -> None:
    async def waits_for_an_agent(session: AgiSession) -> None:
        await session.gone

    async with serving({"waits": waits_for_an_agent, "hello": hello}) as port:
        flood = await Line.ask(port, "waits")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pour(flood, rubbish))
            await works(port)
        flood.cut()


async def test_a_reply_that_nobody_asked_for_does_not_put_the_next_one_out_of_step() -> None:
    replies: list[AgiReply] = []

    async def handler(session: AgiSession) -> None:
        replies.extend([await session.command("NOOP", "1"), await session.command("NOOP", "2")])

    async with serving({"x": handler}) as port:
        line = await Line.ask(port, "x")
        await line.expect("NOOP 1", reply="200 result=1\n200 result=9\nHANGUP")
        await line.expect("NOOP 2", reply="200 result=2")
        assert await line.heard() == ""
    assert [reply.result for reply in replies] == [1, 2]


async def test_an_address_that_is_not_configured_is_refused_unheard() -> None:
    async with serving({"hello": hello}, admitted=("127.0.0.1",)) as port:
        stranger = await Line.connect(port, address="127.0.0.2")
        stranger.say("agi_network_script: hello", "agi_uniqueid: at-1", "")
        assert await stranger.heard() == ""
        await works(port)


async def test_an_unknown_script_is_given_back_at_once() -> None:
    async with serving({"hello": hello}) as port:
        assert await (await Line.ask(port, "unknown")).heard() == ""
        await works(port)


async def commanded(*said: str, then_cut: bool = False) -> tuple[AgiReply | Exception, AgiSession]:
    """Run one command and return what came of it when Asterisk says these lines."""
    result: asyncio.Future[tuple[AgiReply | Exception, AgiSession]] = (
        asyncio.get_running_loop().create_future()
    )

    async def handler(session: AgiSession) -> None:
        try:
            result.set_result((await session.command("NOOP"), session))
        except ChannelGone as error:
            result.set_result((error, session))

    async with serving({"x": handler}) as port:
        line = await Line.ask(port, "x")
        assert await line.heard() == "NOOP"
        line.say(*said)
        if then_cut:
            line.writer.close()
        return await result


async def test_a_hangup_line_is_skipped_and_noted() -> None:
    reply, session = await commanded("HANGUP", "200 result=0 (x)")
    assert reply == AgiReply(200, 0, "x")
    assert session.hung_up


async def test_a_usage_text_is_the_reply_520() -> None:
    reply, _ = await commanded("520-Invalid command syntax.", "Usage: NOOP", "520 End of usage.")
    assert reply == AgiReply(520, -1, "")


async def test_a_dead_channel_is_gone() -> None:
    reply, _ = await commanded("511 Command Not Permitted on a dead channel")
    assert isinstance(reply, ChannelGone)


async def test_a_closed_connection_is_gone() -> None:
    reply, session = await commanded(then_cut=True)
    assert isinstance(reply, ChannelGone)
    assert session.gone.done()


async def test_rubbish_for_a_reply_is_gone() -> None:
    reply, _ = await commanded("what?")
    assert isinstance(reply, ChannelGone)


async def test_after_the_end_no_command_is_sent() -> None:
    _, session = await commanded(then_cut=True)
    with pytest.raises(ChannelGone):
        await session.command("NOOP")


async def test_one_command_at_a_time() -> None:
    second: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def handler(session: AgiSession) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(session.command("NOOP", "first"))
            await asyncio.sleep(0)
            try:
                await session.command("NOOP", "second")
            except ChannelGone as error:
                second.set_result(str(error))

    async with serving({"x": handler}) as port:
        line = await Line.ask(port, "x")
        assert "under way" in await second
        await line.expect("NOOP first")
        assert await line.heard() == ""


async def test_a_word_with_a_line_break_is_refused_and_the_next_command_still_works() -> None:
    async def handler(session: AgiSession) -> None:
        with pytest.raises(UnsafeValue):
            await session.command("SET", "VARIABLE", "A", "x\nEXEC System reboot")
        await session.command("NOOP")

    async with serving({"x": handler}) as port:
        await (await Line.ask(port, "x")).expect("NOOP")


async def test_the_end_of_the_server_ends_its_handlers_and_gives_the_channels_back() -> None:
    ended = asyncio.Event()

    async def endless(session: AgiSession) -> None:
        try:
            await session.command("NOOP")
        finally:
            ended.set()

    async with serving({"endless": endless}) as port:
        line = await Line.ask(port, "endless")
        assert await line.heard() == "NOOP"
    assert ended.is_set()
    assert await line.heard() == ""


async def test_a_fault_of_a_handler_ends_the_server_loudly() -> None:
    async def broken(session: AgiSession) -> None:
        raise LookupError(session.environment.channel_id)

    with pytest.RaisesGroup(pytest.RaisesGroup(LookupError)):
        async with serving({"broken": broken}) as port:
            assert await (await Line.ask(port, "broken")).heard() == ""


async def test_before_it_runs_it_refuses_and_a_taken_port_is_an_error() -> None:
    routes: dict[str, Handler] = {"hello": hello}
    server = AgiServer(routes)
    port = await server.listen("127.0.0.1", 0)
    with pytest.raises(ConnectionRefusedError):
        await Line.connect(port)
    async with serving(routes) as taken:
        with pytest.raises(OSError, match="in use"):
            await AgiServer(routes).listen("127.0.0.1", taken)


async def test_running_without_an_address_is_a_fault_of_ours() -> None:
    with pytest.raises(RuntimeError, match=r"listen\(\) first"):
        await AgiServer({}).run()
