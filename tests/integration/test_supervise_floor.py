"""Supervision with a whole engine: real calls, real phones, the control socket, the audit log."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asterisk_fixtures import until
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, heard
from forked import Forked
from spied_talk import later_s, level_dbfs

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from dialer.domain.supervision import WHISPER_HOLDS_S
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour

SUE = {"phone": "a2", "by": "sue", "role": "supervisor", "tenant": "main"}
SUE_HZ = FIRST_AGENT_HZ + 100  # the second phone of the floor
SOON_S = 1.0
HEARD_DBFS = -30.0


def person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.2, tone_hz=CUSTOMER_HZ)


@asynccontextmanager
async def talk(home: Path, *, leads: int = 1, **settings: object) -> AsyncIterator[Floor]:
    """Have agent a1 talk to a customer; a2 is the supervisor's phone."""
    async with floor(install(), home, agents=2, behave=person) as at:
        await at.campaign(leads, **settings)
        await at.start_engine()
        await at.log_in("a1")
        await at.start_campaign()
        await at.until(lambda status: status and status["calls"].get("talking") == 1)
        yield at


async def supervise(at: Floor, mode: str) -> None:
    await at.ask(f"supervise.{mode}", agent="a1", **SUE)


async def audible(at: Floor) -> set[str]:
    """Return who hears the supervisor, once what was just begun has settled."""
    calls = {"customer": at.customers.answered[-1], "agent": at.phones["a1"].calls[0]}
    found = set()
    for who, call in calls.items():
        begun = await later_s(call, 1.0)
        if level_dbfs(heard(call).cut(begun + 0.5, begun + 1.0), SUE_HZ) >= HEARD_DBFS:
            found.add(who)
    return found


async def until_noted(at: Floor, count: int) -> list[str]:
    await until(lambda: len(at.audit("supervise_%")) >= count)
    rows = at.audit("supervise_%")
    assert {by for by, _ in rows} == {"sue"}
    return [action for _, action in rows]


async def test_a_supervisor_is_with_one_talk_in_each_way_and_not_with_the_next(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, leads=2) as at:
        for mode, hearers in (
            ("listen", set()),
            ("whisper", {"agent"}),
            ("barge", {"agent", "customer"}),
            ("whisper", {"agent"}),
        ):
            await supervise(at, mode)
            assert await audible(at) == hearers
        (spied,) = at.phones["a2"].calls
        begun = await later_s(spied, 1.0)
        sounds = heard(spied).cut(begun, begun + 1.0)
        assert min(level_dbfs(sounds, hz) for hz in (CUSTOMER_HZ, FIRST_AGENT_HZ)) > HEARD_DBFS
        first = at.customers.answered[0]
        at.carrier.hang_up(first)
        hung_up_at = time.time()
        await until(lambda: spied.ended is not None)
        assert spied.ended is not None
        assert spied.ended.epoch_s - hung_up_at < SOON_S
        await at.until(lambda status: len(at.customers.answered) == 2 and status["agents"])
        assert await audible(at) == set()
        assert at.phones["a2"].calls == []
        assert await until_noted(at, 5) == [
            *("supervise_listen", "supervise_whisper", "supervise_barge", "supervise_whisper"),
            "supervise_end",
        ]


async def test_an_idle_agent_and_phones_that_cannot_be_had_are_clear_errors(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path) as at:
        await at.phones["a2"].unregister()
        with pytest.raises(ControlError, match="'a2' could not be called: it is not registered"):
            await supervise(at, "listen")
        with pytest.raises(ControlError, match="logged in as an agent"):
            await at.ask("supervise.listen", agent="a1", **(SUE | {"phone": "a1"}))
        with pytest.raises(ControlError, match="campaign_manager may not listen in"):
            await at.ask("supervise.listen", agent="a1", **(SUE | {"role": "campaign_manager"}))
        at.carrier.hang_up(at.customers.answered[0])
        await at.until(lambda status: status["agents"][0]["state"] == "idle")
        with pytest.raises(ControlError, match="'a1' talks to nobody"):
            await supervise(at, "listen")
        assert await until_noted(at, 2) == ["supervise_listen", "supervise_end"]


