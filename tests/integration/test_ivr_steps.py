"""Steps that ask others in a real call: programs, leads, the do-not-call list, recordings."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asterisk_fixtures import first_heard
from ivr import HOLD_HZ, PROMPTS, Caller, Ivr, ivr, speak_after_the_beep

from dialer.adapters.asterisk.installation import install
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.after_hours import AfterHours, WhenClosed
from dialer.domain.caller_account import CallerAccount
from dialer.domain.campaign import Campaign, settings_from
from dialer.domain.ids import CampaignId
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.room import Room
from dialer.domain.weekly_hours import WeeklyHours, week_said
from dialer.services.import_leads import import_leads
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from simulation.sip.agent import Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.tones import ToneDetector

CALLER_HZ = 440
ELSEWHERE, ELSEWHERE_HZ = "+12065550177", 1900


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ivr]:
    home = tmp_path_factory.mktemp("ivr")
    with ivr(install(), home, OUTPACE_TRANSFER_TO=ELSEWHERE) as opened:
        yield opened


@asynccontextmanager
async def program(answer: bytes, wait_s: float = 0.0) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Serve one answer to every request; returns its address, and what was asked."""
    asked: list[bytes] = []
    stop = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            asked.append(head.split(b"\r\n")[0])
            if wait_s:
                async with asyncio.timeout(wait_s):
                    await stop.wait()
        except (TimeoutError, ConnectionError, asyncio.IncompleteReadError):
            pass
        try:
            writer.write(answer)
            await writer.drain()
        except ConnectionError:
            pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    finally:
        stop.set()
        server.close()


