"""Phones that are called for each customer: heard in a talk, silent, left while they ring."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asterisk_fixtures import until
from floor import (
    CAMPAIGN,
    CUSTOMER_HZ,
    FIRST_AGENT_HZ,
    Floor,
    floor,
    has_heard,
    heard,
    hears,
    longest_silence_s,
    person,
)
from test_phones_on_record import typed

from dialer.adapters.asterisk.installation import Installation, install
from dialer.services.demand_legs import RING_S
from simulation.lab import HOST
from simulation.sip.agent import Behave, Invite
from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.softphone import Softphone
from simulation.sip.tones import ToneDetector

AGENT_HZ = 700
NAME = "n1"


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


class Phone:
    """A phone that answers by itself when the call's headers ask for it, and else rings."""

    def __init__(self) -> None:
        self.invites: list[Invite] = []
        self.answers_in_s = 0.0

    def behave(self, invite: Invite) -> Behaviour:
        self.invites.append(invite)
        request = invite.request
        asked = "answer-after=0" in request.first(
            "call-info"
        ) and "alert-autoanswer" in request.first("alert-info")
        return Behaviour(ring_s=self.answers_in_s if asked else FOREVER, tone_hz=AGENT_HZ)


@asynccontextmanager
async def on_demand(
    installation: Installation,
    home: Path,
    *,
    agents: int = 0,
    leads: int = 1,
    behave: Behave = person,
) -> AsyncIterator[tuple[Floor, Phone]]:
    """Open a floor with an agent whose phone is called on demand, logged in; and other agents."""
    async with floor(installation, home, agents=agents, behave=behave, pushed_phones=True) as world:
        await world.campaign(leads)
        await world.start_engine()
        secret = (await typed(world, "add", NAME, "--leg", "on_demand"))[-1]
        phone = Phone()
        softphone = Softphone(NAME, secret, (HOST, world.lab.sip_port), behave=phone.behave)
        world.phones[NAME] = softphone
        softphone.start()
        await softphone.register()
        await world.log_in(NAME)  # idle for longest: the first to be called
        yield world, phone


async def until_no_leg(world: Floor) -> None:
    """Wait until Asterisk has no leg of the phone, and the phone no call."""
    await world.until(
        lambda _: (
            not any(f"PJSIP/{NAME}" in row for row in world.channels())
            and world.phones[NAME].calls == []
        )
    )


async def test_both_hear_each_other_and_the_leg_ends_with_the_talk(
    installation: Installation, tmp_path: Path
) -> None:
    async with on_demand(installation, tmp_path, leads=2) as (world, phone):
        assert world.channels() == []
        assert phone.invites == []
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        await world.ask("campaign.pause", campaign=CAMPAIGN)
        (call,) = world.customers.answered
        (leg,) = world.phones[NAME].calls
        assert call.ok_sent is not None
        await has_heard(call, 1.5)
        assert hears(call, AGENT_HZ, after_s=call.ok_sent.epoch_s)
        assert longest_silence_s(call, 1.5) < RING_S
        told = heard(leg).first_heard_s(ToneDetector(CUSTOMER_HZ), call.ok_sent.epoch_s)
        assert told is not None

        # on hold the leg lives, and both hear each other afterwards
        (live,) = await world.ask("calls")
        await world.ask("call.hold", attempt=live["attempt"])
        await world.ask("call.resume", attempt=live["attempt"])
        at = time.time()
        await until(lambda: hears(call, AGENT_HZ, after_s=at))
        assert len(phone.invites) == 1

        world.carrier.hang_up(call)
        await until_no_leg(world)
        assert await world.agent_state(NAME) == "idle"

        # the next customer: the phone is called anew, and its own user ends the talk
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        assert len(phone.invites) == 2
        await has_heard(world.customers.answered[-1], 0.5)
        world.phones[NAME].hang_up()
        rows = await world.until_recorded(
            lambda rows: [row.outcome for row in rows] == ["connected"] * 2
        )
        assert [row.ended_by for row in rows] == ["customer", "agent"]
        assert not any(row.charged for row in rows)
        assert await world.agent_state(NAME) == "idle"
        await world.until_empty()
        connect_ms = [(row.connected_at or 0.0) - (row.answered_at or 0.0) for row in rows]
        print("answer to join, s:", connect_ms)


