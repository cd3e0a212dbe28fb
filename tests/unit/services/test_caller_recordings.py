"""Recordings of callers: as their queue says, from when on, and what is silent in them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from node import ANN, BOB, NODE, PROMPTS, Node, node

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.call_states import CallState as S
from dialer.domain.ids import AttemptId, CallId
from dialer.domain.legal_limits import Ground
from dialer.domain.queue import Queue, QueueRecording, QueueSettings
from dialer.errors import WrongState
from dialer.testing.inbound_line import MemoryLine

VIRTUAL_TIME = True
CALLER = "+12025550111"
PROMPT = str(PROMPTS / "abandon")
TOLD = {"recording": QueueRecording.ANNOUNCED, "recording_announcement": PROMPT}
BEFORE = {"recording": QueueRecording.ANNOUNCED}
"""Callers are told before, as by the flow."""
ASKED = {"recording": QueueRecording.ASKED}


class Caller:
    """Somebody who called the queue `sales` and talks with Ann."""

    def __init__(self, at: Node, line: MemoryLine) -> None:
        self.at, self.line = at, line
        self.call_id = CallId(line.call_id)
        self.talk_id = AttemptId(line.call_id)

    async def heard_it(self) -> None:
        """The announcement was heard to its end."""
        await self.at.caller_recordings.announced(self.call_id)
        await self.at.settle()

    async def shown(self) -> tuple[bool, bool, bool]:
        """Return whether it is recorded, to be asked for, paused."""
        said: Any = await self.at.talking.commands.shown({"attempt": self.call_id})
        return said["recorded"], said["recording_asked"], said["recording_paused"]

    def began(self) -> list[AttemptId]:
        return self.at.control.recorded

    def ground(self) -> Ground | None:
        return self.at.stores.recorded_callers.grounds.get(self.call_id)

    async def hang_up(self) -> list[AttemptId]:
        """Return which recordings are finished then."""
        self.line.hang_up()
        await self.at.settle()
        return self.at.recordings.finished


@asynccontextmanager
async def called(
    ground: Ground = Ground.NOBODY_CALLED, loans: QueueRecording = QueueRecording.OFF, **sales: Any
) -> AsyncIterator[Caller]:
    async with node() as at:
        at.caller_ground = ground
        usual: dict[str, Any] = {"announce_every_s": 0.0, "wrap_up_limit_s": 0.0}
        for name, settings in (("sales", sales), ("loans", {"recording": loans})):
            queue = Queue(name, QueueSettings(**usual, **settings))
            await at.stores.queues.add(queue, by="test", at=0.0)
        await at.queue_agents.look()
        await at.campaign()
        await at.log_in(ANN)
        line = MemoryLine(at.switch, CALLER)
        begun = CallRecord(line.call_id, Direction.IN, CALLER, at.clock.now(), NODE)
        await at.stores.calls.begin(begun)
        at.tasks.create_task(_taken(at, line), name="caller")
        await at.settle()
        await at.settle()
        yield Caller(at, line)


async def _taken(at: Node, line: MemoryLine) -> None:
    await at.queues.take(line, "queue", "sales", 0.0)


async def test_a_queue_that_says_nothing_of_it_records_nobody() -> None:
    async with called() as it:
        await it.heard_it()
        assert (it.at.control.announced, it.began(), it.ground()) == ([], [], None)
        with pytest.raises(WrongState, match="set recording of the queue to asked"):
            await it.at.talking.buttons.start_recording(it.talk_id, by="ann")
        with pytest.raises(WrongState, match="not recorded"):
            await it.at.talking.buttons.pause_recording(it.talk_id, paused=True, by="ann")
        assert await it.hang_up() == []


async def test_a_caller_is_told_and_recorded_from_the_end_of_that_on() -> None:
    async with called(**TOLD) as it:
        assert it.at.control.announced == [(it.talk_id, PROMPT)]
        assert (it.began(), it.ground()) == ([], None)
        assert await it.shown() == (False, False, False)
        await it.heard_it()
        assert (it.began(), it.ground()) == ([it.talk_id], Ground.ANNOUNCED)
        assert await it.shown() == (True, False, False)
        await it.heard_it()
        assert it.began() == [it.talk_id]
        assert await it.hang_up() == [it.talk_id]


async def test_callers_who_are_told_before_are_recorded_from_their_join_on() -> None:
    async with called(Ground.ONE_PARTY, **BEFORE) as it:
        assert (it.at.control.announced, it.began()) == ([], [it.talk_id])
        assert it.ground() is Ground.ONE_PARTY
        assert await it.hang_up() == [it.talk_id]


@pytest.mark.parametrize("settings", [TOLD, BEFORE])
async def test_where_the_rules_do_not_allow_it_nothing_is_played_and_nothing_recorded(
    settings: dict[str, Any],
) -> None:
    async with called(Ground.NONE, **settings) as it:
        assert (it.at.control.announced, it.began(), it.ground()) == ([], [], None)
        assert await it.hang_up() == []


async def test_an_announcement_that_is_not_there_records_nothing() -> None:
    async with called(**{**TOLD, "recording_announcement": "/nowhere/told"}) as it:
        await it.heard_it()
        assert (it.at.control.announced, it.began(), it.ground()) == ([], [], None)


async def test_who_leaves_before_the_end_of_the_announcement_is_not_recorded() -> None:
    async with called(**TOLD) as it:
        assert await it.hang_up() == []
        await it.heard_it()
        assert (it.began(), it.ground()) == ([], None)


async def test_a_switch_that_is_away_at_its_end_leaves_nothing_on_record() -> None:
    async with called(**TOLD) as it:
        it.at.switch.lose()
        await it.heard_it()
        it.at.switch.restore()
        assert (it.began(), it.ground()) == ([], None)
        assert await it.hang_up() == []


async def test_who_is_asked_is_recorded_from_the_agents_word_on_and_that_is_noted() -> None:
    async with called(Ground.NONE, **ASKED) as it:
        assert (it.at.control.announced, it.began()) == ([], [])
        assert await it.shown() == (False, True, False)
        await it.at.talking.commands.start_recording({"attempt": it.call_id, "by": "ann"})
        assert (it.began(), it.ground()) == ([it.talk_id], Ground.OPT_IN)
        assert await it.shown() == (True, False, False)
        noted = it.at.stores.tables.audit[-1]
        assert noted[1:] == (
            "ann",
            "recording_opt_in",
            f"call {it.call_id}",
            {"queue": "sales", "agent": ANN},
        )
        await it.at.talking.commands.start_recording({"attempt": it.call_id, "by": "ann"})
        assert it.began() == [it.talk_id]
        assert await it.hang_up() == [it.talk_id]


async def test_what_is_paused_is_silent_and_noted() -> None:
    async with called(**BEFORE) as it:
        await it.at.talking.commands.pause_recording({"agent": ANN})
        assert it.at.control.paused == {it.call_id}
        assert await it.shown() == (True, False, True)
        await it.at.talking.commands.resume_recording({"agent": ANN, "by": "sue"})
        assert it.at.control.paused == set()
        assert [(one["action"], one["subject"], one["detail"]) for one in it.at.notes] == [
            (action, f"call {it.call_id}", {"queue": "sales", "agent": ANN})
            for action in ("recording_pause", "recording_resume")
        ]


async def test_there_is_one_recording_however_many_agents_have_the_caller() -> None:
    async with called(**TOLD) as it:
        await it.at.talks.hold(it.talk_id)
        await it.heard_it()
        await it.at.talks.resume(it.talk_id)
        await it.at.log_in(BOB)
        flow = await it.at.talks.transfer_to_agent(it.talk_id, BOB)
        await it.at.settle()
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert it.at.control.announced == [(it.talk_id, PROMPT)]
        assert (it.began(), it.at.control.paused) == ([it.talk_id], set())
        assert await it.hang_up() == [it.talk_id]


@pytest.mark.parametrize("way", [QueueRecording.OFF, QueueRecording.ANNOUNCED])
async def test_a_queue_that_does_not_record_is_silent_in_the_recording(way: QueueRecording) -> None:
    off = way is QueueRecording.OFF
    async with called(loans=way, **BEFORE) as it:
        await it.at.handing.transfer(it.talk_id, "queue", "loans")
        await it.at.settle()
        flow = it.at.talking.any_talks.flow(it.talk_id)
        assert flow is not None
        assert flow.state is S.TALKING
        assert it.at.control.paused == ({it.call_id} if off else set())
        assert await it.shown() == (not off, False, False)
        if off:
            with pytest.raises(WrongState, match="not recorded"):
                await it.at.talking.buttons.pause_recording(it.talk_id, paused=False, by="ann")
        await it.at.handing.transfer(it.talk_id, "queue", "sales")
        await it.at.settle()
        assert (it.began(), it.at.control.paused) == ([it.talk_id], set())
        assert await it.hang_up() == [it.talk_id]


async def test_a_pause_outlasts_the_queue_in_which_it_was_asked_for() -> None:
    async with called(**BEFORE) as it:
        await it.at.talking.buttons.pause_recording(it.talk_id, paused=True, by="ann")
        for queue in ("loans", "sales"):
            await it.at.handing.transfer(it.talk_id, "queue", queue)
            await it.at.settle()
            assert it.at.control.paused == {it.call_id}
        await it.at.talking.buttons.pause_recording(it.talk_id, paused=False, by="ann")
        assert it.at.control.paused == set()


async def test_who_is_handed_to_a_queue_that_tells_is_told_there() -> None:
    async with called(**ASKED, loans=QueueRecording.ANNOUNCED) as it:
        assert (it.began(), it.ground()) == ([], None)
        await it.at.handing.transfer(it.talk_id, "queue", "loans")
        await it.at.settle()
        assert it.began() == [it.talk_id]


async def test_a_recording_that_was_begun_by_an_engine_before_us_is_finished_once() -> None:
    async with called() as it:
        it.at.caller_recordings.adopt([it.call_id])
        it.at.caller_recordings.adopt([it.call_id])
        assert await it.hang_up() == [it.talk_id]
