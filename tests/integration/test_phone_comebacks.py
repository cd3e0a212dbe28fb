"""SIP phones that are lost in a talk, on a real Asterisk: what each side hears until it is over."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, heard
from queue_floor import CALLER_HZ, QueueFloor, queue_floor
from talk_floor import Talk, own_row, talk

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from dialer.domain.call_limits import DEAD_LEG_S
from dialer.services.comebacks import GRACE_S
from simulation.lab import HOST
from simulation.sip.call import Call
from simulation.sip.continuity import violations
from simulation.sip.softphone import Softphone

NOTICED_S = 5.0
"""A leg without audio ends after 2.5 to 3.5 s, later where other tests load the machine."""
MUSIC_DBFS = -35.0


async def unplugged(at: Talk) -> float:
    """Unplug the agent's phone in a talk that has gone on; returns when the customer has music."""
    await at.hears(lambda: at.customer, {at.tone(at.agent)})
    await at.pass_time(DEAD_LEG_S)
    pulled_s = time.time()
    at.world.phones[at.agent].unplug()
    await at.world.until(lambda s: s["calls"]["holding"] == 1)
    held_s = time.time()
    assert held_s - pulled_s < NOTICED_S
    await at.pass_time(1.0)
    silence_s = heard(at.customer).longest_silence_s(pulled_s, heard(at.customer).end_s)
    assert silence_s < NOTICED_S
    assert at.level(at.customer, held_s + 0.4, held_s + 0.9) > MUSIC_DBFS
    assert at.tones(at.customer, held_s + 0.4, held_s + 0.9) == set()
    return held_s


async def is_shown(at: Talk, state: str, reason: str) -> None:
    """Wait until the agent is shown so."""
    wanted = (at.agent, state, reason)
    await at.world.until(
        lambda s: any((a["agent"], a["state"], a["reason"]) == wanted for a in s.get("agents", ()))
    )


async def reachable_again(at: Talk) -> None:
    """Log in as soon as Asterisk knows that the phone answers again."""
    async with asyncio.timeout(15):
        while True:
            with suppress(ControlError):
                return await at.world.log_in(at.agent)
            await asyncio.sleep(0.2)


async def test_a_phone_that_is_plugged_in_again_has_the_same_customer(tmp_path: Path) -> None:
    async with talk(tmp_path, agents=1) as at:
        held_s = await unplugged(at)
        await is_shown(at, "talking", "phone lost")
        await at.pass_time(2.0)
        phone = at.world.phones[at.agent]
        phone.plug_in()
        await at.world.until(lambda s: s["calls"]["talking"] == 1)
        back_s = time.time()
        silence_s = heard(at.customer).longest_silence_s(held_s + 0.4, back_s)
        assert silence_s < 1.0  # music all the time, as on any hold
        await at.world.until(lambda _s: len(phone.calls) == 1)  # the old one's goodbye came
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.hears(lambda: at.phone(at.agent), {CUSTOMER_HZ})
        # after a time in which nobody sent, the clock may leap, and never back: that deafens phones
        assert all(breach.ts_step > 0 for breach in violations(at.customer.capture.packets()))
        assert violations(at.phone(at.agent).capture.packets()) == []
        await is_shown(at, "talking", "")
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()
        assert await at.world.agent_state(at.agent) == "wrap_up"
        row = await own_row(at)
        assert (row.outcome, row.agent_id, row.charged) == ("connected", at.agent, False)
        assert row.ended_by == "customer"
        sessions = at.world.on_record("SELECT agent_id, ended_at FROM agent_sessions")
        assert sessions == [(at.agent, None)]


async def test_a_customer_who_hangs_up_in_the_grace_leaves_nothing(tmp_path: Path) -> None:
    async with talk(tmp_path, agents=1) as at:
        await unplugged(at)
        at.world.carrier.hang_up(at.customer)
        await at.world.until_empty()
        await is_shown(at, "offline", "phone lost")
        row = await own_row(at)
        assert (row.outcome, row.ended_by) == ("connected", "customer")
        at.world.phones[at.agent].plug_in()
        await at.world.until(lambda _s: not at.world.phones[at.agent].calls)
        await reachable_again(at)
        await is_shown(at, "idle", "")


async def test_whose_engine_dies_in_the_grace_hears_that_the_line_broke(tmp_path: Path) -> None:
    async with talk(tmp_path, agents=1) as at:
        await unplugged(at)
        at.world.kill_engine()
        killed_s = time.time()
        await at.world.start_engine()
        row = await own_row(at)
        assert row.outcome == "connected"
        assert heard(at.customer).longest_silence_s(killed_s, killed_s + 2.5) < 1.0
        at.world.phones[at.agent].plug_in()
        await at.world.until_empty()


async def restarted(at: QueueFloor, name: str) -> None:
    """Somebody has the phone's power back: a program of the same name, at another port."""
    (account,) = [one for one in at.floor.lab.extra_agents if one.name == name]
    where = (HOST, at.floor.lab.sip_port)
    phone = Softphone(name, account.password, where, tone_hz=FIRST_AGENT_HZ)
    at.floor.phones[name] = phone
    phone.start()
    await phone.register()


def has_music(call: Call, from_s: float, to_s: float) -> bool:
    return heard(call).longest_silence_s(from_s, to_s) < 1.0


async def test_a_caller_whose_agent_lost_power_has_the_same_agent_again(tmp_path: Path) -> None:
    async with queue_floor(install(), tmp_path) as at:
        call = await at.call()
        hears_at = await at.until_hears(at.leg("a1"), CALLER_HZ)
        await at.until(lambda: heard(call).end_s > hears_at + DEAD_LEG_S + 0.5)
        died_s = time.time()
        at.floor.phones["a1"].die()
        await at.until(lambda: heard(call).end_s > died_s + NOTICED_S + 2.0)
        assert has_music(call, died_s + NOTICED_S, died_s + NOTICED_S + 2.0)
        await at.states("talking")
        back_s = time.time()
        await restarted(at, "a1")
        await at.until_hears(call, FIRST_AGENT_HZ, back_s)
        await at.until_hears(at.leg("a1"), CALLER_HZ, back_s)
        at.hang_up(call)
        await at.states("idle")
        (row,) = await at.until_ended(1)
        assert (row["agent_id"], row["outcome"]) == ("a1", "connected")


async def test_a_caller_whose_agent_is_not_back_waits_in_the_queue_again(tmp_path: Path) -> None:
    async with queue_floor(install(), tmp_path) as at:
        call = await at.call()
        hears_at = await at.until_hears(at.leg("a1"), CALLER_HZ)
        await at.until(lambda: heard(call).end_s > hears_at + DEAD_LEG_S + 0.5)
        at.floor.phones["a1"].die()
        await at.floor.until(
            lambda s: any(a["state"] == "offline" for a in s["agents"]), NOTICED_S + GRACE_S + 5
        )
        given_up_s = time.time()
        await restarted(at, "a1")
        await at.floor.log_in("a1")
        await at.until_hears(call, FIRST_AGENT_HZ, given_up_s)
        at.hang_up(call)
        await at.states("idle")
