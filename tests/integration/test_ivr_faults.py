"""Calls that come in while something is wrong: number, caller id, line, engine."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Iterator

import pytest
from ivr import LONG_HZ, PROMPT_S, PROMPTS, Ivr, ivr

from dialer.adapters.asterisk.installation import install
from dialer.domain.inbound_route import InboundRoute, RouteTo

LONG = "otherwise: bye\nsteps:\n  hello: {play: long, next: bye}\n  bye: {hang_up: bye}\n"
MENU = """
otherwise: bye
steps:
  main: {menu: menu, choices: {1: main, 2: main}, wait_s: 10, wrong: wrong, otherwise: bye}
  bye: {hang_up: bye}
"""
SORRY_AFTER_S = 4.5
"""A stopped engine: what was due, and what the dialplan gives it on top."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    with ivr(install(), tmp_path_factory.mktemp("ivr")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("number", "status"),
    [
        ("12025550100", 404),  # nobody's
        ("+12025550100", 404),
        ("911", 404),
        ("00", 404),
        ("1" * 300, 404),
        ("1,2,3", 404),
        ("12025550100;x=1", 404),
        ("s", 404),
        ("sorry", 404),
        ("T", 404),
        ("hangup", 404),
    ],
)
async def test_a_number_that_nobody_has_is_refused(node: Ivr, number: str, status: int) -> None:
    async with node.caller(number) as caller:
        await caller.ended()
        assert caller.call.status == status
        assert caller.call.ok_received is None


async def test_a_number_that_takes_no_calls_and_a_flow_that_is_not_there(node: Ivr) -> None:
    await node.route(InboundRoute("+12025550130", RouteTo.HANG_UP))
    await node.route(InboundRoute("+12025550131", RouteTo.FLOW, "nowhere"))
    for number, status in (("12025550130", 403), ("+12025550131", 503)):
        async with node.caller(number) as caller:
            await caller.ended()
            assert caller.call.status == status


@pytest.mark.parametrize(
    ("caller_id", "known_as"),
    [
        ("12025550123", "+12025550123"),
        ("+12025550123", "+12025550123"),
        ("0012025550123", "+12025550123"),
        ("anonymous", ""),
        ("x" * 300, ""),
        ("1" * 300, ""),
        ("+1202555;drop=table", "+1202555"),
        ("%00%0d%0aHANGUP%20", ""),
        ("%C3%A4%C3%B6%FF%FE", ""),
        ("%24%7BSHELL(id)%7D", ""),
        ("-1", ""),
    ],
)
async def test_odd_caller_ids_break_nothing(node: Ivr, caller_id: str, known_as: str) -> None:
    number = await node.number_of(LONG)
    began = time.time()
    async with node.caller(number, caller=caller_id) as caller:
        await caller.hears(LONG_HZ)
    rows = await node.recorded(
        lambda rows: rows and rows[-1][1] is not None,
        "SELECT number, outcome FROM calls WHERE began_at >= ?",
        began,
    )
    assert rows == [(known_as, "connected")]


ODD = bytes(range(1, 10)) + bytes(range(14, 32)) + bytes(range(127, 256))
"""Every byte that is neither NUL, nor of a line's end, nor plain text."""


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (b'From: "' + ODD + b'" <sip:12025550123@127.0.0.1>;tag=odd', True),
        (b'From: "' + b"x" * 300 + b'" <sip:12025550123@127.0.0.1>;tag=odd', True),
        (b"X-Odd: " + ODD, True),
        (b"Subject: \0" + ODD, False),
        (b"User-Agent: " + b"y" * 2000, True),
        (b"P-Asserted-Identity: <sip:+1;verstat=" + ODD + b"@127.0.0.1>", True),
        (b'P-Asserted-Identity: "' + ODD + b'" <sip:12025550199@127.0.0.1>', True),
    ],
    ids=["name", "long name", "unknown header", "nul", "long header", "verstat", "identity"],
)
async def test_odd_bytes_in_headers_break_nothing(node: Ivr, header: bytes, taken: bool) -> None:
    number = await node.number_of(LONG)
    began = time.time()
    answered = await asyncio.to_thread(raw_call, number, node.lab.sip_port, header)
    async with node.caller(number) as caller:  # whatever became of it, the next one is led
        await caller.hears(LONG_HZ)
    rows = await node.recorded(
        lambda rows: rows and all(row[1] for row in rows),
        "SELECT number, ended_at, verified FROM calls WHERE began_at >= ? ORDER BY began_at",
        began,
    )
    assert answered is taken  # Asterisk drops what holds a NUL
    assert len(rows) == 1 + taken
    assert {row[0] for row in rows} <= {"+12025550123", "+12025550199"}
    assert not any(row[2] for row in rows)
    assert node.engine.poll() is None


