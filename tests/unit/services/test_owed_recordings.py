"""Recordings with a ground on record that nobody lived to begin: begun late, and once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from looked_at import state
from node import ANN, PROMPTS, Node, node
from successors import successor

from dialer.domain.callflow import CallState
from dialer.domain.ids import AttemptId

VIRTUAL_TIME = True
PROMPT = str(PROMPTS / "abandon")
ASKED, TOLD = {"recording_asked": True}, {"recording_announcement": PROMPT}
BY_PROMPT = {"recording_question": PROMPT}


@asynccontextmanager
async def talk(**settings: object) -> AsyncIterator[tuple[Node, AttemptId]]:
    async with node() as at:
        await at.campaign(**settings)
        await at.log_in(ANN)
        yield at, await at.answered()


async def agreed(at: Node, attempt_id: AttemptId) -> None:
    """Put the ground on record, and die before anything else."""
    await at.stores.attempts.agreed_to_recording(attempt_id, by="ann", at=at.clock.now())


@pytest.mark.parametrize("settings", [ASKED, TOLD, BY_PROMPT])
async def test_the_next_engine_begins_what_has_its_ground_on_record(
    settings: dict[str, object],
) -> None:
    async with talk(**settings) as (old, attempt_id):
        await agreed(old, attempt_id)
        async with successor(old) as new:
            assert state(new, attempt_id) is CallState.TALKING
            new.talking.owed_recordings.begin()
            assert new.control.recorded == [attempt_id]
            new.recordings.there.add(attempt_id)
            new.talking.owed_recordings.begin()
            assert new.control.recorded == [attempt_id]


@pytest.mark.parametrize("settings", [ASKED, TOLD, BY_PROMPT])
async def test_without_a_ground_nothing_is_begun(settings: dict[str, object]) -> None:
    async with talk(**settings) as (old, _), successor(old) as new:
        new.talking.owed_recordings.begin()
        assert new.control.recorded == []


async def test_what_the_dialplan_records_by_itself_is_left_to_it() -> None:
    async with talk() as (old, _), successor(old) as new:
        new.talking.owed_recordings.begin()
        assert new.control.recorded == []


async def test_what_the_switch_did_not_hear_is_told_it_again_when_it_is_back() -> None:
    async with talk(**ASKED) as (at, attempt_id):
        await at.talking.buttons.start_recording(attempt_id, by="ann")
        at.control.recorded.clear()  # swallowed on its way
        at.switch.lose()
        at.talking.owed_recordings.begin()
        assert at.control.recorded == []
        at.switch.restore()
        at.talking.owed_recordings.begin()
        assert at.control.recorded == [attempt_id]


async def test_who_has_left_is_not_recorded() -> None:
    async with talk(**ASKED) as (at, attempt_id):
        await at.talking.buttons.start_recording(attempt_id, by="ann")
        at.control.recorded.clear()
        at.switch.end(attempt_id)
        await at.settle()
        at.talking.owed_recordings.begin()
        assert at.control.recorded == []