async def test_a_phone_that_does_not_answer_costs_no_more_than_the_law_allows(
    installation: Installation, tmp_path: Path
) -> None:
    async with on_demand(installation, tmp_path, agents=1, leads=2) as (world, phone):
        phone.answers_in_s = FOREVER
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.invited) == 1)
        await world.ask("campaign.pause", campaign=CAMPAIGN)
        await world.log_in("a1")
        await world.until(lambda s: s["calls"]["talking"] == 1)
        (call,) = world.customers.answered
        await has_heard(call, 2.5)
        assert longest_silence_s(call, 2.5) < 2.0
        assert call.ok_sent is not None
        assert hears(call, FIRST_AGENT_HZ, after_s=call.ok_sent.epoch_s)
        assert len(phone.invites) == 1
        (row,) = [a for a in (await world.status())["agents"] if a["agent"] == NAME]
        assert (row["state"], row["reason"]) == ("paused", "phone did not answer")
        await until_no_leg(world)
        world.carrier.hang_up(call)
        await world.ask("agent.logout", agent="a1")

        # nobody else: the message, as for anybody who finds no agent
        await world.ask("agent.resume", agent=NAME)
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.answered) == 2)
        call = world.customers.answered[1]
        await has_heard(call, 3.0)
        assert longest_silence_s(call, 2.5) <= 2.02
        await world.until(lambda _: len(phone.invites) == 2)
        await until_no_leg(world)
        assert await world.agent_state(NAME) == "paused"
        await world.customers.until(lambda log: len(log.ended) == 2, 30)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [(row.outcome, row.charged) for row in rows] == [
            ("connected", False),
            ("abandoned", True),
        ]
        await world.until_empty()


async def test_the_phone_of_who_is_consulted_is_called_and_gets_the_customer(
    installation: Installation, tmp_path: Path
) -> None:
    async with on_demand(installation, tmp_path, agents=1) as (world, phone):
        await world.ask("agent.pause", agent=NAME)
        await world.log_in("a1")
        await world.start_campaign()
        await world.until(lambda s: s["calls"]["talking"] == 1)
        await world.ask("agent.resume", agent=NAME)
        (live,) = await world.ask("calls")
        (call,) = world.customers.answered
        await world.ask("call.consult", attempt=live["attempt"], to=NAME)
        assert len(phone.invites) == 1
        (leg,) = world.phones[NAME].calls
        begin = time.time() + 0.2
        await until(lambda: hears(leg, FIRST_AGENT_HZ, after_s=begin))
        await until(lambda: heard(call).end_s >= begin + 0.5)
        alone = heard(call).cut(begin, begin + 0.5).samples
        for hz in (AGENT_HZ, FIRST_AGENT_HZ):
            assert ToneDetector(hz, window_s=0.02, share_rate=0.15).presence(alone).mean() < 0.2

        await world.ask("call.complete", attempt=live["attempt"])
        joined = time.time() + 0.2
        await until(lambda: hears(call, AGENT_HZ, after_s=joined))
        await until(lambda: hears(leg, CUSTOMER_HZ, after_s=joined))

        # back to the other: the leg on demand ends as its agent is free
        await world.ask("call.transfer", attempt=live["attempt"], to="a1")
        await until_no_leg(world)
        handed = time.time() + 0.2
        await until(lambda: hears(call, FIRST_AGENT_HZ, after_s=handed))
        world.carrier.hang_up(call)
        row = await world.until_one_recorded()
        assert (row.outcome, row.agent_id) == ("connected", "a1")


async def test_customers_who_leave_while_the_phone_is_called_leave_nothing(
    installation: Installation, tmp_path: Path
) -> None:
    chance = random.Random(11)

    def hasty(_: Invite) -> Behaviour:
        return Behaviour(ring_s=0.1, talk_s=chance.uniform(0.0, 0.12), tone_hz=CUSTOMER_HZ)

    async with on_demand(installation, tmp_path, leads=30, behave=hasty) as (world, phone):
        phone.answers_in_s = 0.05
        await world.start_campaign()
        rows = await world.until_recorded(
            lambda rows: len(rows) == 30 and all(row.outcome for row in rows), 60
        )
        assert {row.outcome for row in rows} <= {"hung_up_waiting", "connected"}
        assert not any(row.charged for row in rows)
        await world.until_empty()
        assert await world.agent_state(NAME) == "idle"
        assert phone.invites


async def test_an_engine_that_dies_while_the_phone_rings_leaves_no_leg_and_no_agent_out(
    installation: Installation, tmp_path: Path
) -> None:
    async with on_demand(installation, tmp_path) as (world, phone):
        phone.answers_in_s = 0.4
        await world.start_campaign()
        async with asyncio.timeout(15):
            while not phone.invites:
                await asyncio.sleep(0.005)
        world.kill_engine()
        (call,) = world.customers.answered
        async with asyncio.timeout(5):
            while not any(one.ok_sent for one in world.phones[NAME].calls):
                await asyncio.sleep(0.02)  # it answers, and nobody is there
        await has_heard(call, 2.5)
        assert longest_silence_s(call, 2.5) <= 2.02  # the dialplan's own clock
        await world.start_engine()
        await until_no_leg(world)
        assert await world.agent_state(NAME) == "idle"
        await world.until_one_recorded()
        await world.until_empty()

        # a phone that is switched off is no agent any more
        await world.phones[NAME].unregister()
        await world.until(lambda s: s["agents"][0]["state"] == "offline")
        with pytest.raises(Exception, match="is not registered"):
            await world.log_in(NAME)
