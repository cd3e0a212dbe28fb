"""A message is left on a machine by one key, on a real Asterisk: heard when, and by whom."""

import asyncio
import random
import wave
from contextlib import suppress
from pathlib import Path

import pytest
from floor import heard, hears
from talk_floor import Talk, next_talk, talk

from dialer.control import ControlError
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.tones import ToneDetector, tone

GREETING_HZ = 2500  # no machine beeps as high
BEEP_HZ = 1000
MESSAGE_HZ = 1700
GREETING = ((3.0, GREETING_HZ), (0.4, None), (0.4, BEEP_HZ))
GREETING_S = sum(seconds for seconds, _ in GREETING)


def machine(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.3, sounds=GREETING)


def spoken(folder: Path) -> str:
    """Write the campaign's message, a tone; returns its path without the extension."""
    message = folder / "message"
    with wave.open(f"{message}.wav", "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone(MESSAGE_HZ, 1.2).astype("<i2").tobytes())
    return str(message)


async def test_the_message_is_heard_after_the_beep_and_the_agent_is_free_before(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, behave=machine, machine_message=spoken(tmp_path)) as at:
        told = await at.ask("leave-message")
        assert (told["state"], told["agent"]) == ("awaiting_beep", None)
        assert await at.world.agent_state(at.agent) == "idle"
        assert not hears(at.customer, MESSAGE_HZ, after_s=0.0)
        rows = await at.world.until_recorded(
            lambda rows: [row for row in rows if row.outcome == "machine"]
        )
        (row,) = [row for row in rows if row.outcome == "machine"]
        assert (row.attempt_id, row.agent_id, row.ended_by) == (at.attempt, at.agent, "agent")
        assert not row.charged
        assert at.customer.ok_sent is not None
        beep_over_s = at.customer.ok_sent.epoch_s + GREETING_S
        began_s = heard(at.customer).first_heard_s(ToneDetector(MESSAGE_HZ), 0.0)
        assert began_s is not None
        assert 0.0 <= began_s - beep_over_s < 0.3
        ended_s = heard(at.customer).end_s
        assert 1.0 < ended_s - began_s < 2.0  # all of it, and then we hang up
        assert not hears(at.phone(at.agent), MESSAGE_HZ, after_s=0.0)
        journal = at.world.lab.asterisk.dirs.log / "cel-custom" / "outpace.csv"
        assert "MESSAGE_LEFT" in journal.read_text()
        await at.only_legs_idle()


WORD: tuple[tuple[float, int | None], ...] = ((0.5, GREETING_HZ), (0.15, None))
EARLY = (*WORD * 4, (0.3, None), (0.4, BEEP_HZ))
"""Known for a machine by its beep, while it lasts."""
LONG = (*WORD * 11, (0.6, None), (0.3, BEEP_HZ))
"""By the length of what it says, before its beep."""


@pytest.mark.parametrize("greeting", [EARLY, LONG], ids=["beep", "long_greeting"])
async def test_by_itself_the_message_is_heard_after_the_beep_and_no_agent_pressed_a_key(
    tmp_path: Path, greeting: tuple[tuple[float, int | None], ...]
) -> None:
    def answers(_: Invite) -> Behaviour:
        return Behaviour(ring_s=0.3, sounds=greeting)

    by_itself = {"amd": "agent_first", "machine_leaves_message": True}
    async with talk(tmp_path, behave=answers, machine_message=spoken(tmp_path), **by_itself) as at:
        rows = await at.world.until_recorded(
            lambda rows: [row for row in rows if row.outcome == "machine"], 30
        )
        (row,) = [row for row in rows if row.outcome == "machine"]
        assert (row.attempt_id, row.agent_id, row.ended_by) == (at.attempt, at.agent, "dialer")
        assert await at.world.agent_state(at.agent) == "idle"  # without wrap-up
        assert at.customer.ok_sent is not None
        beep_over_s = at.customer.ok_sent.epoch_s + sum(seconds for seconds, _ in greeting)
        began_s = heard(at.customer).first_heard_s(ToneDetector(MESSAGE_HZ), 0.0)
        assert began_s is not None
        assert 0.0 <= began_s - beep_over_s < 0.3
        assert 1.0 < heard(at.customer).end_s - began_s < 2.0  # all of it, and then we hang up
        assert not hears(at.phone(at.agent), MESSAGE_HZ, after_s=0.0)
        journal = at.world.lab.asterisk.dirs.log / "cel-custom" / "outpace.csv"
        assert "MESSAGE_LEFT" in journal.read_text()
        await at.only_legs_idle()


FEW, MANY = 5, 100
SHORT = ((0.3, GREETING_HZ), (0.2, None), (0.2, BEEP_HZ))
LATEST_S = 2.0
"""Greeting, beep and message, from the key on."""


@pytest.mark.parametrize(
    "times", [FEW, pytest.param(MANY, marks=(pytest.mark.soak, pytest.mark.timeout(3600)))]
)
@pytest.mark.parametrize("who", ["machine", "agent"])
async def test_hang_ups_from_the_key_to_the_end_of_the_message_leave_nothing(
    tmp_path: Path, who: str, times: int
) -> None:
    chance = random.Random(20261128)
    message = spoken(tmp_path)
    settings = {"machine_message": message, "wrap_up_limit_s": 0}
    async with talk(
        tmp_path, agents=1, leads=2 * times + 100, behave=short_machine, **settings
    ) as first:
        at = first
        for turn in range(times):
            after_s = chance.uniform(0.0, LATEST_S if who == "machine" else 0.1)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(left(at))
                await asyncio.sleep(after_s)
                if who == "machine":
                    at.world.carrier.hang_up(at.customer)
                else:
                    at.world.phones[at.agent].hang_up()
            await at.at_rest()
            if await at.world.agent_state(at.agent) == "offline":
                await at.world.log_in(at.agent)
            if turn + 1 < times:
                at = await next_talk(at.world)
        rows = await at.world.until_recorded(lambda rows: all(row.outcome for row in rows), 30)
        answered = [row for row in rows if row.answered_at is not None]
        assert len(answered) == times
        # who hung up before the key was heard of has ended a talk
        assert {row.outcome for row in answered} <= {"machine", "connected"}
        assert not any(row.charged for row in answered if row.outcome == "machine")


def short_machine(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.3, sounds=SHORT)


async def left(at: Talk) -> None:
    with suppress(ControlError):  # refused: somebody left first
        await at.ask("leave-message")
