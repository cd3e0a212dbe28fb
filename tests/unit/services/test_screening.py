"""Screening: who answered is listened to first, and an agent is sought for persons only."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from labelled import label, label_persons
from looked_at import state
from node import ANN, BOB, SPRING, Node, node
from successors import successor

from dialer.domain.agentflow import AgentState
from dialer.domain.amd.bound import upper_bound
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import DEFAULT_CHARGE, SCREENING_BY_S
from dialer.domain.callflow import CallState
from dialer.domain.ids import AttemptId
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.services.machine_release import MachineRelease
from dialer.testing.answer_ear import ToldEar

VIRTUAL_TIME = True
PERSON = Verdict(Answerer.PERSON, "short_greeting", 0.9, 0.9)
MACHINE = Verdict(Answerer.MACHINE, "fax", 0.8, 0.8)


def ear_of(at: Node) -> ToldEar:
    ear = ToldEar()
    ears = {AmdDetector.OWN: ear}
    MachineRelease(
        ears,
        at.calls,
        at.campaigns.get,
        at.clock,
        at.stores.verdicts,
        at.recorder,
        lambda _attempt_id, _reason: None,
    )
    return ear


@asynccontextmanager
async def screened(**settings: object) -> AsyncIterator[tuple[Node, ToldEar]]:
    """A node whose campaign screens, with an agent who is idle."""
    async with node() as at:
        ear = ear_of(at)
        await label_persons(at)
        await at.campaign(amd="screening", **settings)
        await at.log_in(ANN)
        yield at, ear


async def pass_by(at: Node, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await at.settle()


def told(at: Node) -> tuple[int, int, int, int]:
    """What the pacer was told: answered, connected, abandoned, hung up while waiting."""
    tally = at.run().tally
    return tally.answered, tally.connected, tally.abandoned, tally.hung_up_waiting


async def test_a_person_gets_an_agent_at_the_verdict_and_not_before() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        assert (ear.screening, ear.listening) == ([attempt_id], [])
        assert state(at, attempt_id) is CallState.SCREENING
        await pass_by(at, 0.9)
        assert at.agent(ANN).state is AgentState.IDLE
        assert told(at) == (0, 0, 0, 0)
        ear.settle(attempt_id, PERSON)
        await at.settle()
        assert at.agent(ANN).state is AgentState.TALKING
        assert told(at) == (1, 1, 0, 0)
        assert 900 < at.run().tally.connect_ms[-1] < 1000
        assert ear.listening == []  # known already
        at.switch.end(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert end.outcome is Outcome.CONNECTED
        assert end.connected_at is not None
        assert end.answered_at is not None
        assert end.connected_at - end.answered_at == pytest.approx(0.9, abs=0.01)


async def test_a_machine_is_hung_up_on_and_no_agent_hears_of_it() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        await pass_by(at, 0.8)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.ended_by, end.charged) == (Outcome.MACHINE, "dialer", False)
        assert (end.connected_at, end.agent_id, end.recording) == (None, None, "")
        assert at.recordings.discarded == [attempt_id]
        assert attempt_id not in at.switch.channels
        assert at.agent(ANN).state is AgentState.IDLE
        assert told(at) == (0, 0, 0, 0)
        assert at.run().live == set()
        assert at.run().detection()["machines_released"] == 1
        (standing,) = at.run().abandonment(at.clock.now())
        assert standing.counts.live == 0.0


async def test_no_verdict_within_a_second_and_a_half_is_a_persons() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        await pass_by(at, SCREENING_BY_S - 0.02)
        assert state(at, attempt_id) is CallState.SCREENING
        await pass_by(at, 0.03)
        assert state(at, attempt_id) is CallState.TALKING
        # and is listened to as with agents first: what is surely a machine is taken from the agent
        await pass_by(at, 4.0)
        ear.settle(attempt_id, Verdict(Answerer.MACHINE, "long_greeting", 5.5))
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.MACHINE
        assert at.agent(ANN).state is AgentState.IDLE


async def test_whoever_is_unsure_goes_to_the_agent_at_once() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        ear.settle(attempt_id, Verdict(Answerer.UNSURE, "silence", 1.0))
        await at.settle()
        assert state(at, attempt_id) is CallState.TALKING


async def test_where_nobody_can_listen_the_agent_comes_at_once() -> None:
    async with screened() as (at, ear):
        ear.deaf = True
        attempt_id = await at.answered()
        assert state(at, attempt_id) is CallState.TALKING
        assert told(at) == (1, 1, 0, 0)


async def test_an_ear_that_is_lost_hands_over_and_the_talk_is_listened_to_anew() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        await pass_by(at, 0.3)
        ear.lose(attempt_id)
        await pass_by(at, 0.1)
        assert state(at, attempt_id) is CallState.TALKING
        assert ear.listening == [attempt_id]


async def test_who_hangs_up_while_listened_to_is_a_live_answer_and_no_abandon() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        await pass_by(at, 0.7)
        ear.lose(attempt_id)  # the sound ends a moment before the hang-up is told
        at.switch.end(attempt_id)
        await pass_by(at, 1.0)
        end = at.end(attempt_id)
        assert (end.outcome, end.charged) == (Outcome.HUNG_UP_WAITING, False)
        assert at.agent(ANN).state is AgentState.IDLE
        assert told(at) == (1, 0, 0, 1)


@pytest.mark.parametrize("after_s", [0.0, 0.5, 1.499, 1.5, 1.501, 1.79, 1.81])
async def test_a_hang_up_at_any_moment_frees_the_agent(after_s: float) -> None:
    async with screened() as (at, _ear):
        attempt_id = await at.answered()
        await asyncio.sleep(after_s)
        at.switch.end(attempt_id)
        await at.settle()
        connected = at.end(attempt_id).connected_at is not None
        assert at.end(attempt_id).outcome is (
            Outcome.CONNECTED if connected else Outcome.HUNG_UP_WAITING
        )
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.run().live == set()


async def test_a_verdict_in_the_moment_of_the_hang_up_does_nothing() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        at.switch.end(attempt_id)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.HUNG_UP_WAITING
        assert at.run().detection()["machines_released"] == 0


async def test_the_law_counts_from_the_answer_when_nobody_is_free() -> None:
    async with screened() as (at, ear):
        busy, waiting = await at.answered(), await at.answered()
        ear.settle(busy, PERSON)
        await pass_by(at, 1.0)
        ear.settle(waiting, PERSON)
        await pass_by(at, 0.79)
        assert state(at, waiting) is CallState.WAITING
        await pass_by(at, 0.02)
        assert state(at, waiting) is CallState.LETTING_GO
        assert at.prompts == [(waiting, "abandon")]
        assert told(at) == (2, 1, 1, 0)


async def test_the_one_who_waits_longest_since_the_answer_comes_first() -> None:
    async with screened() as (at, ear):
        busy = await at.answered()
        ear.settle(busy, PERSON)
        await at.settle()
        first, second = await at.answered(), await at.answered()
        ear.settle(second, PERSON)
        ear.settle(first, PERSON)
        await at.settle()
        await at.log_in(BOB)
        await at.settle()
        assert state(at, first) is CallState.TALKING
        assert state(at, second) is CallState.WAITING


async def test_the_next_engine_finds_the_call_in_the_dialplans_hands() -> None:
    async with screened() as (old, _ear):
        attempt_id = await old.answered()
        assert state(old, attempt_id) is CallState.SCREENING
        async with successor(old) as at:
            assert state(at, attempt_id) is CallState.LETTING_GO
            at.switch.end(attempt_id)
            await at.settle()
            assert (at.end(attempt_id).outcome, at.end(attempt_id).charged) == (
                Outcome.ABANDONED,
                True,
            )


async def test_who_answers_the_next_engine_is_seated_at_once_and_listened_to_in_the_talk() -> None:
    async with screened() as (old, _ear):
        attempt_id = await old.dial()
        old.switch.ring(attempt_id)
        await old.settle()
        async with successor(old) as at:
            ear = ear_of(at)
            at.switch.answer(attempt_id)
            await at.settle()
            assert state(at, attempt_id) is CallState.TALKING
            assert (ear.screening, ear.listening) == ([], [attempt_id])


async def test_a_verdict_before_the_agent_is_on_record_by_the_time_since_the_answer() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.answered()
        await pass_by(at, 1.0)
        ear.settle(attempt_id, PERSON)
        await at.settle()
        await label(at, [attempt_id], Answerer.PERSON)
        counts = (await at.stores.verdicts.counts())["main"]
        assert (counts.persons, counts.in_time) == (301, 301)


async def test_screening_is_refused_without_labelled_calls() -> None:
    async with node() as at:
        with pytest.raises(BadInput, match="screening is refused: no labelled calls"):
            await at.campaign(amd="screening")
        assert at.campaigns.get(SPRING) is None


async def test_screening_is_refused_where_persons_are_not_known_in_time() -> None:
    async with node() as at:
        await label_persons(at, in_time=293)
        with pytest.raises(BadInput, match=r"97\.7% of persons .*98% are needed"):
            await at.campaign(amd="screening")


async def test_what_our_own_ear_heard_does_not_allow_screening_by_app_amd() -> None:
    async with node() as at:
        await label_persons(at)
        with pytest.raises(BadInput, match="screening is refused: no labelled calls"):
            await at.campaign(amd="screening", amd_detector="asterisk")


async def test_what_is_charged_is_the_bound_of_the_labelled_calls() -> None:
    async with screened() as (at, _ear):
        assert at.run().detection()["amd_charge_rate"] == upper_bound(0, 300)
        assert at.run().pacer.settings.ring_timeout_s == pytest.approx(25.0 + SCREENING_BY_S)


async def test_where_labels_stop_allowing_it_agents_are_first_until_they_do_again() -> None:
    async with screened() as (at, ear):
        taken: list[AttemptId] = []
        for _ in range(8):  # persons who were known late: 300 of 308 are too few
            one = await at.answered()
            await pass_by(at, 1.6)
            ear.settle(one, Verdict(Answerer.PERSON, "short_greeting", 2.0))
            await at.settle()
            at.switch.end(one)
            await at.settle()
            taken.append(one)
        await label(at, taken, Answerer.PERSON)
        await at.campaigns.trust()
        assert "98% are needed" in str(at.run().detection()["amd_refusal"])
        attempt_id = await at.answered()
        assert state(at, attempt_id) is CallState.TALKING
        assert ear.listening == [attempt_id]
        await at.campaigns.pause(SPRING)
        with pytest.raises(BadInput, match="98% are needed"):
            await at.campaigns.start(SPRING)


async def test_machines_that_nobody_can_label_are_held_against_labels_of_the_same_days() -> None:
    async with screened(leads=60) as (at, ear):
        persons: list[AttemptId] = []
        for index in range(40):
            one = await at.answered()
            ear.settle(one, PERSON if index % 2 else MACHINE)
            await at.settle()
            if index % 2:
                persons.append(one)
                at.switch.end(one)
                await at.settle()
        # up to here all labels are of calls before
        await at.campaigns.trust()
        assert at.run().detection()["amd_refusal"] == ""
        await label(at, persons, Answerer.PERSON)
        await at.campaigns.trust()
        assert "label calls as they are drawn" in str(at.run().detection()["amd_refusal"])
        assert at.run().detection()["amd_charge_rate"] == DEFAULT_CHARGE


async def test_a_broadcast_is_not_screened() -> None:
    async with node() as at:
        await label_persons(at)

        async def allow(_campaign: object) -> None:
            return

        at.campaigns.on_broadcast(allow)
        run = await at.campaign(amd="screening", broadcast="offer")
        assert not run.screens


async def test_lines_that_the_pacer_asks_for_are_screened() -> None:
    async with screened(mode="progressive") as (at, ear):
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        at.switch.ring(attempt.attempt_id)
        at.switch.answer(attempt.attempt_id)
        await at.settle()
        assert ear.screening == [attempt.attempt_id]
        # one more is dialed for nobody: the agent may be needed at any moment
        assert await at.dialing.round() == 0
        ear.settle(attempt.attempt_id, MACHINE)
        await at.settle()
        assert await at.dialing.round() == 1


async def test_a_call_for_which_an_agent_is_held_is_not_screened() -> None:
    async with screened() as (at, ear):
        attempt_id = await at.manual.dial(ANN, max(at.stores.tables.leads))
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        assert state(at, attempt_id) is CallState.TALKING
        assert (ear.screening, ear.listening) == ([], [])
