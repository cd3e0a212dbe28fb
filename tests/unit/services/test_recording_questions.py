"""Whether a talk may be recorded, asked by a prompt: which key is a yes, and what follows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from looked_at import state
from node import ANN, PROMPTS, Node, node

from dialer.domain.callflow import CallState
from dialer.domain.campaign import settings_from
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.domain.recording_answer import RecordingAnswer

VIRTUAL_TIME = True
PROMPT = str(PROMPTS / "abandon")
A = RecordingAnswer


@asynccontextmanager
async def talk(**settings: object) -> AsyncIterator[tuple[Node, AttemptId]]:
    async with node() as at:
        await at.campaign(**{"recording_question": PROMPT, **settings})
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert state(at, attempt_id) is CallState.TALKING
        yield at, attempt_id


def ground(at: Node) -> str:
    (entry,) = at.stores.tables.attempts.values()
    return str(entry.attempt.ground)


def noted(at: Node) -> list[tuple[object, ...]]:
    return [note[1:4] for note in at.stores.tables.audit if "recording" in str(note[2])]


async def shown(at: Node) -> str:
    told = await at.talking.commands.commands()["call.talk"]({"agent": ANN})
    assert isinstance(told, dict)
    return str(told["recording_question"])


async def test_the_customers_key_is_on_record_and_then_the_talk_is_recorded() -> None:
    async with talk() as (at, attempt_id):
        assert (at.control.asked, at.control.announced) == ([(attempt_id, PROMPT)], [])
        assert (await shown(at), at.control.recorded, ground(at)) == ("asking", [], "")
        at.switch.press(attempt_id, "1")
        await at.settle()
        assert (await shown(at), at.control.recorded) == ("agreed", [attempt_id])
        assert ground(at) == "opt_in"
        assert noted(at) == [("customer, by key 1", "recording_opt_in", f"attempt {attempt_id}")]
        assert at.control.answers == [attempt_id]  # the rest of the question is not heard
        at.talking.questions.unanswered(attempt_id)  # too late
        at.switch.press(attempt_id, "2")
        assert at.talking.questions.answer(attempt_id) is A.AGREED
        at.switch.end(attempt_id)
        await at.settle()
        assert at.recordings.finished == [attempt_id]
        assert at.talking.questions.answer(attempt_id) is A.NOT_ASKED


async def test_a_question_that_the_dialplan_would_not_play_is_a_no_and_the_talk_goes_on() -> None:
    async with node() as at:
        run = await at.campaign(recording_question=PROMPT)  # set when such paths were taken
        settings = run.campaign.settings.model_copy(update={"recording_question": "/is it,so"})
        run.campaign = run.campaign.model_copy(update={"settings": settings})
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert (await shown(at), at.control.asked, at.control.recorded) == ("declined", [], [])
        assert state(at, attempt_id) is CallState.TALKING


@pytest.mark.parametrize("key", ["2", "#", ""])
async def test_another_key_or_none_is_a_no_and_nothing_is_recorded(key: str) -> None:
    async with talk() as (at, attempt_id):
        if key:
            at.switch.press(attempt_id, key)
        else:
            at.talking.questions.unanswered(attempt_id)
        at.switch.press(attempt_id, "1")  # after the no
        await at.settle()
        assert (await shown(at), at.control.recorded, ground(at)) == ("declined", [], "")
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.recordings.finished, noted(at)) == ([], [])


async def test_the_campaign_says_which_key_is_a_yes() -> None:
    async with talk(recording_key="9") as (at, attempt_id):
        at.switch.press(attempt_id, "9")
        await at.settle()
        assert at.control.recorded == [attempt_id]


async def test_only_keys_of_who_is_asked_count_and_they_are_asked_once() -> None:
    async with talk() as (at, attempt_id):
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.press(leg_id, "1")
        at.switch.press(new_attempt_id(), "1")
        await at.talks.hold(attempt_id)
        await at.talks.resume(attempt_id)
        assert (at.control.recorded, len(at.control.asked)) == ([], 1)
        at.switch.press(attempt_id, "1")
        at.switch.press(attempt_id, "1")
        await at.settle()
        assert at.control.recorded == [attempt_id]


async def test_a_switch_that_is_lost_before_the_yes_is_on_record_records_nothing() -> None:
    async with talk() as (at, attempt_id):
        at.switch.press(attempt_id, "1")
        at.switch.lose()
        await at.settle()
        assert at.talking.questions.answer(attempt_id) is A.FAILED
        at.switch.restore()
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.control.recorded, at.recordings.finished) == ([], [])


async def test_who_hangs_up_in_the_instant_of_the_key_is_not_recorded() -> None:
    async with talk() as (at, attempt_id):
        at.switch.press(attempt_id, "1")
        at.switch.end(attempt_id)
        await at.settle()
        assert (at.control.recorded, at.recordings.finished) == ([], [])


async def test_a_lead_who_will_be_asked_is_dialed_without_a_ground() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", recording_question=PROMPT)
        await at.log_in(ANN)
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        assert (attempt.ground, attempt.announces) == ("", True)


async def test_nobody_is_asked_where_nothing_is_recorded() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", record=False, recording_question=PROMPT)
        await at.log_in(ANN)
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        assert (attempt.ground, attempt.announces) == ("", False)


@pytest.mark.parametrize(
    "other",
    [
        {"recording_asked": True},
        {"recording_announced": True},
        {"recording_announcement": PROMPT},
    ],
)
def test_a_question_goes_with_no_other_way_of_telling_or_asking(other: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"recording_question\n.*set one of the two"):
        settings_from({**other, "recording_question": PROMPT})


@pytest.mark.parametrize("key", ["", "12", "a"])
def test_the_key_is_one_of_a_telephone(key: str) -> None:
    with pytest.raises(ValueError, match="recording_key"):
        settings_from({"recording_key": key})
