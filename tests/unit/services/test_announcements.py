"""Recordings that are announced: what is told to whom, and from when on a talk is recorded."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from looked_at import state
from node import ANN, PROMPTS, Node, node

from dialer.domain.callflow import CallState
from dialer.domain.campaign import settings_from
from dialer.domain.ids import AttemptId, new_attempt_id

VIRTUAL_TIME = True
PROMPT = str(PROMPTS / "abandon")


@asynccontextmanager
async def talk(**settings: object) -> AsyncIterator[tuple[Node, AttemptId]]:
    async with node() as at:
        await at.campaign(**{"recording_announcement": PROMPT, **settings})
        await at.log_in(ANN)
        attempt_id = await at.answered()
        assert state(at, attempt_id) is CallState.TALKING
        yield at, attempt_id


def ground(at: Node) -> str:
    (entry,) = at.stores.tables.attempts.values()
    return str(entry.attempt.ground)


async def over(at: Node, attempt_id: AttemptId) -> None:
    at.switch.end(attempt_id)
    await at.settle()


async def test_a_talk_is_recorded_from_the_end_of_its_announcement_on() -> None:
    async with talk() as (at, attempt_id):
        assert at.control.announced == [(attempt_id, PROMPT)]
        assert (at.control.recorded, ground(at)) == ([], "")
        await at.talking.announcements.announced(attempt_id)
        assert (at.control.recorded, ground(at)) == ([attempt_id], "announced")
        await at.talking.announcements.announced(attempt_id)
        assert at.control.recorded == [attempt_id]
        await over(at, attempt_id)
        assert at.recordings.finished == [attempt_id]


async def test_who_leaves_before_the_end_of_the_announcement_is_not_recorded() -> None:
    async with talk() as (at, attempt_id):
        await over(at, attempt_id)
        await at.talking.announcements.announced(attempt_id)
        assert (at.control.recorded, ground(at)) == ([], "")
        assert (at.recordings.finished, at.recordings.discarded) == ([], [])


async def test_a_talk_that_goes_on_after_hold_is_told_once() -> None:
    async with talk() as (at, attempt_id):
        await at.talks.hold(attempt_id)
        await at.talks.resume(attempt_id)
        assert at.control.announced == [(attempt_id, PROMPT)]
        await at.talks.hold(attempt_id)
        await at.talking.announcements.announced(attempt_id)
        assert at.control.recorded == [attempt_id]


async def test_what_was_not_asked_for_begins_no_recording() -> None:
    async with talk(recording_announcement="") as (at, attempt_id):
        await at.talking.announcements.announced(attempt_id)
        await at.talking.announcements.announced(new_attempt_id())
        assert (at.control.announced, at.control.recorded) == ([], [])
        assert ground(at) == "nobody_called"


async def test_a_switch_that_is_away_at_its_end_records_nothing() -> None:
    async with talk() as (at, attempt_id):
        at.switch.lose()
        await at.talking.announcements.announced(attempt_id)
        at.switch.restore()
        await over(at, attempt_id)
        assert (at.control.recorded, at.recordings.finished) == ([], [])


async def test_a_lead_who_may_be_recorded_once_told_is_dialed_without_a_ground() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", recording_announcement=PROMPT)
        await at.log_in(ANN)
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        assert (attempt.ground, attempt.announces) == ("", True)
        assert attempt == replace(attempt, announces=False)  # what is on record is the same


async def test_nothing_is_announced_where_nothing_is_recorded() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", record=False, recording_announcement=PROMPT)
        await at.log_in(ANN)
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        assert (attempt.ground, attempt.announces) == ("", False)


def test_the_agents_question_and_an_announcement_do_not_go_together() -> None:
    with pytest.raises(ValueError, match=r"recording_announcement\n.*set one of the two"):
        settings_from({"recording_asked": True, "recording_announcement": PROMPT})
