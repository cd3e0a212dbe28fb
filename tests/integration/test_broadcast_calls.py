"""Broadcasts through a real Asterisk: people hear a message of tones, and press keys."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asterisk_fixtures import first_heard
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, Floor, floor, heard, hears
from ivr import write_tone

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.sql.stores import open_stores
from dialer.control import ControlError
from dialer.domain.campaign import Campaign
from dialer.domain.flow.kept import kept
from dialer.domain.ids import CampaignId
from dialer.domain.prompt import Prompt
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.sip.tones import ToneDetector

LAW_S = 2.0
WHO_HZ, MENU_HZ, NO_MORE_HZ, BYE_HZ = 1500, 1700, 1900, 2100
FLOW = """
otherwise: bye
steps:
  who: {play: who, next: menu}
  menu: {menu: menu, choices: {1: agent, 9: no-more}, wait_s: 3, tries: 2, otherwise: bye}
  agent: {transfer: {campaign: true}, otherwise: bye}
  no-more: {opt_out: no-more, next: bye, declined: bye}
  bye: {hang_up: bye}
"""


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.5, tone_hz=CUSTOMER_HZ)


async def publish(world: Floor, flow: str = FLOW, *, menu_s: float = 1.0) -> None:
    """Put the prompts and a flow `offer` on record."""
    settings = load_settings(world.home)
    async with open_stores(settings.database) as stores:
        for name, hz in (
            ("who", WHO_HZ),
            ("menu", MENU_HZ),
            ("no-more", NO_MORE_HZ),
            ("bye", BYE_HZ),
        ):
            seconds = menu_s if name == "menu" else 0.6
            write_tone(settings.tenant_prompts / f"en/{name}.wav", hz, seconds)
            await stores.prompts.add(
                Prompt(name, "en", f"en/{name}.wav"), by="test", at=time.time()
            )
        await stores.flows.add("offer", kept(flow), by="test", at=time.time())
        await stores.flows.publish("offer", 1, by="test", at=time.time())


@asynccontextmanager
async def broadcast(
    installation: Installation,
    home: Path,
    people: int,
    *,
    flow: str = FLOW,
    menu_s: float = 1.0,
) -> AsyncIterator[tuple[Floor, list[Call]]]:
    """Have a broadcast running, with an agent and a person on the line for each."""
    async with floor(installation, home, agents=people, behave=person) as world:
        await world.campaign(people, broadcast="offer")
        await publish(world, flow, menu_s=menu_s)
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.answered) == people)
        yield world, list(world.customers.answered)


async def until_hears(call: Call, hz: int, within_s: float = 10.0) -> float:
    return await first_heard(call, ToneDetector(hz), within_s=within_s)


def silence_s(call: Call) -> float:
    assert call.ok_sent is not None
    whole = heard(call)
    return whole.longest_silence_s(call.ok_sent.epoch_s, whole.end_s)


async def test_keys_lead_to_an_agent_and_to_the_do_not_call_list_and_no_key_to_neither(
    installation: Installation, tmp_path: Path
) -> None:
    async with broadcast(installation, tmp_path, 3) as (world, (asks, ends, says_nothing)):
        for call in (asks, ends, says_nothing):
            assert call.ok_sent is not None
            assert await until_hears(call, WHO_HZ) - call.ok_sent.epoch_s < 1.0
            await until_hears(call, MENU_HZ)
        status = await world.status()
        assert (status["calls"]["informing"], status["calls"].get("waiting", 0)) == (3, 0)

        pressed = time.time()
        asks.press("1")
        ends.press("9")
        await world.until(lambda s: s["calls"].get("talking") == 1)
        await until_hears(ends, NO_MORE_HZ)
        ends.press("1")
        (talks,) = [a["agent"] for a in (await world.status())["agents"] if a["state"] == "talking"]
        agent_hz = FIRST_AGENT_HZ + 100 * sorted(world.phones).index(talks)
        joined = await until_hears(asks, agent_hz)
        assert 0 < joined - pressed < 1.5
        (leg,) = world.phones[talks].calls
        assert await until_hears(leg, CUSTOMER_HZ) - pressed < 1.5

        rows = await world.until_recorded(lambda rows: sum(bool(r.outcome) for r in rows) == 2, 30)
        assert sorted(row.outcome or "" for row in rows) == ["", "message_heard", "message_heard"]
        await world.ask("agent.hangup", agent=talks)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        (connected,) = [row for row in rows if row.outcome == "connected"]
        assert connected.agent_id == talks
        assert connected.answered_at is not None
        assert abs(connected.answered_at - pressed) < 1.0  # the key, not the telephone
        assert not any(row.charged for row in rows)
        quiet = [row for row in rows if row.outcome == "message_heard"]
        assert [row.ended_by for row in quiet] == ["dialer", "dialer"]
        assert len(world.do_not_call()) == 1
        assert world.do_not_call()[0] in [row.number for row in quiet]
        assert hears(says_nothing, BYE_HZ, after_s=0.0)
        assert not any(
            hears(says_nothing, FIRST_AGENT_HZ + 100 * one, after_s=0.0) for one in range(3)
        )
        assert [silence_s(call) < 3.5 for call in (ends, says_nothing)] == [True, True]
        await world.until(lambda s: s["campaigns"][0]["state"] == "finished", 15)
        assert world.lead_states() == ["done"] * 3
        assert (await world.status())["campaigns"][0]["abandoned"] == 0


async def test_whom_no_agent_can_take_after_the_key_hears_the_message_in_time(
    installation: Installation, tmp_path: Path
) -> None:
    async with broadcast(installation, tmp_path, 1) as (world, (asks,)):
        await until_hears(asks, MENU_HZ)
        await world.ask("agent.pause", agent="a1")
        asks.press("1")
        await asyncio.sleep(0.3)  # the rest of the tone that the key cuts short
        pressed = time.time()
        (row,) = await world.until_recorded(lambda rows: rows and rows[0].outcome is not None, 40)
        assert (row.outcome, row.charged) == ("abandoned", True)
        whole = heard(asks)
        assert whole.longest_silence_s(pressed, pressed + 5.0) < LAW_S


async def test_an_engine_killed_in_the_message_leaves_nobody_in_dead_air(
    installation: Installation, tmp_path: Path
) -> None:
    flow = FLOW.replace("wait_s: 3", "wait_s: 1")
    async with broadcast(installation, tmp_path, 2, flow=flow, menu_s=3.0) as (world, calls):
        for call in calls:
            await until_hears(call, MENU_HZ)
        world.kill_engine()
        died = time.time()
        # what plays is played to its end, and its wait for a key; then comes the dialplan's message
        await asyncio.sleep(9.0)
        for call in calls:
            assert heard(call).longest_silence_s(died, died + 8.5) < LAW_S
            assert not hears(call, MENU_HZ, after_s=died + 4.5)
        await world.start_engine()
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows), 40)
        assert [(row.outcome, row.charged) for row in rows] == [("message_heard", False)] * 2
        assert len(world.customers.invited) == 2


REMINDER = """
otherwise: bye
steps:
  who: {play: who, next: mine}
  mine: {lookup: number, into: {account: name}, next: which, otherwise: bye}
  which: {branch: [{when: account = "lead 0", go: menu}], otherwise: bye}
  menu: {menu: menu, choices: {1: agent, 9: no-more}, wait_s: 1, tries: 1, otherwise: bye}
  agent: {transfer: {campaign: true}, otherwise: bye}
  no-more: {opt_out: no-more, next: bye, declined: bye}
  bye: {hang_up: bye}
