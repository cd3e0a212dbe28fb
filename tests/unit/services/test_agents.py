"""An agent's day on a node: log-in, pauses, wrap-up, and legs that leave at any moment."""

import asyncio

import pytest
from looked_at import CUSTOMER, leg, on_record, reserve, talk
from node import ANN, SPRING, Node, node

from dialer.domain.agentflow import AgentState, AgentWish
from dialer.domain.ids import AgentId
from dialer.errors import BadInput, SwitchUnavailable, UnsafeValue, WrongState
from dialer.ports import AgentRecord
from dialer.testing.agents import MemoryAgentStore
from dialer.testing.stores import MemoryStores
from dialer.testing.tables import Tables

VIRTUAL_TIME = True
A = AgentState


# -- log-in ----------------------------------------------------------------------------------


async def test_log_in_calls_the_phone_and_ends_when_the_leg_is_up() -> None:
    async with node() as at:
        await at.log_in(ANN)
        assert at.agent(ANN).state is A.IDLE
        assert set(at.switch.channels) == {leg(at)}
        record = await on_record(at)
        assert (record.state, record.leg_id, record.campaigns) == ("idle", leg(at), (SPRING,))


async def test_a_phone_that_is_not_there_is_refused_and_the_agent_can_try_again() -> None:
    async with node() as at:
        at.switch.phones.clear()
        with pytest.raises(BadInput, match="check that it is registered"):
            await at.log_in(ANN)
        assert at.agent(ANN).state is A.OFFLINE
        at.switch.phones.add(ANN)
        await at.log_in(ANN)


async def test_a_phone_that_refuses_the_call_is_refused_with_its_cause() -> None:
    async with node() as at:
        logging_in = at.tasks.create_task(refused(at))
        await asyncio.sleep(0)
        at.switch.end(leg(at), 17)
        assert "refused the call (cause 17)" in await logging_in


async def refused(at: Node) -> str:
    with pytest.raises(BadInput) as error:
        await at.log_in(ANN)
    return str(error.value)


async def test_a_phone_that_never_answers_is_hung_up_after_its_time() -> None:
    async with node() as at:
        at.switch.silent_phones.add(ANN)
        begun = at.clock.now()
        with pytest.raises(BadInput, match="did not answer"):
            await at.log_in(ANN)
        assert at.clock.now() - begun == pytest.approx(16.0)
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE
        assert at.switch.channels == {}


async def test_without_a_session_nobody_logs_in() -> None:
    async with node() as at:
        at.switch.lose()
        with pytest.raises(SwitchUnavailable):
            await at.log_in(ANN)
        assert at.agent(ANN).state is A.OFFLINE


async def test_a_name_that_cannot_be_sent_leaves_nobody_behind_who_is_being_called() -> None:
    async with node() as at:
        with pytest.raises(UnsafeValue):
            await at.log_in(AgentId("ann\r\nAsync: true"))
        assert set(at.states().values()) == {A.OFFLINE}


async def test_a_log_in_without_a_campaign_or_a_second_one_is_refused() -> None:
    async with node() as at:
        with pytest.raises(BadInput, match="at least one campaign"):
            await at.log_in(ANN, campaigns=[])
        await at.log_in(ANN)
        with pytest.raises(BadInput, match="is idle already"):
            await at.log_in(ANN)
        assert len(at.switch.channels) == 1


async def test_a_log_in_that_is_given_up_leaves_no_leg() -> None:
    async with node() as at:
        logging_in = at.tasks.create_task(at.log_in(ANN))
        await asyncio.sleep(0)
        logging_in.cancel()
        await at.settle()
        assert at.agent(ANN).state is A.OFFLINE
        assert at.switch.channels == {}


async def test_whoever_logs_out_while_the_phone_rings_is_told_at_once() -> None:
    async with node() as at:
        logging_in = at.tasks.create_task(refused(at))
        await asyncio.sleep(0)
        begun = at.clock.now()
        await at.agents.log_out(ANN)
        assert "logged out meanwhile" in await logging_in
        assert at.clock.now() == begun


async def test_a_phone_that_rings_cannot_be_paused() -> None:
    async with node() as at:
        logging_in = at.tasks.create_task(at.log_in(ANN))
        await asyncio.sleep(0)
        with pytest.raises(BadInput, match="cannot pause while calling"):
            await at.agents.pause(ANN)
        await logging_in
        assert at.agent(ANN).state is A.IDLE


# -- pauses ----------------------------------------------------------------------------------


