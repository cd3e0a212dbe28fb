"""Agent first: which talks are listened to, and what a verdict does."""

import asyncio

import pytest
from node import ANN, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.amd.bound import upper_bound
from dialer.domain.amd.labels import CallLabel
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import DEFAULT_CHARGE
from dialer.domain.ids import MAIN_TENANT, AttemptId
from dialer.domain.outcome import Outcome
from dialer.services.machine_release import MachineRelease
from dialer.testing.answer_ear import ToldEar

VIRTUAL_TIME = True
MACHINE = Verdict(Answerer.MACHINE, "beep", 5.0)


def ears_of(at: Node) -> dict[AmdDetector, ToldEar]:
    ears = {detector: ToldEar() for detector in AmdDetector}
    MachineRelease(
        ears,
        at.calls,
        at.campaigns.get,
        at.clock,
        at.stores.verdicts,
        at.recorder,
        lambda _attempt_id, _reason: None,
    )
    return ears


def ear_of(at: Node) -> ToldEar:
    return ears_of(at)[AmdDetector.OWN]


async def heard(at: Node, ear: ToldEar, answerer: Answerer, early_s: float | None) -> AttemptId:
    """Have one answer, be judged 2 s after the join, and leave."""
    attempt_id = await at.answered()
    await asyncio.sleep(2)
    ear.settle(attempt_id, Verdict(answerer, "short_greeting", 1.75, early_s))
    await at.settle()
    if attempt_id in at.switch.channels:
        at.switch.end(attempt_id)
        await at.settle()
    return attempt_id


def label(attempt_id: AttemptId, answer: Answerer = Answerer.PERSON) -> CallLabel:
    return CallLabel(attempt_id, answer, "line 2")


@pytest.mark.parametrize("detector", AmdDetector)
async def test_who_listens_is_as_the_campaign_says(detector: AmdDetector) -> None:
    async with node() as at:
        ears = ears_of(at)
        await at.campaign(amd="agent_first", amd_detector=detector)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert {one: ear.listening for one, ear in ears.items()} == {
            one: [attempt_id] if one is detector else [] for one in AmdDetector
        }
        ears[detector].settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.MACHINE
        assert at.run().detection()["amd_detector"] == detector


async def test_a_machine_is_let_go_and_the_agent_is_free_at_once_without_wrap_up() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first", wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert ear.listening == [attempt_id]
        await asyncio.sleep(5)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.ended_by, end.charged) == (Outcome.MACHINE, "dialer", False)
        assert end.connected_at is not None
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.run().detection()["machines_released"] == 1
        assert attempt_id not in at.switch.channels


@pytest.mark.parametrize("answerer", [Answerer.PERSON, Answerer.UNSURE])
async def test_whoever_is_not_surely_a_machine_stays_with_the_agent(answerer: Answerer) -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        ear.settle(attempt_id, Verdict(answerer, "deadline", 12.0))
        await at.settle()
        assert at.agent(ANN).state is AgentState.TALKING
        at.switch.end(attempt_id)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED


async def test_without_detection_nobody_listens() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign()
        await at.log_in(ANN)
        await at.answered()
        assert ear.listening == []
        assert at.run().detection()["amd_charge_rate"] == 0.0


async def test_a_verdict_on_a_call_that_is_over_does_nothing() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.switch.end(attempt_id)
        await at.settle()
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).outcome is Outcome.CONNECTED
        assert at.run().detection()["machines_released"] == 0


async def test_whom_the_agent_hung_up_first_is_no_machine() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        attempt_id = await at.answered()
        at.calls.end_talk(attempt_id)
        ear.settle(attempt_id, MACHINE)
        await at.settle()
        assert at.end(attempt_id).ended_by == "agent"


async def test_the_ledger_is_charged_for_those_whom_nobody_heard() -> None:
    async with node() as at:
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        for _ in range(3):
            attempt_id = await at.answered()
            at.switch.end(attempt_id)
            await at.settle()
        (standing,) = at.run(SPRING).abandonment(at.clock.now())
        assert standing.counts.rate == pytest.approx(7 / 158)
        assert standing.counts.abandoned == pytest.approx(3 * 7 / 151)


async def test_a_restart_charges_what_was_recorded_before_as_well() -> None:
    async with node() as at:
        run = await at.campaign(amd="agent_first")
        run.rebuild_ledger([(float(second), False) for second in range(151)])
        (standing,) = run.abandonment(at.clock.now())
        assert standing.counts.abandoned == pytest.approx(7.0)


async def test_a_verdict_is_put_on_record_by_the_time_since_the_answer() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first")
        await at.log_in(ANN)
        known = await heard(at, ear, Answerer.PERSON, 1.0)  # 1.25 s after the answer: in time
        later = await heard(at, ear, Answerer.PERSON, 1.5)
        taken = await heard(at, ear, Answerer.MACHINE, None)
        await at.stores.verdicts.label(
            [label(one) for one in (known, later, taken)], "x", by="sue", at=9.0
        )
        counts = (await at.stores.verdicts.counts())[MAIN_TENANT]
        assert (counts.heard, counts.released, counts.persons) == (3, 1, 3)
        assert (counts.false_positives, counts.in_time) == (1, 1)


async def test_three_hundred_labelled_persons_replace_the_default_charge_at_once() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first", leads=400)
        await at.log_in(ANN)
        calls = [await heard(at, ear, Answerer.PERSON, None) for _ in range(300)]
        labels = [label(one) for one in calls]
        await at.stores.verdicts.label(labels[:299], "x", by="sue", at=9.0)
        await at.campaigns.trust()
        assert at.run().detection()["amd_charge_rate"] == DEFAULT_CHARGE
        await at.stores.verdicts.label(labels, "x", by="sue", at=9.0)
        await at.campaigns.trust()
        told = at.run().detection()
        bound = upper_bound(0, 300)
        assert told["amd_charge_rate"] == bound
        assert told["amd_labelled_persons"] == 300
        # pacing steers by it, and the ledger counts those of before alike
        assert at.run().pacer.settings.amd_false_positive_rate == bound
        (standing,) = at.run(SPRING).abandonment(at.clock.now())
        assert standing.counts.rate == pytest.approx(bound)
        assert standing.counts.live == pytest.approx(300 / (1 - bound))
        at.sound()


async def test_labels_without_the_released_calls_are_not_trusted() -> None:
    async with node() as at:
        ear = ear_of(at)
        await at.campaign(amd="agent_first", leads=400)
        await at.log_in(ANN)
        kept = []
        for index in range(330):
            released = index % 11 == 5
            answerer = Answerer.MACHINE if released else Answerer.PERSON
            one = await heard(at, ear, answerer, None)
            kept += [] if released else [one]
        await at.stores.verdicts.label([label(one) for one in kept], "x", by="sue", at=9.0)
        await at.campaigns.trust()
        told = at.run().detection()
        assert told["amd_charge_rate"] == DEFAULT_CHARGE
        assert str(told["amd_charge_reason"]).startswith(
            "0 of 300 labelled calls were released, but 30 of all 330"
        )
