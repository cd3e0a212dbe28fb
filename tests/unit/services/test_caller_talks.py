"""Talks with people who called us: the moves, and where the caller is when they fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from node import ANN, BOB, CID, NODE, Node, node
from successors import successor
from supervised import supervised

from dialer.domain.agentflow import AgentState
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.call_states import CallState
from dialer.domain.company import Company
from dialer.domain.ids import AgentId, AttemptId
from dialer.domain.outcome import Outcome
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.supervision import SpyMode
from dialer.errors import NoSuch, WrongState
from dialer.ports import AgentRoll
from dialer.services.comebacks import GRACE_S, MISSED_AFTER_S, Comebacks
from dialer.services.phone_comebacks import AGAIN_S, PhoneComebacks
from dialer.testing.inbound_line import MemoryLine
from dialer.testing.switch import FarEnd

VIRTUAL_TIME = True
A, S = AgentState, CallState
CALLER, OUTSIDE = "+12025550111", "+12025550190"


class Called:
    """A node on which Ann talks with somebody who called."""

    def __init__(self, at: Node, caller: MemoryLine) -> None:
        self.at, self.caller = at, caller
        self.talk_id = AttemptId(caller.call_id)

    @property
    def state(self) -> CallState:
        flow = self.at.talking.any_talks.flow(self.talk_id)
        return flow.state if flow is not None else S.ENDED

    @property
    def agent(self) -> AgentId | None:
        flow = self.at.talking.any_talks.flow(self.talk_id)
        return flow.agent_id if flow is not None else None

    def rows(self) -> list[CallRecord]:
        """The legs on record, the caller's own row left out."""
        rows = self.at.stores.calls.rows.values()
        return sorted((r for r in rows if r.call_id != self.caller.call_id), key=lambda r: r.key)

    async def ended_well(self) -> None:
        """The caller hangs up, and nothing is left."""
        self.caller.hang_up()
        await self.at.settle()
        row = self.at.stores.calls.rows[self.caller.call_id]
        assert (row.outcome, row.agent_id) == (Outcome.CONNECTED, ANN)
        assert all(one.ended_at is not None for one in self.rows())
        assert not set(self.at.states().values()) & {A.RESERVED, A.TALKING, A.HELD}
        assert not any(one.bridge_id for one in self.at.switch.channels.values())
        assert list(self.at.queues.live()) == []


@asynccontextmanager
async def called(*others: AgentId) -> AsyncIterator[Called]:
    async with node(numbers={OUTSIDE: FarEnd(answers_at_s=2.0)}) as at:
        settings = QueueSettings(announce_every_s=0.0, longest_wait_s=60.0)
        for name in ("sales", "loans"):
            await at.stores.queues.add(Queue(name, settings), by="test", at=0.0)
        at.stores.rolls.rows[BOB] = AgentRoll(team="lawyers")
        await at.queue_agents.look()
        await at.campaign()
        await at.log_in(ANN)
        caller = MemoryLine(at.switch, CALLER)
        now = at.clock.now()
        await at.stores.calls.begin(CallRecord(caller.call_id, Direction.IN, CALLER, now, NODE))
        at.tasks.create_task(_taken(at, caller), name="caller")
        await at.settle()
        await at.log_in(*others)
        it = Called(at, caller)
        assert (it.state, it.agent) == (S.TALKING, ANN)
        yield it


async def _taken(at: Node, caller: MemoryLine) -> None:
    await at.queues.take(caller, "queue", "sales", 0.0)


async def test_a_caller_on_hold_hears_music_and_the_agent_keeps_them() -> None:
    async with called(BOB) as it:
        flow = await it.at.talks.hold(it.talk_id)
        await it.at.settle()
        assert flow.state is S.HOLDING
        assert it.caller.heard[-1] == "music"
        assert it.at.states() == {ANN: A.TALKING, BOB: A.IDLE}
        await asyncio.sleep(600)
        flow = await it.at.talks.resume(it.talk_id)
        assert flow.state is S.TALKING
        assert it.caller.heard[-2:] == ["silence", "agent"]
        await it.ended_well()
        assert it.at.agent(ANN).state is A.WRAP_UP


