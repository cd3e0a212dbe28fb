"""A message is left on a machine by one key, on a real Asterisk: heard when, and by whom."""

import wave
from pathlib import Path

from floor import heard, hears
from talk_floor import talk

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


async def test_the_message_is_heard_after_the_beep_and_the_agent_is_free_before(
    tmp_path: Path,
) -> None:
    message = tmp_path / "message"
    with wave.open(f"{message}.wav", "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone(MESSAGE_HZ, 1.2).astype("<i2").tobytes())
    async with talk(tmp_path, behave=machine, machine_message=str(message)) as at:
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
