"""The control socket: what a client asks, and what becomes of it when one of the two leaves."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import uvloop

from dialer.adapters.control_socket import Command, ControlClient, ControlServer
from dialer.control import MAX_LINE, SOCKET_NAME, ControlError
from dialer.errors import BadInput, SwitchUnavailable
from dialer.testing.feed import MemoryFeed


async def echo(given: Mapping[str, Any]) -> object:
    return dict(given)


async def refuse(given: Mapping[str, Any]) -> object:
    raise BadInput("agent", "is unknown", "log in first")


async def fail(given: Mapping[str, Any]) -> object:
    raise SwitchUnavailable("no session")


async def trip(given: Mapping[str, Any]) -> object:
    return given["missing"]


COMMANDS: dict[str, Command] = {"echo": echo, "refuse": refuse, "fail": fail, "trip": trip}


@asynccontextmanager
async def serving(
    home: Path, commands: Mapping[str, Command] = COMMANDS, feed: MemoryFeed | None = None
) -> AsyncIterator[None]:
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        server = ControlServer(commands, feed or MemoryFeed())
        running = tasks.create_task(server.run(home, ready.set))
        await ready.wait()
        yield
        running.cancel()


async def raw(home: Path, *lines: bytes) -> list[dict[str, Any]]:
    """Send lines as they are and return as many answers."""
    reader, writer = await asyncio.open_unix_connection(str(home / SOCKET_NAME))
    writer.writelines(lines)
    answers = [json.loads(await reader.readline()) for _ in lines]
    writer.close()
    return answers


async def test_a_question_gets_its_answer(tmp_path: Path) -> None:
    async with serving(tmp_path), ControlClient.connect(tmp_path) as client:
        assert await client.ask("echo", a=1, b=["x", None]) == {"a": 1, "b": ["x", None]}


async def test_questions_asked_together_are_answered_each_when_it_is_ready(tmp_path: Path) -> None:
    gate = asyncio.Event()

    async def slow(given: Mapping[str, Any]) -> object:
        await gate.wait()
        return "slow"

    async with (
        serving(tmp_path, {"slow": slow, "echo": echo}),
        ControlClient.connect(tmp_path) as client,
        asyncio.TaskGroup() as tasks,
    ):
        first = tasks.create_task(client.ask("slow"))
        assert await client.ask("echo") == {}
        gate.set()
        assert await first == "slow"


async def test_a_refusal_names_field_problem_and_fix(tmp_path: Path) -> None:
    async with serving(tmp_path), ControlClient.connect(tmp_path) as client:
        with pytest.raises(ControlError) as refused:
            await client.ask("refuse")
        assert (refused.value.field, refused.value.problem, refused.value.fix) == (
            "agent",
            "is unknown",
            "log in first",
        )
        with pytest.raises(ControlError, match="no session"):
            await client.ask("fail")


@pytest.mark.parametrize("do", ["trip", "no-such-command"])
async def test_what_makes_no_sense_is_refused_and_the_rest_goes_on(tmp_path: Path, do: str) -> None:
    async with serving(tmp_path), ControlClient.connect(tmp_path) as client:
        with pytest.raises(ControlError):
            await client.ask(do)
        assert await client.ask("echo") == {}


@pytest.mark.parametrize(
    "line",
    [
        b"rubbish\n",
        b"\n",
        b"[]\n",
        b"7\n",
        b'{"id": 1}\n',
        b'{"id": "x", "do": "echo"}\n',
        b'{"id": 1, "do": "echo", "with": 5}\n',
        b"\xff\xfe\n",
        b'{"id": 1e999, "do": "echo"}\n',
        b"[" * 200_000 + b"\n",
    ],
)
async def test_a_line_that_is_no_request_is_refused(tmp_path: Path, line: bytes) -> None:
    async with serving(tmp_path):
        (answer,) = await raw(tmp_path, line)
        assert "error" in answer
        assert (await raw(tmp_path, b'{"id": 1, "do": "echo"}\n'))[0] == {"id": 1, "ok": {}}


async def test_a_line_beyond_the_bound_closes_its_connection_and_no_other(tmp_path: Path) -> None:
    async with serving(tmp_path), ControlClient.connect(tmp_path) as client:
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET_NAME))
        writer.write(b"x" * (2 * MAX_LINE + 10))
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert await client.ask("echo") == {}


async def test_an_answer_that_is_no_json_is_a_refusal(tmp_path: Path) -> None:
    async def odd(given: Mapping[str, Any]) -> object:
        return object()

    async with serving(tmp_path, {"odd": odd}), ControlClient.connect(tmp_path) as client:
        with pytest.raises(ControlError):
            await client.ask("odd")


async def test_who_watches_is_told_every_fact_and_is_answered_all_the_same(tmp_path: Path) -> None:
    feed = MemoryFeed()
    async with serving(tmp_path, feed=feed), ControlClient.connect(tmp_path) as client:
        facts = client.facts()

        async def first_two() -> list[object]:
            return [await anext(facts), await anext(facts)]

        async with asyncio.TaskGroup() as tasks:
            told = tasks.create_task(first_two())
            while not told.done():  # from the moment the engine knows of us
                feed.publish("agent", {"state": "idle"})
                assert await client.ask("echo") == {}
        assert await told == [("agent", {"state": "idle"})] * 2


async def test_a_command_under_way_is_carried_out_although_who_asked_has_left(
    tmp_path: Path,
) -> None:
    begun, gate, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def stop(given: Mapping[str, Any]) -> object:
        begun.set()
        await gate.wait()  # the commit
        done.set()  # and what must follow it
        return None

    async with serving(tmp_path, {"stop": stop, "echo": echo}):
        _, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET_NAME))
        writer.write(b'{"id": 1, "do": "stop"}\n')
        await begun.wait()
        writer.transport.abort()
        async with ControlClient.connect(tmp_path) as other:
            assert await other.ask("echo") == {}
        gate.set()
        await done.wait()


def test_on_the_engines_own_loop_an_answer_to_who_has_left_ends_nothing(tmp_path: Path) -> None:
    """Of all loops only uvloop refuses to write to who has left: the engine ended with it."""

    async def leave() -> None:
        begun, gate = asyncio.Event(), asyncio.Event()

        async def slow(given: Mapping[str, Any]) -> object:
            begun.set()
            await gate.wait()
            return None

        async with serving(tmp_path, {"slow": slow, "echo": echo}):
            _, writer = await asyncio.open_unix_connection(str(tmp_path / SOCKET_NAME))
            writer.write(b'{"id": 1, "do": "slow"}\n')
            await begun.wait()
            writer.transport.abort()
            async with ControlClient.connect(tmp_path) as other:
                assert await other.ask("echo") == {}
                gate.set()
                assert await other.ask("echo") == {}
                assert await other.ask("echo") == {}

    uvloop.run(leave())


async def test_who_leaves_while_watching_is_forgotten(tmp_path: Path) -> None:
    feed = MemoryFeed()
    async with serving(tmp_path, feed=feed):
        async with ControlClient.connect(tmp_path) as client:
            assert await client.ask("watch") is True
        async with ControlClient.connect(tmp_path) as client:
            feed.publish("agent", {})
            assert await client.ask("echo") == {}


async def test_an_engine_that_ends_ends_its_questions_and_its_facts(tmp_path: Path) -> None:
    begun = asyncio.Event()

    async def endless(given: Mapping[str, Any]) -> object:
        begun.set()
        await asyncio.Event().wait()
        return None

    async with asyncio.TaskGroup() as tasks:
        ready = asyncio.Event()
        server = ControlServer({"endless": endless}, MemoryFeed())
        running = tasks.create_task(server.run(tmp_path, ready.set))
        await ready.wait()
        async with ControlClient.connect(tmp_path) as client:
            facts = client.facts()
            watching = tasks.create_task(collect(facts))
            asking = tasks.create_task(refusal(client, "endless"))
            await begun.wait()
            running.cancel()
            assert "engine is gone" in await asking
            assert await watching == []
            assert "engine is gone" in await refusal(client, "endless")


async def collect(facts: AsyncIterator[object]) -> list[object]:
    return [fact async for fact in facts]


async def refusal(client: ControlClient, do: str) -> str:
    with pytest.raises(ControlError) as refused:
        await client.ask(do)
    return str(refused.value)


async def test_only_the_owner_may_connect(tmp_path: Path) -> None:
    async with serving(tmp_path):
        assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600
    assert not (tmp_path / SOCKET_NAME).exists()


async def test_the_socket_a_killed_engine_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / SOCKET_NAME).touch()
    async with serving(tmp_path), ControlClient.connect(tmp_path) as client:
        assert await client.ask("echo") == {}


async def test_a_home_with_a_long_path_is_served(tmp_path: Path) -> None:
    home = tmp_path / ("x" * 120) / ("y" * 120)
    home.mkdir(parents=True)
    async with serving(home), ControlClient.connect(home) as client:
        assert await client.ask("echo") == {}


@pytest.mark.parametrize("left_over", [False, True])
async def test_without_an_engine_the_fix_is_named(tmp_path: Path, left_over: bool) -> None:
    if left_over:
        (tmp_path / SOCKET_NAME).touch()
    with pytest.raises(BadInput, match="start it: outpace engine"):
        async with ControlClient.connect(tmp_path):
            pass
