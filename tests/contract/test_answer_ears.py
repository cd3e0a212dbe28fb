"""What every ear promises, shown on the one in memory, our own and app_amd on a real Asterisk.

Which sounds are whose is each detector's: here a machine talks on, and no ear takes it for a
person.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from switches import HASTY, MACHINE, World, world

from agi.amd import AmdScript
from dialer.adapters.asterisk.answer_ear import AsteriskAnswerEar
from dialer.adapters.asterisk.app_amd_ear import AppAmdEar
from dialer.adapters.asterisk.switch import AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.amd.detector import AGENT_FIRST
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.events import ChannelBridged, ChannelHungUp, ChannelUp, SwitchDown, SwitchEvent
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.ports.listening import AnswerEar
from dialer.testing.answer_ear import ToldEar

TALKS_ON = Verdict(Answerer.MACHINE, "long_greeting", 5.0)


@dataclass
class Listening:
    """An ear on a switch, and all it told."""

    world: World
    ear: AnswerEar
    detector: AmdDetector = AmdDetector.OWN
    told: list[tuple[AttemptId, Verdict]] = field(default_factory=list)
    lost: list[AttemptId] = field(default_factory=list)
    beeps: list[tuple[AttemptId, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ear.on_verdict(lambda *said: self.told.append(said))
        self.ear.on_lost(self.lost.append)
        self.ear.on_beep(lambda *said: self.beeps.append(said))

    async def answered(self, number: str) -> AttemptId:
        """Have somebody answer, and nobody be there for them."""
        async with asyncio.timeout(20):
            while "trunk" not in await self.world.switch.reachable_contacts():
                await asyncio.sleep(0.05)  # a new Asterisk asks its trunk first
        attempt_id = self.world.dial(number)
        await self.world.until(ChannelUp, attempt_id)
        return attempt_id

    async def talk(self, number: str) -> AttemptId:
        """Have somebody answer and be joined with the agent's leg."""
        leg_id = await self.world.leg()
        async with asyncio.timeout(20):
            while "trunk" not in await self.world.switch.reachable_contacts():
                await asyncio.sleep(0.05)
        attempt_id = self.world.dial(number)
        self.world.join(attempt_id, leg_id)
        await self.world.until(ChannelBridged, attempt_id)
        return attempt_id

    def talks_on(self, attempt_id: AttemptId) -> None:
        """The one in memory hears what it is told; a real machine just talks on."""
        if isinstance(self.ear, ToldEar):
            self.ear.settle(attempt_id, TALKS_ON)

    def not_there(self, attempt_id: AttemptId) -> None:
        """The one in memory is told of it; a real one finds out."""
        if isinstance(self.ear, ToldEar):
            self.ear.over(attempt_id)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not true():
                await asyncio.sleep(0.02)

    async def until_nobody_is_there(self) -> None:
        async with asyncio.timeout(20):
            while await self.world.switch.live_channels():
                await asyncio.sleep(0.05)


@asynccontextmanager
async def _heard_by(kind: str, opened: World) -> AsyncIterator[Listening]:
    switch = opened.switch
    if not isinstance(switch, AsteriskSwitch):
        ear = ToldEar()

        def hear(event: SwitchEvent) -> None:
            if isinstance(event, ChannelHungUp):
                ear.over(AttemptId(event.channel_id))
            ear.deaf = ear.deaf or isinstance(event, SwitchDown)

        switch.subscribe(hear)
        yield Listening(opened, ear)
        return
    own, ready = AsteriskAnswerEar(switch, AGENT_FIRST), asyncio.Event()
    app_amd = AppAmdEar(switch, SteadyClock(), own)
    opened.scripts |= AmdScript(app_amd).routes()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(own.run(ready.set))
        await ready.wait()
        if kind == "own":
            yield Listening(opened, own)
        else:
            yield Listening(opened, app_amd, AmdDetector.ASTERISK)
        serving.cancel()


@pytest.fixture(params=["memory", "own", "app_amd"])
async def at(request: pytest.FixtureRequest) -> AsyncIterator[Listening]:
    kind = "memory" if request.param == "memory" else "asterisk"
    async with (
        world(kind, lambda: request.getfixturevalue("lab")) as opened,
        _heard_by(request.param, opened) as listening,
    ):
        yield listening


@pytest.mark.parametrize("screened", [False, True])
async def test_a_machine_is_told_once_with_its_call_and_who_heard_it(
    at: Listening, *, screened: bool
) -> None:
    attempt_id = await at.talk(MACHINE)
    if screened:
        assert at.ear.screen(attempt_id)
    else:
        at.ear.listen(attempt_id)
    at.talks_on(attempt_id)
    await at.until(lambda: at.told)
    at.world.switch.hang_up(attempt_id)
    await at.world.until(ChannelHungUp, attempt_id)
    ((about, verdict),) = at.told
    assert (about, verdict.answerer) == (attempt_id, Answerer.MACHINE)
    assert verdict.detector is at.detector
    assert at.lost == []


async def test_who_hangs_up_while_they_are_screened_is_lost_once(at: Listening) -> None:
    attempt_id = await at.answered(HASTY)
    assert at.ear.screen(attempt_id)
    await at.until(lambda: at.lost)
    await at.until_nobody_is_there()
    assert (at.told, at.lost) == ([], [attempt_id])


async def test_of_who_hangs_up_in_a_talk_nothing_is_told(at: Listening) -> None:
    attempt_id = await at.answered(HASTY)
    at.ear.listen(attempt_id)
    await at.world.until(ChannelHungUp, attempt_id)
    await at.until_nobody_is_there()
    assert (at.told, at.lost) == ([], [])


async def test_a_call_that_is_not_there_is_lost_when_it_is_screened(at: Listening) -> None:
    nobody = new_attempt_id()
    assert at.ear.screen(nobody)
    at.not_there(nobody)
    await at.until(lambda: at.lost)
    await at.until_nobody_is_there()
    assert (at.told, at.lost) == ([], [nobody])


async def test_an_id_that_is_not_whole_is_nobodys(at: Listening) -> None:
    attempt_id = await at.talk(MACHINE)
    part = AttemptId(attempt_id[:20])
    assert at.ear.screen(part)
    at.not_there(part)
    await at.until(lambda: at.lost)
    assert (at.told, at.lost) == ([], [part])


async def test_a_machine_that_hangs_up_before_its_beep_is_told_once(at: Listening) -> None:
    attempt_id = await at.answered(HASTY)
    assert at.ear.listen_for_beep(attempt_id)
    await at.until(lambda: at.beeps)
    await at.until_nobody_is_there()
    assert at.beeps == [(attempt_id, "lost")]
    assert (at.told, at.lost) == ([], [])


async def test_without_a_session_nobody_is_listened_to(at: Listening) -> None:
    attempt_id = await at.talk(MACHINE)
    at.world.told.clear()
    at.world.lose()
    await at.world.until(SwitchDown)
    at.ear.listen(attempt_id)
    assert not at.ear.screen(attempt_id)
    assert not at.ear.listen_for_beep(attempt_id)
    assert (at.told, at.lost, at.beeps) == ([], [], [])