@pytest.mark.parametrize("who", ["customer", "supervisor"])
async def test_a_supervisor_takes_over_and_the_agent_writes_up(tmp_path: Path, who: str) -> None:
    async with talk(tmp_path, wrap_up_limit_s=60) as at:
        await supervise(at, "whisper")
        customer, (spied,) = at.customers.answered[0], at.phones["a2"].calls
        begun = await later_s(customer, 0.5)
        await supervise(at, "take")
        await at.until(lambda status: status["agents"][0]["state"] == "wrap_up")
        await later_s(customer, 1.5)
        end = heard(customer).end_s
        assert heard(customer).longest_silence_s(begun, end) < SOON_S / 2
        late = heard(customer).cut(end - 0.5, end)
        assert level_dbfs(late, SUE_HZ) > HEARD_DBFS > level_dbfs(late, FIRST_AGENT_HZ)
        end = heard(spied).end_s
        late = heard(spied).cut(end - 0.5, end)
        assert level_dbfs(late, CUSTOMER_HZ) > HEARD_DBFS > level_dbfs(late, FIRST_AGENT_HZ)
        if who == "customer":
            at.carrier.hang_up(customer)
        else:
            at.phones["a2"].hang_up()
        await until(lambda: spied.ended is not None and customer.ended is not None, 30)
        rows = await at.until_recorded(lambda rows: all(one.outcome for one in rows))
        assert [one.agent_id for one in rows if one.outcome == "connected"] == ["a1"]
        assert (await at.agent_state("a1")) == "wrap_up"
        assert (await until_noted(at, 3))[-2:] == ["supervise_take", "supervise_end"]


async def test_who_listens_hears_on_after_a_hold_and_a_whisper_ends_with_it(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        (row,) = [one for one in at.attempts() if one.outcome is None]
        await supervise(at, "listen")
        (spied,) = at.phones["a2"].calls
        await at.ask("call.hold", attempt=row.attempt_id)
        await later_s(spied, 1.0)
        end = heard(spied).end_s
        assert level_dbfs(heard(spied).cut(end - 0.5, end), FIRST_AGENT_HZ) < HEARD_DBFS
        await at.ask("call.resume", attempt=row.attempt_id)
        await later_s(spied, 1.0)
        end = heard(spied).end_s
        assert level_dbfs(heard(spied).cut(end - 0.5, end), FIRST_AGENT_HZ) > HEARD_DBFS
        await supervise(at, "whisper")
        await at.ask("call.hold", attempt=row.attempt_id)
        await until(lambda: spied.ended is not None)
        assert at.customers.ended == []


async def test_a_customer_who_was_taken_over_is_kept_when_the_engine_dies(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await supervise(at, "take")
        customer, (spied,) = at.customers.answered[0], at.phones["a2"].calls
        await later_s(customer, 1.0)
        at.kill_engine()
        await at.start_engine()
        await later_s(customer, 1.0)
        end = heard(customer).end_s
        assert level_dbfs(heard(customer).cut(end - 0.5, end), SUE_HZ) > HEARD_DBFS
        assert spied.ended is None
        at.carrier.hang_up(customer)
        await until(lambda: spied.ended is not None, 20)


async def said(at: Floor, *words: str) -> str:
    """Run `outpace supervise` and return what it says."""
    command = Forked("supervise", *words, "--home", str(at.home))
    try:
        text: bytes = await asyncio.to_thread(command.stdout.read)
        assert await asyncio.to_thread(command.wait, 20) == 0
        return text.decode()
    finally:
        command.stdout.close()


async def test_the_command_line_listens_turns_lists_and_stops(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        words = ("a1", "--phone", "a2", "--by", "sue")
        assert await said(at, "listen", *words) == "a2 is with the talk of a1: listen\n"
        told = json.loads(await said(at, "barge", *words, "--json"))
        (listed,) = json.loads(await said(at, "list", "--json"))
        assert (listed["spy"], listed["mode"]) == (told["spy"], "barge")
        (spied,) = at.phones["a2"].calls
        await said(at, "stop", "--phone", "a2", "--by", "sue")
        await until(lambda: spied.ended is not None)
        assert json.loads(await said(at, "list", "--json")) == []


async def test_with_the_engine_killed_a_whisper_ends_and_the_talk_goes_on(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await supervise(at, "whisper")
        (spied,) = at.phones["a2"].calls
        await later_s(spied, WHISPER_HOLDS_S + 1.0)  # prolonged meanwhile
        at.kill_engine()
        killed_at = time.time()
        await until(lambda: spied.ended is not None)
        assert spied.ended is not None
        assert spied.ended.epoch_s - killed_at < WHISPER_HOLDS_S + SOON_S
        assert at.customers.ended == []


async def test_a_listener_whose_engine_was_killed_is_hung_up_by_the_next_engine(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path) as at:
        await supervise(at, "listen")
        (spied,) = at.phones["a2"].calls
        at.kill_engine()
        assert spied.ended is None
        await at.start_engine()
        await until(lambda: spied.ended is not None)
        assert at.customers.ended == []
        assert await at.ask("supervise.list", **SUE) == []