async def test_a_caller_is_handed_to_another_agent_and_the_legs_are_on_record() -> None:
    async with called(BOB, CID) as it:
        flow = await it.at.talks.transfer_to_agent(it.talk_id, BOB)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        assert it.at.agent(ANN).state is A.WRAP_UP
        flow = await it.at.talks.transfer_to_agent(it.talk_id, CID)
        await it.at.settle()
        first, second = it.rows()
        assert (first.agent_id, first.parent_id) == (BOB, it.caller.call_id)
        assert (second.agent_id, second.parent_id) == (CID, first.call_id)
        await it.ended_well()


async def test_a_caller_hears_nothing_of_a_consultation_and_then_three_talk() -> None:
    async with called(BOB) as it:
        await it.at.talks.consult_agent(it.talk_id, BOB)
        assert it.state is S.HOLDING
        assert it.at.talking.thirds.company(it.talk_id) is Company.CONSULTING
        await it.at.talks.three_way(it.talk_id)
        assert it.at.talking.thirds.company(it.talk_id) is Company.THREE
        flow = await it.at.talks.leave(it.talk_id)
        assert (flow.state, flow.agent_id) == (S.TALKING, BOB)
        await it.at.settle()
        await it.ended_well()


async def test_a_caller_is_handed_to_an_outside_number() -> None:
    async with called() as it:
        await it.at.talks.transfer_to_number(it.talk_id, OUTSIDE)
        assert it.state is S.HOLDING
        await asyncio.sleep(2.1)
        assert (it.state, it.agent) == (S.TALKING, None)
        assert it.at.agent(ANN).state is A.WRAP_UP
        (row,) = it.rows()
        assert (row.number, row.parent_id, row.trunk) == (OUTSIDE, it.caller.call_id, "trunk")
        await it.ended_well()


@pytest.mark.parametrize(("kind", "to"), [("queue", "loans"), ("team", "lawyers")])
async def test_a_caller_is_handed_to_a_queue_or_a_team_and_waits_there(kind: str, to: str) -> None:
    async with called(BOB) as it:
        await it.at.agents.pause(BOB)
        flow = await it.at.handing.transfer(it.talk_id, kind, to)
        await it.at.settle()
        assert flow.state is S.WAITING
        assert it.at.agent(ANN).state is A.WRAP_UP
        assert it.caller.heard[-1] == "music"
        await it.at.agents.resume(BOB)
        await it.at.settle()
        assert (it.state, it.agent) == (S.TALKING, BOB)
        await it.ended_well()


async def test_a_leg_that_was_gone_sends_the_caller_back_to_who_handed_them_over() -> None:
    async with called(BOB) as it:
        gone = it.at.agent(BOB).leg_id
        assert gone is not None
        it.at.switch.channels.pop(gone)  # and nobody has heard of it yet
        await it.at.talks.transfer_to_agent(it.talk_id, BOB)
        assert (it.state, it.agent) == (S.TALKING, ANN)
        await it.at.settle()
        assert [row.outcome for row in it.rows()] == [Outcome.FAILED]
        await it.ended_well()


async def test_a_phone_that_is_lost_on_hold_sends_the_caller_back_into_the_queue() -> None:
    async with called(BOB) as it:
        await it.at.agents.pause(BOB)
        await it.at.talks.hold(it.talk_id)
        leg_id = it.at.agent(ANN).leg_id
        assert leg_id is not None
        it.at.switch.end(leg_id, 44)
        await it.at.settle()
        assert it.state is S.WAITING
        await it.at.agents.resume(BOB)
        await it.at.settle()
        assert (it.state, it.agent) == (S.TALKING, BOB)
        await it.ended_well()


