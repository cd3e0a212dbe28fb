"""A message left on a machine by one key: who may, who is free when, and what is on record."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from labelled import label_persons
from looked_at import state
from node import ANN, PROMPTS, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.callflow import CallState
from dialer.domain.campaign import settings_from
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, StoreUnavailable, WrongState
from dialer.services.machine_release import MachineRelease
from dialer.services.message_drops import ALLOWED_WITHIN_S, MessageDrops
from dialer.testing.answer_ear import ToldEar
from dialer.testing.recorded_voice import MemoryRecordedVoice

VIRTUAL_TIME = True
S = CallState


class Dropping:
    """A node with Ann in a talk, and what leaves messages there."""

    attempt_id: AttemptId

    def __init__(self, at: Node) -> None:
        self.at = at
        self.ear, self.voice = ToldEar(), MemoryRecordedVoice()
        self.drops = MessageDrops(
            talks=at.talks, calls=at.calls, voice=self.voice, ear=self.ear, clock=at.clock
        )
        MachineRelease(
            {AmdDetector.OWN: self.ear},
            at.calls,
            at.campaigns.get,
            at.clock,
            at.stores.verdicts,
            at.recorder,
            self.drops.machine_heard,
        )

    async def is_machine(self, reason: str = "long_greeting") -> None:
        """The ear has its verdict."""
        self.ear.settle(self.attempt_id, Verdict(Answerer.MACHINE, reason, 5.0))
        await self.at.settle()

    async def was_let_go(self) -> None:
        """The machine is gone, without a message."""
        await self.at.settle()
        end = self.at.end(self.attempt_id)
        assert (end.outcome, end.ended_by, end.agent_id) == (Outcome.MACHINE, "dialer", ANN)
        assert self.at.prompts == []
        assert self.at.agent(ANN).state is AgentState.IDLE

    def people(self) -> None:
        """People are called from now on, not the simulated network."""
        run = self.at.run()
        assert run.ways is not None
        terms = replace(run.terms, calls_people=True)
        run.go(replace(run.ways, terms=terms, by_trunk={"trunk": terms}))


@asynccontextmanager
async def dropping(**settings: object) -> AsyncIterator[Dropping]:
    async with node() as at:
        await label_persons(at)
        message = {"machine_message": str(PROMPTS / "abandon")}
        await at.campaign(**{"wrap_up_limit_s": 30.0, **message, **settings})
        await at.log_in(ANN)
        it = Dropping(at)
        running = at.tasks.create_task(it.drops.run(), name="machine-messages")
        it.attempt_id = await at.answered()
        yield it
        running.cancel()


async def test_the_agent_is_free_at_once_and_the_message_begins_after_the_beep() -> None:
    async with dropping() as it:
        at, attempt_id = it.at, it.attempt_id
        flow = await it.drops.leave_message(attempt_id)
        assert flow.state is S.AWAITING_BEEP
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.music == set()  # it would be recorded
        assert it.ear.awaiting_beep == {attempt_id}
        await asyncio.sleep(7)
        assert at.prompts == []
        it.ear.beep(attempt_id)
        await at.settle()
        assert at.prompts == [(attempt_id, "message")]
        assert state(at, attempt_id) is S.LEAVING_MESSAGE
        await asyncio.sleep(11)
        end = at.end(attempt_id)
        assert (end.outcome, end.agent_id, end.ended_by) == (Outcome.MACHINE, ANN, "agent")


async def test_another_customer_is_given_to_the_agent_while_the_message_plays() -> None:
    async with dropping() as it:
        await it.drops.leave_message(it.attempt_id)
        second = await it.at.answered()
        assert state(it.at, second) is S.TALKING
        it.ear.beep(it.attempt_id)
        await asyncio.sleep(11)
        assert it.at.end(it.attempt_id).agent_id == ANN
        assert state(it.at, second) is S.TALKING


async def test_a_machine_that_cannot_be_listened_to_is_left_the_message_at_once() -> None:
    async with dropping() as it:
        it.ear.deaf = True
        await it.drops.leave_message(it.attempt_id)
        await it.at.settle()
        assert it.at.prompts == [(it.attempt_id, "message")]


async def test_without_a_message_of_the_campaign_none_is_left() -> None:
    async with dropping(machine_message="") as it:
        with pytest.raises(WrongState, match="leaves no messages"):
            await it.drops.leave_message(it.attempt_id)
        assert state(it.at, it.attempt_id) is S.TALKING


async def test_a_message_that_the_dialplan_would_not_play_is_refused_and_the_talk_goes_on() -> None:
    async with dropping() as it:
        (run,) = it.at.campaigns.runs()  # that ran already when such paths were taken
        settings = run.campaign.settings.model_copy(update={"machine_message": "/srv/our message"})
        run.campaign = run.campaign.model_copy(update={"settings": settings})
        with pytest.raises(BadInput, match=r"^machine_message: .* holds ' '"):
            await it.drops.leave_message(it.attempt_id)
        assert state(it.at, it.attempt_id) is S.TALKING


async def test_people_are_left_a_message_only_if_they_agreed_to_a_recorded_voice() -> None:
    async with dropping() as it:
        it.people()
        with pytest.raises(WrongState, match="needs consent: express_written"):
            await it.drops.leave_message(it.attempt_id)
        assert state(it.at, it.attempt_id) is S.TALKING
        assert it.at.agent(ANN).state is AgentState.TALKING
        flow = it.at.calls.flow(it.attempt_id)
        assert flow is not None
        it.voice.agreed.add(flow.attempt.number)
        assert (await it.drops.leave_message(it.attempt_id)).state is S.AWAITING_BEEP


async def test_a_machine_that_hangs_up_while_its_beep_is_awaited_is_a_machine_all_the_same() -> (
    None
):
    async with dropping() as it:
        await it.drops.leave_message(it.attempt_id)
        it.at.switch.end(it.attempt_id)
        await it.at.settle()
        assert it.at.end(it.attempt_id).outcome is Outcome.MACHINE
        it.ear.beep(it.attempt_id)  # late: nothing follows
        await it.at.settle()
        assert it.at.prompts == []


async def test_on_hold_no_message_is_left() -> None:
    async with dropping() as it:
        await it.at.talks.hold(it.attempt_id)
        with pytest.raises(WrongState, match="cannot leave-message while the call is holding"):
            await it.drops.leave_message(it.attempt_id)


BY_ITSELF = {"amd": "agent_first", "machine_leaves_message": True}


async def test_by_itself_the_agent_is_free_at_the_verdict_and_the_message_follows_the_beep() -> (
    None
):
    async with dropping(**BY_ITSELF) as it:
        await it.is_machine()
        assert state(it.at, it.attempt_id) is S.AWAITING_BEEP
        assert it.at.agent(ANN).state is AgentState.IDLE
        assert it.ear.staying == [it.attempt_id]
        second = await it.at.answered()
        assert state(it.at, second) is S.TALKING
        it.ear.beep(it.attempt_id)
        await asyncio.sleep(11)
        assert it.at.prompts == [(it.attempt_id, "message")]
        end = it.at.end(it.attempt_id)
        assert (end.outcome, end.agent_id, end.ended_by) == (Outcome.MACHINE, ANN, "dialer")
        assert not end.charged
        assert it.at.run().detection()["machines_released"] == 1


async def test_by_itself_a_message_is_left_only_to_who_agreed_at_that_instant() -> None:
    async with dropping(**BY_ITSELF) as it:
        it.people()
        await it.is_machine()
        await it.was_let_go()
    async with dropping(**BY_ITSELF) as it:
        it.people()
        flow = it.at.calls.flow(it.attempt_id)
        assert flow is not None
        it.voice.agreed.add(flow.attempt.number)
        await it.is_machine()
        assert state(it.at, it.attempt_id) is S.AWAITING_BEEP


async def test_without_the_setting_a_machine_is_let_go_as_ever() -> None:
    async with dropping(amd="agent_first") as it:
        await it.is_machine()
        assert it.ear.staying == []
        await it.was_let_go()


async def test_a_fax_is_left_no_message() -> None:
    async with dropping(**BY_ITSELF) as it:
        await it.is_machine("fax")
        await it.was_let_go()


@pytest.mark.parametrize("hangs", [False, True], ids=["lost", "slow"])
async def test_where_the_record_does_not_answer_the_machine_is_let_go(hangs: bool) -> None:
    async with dropping(**BY_ITSELF) as it:
        it.people()
        it.voice.hangs = hangs
        it.voice.fault = StoreUnavailable("gone")
        await it.is_machine()
        await asyncio.sleep(ALLOWED_WITHIN_S)
        await it.was_let_go()


async def test_an_agent_who_hung_up_first_has_ended_it() -> None:
    async with dropping(**BY_ITSELF) as it:
        it.at.calls.end_talk(it.attempt_id)
        it.ear.settle(it.attempt_id, Verdict(Answerer.MACHINE, "beep", 5.0))
        await it.at.settle()
        end = it.at.end(it.attempt_id)
        assert (end.outcome, end.ended_by) == (Outcome.CONNECTED, "agent")
        assert it.at.prompts == []


async def test_the_key_and_the_verdict_at_once_leave_one_message() -> None:
    async with dropping(**BY_ITSELF) as it:
        await asyncio.gather(it.drops.leave_message(it.attempt_id), it.is_machine())
        it.ear.beep(it.attempt_id)
        await asyncio.sleep(11)
        assert it.at.prompts == [(it.attempt_id, "message")]
        assert it.at.end(it.attempt_id).outcome is Outcome.MACHINE


async def test_an_early_beep_is_left_a_message_before_there_is_an_agent_and_no_line_is_for_it() -> (
    None
):
    async with dropping(amd="screening", machine_leaves_message=True) as it:
        assert state(it.at, it.attempt_id) is S.SCREENING
        await asyncio.sleep(0.8)
        await it.is_machine("beep")
        assert state(it.at, it.attempt_id) is S.AWAITING_BEEP
        assert it.at.agent(ANN).state is AgentState.IDLE
        second = await it.at.answered()
        await asyncio.sleep(1.6)
        assert state(it.at, second) is S.TALKING
        it.ear.beep(it.attempt_id)
        await asyncio.sleep(11)
        assert it.at.prompts == [(it.attempt_id, "message")]
        end = it.at.end(it.attempt_id)
        assert (end.outcome, end.ended_by, end.agent_id) == (Outcome.MACHINE, "dialer", None)
        assert it.at.run().tally.answered == 1  # who was second


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"amd": "agent_first"}, "there is no message"),
        ({"machine_message": "/message"}, "amd is off"),
    ],
)
def test_by_itself_needs_a_message_and_an_ear(settings: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=rf"machine_leaves_message\n.*{problem}"):
        settings_from({"machine_leaves_message": True, **settings})
