"""The ear's door: who connects, what they send, and what is told of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import numpy as np

from dialer.adapters.asterisk.answer_ear import AsteriskAnswerEar
from dialer.domain.amd.detector import AGENT_FIRST
from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.errors import SwitchUnavailable

TONE = (8000 * np.sin(2 * np.pi * np.arange(320) / 8000 * 2100)).astype("<i2").tobytes()
FAX = TONE * 30  # 1.2 s of 2100 Hz, which repeats without a click

_VOICE = np.random.default_rng(7).normal(0.0, 3000.0, 3200)
WORD = _VOICE.astype("<i2").tobytes()  # 0.4 s, no tone


class Actions:
    """Keeps what was sent to the switch, or has no session."""

    def __init__(self, *, up: bool = True) -> None:
        self.up = up
        self.sent: list[dict[str, str]] = []

    def send(self, action: str, fields: list[tuple[str, str]]) -> None:
        if not self.up:
            raise SwitchUnavailable("no AMI session; not sent")
        said = {"Action": action}
        for key, value in fields:
            name, _, rest = value.partition("=")
            said |= {name: rest} if key == "Variable" else {key: value}
        self.sent.append(said)


class World:
    """An ear that runs, and what it told."""

    def __init__(self, switch: Actions) -> None:
        self.switch = switch
        self.ear = AsteriskAnswerEar(switch, AGENT_FIRST)
        self.told: list[tuple[AttemptId, Verdict]] = []
        self.ear.on_verdict(lambda *said: self.told.append(said))
        self.lost: list[AttemptId] = []
        self.ear.on_lost(self.lost.append)

    async def say(self, data: bytes) -> bytes:
        """Connect as Asterisk was told to, send, and return what comes until the end."""
        host, _, port = self.switch.sent[0]["AMD_AT"].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(data)
            writer.write_eof()
            return await reader.read()
        except ConnectionError:
            return b""  # closed before all was read
        finally:
            writer.close()


@asynccontextmanager
async def world(*, up: bool = True) -> AsyncIterator[World]:
    opened = World(Actions(up=up))
    ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(opened.ear.run(ready.set))
        await ready.wait()
        yield opened
        serving.cancel()


def message(kind: int, payload: bytes) -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


def sound(data: bytes) -> bytes:
    return b"".join(message(0x10, data[at : at + 320]) for at in range(0, len(data), 320))


def name(world: World) -> bytes:
    return message(0x01, UUID(world.switch.sent[0]["AMD_ID"]).bytes)


async def test_what_a_call_sounds_like_is_told_with_its_attempt() -> None:
    async with world() as at:
        attempt_id = new_attempt_id()
        at.ear.listen(attempt_id)
        (asked,) = at.switch.sent
        assert asked["Channel"] == "Local/spy@amd/n"
        assert asked["AMD_CALL"] == attempt_id
        await at.say(name(at) + sound(FAX))
        ((about, verdict),) = at.told
        assert about == attempt_id
        assert (verdict.answerer, verdict.reason) == (Answerer.MACHINE, "fax")


async def test_a_call_that_ends_early_has_no_verdict() -> None:
    async with world() as at:
        at.ear.listen(new_attempt_id())
        await at.say(name(at) + sound(FAX[:3200]) + message(0x00, b""))
        assert at.told == []


async def test_a_stranger_is_not_listened_to() -> None:
    async with world() as at:
        at.ear.listen(new_attempt_id())
        await at.say(message(0x01, uuid4().bytes) + sound(FAX))
        await at.say(sound(FAX))
        await at.say(b"GET / HTTP/1.1\r\n\r\n")
        assert at.told == []


async def test_a_name_opens_once_only() -> None:
    async with world() as at:
        at.ear.listen(new_attempt_id())
        await at.say(name(at) + sound(FAX))
        await at.say(name(at) + sound(FAX))
        assert len(at.told) == 1


async def test_without_a_session_nobody_is_listened_to_and_nothing_breaks() -> None:
    async with world(up=False) as at:
        at.ear.listen(new_attempt_id())
        assert at.switch.sent == []
        assert at.told == []


async def test_before_the_agent_a_fax_is_known_and_nothing_is_lost() -> None:
    async with world() as at:
        attempt_id = new_attempt_id()
        assert at.ear.screen(attempt_id)
        await at.say(name(at) + sound(FAX))
        ((about, verdict),) = at.told
        assert about == attempt_id
        assert (verdict.answerer, verdict.reason) == (Answerer.MACHINE, "fax")
        assert at.lost == []


async def test_before_the_agent_a_short_word_and_silence_are_a_person_in_time() -> None:
    async with world() as at:
        at.ear.screen(new_attempt_id())
        await at.say(name(at) + sound(bytes(3200) + WORD + bytes(16_000)))
        ((_, verdict),) = at.told
        assert (verdict.answerer, verdict.reason) == (Answerer.PERSON, "short_greeting")
        assert verdict.at_s == verdict.screened_at_s
        assert verdict.at_s < SCREENING_BY_S


async def test_a_word_that_comes_late_is_judged_as_in_a_talk() -> None:
    async with world() as at:
        at.ear.screen(new_attempt_id())
        await at.say(name(at) + sound(bytes(19_200) + WORD + bytes(32_000)))
        ((_, verdict),) = at.told
        assert verdict.answerer is Answerer.PERSON
        assert verdict.screened_at_s is not None
        assert SCREENING_BY_S < verdict.screened_at_s < verdict.at_s


async def test_before_the_agent_a_sound_that_ends_is_told_once() -> None:
    async with world() as at:
        attempt_id = new_attempt_id()
        at.ear.screen(attempt_id)
        await at.say(name(at) + sound(FAX[:3200]) + message(0x00, b""))
        await at.say(name(at) + sound(FAX))
        assert (at.told, at.lost) == ([], [attempt_id])


async def test_without_a_session_nobody_is_screened() -> None:
    async with world(up=False) as at:
        assert not at.ear.screen(new_attempt_id())
        assert (at.told, at.lost) == ([], [])


_AT = np.arange(7 * 8000) / 8000
_SYLLABLES = 3000 * np.random.default_rng(7).standard_normal(_AT.size)
GREETING = (_SYLLABLES * np.sin(np.pi * _AT / 0.2) ** 2).astype("<i2").tobytes()  # 7 s
BEEP = (8000 * np.sin(2 * np.pi * np.arange(3200) / 8000 * 1000)).astype("<i2").tobytes()
PAUSE, QUIET = bytes(6400), bytes(3200)


class Machine:
    """A connection on which a machine is heard, part by part."""

    def __init__(self, at: World, attempt_id: AttemptId) -> None:
        self.at, self.attempt_id = at, attempt_id
        self.begins: list[tuple[AttemptId, str]] = []
        at.ear.on_beep(lambda *said: self.begins.append(said))
        at.ear.on_verdict(lambda about, _verdict: at.ear.stay(about))

    async def hear(self, *parts: bytes) -> asyncio.StreamWriter:
        """Say the first parts, and return once there is a verdict."""
        self.at.ear.listen(self.attempt_id)
        host, _, port = self.at.switch.sent[0]["AMD_AT"].partition(":")
        self.reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(name(self.at) + sound(b"".join(parts)))
        await until(lambda: bool(self.at.told))
        return writer


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.005)


async def test_after_the_verdict_the_same_ear_hears_the_beep_once_it_is_wanted() -> None:
    async with world() as at:
        machine = Machine(at, new_attempt_id())
        writer = await machine.hear(GREETING)
        assert at.ear.listen_for_beep(machine.attempt_id)
        writer.write(sound(PAUSE + BEEP + QUIET))
        await until(lambda: bool(machine.begins))
        assert machine.begins == [(machine.attempt_id, "beep")]
        assert len(at.switch.sent) == 1  # nobody else was sent to listen
        writer.close()


async def test_a_beep_that_was_over_before_the_line_was_silent_is_told_at_once() -> None:
    async with world() as at:
        machine = Machine(at, new_attempt_id())
        writer = await machine.hear(WORD, WORD, PAUSE, BEEP, QUIET)
        assert at.told[0][1].reason == "beep"
        await asyncio.sleep(0.1)  # it hears the end of the beep
        assert machine.begins == []
        assert at.ear.listen_for_beep(machine.attempt_id)
        await until(lambda: bool(machine.begins))
        assert machine.begins == [(machine.attempt_id, "beep")]
        writer.close()


async def test_a_machine_that_is_lost_before_the_line_was_silent_is_listened_to_anew() -> None:
    async with world() as at:
        machine = Machine(at, new_attempt_id())
        writer = await machine.hear(GREETING)
        writer.write(message(0x00, b""))
        await machine.reader.read()  # closed
        assert at.ear.listen_for_beep(machine.attempt_id)
        assert len(at.switch.sent) == 2
        assert machine.begins == []
        writer.close()