async def test_a_page_that_is_lost_for_a_while_has_its_caller_again() -> None:
    async with called() as it:
        comebacks = Comebacks(it.at.agents, it.at.talking.any_talks, it.at.clock)
        comebacks.page_changed(ANN, "page-1", reachable=True)
        comebacks.page_changed(ANN, "page-1", reachable=False)
        await asyncio.sleep(MISSED_AFTER_S + 0.1)
        assert it.state is S.HOLDING
        assert it.caller.heard[-1] == "music"
        comebacks.page_changed(ANN, "page-2", reachable=True)
        await it.at.settle()
        assert (it.state, it.agent) == (S.TALKING, ANN)
        comebacks.page_changed(ANN, "page-2", reachable=False)
        await asyncio.sleep(MISSED_AFTER_S + GRACE_S + 0.2)
        assert it.state is S.WAITING  # given up: first in the queue once more
        assert it.at.agent(ANN).state is A.OFFLINE
        await it.ended_well()


async def test_a_phone_that_is_lost_for_a_while_has_its_caller_again() -> None:
    async with called() as it:
        PhoneComebacks(it.at.agents, it.at.talking.any_talks, it.at.clock)
        await asyncio.sleep(5.0)
        for back in (True, False):
            leg_id = it.at.agent(ANN).leg_id
            assert leg_id is not None
            it.at.switch.phones.discard(ANN)
            it.at.switch.end(leg_id, 44)
            await it.at.settle()
            assert (it.state, it.agent) == (S.HOLDING, ANN)
            assert it.caller.heard[-1] == "music"
            if back:
                it.at.switch.phones.add(ANN)
                await asyncio.sleep(AGAIN_S + 0.3)
                assert (it.state, it.agent) == (S.TALKING, ANN)
                assert it.caller.heard[-2:] == ["silence", "agent"]
        await asyncio.sleep(GRACE_S + 0.2)
        assert it.state is S.WAITING  # given up: first in the queue once more
        assert it.at.agent(ANN).state is A.OFFLINE
        assert it.caller.heard[-1] == "music"
        await it.ended_well()


async def test_the_agent_is_named_in_place_of_the_call_and_the_consulted_one_has_none() -> None:
    async with called(BOB) as it:
        commands = it.at.talking.commands.commands()
        told = await commands["call.consult"]({"agent": ANN, "to": BOB})
        assert isinstance(told, dict)
        assert (told["attempt"], told["company"]) == (it.talk_id, "consulting")
        with pytest.raises(WrongState, match="has no customer"):
            await commands["call.resume"]({"agent": BOB})
        told = await commands["call.cancel"]({"attempt": it.talk_id})
        assert isinstance(told, dict)
        assert told["state"] == "talking"
        await it.ended_well()


async def test_a_supervisor_listens_to_a_caller_and_no_longer_than_they_talk() -> None:
    async with called() as it, supervised(it.at) as floor:
        spy = await floor.supervise(SpyMode.LISTEN, tenant="main")
        assert (spy.call_id, spy.tenant) == (it.talk_id, "main")
        await it.at.talks.hold(it.talk_id)
        assert list(floor.supervision.live()) == [spy]  # they hear the music
        await it.ended_well()
        assert list(floor.supervision.live()) == []


async def test_a_talk_that_an_engine_before_us_began_is_not_moved_for_its_line_obeys_nobody() -> (
    None
):
    async with called() as it, successor(it.at) as new:
        assert new.agent(ANN).state is A.TALKING
        with pytest.raises(NoSuch):
            await new.talks.hold(it.talk_id)
        it.caller.hang_up()
        await new.settle()
        assert new.agent(ANN).state in (A.WRAP_UP, A.IDLE)


async def test_what_is_for_people_whom_we_called_is_refused_for_a_caller() -> None:
    async with called() as it:
        with pytest.raises(WrongState, match="none are parked"):
            await it.at.talking.parking.park(it.talk_id)
        with pytest.raises(NoSuch, match="no queue 'none'"):
            await it.at.handing.transfer(it.talk_id, "queue", "none")
        with pytest.raises(WrongState, match="not recorded"):
            await it.at.talking.buttons.pause_recording(it.talk_id, paused=True, by="test")
        assert (it.state, it.agent) == (S.TALKING, ANN)
        await it.ended_well()