class SlowStore(MemoryAgentStore):
    """Takes its time to commit a pause."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.asked, self.gate = asyncio.Event(), asyncio.Event()

    async def save(self, record: AgentRecord) -> None:
        if record.state == "paused":
            self.asked.set()
            await self.gate.wait()
        await super().save(record)


def slow() -> tuple[MemoryStores, SlowStore]:
    stores = MemoryStores()
    stores.agents = SlowStore(stores.tables)
    return stores, stores.agents


async def test_a_pause_is_committed_before_it_takes_effect() -> None:
    stores, store = slow()
    async with node(stores=stores) as at:
        await at.log_in(ANN)
        pausing = at.tasks.create_task(at.agents.pause(ANN, "lunch"))
        await store.asked.wait()
        assert at.agent(ANN).state is A.IDLE
        store.gate.set()
        await pausing
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "lunch")
        assert (await on_record(at)).state == "paused"


async def test_a_pause_is_committed_after_what_went_before() -> None:
    async with node() as at:
        await at.log_in(ANN)  # "idle" is still to be written
        await at.agents.pause(ANN)
        assert (await on_record(at)).state == "paused"
        await at.agents.resume(ANN)
        await at.agents.log_out(ANN)
        assert (await on_record(at)).state == "offline"
        states = [record.state for record in at.stores.tables.agent_log]
        assert states == ["calling", "idle", "paused", "idle", "offline"]


async def test_a_customer_who_comes_while_the_pause_is_committed_is_served_first() -> None:
    stores, store = slow()
    async with node(stores=stores) as at:
        await at.log_in(ANN)
        pausing = at.tasks.create_task(at.agents.pause(ANN, "lunch"))
        await store.asked.wait()
        talk(at)
        store.gate.set()
        await pausing
        assert at.agent(ANN).state is A.TALKING
        at.agents.freed(leg(at), wrap_up_s=0.0)
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "lunch")
        assert (await on_record(at)).state == "paused"


@pytest.mark.parametrize("wrap_up_s", [0.0, 5.0])
async def test_a_pause_in_a_talk_comes_after_it_with_its_code(wrap_up_s: float) -> None:
    async with node() as at:
        await at.log_in(ANN)
        reserve(at)
        await at.agents.pause(ANN, "lunch")
        at.agents.talk_began(ANN, CUSTOMER)
        assert (at.agent(ANN).state, at.agent(ANN).leaving) == (A.TALKING, True)
        at.agents.freed(leg(at), wrap_up_s=wrap_up_s)
        await asyncio.sleep(wrap_up_s + 0.1)
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "lunch")
        assert not at.agent(ANN).leaving


async def test_nobody_is_seen_idle_between_a_talk_and_the_pause_that_was_wished_for() -> None:
    async with node() as at:
        await at.log_in(ANN)
        seen: list[AgentState] = []
        at.agents.listen(lambda agent: seen.append(agent.state))
        talk(at)
        await at.agents.pause(ANN)
        at.agents.freed(leg(at), wrap_up_s=0.0)
        assert A.IDLE not in seen


async def test_a_wish_can_be_taken_back() -> None:
    async with node() as at:
        await at.log_in(ANN)
        talk(at)
        await at.agents.pause(ANN, "lunch")
        await at.agents.resume(ANN)
        assert (at.agent(ANN).wish, at.agent(ANN).reason) == (AgentWish.NONE, "")
        at.agents.freed(leg(at), wrap_up_s=0.0)
        assert at.agent(ANN).state is A.IDLE


async def test_a_wrap_up_lasts_as_long_again_three_times_at_most() -> None:
    async with node() as at:
        await at.log_in(ANN)
        with pytest.raises(WrongState, match="not in wrap-up"):
            at.agents.extend(ANN)
        talk(at)
        at.agents.freed(leg(at), wrap_up_s=30.0)
        began = at.clock.now()
        await asyncio.sleep(29)
        at.agents.extend(ANN)
        assert at.agent(ANN).wrap_up_until == pytest.approx(began + 60, abs=0.1)
        await asyncio.sleep(30)
        assert at.agent(ANN).state is A.WRAP_UP
        at.agents.extend(ANN)
        at.agents.extend(ANN)
        with pytest.raises(WrongState, match="3 times already"):
            at.agents.extend(ANN)
        await asyncio.sleep(62)
        assert at.agent(ANN).state is A.IDLE


async def test_a_pause_ends_the_wrap_up_and_its_clock() -> None:
    async with node() as at:
        await at.log_in(ANN)
        talk(at)
        at.agents.freed(leg(at), wrap_up_s=30.0)
        await at.agents.pause(ANN)
        await at.agents.resume(ANN)
        await asyncio.sleep(20)
        talk(at)
        at.agents.freed(leg(at), wrap_up_s=30.0)
        await asyncio.sleep(15)  # the first wrap-up would have ended by now
        assert at.agent(ANN).state is A.WRAP_UP
        await asyncio.sleep(15.1)
        assert at.agent(ANN).state is A.IDLE


@pytest.mark.parametrize("move", ["pause", "resume", "ready"])
async def test_what_is_not_lawful_now_is_refused(move: str) -> None:
    async with node() as at:
        await at.log_in(ANN)
        await at.agents.pause(ANN)
        if move == "resume":
            await at.agents.resume(ANN)
        act = {"pause": at.agents.pause, "resume": at.agents.resume, "ready": at.agents.ready}
        with pytest.raises(BadInput):
            await act[move](ANN)
