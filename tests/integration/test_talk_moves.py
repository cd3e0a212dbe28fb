"""Hold, park, transfer and recording on a real Asterisk: heard by every ear."""

import asyncio
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from floor import CUSTOMER_HZ, FIRST_AGENT_HZ, floor, heard, hears
from talk_floor import OUTSIDE, OUTSIDE_HZ, SILENT, calls_on_record, own_row, talk

from dialer.adapters.asterisk.installation import install
from dialer.control import ControlError
from simulation.sip.call import Call
from simulation.sip.continuity import violations
from simulation.sip.tones import ToneDetector, level_dbfs


async def test_on_hold_the_customer_hears_music_and_nobody_else_anything(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        agent, other = at.agent, at.others[0]
        await at.hears(lambda: at.customer, {at.tone(agent)})
        told = await at.ask("hold")
        assert (told["state"], told["agent"]) == ("holding", agent)
        await at.hears(lambda: at.customer, set())
        end_s = heard(at.customer).end_s
        assert at.level(at.customer, end_s - 0.4, end_s) > -35
        assert heard(at.customer).longest_silence_s(at.customer.ok_sent.epoch_s, end_s) < 0.3
        await at.hears(lambda: at.phone(agent), set())
        await at.hears(lambda: at.phone(other), set())
        assert await at.world.agent_state(agent) == "talking"
        told = await at.ask("resume")
        assert told["state"] == "talking"
        await at.hears(lambda: at.customer, {at.tone(agent)})
        await at.hears(lambda: at.phone(agent), {CUSTOMER_HZ})
        assert violations(at.customer.capture.packets()) == []
        await at.world.ask("agent.hangup", agent=agent)
        await at.at_rest()
        assert await at.world.agent_state(agent) == "wrap_up"
        row = await own_row(at)
        assert (row.outcome, row.ended_by, row.agent_id) == ("connected", "agent", agent)


async def test_an_engine_killed_on_hold_leaves_nobody_in_silence(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.ask("hold")
        at.world.kill_engine()
        killed_s = heard(at.customer).end_s
        async with asyncio.timeout(10):
            while heard(at.customer).end_s < killed_s + 2.5:
                await asyncio.sleep(0.05)
        journal = at.world.lab.asterisk.dirs.log / "cel-custom" / "outpace.csv"
        assert "LOST" in journal.read_text()
        assert heard(at.customer).longest_silence_s(killed_s, killed_s + 2.5) < 1.0


async def test_a_phone_lost_on_hold_is_told_to_the_customer(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.ask("hold")
        at.world.phones[at.agent].hang_up()
        await at.world.until(lambda s: s["calls"]["letting_go"] == 1)
        await at.world.until_recorded(
            lambda rows: any(row.ended_by == "agent_lost" for row in rows), 25
        )
        await at.at_rest()


async def test_a_customer_who_hangs_up_on_hold_leaves_the_agent_in_wrap_up(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.ask("hold")
        at.world.carrier.hang_up(at.customer)
        await at.world.until(lambda _s: True)
        await at.at_rest()
        assert await at.world.agent_state(at.agent) == "wrap_up"


async def test_nothing_is_recorded_before_the_customer_has_agreed(tmp_path: Path) -> None:
    async with talk(tmp_path, recording_asked=True) as at:
        folder = at.world.home / "asterisk" / "spool" / "monitor"
        await at.pass_time(2.0)
        assert list(folder.glob("at-*")) == []
        told = await at.ask("record-start", by="test")
        assert (told["recorded"], told["recording_asked"]) == (True, False)
        await at.pass_time(2.0)
        await at.world.ask("agent.hangup", agent=at.agent)
        await at.at_rest()
        stereo = await at.recording()
        assert 1.8 <= len(stereo) / 8000 <= 3.2  # not the two seconds before
        for side, hz in ((0, CUSTOMER_HZ), (1, at.tone(at.agent))):
            channel = stereo[:, side].astype(np.int16)
            assert ToneDetector(hz, window_s=0.02).presence(channel)[400:-400].mean() > 0.8
        query = "SELECT ground, recording FROM attempts WHERE id = ?"
        kept = [("opt_in", f"{at.attempt}.wav")]
        await at.world.until(lambda _status: at.world.on_record(query, at.attempt) == kept)


async def test_while_the_recording_is_paused_silence_is_recorded_on_both_sides(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, record=True) as at:
        await at.pass_time(1.0)
        told = await at.ask("record-pause", by="test")
        assert told["recording_paused"] is True
        await at.pass_time(1.5)
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.ask("record-resume", by="test")
        await at.pass_time(1.0)
        await at.ask("hold")
        await at.pass_time(1.0)
        await at.ask("resume")
        await at.pass_time(1.0)
        await at.world.ask("agent.hangup", agent=at.agent)
        await at.at_rest()
        stereo = await at.recording()
        for side, hz in ((0, CUSTOMER_HZ), (1, at.tone(at.agent))):
            channel = stereo[:, side].astype(np.int16)
            blocks = [channel[at : at + 800] for at in range(0, len(channel) - 800, 800)]
            sounds = [level_dbfs(block) > -40 for block in blocks]
            first = sounds.index(False)
            length = sounds[first:].index(True)
            assert 14 <= length <= 30  # 1.5 to 2.2 s were paused
            assert not any(np.any(block) for block in blocks[first + 1 : first + length - 1])
            present = ToneDetector(hz, window_s=0.02).presence(channel)
            assert present[:800].mean() > 0.8
            assert present[-900:-200].mean() > 0.8  # after pause and hold
        noted = at.world.on_record(
            'SELECT action, "by" FROM audit_log WHERE action LIKE ? ORDER BY id',
            "recording%",
        )
        assert noted == [("recording_pause", "test"), ("recording_resume", "test")]


async def test_keys_reach_the_customer_and_a_muted_agent_is_not_heard(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.ask("dtmf", digits="5#")
        await at.pass_time(0.8)
        assert keys(at.customer) == {5, 11}
        await at.ask("mute")
        await at.hears(lambda: at.customer, set())
        await at.hears(lambda: at.phone(at.agent), {CUSTOMER_HZ})
        await at.ask("mute", muted=False)
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        with pytest.raises(ControlError, match="digits"):
            await at.ask("dtmf", digits="5\r\nX")


async def test_keys_of_each_phone_reach_the_other(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        agent = at.phone(at.agent)
        at.customer.press("7")
        agent.press("3")
        await at.pass_time(0.8)
        assert (keys(agent), keys(at.customer)) == ({7}, {3})
        await at.ask("hold")
        at.customer.press("1")  # on hold nobody hears it
        await at.pass_time(0.8)
        assert keys(agent) == {7}


def keys(call: Call) -> set[int]:
    """The telephone keys that a phone was told, by their numbers in RFC 4733."""
    events = [packet for packet in call.capture.packets() if packet.payload_type == 101]
    return {packet.payload[0] for packet in events}


async def test_a_blind_transfer_reaches_the_right_ear_and_both_are_on_record(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, agents=3) as at:
        first, second = at.agent, at.others[0]
        told = await at.ask("transfer", to=second)
        assert (told["state"], told["agent"]) == ("talking", second)
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        assert await at.world.agent_state(first) == "wrap_up"
        assert await at.world.agent_state(second) == "talking"
        with pytest.raises(ControlError, match="does not have this customer"):
            await at.world.ask("agent.hangup", agent=first)
        with pytest.raises(ControlError, match="not idle"):
            await at.ask("transfer", to=first)
        assert violations(at.customer.capture.packets()) == []
        await at.world.ask("agent.hangup", agent=second)
        await at.at_rest()
        assert await at.world.agent_state(second) == "wrap_up"
        row = await own_row(at)
        assert (row.agent_id, row.outcome) == (first, "connected")
        await at.world.until(lambda _s: calls_on_record(at)[0][2])
        assert calls_on_record(at) == [
            (row.number, second, "connected", 1, at.attempt),
        ]


async def test_a_parked_customer_hears_music_and_is_picked_up_by_another_or_comes_back(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, park_limit_s=10) as at:
        first, second = at.agent, at.others[0]
        told = await at.ask("park", slot="blue")
        assert (told["state"], told["agent"], told["slot"]) == ("parked", None, "blue")
        assert await at.world.agent_state(first) == "idle"
        await at.hears(lambda: at.customer, set())
        end_s = heard(at.customer).end_s
        assert at.level(at.customer, end_s - 0.4, end_s) > -35
        await at.hears(lambda: at.phone(first), set())
        told = await at.world.ask("call.pick-up", agent=second, slot="blue")
        assert (told["state"], told["agent"], told["slot"]) == ("talking", second, None)
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        await at.ask("park")
        await at.world.until(lambda s: s["calls"]["talking"] == 1)  # nobody came
        await at.hears(lambda: at.customer, {at.tone(second)})
        assert violations(at.customer.capture.packets()) == []
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()
        row = await own_row(at)
        assert (row.agent_id, row.outcome, row.ended_by) == (first, "connected", "customer")
        await at.world.until(lambda _s: all(call[2] for call in calls_on_record(at)))
        assert [call[1:3] for call in calls_on_record(at)] == [(second, "connected")] * 2


async def test_in_a_queue_a_customer_hears_music_and_prompts_until_an_agent_is_free(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path) as at:
        first, second = at.agent, at.others[0]
        await at.world.add_queue("loans", announce_every_s=10.0)
        await at.world.ask("agent.pause", agent=second)
        told = await at.ask("transfer", queue="loans")
        assert (told["state"], told["agent"]) == ("queued", None)
        assert await at.world.agent_state(first) == "wrap_up"
        await at.hears(lambda: at.customer, set())
        begin_s = heard(at.customer).end_s
        await at.pass_time(11.5)  # their place is said, and the music goes on
        end_s = heard(at.customer).end_s
        assert heard(at.customer).longest_silence_s(begin_s, end_s) < 1.0
        assert at.level(at.customer, end_s - 0.4, end_s) > -35
        await at.world.ask("agent.resume", agent=second)
        await at.world.until(lambda s: s["calls"]["talking"] == 1)
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        # where prompts begin and end the clock leaps a little, and never back: that deafens phones
        steps = [breach.ts_step for breach in violations(at.customer.capture.packets())]
        assert all(0 < step < 1600 for step in steps)
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()
        assert (await own_row(at)).agent_id == first
        await at.world.until(lambda _s: all(call[2] for call in calls_on_record(at)))
        assert [call[1:3] for call in calls_on_record(at)] == [(second, "connected")]


async def test_a_transfer_to_an_outside_number_by_policy(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        for number, why in (
            ("+12075550100", "may be reached"),
            ("911", "emergency"),
            ("+19005550100", "premium"),
        ):
            with pytest.raises(ControlError, match=why):
                await at.ask("transfer", number=number)
        assert (await at.ask("talk"))["state"] == "talking"
        told = await at.ask("transfer", number=SILENT)
        assert told["state"] == "holding"
        await at.world.until(lambda s: s["calls"]["talking"] == 1)  # busy: back with the agent
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.ask("transfer", number=OUTSIDE)
        await at.world.until(lambda s: s["calls"]["talking"] == 1)
        await at.hears(lambda: at.customer, {OUTSIDE_HZ})
        await at.hears(lambda: at.outside, {CUSTOMER_HZ})
        assert await at.world.agent_state(at.agent) == "wrap_up"
        at.world.carrier.hang_up(at.outside)
        await at.at_rest()
        assert at.customer.ended is not None
        await at.world.until(lambda _s: all(row[2] for row in calls_on_record(at)))
        assert [row[:4] for row in calls_on_record(at)] == [
            (SILENT, at.agent, "busy", 0),
            (OUTSIDE, at.agent, "connected", 1),
        ]


async def test_an_agent_who_pauses_dials_by_hand_and_pauses_again(tmp_path: Path) -> None:
    async with floor(install(), tmp_path, agents=1) as world:
        await world.campaign(20, wrap_up_limit_s=0)
        await world.start_engine()
        await world.log_in()
        await world.ask("agent.pause", agent="a1")
        await world.start_campaign()
        lead = 0
        async with asyncio.timeout(20):
            # in its first second Asterisk knows no trunk, and a late call is not sent
            while not world.customers.answered:
                lead += 1
                with suppress(ControlError):
                    await world.ask("call.dial", agent="a1", lead=lead)
                await world.until(
                    lambda s: s["calls"]["talking"] or s["agents"][0]["state"] == "paused"
                )
        (call,) = world.customers.answered
        await world.until(lambda _s: hears(call, FIRST_AGENT_HZ, after_s=call.ok_sent.epoch_s))
        world.carrier.hang_up(call)
        await world.until(lambda s: s["agents"][0]["state"] == "paused")
        rows = await world.until_recorded(lambda rows: all(row.outcome for row in rows))
        assert [row.outcome for row in rows if row.answered_at] == ["connected"]
        assert f"+{call.number}" == rows[-1].number