def replied(body: str, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n"
    return f"{head}content-length: {len(body)}\r\n\r\n{body}".encode()


def asking(url: str, time_out_s: float = 2) -> str:
    return f"""
otherwise: bye
steps:
  ask:
    http: {url}/accounts/{{{{ number }}}}
    time_out_s: {time_out_s}
    into: {{plan: account.plan}}
    next: known
    otherwise: failed
  known:
    branch: [{{when: plan = "gold", go: gold}}]
    otherwise: failed
  gold: {{play: thanks, next: bye}}
  failed: {{play: failed, next: bye}}
  bye: {{hang_up: bye}}
"""


async def test_a_reply_decides_what_a_caller_hears(node: Ivr) -> None:
    async with program(replied('{"account": {"plan": "gold"}}')) as (url, asked):
        number = await node.number_of(asking(url))
        async with node.caller(number) as caller:
            await caller.hears(PROMPTS["thanks"])
            await caller.ended()
    assert asked == [b"GET /accounts/%2B12025550123 HTTP/1.1"]


@pytest.mark.parametrize(
    "answer",
    [
        replied('{"account": {}}'),
        replied("{}", "500 Internal Server Error"),
        replied("no json"),
        replied('{"account": {"plan": "' + "x" * 70_000 + '"}}'),
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{",
        b"",
    ],
)
async def test_a_reply_that_is_of_no_use_takes_the_fallback(node: Ivr, answer: bytes) -> None:
    async with program(answer) as (url, asked):
        number = await node.number_of(asking(url))
        async with node.caller(number) as caller:
            await caller.hears(PROMPTS["failed"])
            await caller.ended()
    assert len(asked) == 1


async def test_a_program_that_hangs_is_waited_for_with_music_and_then_given_up(node: Ivr) -> None:
    async with program(b"", 30) as (url, _):
        number = await node.number_of(asking(url, 3))
        async with node.caller(number) as caller:
            answered = await caller.answered()
            failed = await caller.hears(PROMPTS["failed"])
            assert 2.9 < failed - answered < 4.0
            assert caller.heard_tone(HOLD_HZ)
            await caller.ended()
            assert caller.longest_silence_s() < 1.5


async def test_who_hangs_up_while_a_program_is_asked_leaves_nothing_behind(node: Ivr) -> None:
    async with program(b"", 30) as (url, _):
        number = await node.number_of(asking(url, 10))
        async with node.caller(number) as caller:
            await caller.hears(HOLD_HZ)
            caller.hang_up()
            await node.until_empty()
            await node.recorded(
                lambda rows: rows == [], "SELECT id FROM calls WHERE ended_at IS NULL"
            )


LOOKUP = """
otherwise: bye
steps:
  find: {lookup: number, into: {plan: plan}, next: known, otherwise: failed}
  known:
    branch: [{when: plan = "gold", go: gold}]
    otherwise: failed
  gold: {play: thanks, next: bye}
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


async def test_the_lead_of_a_caller_is_found_by_the_number(node: Ivr, tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("phone,plan\n+12025550171,gold\n")
    async with node.stores() as stores:
        await with_leads(stores, file)
    number = await node.number_of(LOOKUP)
    async with node.caller(number, caller="12025550171") as known:
        await known.hears(PROMPTS["thanks"])
    async with node.caller(number, caller="12025550172") as unknown:
        await unknown.hears(PROMPTS["failed"])


async def with_leads(stores: SqlStores, file: Path) -> None:
    campaign_id = CampaignId("ivr")
    settings = settings_from({"mode": "progressive"})
    await stores.campaigns.create(Campaign(campaign_id=campaign_id, name="ivr", settings=settings))
    await import_leads(stores.imports, file, campaign_id, at=0.0)


OPT_OUT = """
otherwise: bye
steps:
  ask:
    {opt_out: menu, key: 1, next: thanks, declined: sales, otherwise: failed, wait_s: 1, tries: 1}
  thanks: {play: thanks, next: bye}
  sales: {play: sales, next: bye}
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


async def test_an_opt_out_is_committed_before_it_is_confirmed(node: Ivr) -> None:
    number = await node.number_of(OPT_OUT)
    listed = "SELECT number FROM do_not_call WHERE number = ?"
    async with node.caller(number, caller="12025550173") as caller:
        await caller.hears(PROMPTS["menu"])
        assert node.rows(listed, "+12025550173") == []
        await caller.press("1")
        await caller.hears(PROMPTS["thanks"])
        assert node.rows(listed, "+12025550173") == [("+12025550173",)]
        await caller.ended()
    for caller_id, key, prompt in (("12025550174", "2", "sales"), ("anonymous", "1", "failed")):
        async with node.caller(number, caller=caller_id) as caller:
            at = await caller.hears(PROMPTS["menu"])
            await caller.press(key)
            await caller.hears(PROMPTS[prompt], after_s=at)
            await caller.ended()
    assert node.rows(listed, "+12025550174") == []


LOG_IN = """
otherwise: bye
steps:
  who:
    log_in: customer
    number: menu
    pin: sales
    wrong: wrong
    tries: 5
    locked: failed
    next: thanks
    otherwise: bye
  thanks: {play: thanks, next: bye}
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


async def key_in(caller: Caller, pin: str, after_s: float = 0.0) -> float:
    """Key in a number and a PIN; returns when the number was asked for."""
    asked = await caller.hears(PROMPTS["menu"], after_s=after_s)
    await caller.press("10023#")
    await caller.hears(PROMPTS["sales"], after_s=asked)
    await caller.press(f"{pin}#")
    return asked


async def test_a_pin_is_heard_over_the_line_and_wrong_ones_lock_it_over_a_restart(
    node: Ivr,
) -> None:
    passwords = Passwords()
    async with node.stores() as stores:
        pins = Pins(
            stores.caller_accounts, stores.rooms, stores.pin_guesses, passwords, SteadyClock()
        )
        await pins.set(CallerAccount("customer", "10023", ""), "4711", by="test")
    passwords.close()
    number = await node.number_of(LOG_IN)
    async with node.caller(number) as caller:
        at = await key_in(caller, "0815")
        await caller.hears(PROMPTS["wrong"])
        await key_in(caller, "4711", after_s=at + 0.7)
        await caller.hears(PROMPTS["thanks"])
        await caller.ended()
    async with node.caller(number) as caller:
        at = 0.0
        for _ in range(5):
            at = 0.7 + await key_in(caller, "0815", after_s=at)
        await caller.hears(PROMPTS["failed"])
        await caller.ended()
    node.kill_engine()
    node.start_engine()
    async with node.caller(number) as caller:
        await key_in(caller, "4711")
        await caller.hears(PROMPTS["failed"])
        assert not caller.heard_tone(PROMPTS["thanks"])


CONFERENCE = """
otherwise: bye
steps:
  meet:
    conference: welcome
    number: menu
    pin: sales
    wrong: wrong
    otherwise: failed
  failed: {play: failed, next: bye}
  bye: {hang_up: bye}
"""


async def test_callers_of_a_room_hear_each_other_and_who_is_one_too_many_does_not(
    node: Ivr,
) -> None:
    passwords = Passwords()
    async with node.stores() as stores:
        pins = Pins(
            stores.caller_accounts, stores.rooms, stores.pin_guesses, passwords, SteadyClock()
        )
        await pins.set_room(Room("10023", "", 2), "4711", by="test")
    passwords.close()
    number = await node.number_of(CONFERENCE)
    async with node.caller(number, tone_hz=CALLER_HZ, alone=False) as first:
        at = await key_in(first, "0815")
        await first.hears(PROMPTS["wrong"])
        await key_in(first, "4711", after_s=at + 0.7)
        alone = await first.hears(PROMPTS["welcome"])
        await first.hears(HOLD_HZ, after_s=alone + 0.6)  # nobody else is there
        async with node.caller(number, tone_hz=ELSEWHERE_HZ, alone=False) as second:
            await key_in(second, "4711")
            await first.hears(ELSEWHERE_HZ)
            await second.hears(CALLER_HZ)
            async with node.caller(number, alone=False) as third:
                await key_in(third, "4711")
                await third.hears(PROMPTS["failed"])
                await third.ended()
                assert not third.heard_tone(CALLER_HZ)
            second.hang_up()
            await second.ended()
            gone = time.time()
        await first.hears(HOLD_HZ, after_s=gone)
    await node.until_empty()


IN_QUEUE = """
otherwise: bye
steps:
  hello: {play: welcome, next: sales}
  sales: {transfer: {queue: night}, otherwise: bye}
  bye: {hang_up: bye}
"""


async def test_a_queue_that_is_closed_takes_a_message_and_a_number_passes_its_callers_on(
    node: Ivr,
) -> None:
    never = WeeklyHours("never", week_said({"daily": ["03:00-03:01"]}))
    local = time.gmtime()
    zone = "UTC" if (local.tm_hour, local.tm_min) != (3, 0) else "Europe/Vienna"
    box = AfterHours("never", zone, WhenClosed.VOICEMAIL, "", "sales")
    async with node.stores() as stores:
        await stores.calling_hours.add(never, by="test", at=time.time())
        night = Queue("night", QueueSettings(after_hours=box))
        await stores.queues.add(night, by="test", at=time.time())
    number = await node.number_of(IN_QUEUE)
    async with node.caller(number, caller="12025550178", tone_hz=CALLER_HZ) as caller:
        welcome = await caller.hears(PROMPTS["welcome"])
        assert await caller.hears(PROMPTS["sales"]) > welcome
        await speak_after_the_beep(caller, 1.5)
        await caller.press("#")
        await caller.ended()
    assert node.rows(
        "SELECT queues.name FROM voicemails JOIN queues ON queues.id = queue_id"
        " WHERE number = '+12025550178'"
    ) == [("night",)]
    on = AfterHours("never", zone, WhenClosed.FORWARD, ELSEWHERE, "thanks")
    closed = InboundRoute("+12025550139", RouteTo.QUEUE, "night", after_hours=on)
    await node.route(closed)
    port = node.lab.carrier_port

    def behave(_: Invite) -> Behaviour:
        return Behaviour(ring_s=0.5, tone_hz=ELSEWHERE_HZ)

    async with SipUserAgent("127.0.0.1", port, behave) as elsewhere:
        await node.trunk_answers()
        async with node.caller("12025550139", tone_hz=CALLER_HZ) as caller:
            await caller.hears(PROMPTS["thanks"])
            await caller.hears(ELSEWHERE_HZ)
            (other,) = elsewhere.calls.values()
            await first_heard(other, ToneDetector(CALLER_HZ))
            caller.hang_up()
            await node.until_empty()
    rows = await node.recorded(
        lambda rows: rows and all(rows[0]),
        "SELECT outcome, answered_at, parent_id FROM calls WHERE number = ?",
        ELSEWHERE,
    )
    assert rows[0][0] == "connected"


async def test_a_transfer_that_nobody_takes_goes_on_in_the_flow(node: Ivr) -> None:
    for to in ("queue: sales", "agent: ann", "number: '+12025550199'"):
        number = await node.number_of(
            f"otherwise: bye\nsteps:\n  on: {{transfer: {{{to}}}, otherwise: failed}}\n"
            "  failed: {play: failed, next: bye}\n  bye: {hang_up: bye}\n"
        )
        async with node.caller(number) as caller:
            answered = await caller.answered()
            assert await caller.hears(PROMPTS["failed"]) - answered < 0.6
            await caller.ended()