"""


async def test_a_reminder_speaks_of_the_lead_that_is_called_and_of_no_other_of_that_number(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1, behave=person) as world:
        await world.campaign(1, broadcast="offer")
        ((number,),) = world.on_record("SELECT number FROM leads")
        settings, other = load_settings(world.home), CampaignId("other")
        newer = world.home / "newer.csv"
        newer.write_text(f"phone,name\n{number},somebody else\n")
        async with open_stores(settings.database) as stores:
            await stores.campaigns.create(Campaign(campaign_id=other, name="other"))
            await import_leads(stores.imports, newer, other, at=0.0)
        await publish(world, REMINDER)
        await world.start_engine()
        await world.log_in()
        await world.start_campaign()
        await world.customers.until(lambda log: len(log.answered) == 1)
        (call,) = world.customers.answered
        await until_hears(call, MENU_HZ)
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows] == ["message_heard"]


async def test_a_broadcast_that_says_not_who_calls_or_offers_no_way_out_does_not_start(
    installation: Installation, tmp_path: Path
) -> None:
    async with floor(installation, tmp_path, agents=1) as world:
        await world.campaign(1, broadcast="offer")
        await world.start_engine()
        with pytest.raises(ControlError, match="flow 'offer' is not published"):
            await world.start_campaign()
        await publish(
            world,
            FLOW.replace(
                "opt_out: no-more, next: bye, declined",
                "menu: no-more, choices: {1: bye}, otherwise",
            ),
        )
        with pytest.raises(ControlError, match="no opt_out step"):
            await world.start_campaign()
        assert world.customers.invited == []