def raw_call(number: str, port: int, header: bytes) -> bool:
    """Call with a header as it is, hang up once answered; False: the call was never taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(3.0)
        own = line.getsockname()[1]
        offer = (
            f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {own} RTP/AVP 0\r\n"
        ).encode()

        def send(
            method: str, sequence: int, to: bytes, more: bytes = b"", body: bytes = b""
        ) -> None:
            plain = b"From: <sip:12025550123@127.0.0.1>;tag=odd"
            lines = [
                f"{method} sip:{number}@127.0.0.1:{port} SIP/2.0".encode(),
                f"Via: SIP/2.0/UDP 127.0.0.1:{own};branch=z9hG4bK{own}{sequence}{method}".encode(),
                more if more.startswith(b"From:") else plain,
                to,
                call_id,
                f"CSeq: {sequence} {method}".encode(),
                f"Contact: <sip:odd@127.0.0.1:{own}>".encode(),
                b"Max-Forwards: 70",
                *([more] if more and not more.startswith(b"From:") else []),
                *([b"Content-Type: application/sdp"] if body else []),
                f"Content-Length: {len(body)}".encode(),
            ]
            line.sendto(b"\r\n".join(lines) + b"\r\n\r\n" + body, ("127.0.0.1", port))

        call_id = f"Call-ID: odd-{own}-{time.time_ns()}".encode()
        to = f"To: <sip:{number}@127.0.0.1>".encode()
        send("INVITE", 1, to, header, offer)
        while True:
            try:
                said = line.recv(65536)
            except TimeoutError:
                return False
            if said.startswith(b"SIP/2.0 1"):
                continue
            (to,) = [one for one in said.split(b"\r\n") if one.lower().startswith(b"to:")]
            send("ACK", 1, to)
            if not said.startswith(b"SIP/2.0 200"):
                return False
            send("BYE", 2, to)
            return True


async def test_callers_who_hang_up_at_any_instant_leave_nothing_behind(node: Ivr) -> None:
    number = await node.number_of(MENU)
    began = time.time()
    # on the way to the answer, in the answer, in the prompt, between prompt and wait, in the wait
    for after_s in (0.0, 0.004, 0.01, 0.03, 0.3, PROMPT_S + 0.01, 1.2):
        async with node.caller(number) as caller:
            await asyncio.sleep(after_s)
            caller.hang_up()
            await caller.ended()
    await node.recorded(
        lambda rows: rows == [],
        "SELECT id FROM calls WHERE began_at >= ? AND ended_at IS NULL",
        began,
    )
    async with node.caller(number) as caller:  # the engine is well
        await caller.hears(PROMPTS["menu"])
    assert node.engine.poll() is None


async def test_a_flood_of_keys_ends_a_call_and_nothing_else(node: Ivr) -> None:
    number = await node.number_of(MENU)
    async with node.caller(number) as flooding, node.caller(number, alone=False) as other:
        await flooding.hears(PROMPTS["menu"])
        for _ in range(60):  # all at once: 10 s of keys, in line
            flooding.call.press("7")
            flooding.call.press("1")
        await other.hears(PROMPTS["menu"])
        await other.press("9")
        await other.hears(PROMPTS["wrong"])
        await flooding.hears(PROMPTS["wrong"])
    assert node.engine.poll() is None


async def test_many_calls_at_once_are_all_led(node: Ivr) -> None:
    number = await node.number_of(LONG)

    async def one() -> float:
        async with node.caller(number) as caller:
            answered = await caller.answered()
            return await caller.hears(LONG_HZ) - answered

    # the callers are ours as well, on the same two cores
    async with asyncio.TaskGroup() as tasks:
        calls = [tasks.create_task(one()) for _ in range(20)]
    assert max(call.result() for call in calls) < 1.5


async def test_an_engine_killed_in_a_flow_leaves_nobody_in_dead_air(node: Ivr) -> None:
    number = await node.number_of(MENU)
    began = time.time()
    async with node.caller(number) as caller:
        menu = await caller.hears(PROMPTS["menu"])
        await asyncio.sleep(PROMPT_S + 0.5)
        node.kill_engine()
        died = time.time()
        await caller.ended()  # the dialplan says sorry and hangs up
        heard = caller.heard()
        sorry = heard.cut(died, heard.end_s)
        assert sorry.longest_silence_s(died, heard.end_s) < 1.0
        assert heard.end_s - died > 3.0
        assert menu < died
    async with node.caller(number) as rejected:  # nobody is there: the network may look elsewhere
        await rejected.ended()
        assert rejected.call.status == 503
    await asyncio.to_thread(node.start_engine)
    rows = await node.recorded(
        lambda rows: rows and all(row[0] for row in rows),
        "SELECT outcome, ended_at FROM calls WHERE began_at >= ?",
        began,
    )
    ((outcome, ended_at),) = rows
    assert outcome == "connected"
    assert ended_at < died + 8.0  # as the journal says, not when the next engine came


async def test_a_call_that_outlives_its_engine_ends_on_record_with_its_hang_up(node: Ivr) -> None:
    number = await node.number_of(LONG)
    began = time.time()
    async with node.caller(number) as caller:
        await caller.hears(LONG_HZ)
        node.kill_engine()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(asyncio.to_thread(node.start_engine))
            await caller.ended()
    rows = await node.recorded(
        lambda rows: rows and rows[0][0] is not None,
        "SELECT ended_at, outcome FROM calls WHERE began_at >= ?",
        began,
    )
    assert rows[0][1] == "connected"


async def test_a_stopped_engine_leaves_nobody_in_dead_air(node: Ivr) -> None:
    short = LONG.replace("play: long", "play: welcome")
    number = await node.number_of(
        short.replace("next: bye}", "next: again}\n  again: " + "{play: sales, next: bye}")
    )
    async with node.caller(number) as caller:
        await caller.hears(PROMPTS["welcome"])
        os.kill(node.engine.pid, signal.SIGSTOP)
        try:
            await caller.ended(20)
            assert caller.longest_silence_s() < 2.5
            heard = caller.heard()
            assert heard.end_s - caller.answered_s > 5.0
            async with node.caller(number) as ringing:
                await ringing.ended(10)
                assert ringing.call.status == 503
                assert 180 in ringing.call.provisional
        finally:
            os.kill(node.engine.pid, signal.SIGCONT)
    async with node.caller(number) as caller:
        await caller.hears(PROMPTS["bye"])
