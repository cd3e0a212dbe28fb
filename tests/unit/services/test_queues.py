"""Callers who wait in queues, and the agents who take them before campaigns get them."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import pytest
from node import ANN, BOB, CID, CROWD, NODE, SPRING, Node, node
from successors import successor

from dialer.domain.agentflow import AgentState
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.events import ChannelHungUp
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.outcome import Outcome
from dialer.domain.queue import AfterWait, AgentOrder, Queue, QueueSettings
from dialer.domain.queue_order import YIELD_S
from dialer.domain.skill import Skill
from dialer.errors import BadInput, StoreUnavailable
from dialer.ports import BridgeEnd
from dialer.services.control import Control
from dialer.testing.inbound_line import MemoryLine

VIRTUAL_TIME = True
CALLER, OTHER = "+12025550111", "+12025550122"


class Hall:
    """A node with queues, and people who call it."""

    def __init__(self, at: Node) -> None:
        self.at = at
        self.results: dict[str, str] = {}
        self.tasks: list[asyncio.Task[None]] = []

    async def queue(self, name: str = "sales", **settings: Any) -> None:
        made = Queue(name, QueueSettings(**{"announce_every_s": 0.0, **settings}))
        for skill in made.settings.skills:
            with suppress(BadInput):  # there already
                await self.at.stores.skills.add(Skill(skill), by="test", at=0.0)
        await self.at.stores.queues.add(made, by="test", at=0.0)

    async def can(self, agent_id: AgentId, *skills: str, tenant_id: str = "main") -> None:
        levels = dict.fromkeys(skills, 1)
        await self.at.stores.rolls.give(agent_id, levels, by="test", at=0.0, tenant_id=tenant_id)
        await self.at.queue_agents.look()

    async def call(
        self,
        number: str = CALLER,
        to: str = "sales",
        *,
        kind: str = "queue",
        wait_s: float = 0.0,
        **line: Any,
    ) -> MemoryLine:
        """Somebody calls, and is put into a queue."""
        caller = MemoryLine(self.at.switch, number, **line)
        record = CallRecord(
            caller.call_id,
            Direction.IN,
            number,
            self.at.clock.now(),
            NODE,
            tenant_id=caller.tenant_id,
        )
        await self.at.stores.calls.begin(record)

        async def taken(taking: Coroutine[Any, Any, str]) -> None:
            self.results[caller.call_id] = await taking

        taking = self.at.queues.take(caller, kind, to, wait_s)
        self.at.tasks.create_task(taken(taking), name=f"caller-{number}")
        await self.at.settle()
        return caller

    def result(self, caller: MemoryLine) -> str:
        return self.results[caller.call_id]

    def record(self, caller: MemoryLine) -> CallRecord:
        return self.at.stores.calls.rows[caller.call_id]

    def talks_with(self, agent_id: AgentId) -> str | None:
        """Return the call or attempt an agent talks with."""
        agent = self.at.agent(agent_id)
        return agent.attempt_id if agent.state is AgentState.TALKING else None


async def test_a_caller_is_taken_at_once_by_an_idle_agent_whom_no_campaign_counts_then() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        assert at.run().agents_present() == 1
        caller = await hall.call()
        assert hall.talks_with(ANN) == caller.call_id
        assert at.agent(ANN).home is None
        assert at.switch.cues == [at.agent(ANN).leg_id]
        record = hall.record(caller)
        assert (record.queue, record.agent_id) == ("sales", ANN)
        assert record.answered_at is not None


async def test_who_waits_hears_music_and_is_taken_by_the_agent_who_becomes_idle() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        caller = await hall.call()
        assert caller.heard == ["music"]
        await at.log_in(ANN)
        await at.settle()
        assert caller.heard == ["music", "silence", "agent"]
        assert hall.talks_with(ANN) == caller.call_id


async def test_after_the_talk_the_agent_writes_up_and_the_call_is_on_record_as_connected() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        caller = await hall.call()
        caller.hang_up()
        await at.settle()
        assert at.agent(ANN).state is AgentState.WRAP_UP
        assert str(at.agent(ANN).attempt_id) == caller.call_id
        assert hall.result(caller) == ""
        assert hall.record(caller).outcome is Outcome.CONNECTED
        assert at.others.live() == set()
        await asyncio.sleep(31)
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.agent(ANN).home == SPRING


async def test_an_agent_who_hangs_up_gives_the_line_back_to_the_flow() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        caller = await hall.call()
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.end(leg_id, 16)
        await asyncio.sleep(0.3)
        assert hall.result(caller) == ""
        assert at.agent(ANN).state is AgentState.OFFLINE
        assert hall.record(caller).ended_at is None  # the flow has the line still
        caller.hang_up()
        await at.settle()
        assert hall.record(caller).outcome is Outcome.CONNECTED
        assert at.missed == []


async def test_who_waits_longest_is_served_first_and_vips_before_them() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(vip_numbers=(OTHER,), wrap_up_limit_s=0.0)
        first = await hall.call("+12025550131")
        second = await hall.call("+12025550132")
        vip = await hall.call(OTHER)
        await at.log_in(ANN)
        served = []
        for _ in range(3):
            await at.settle()
            served.append(hall.talks_with(ANN))
            next(c for c in (first, second, vip) if c.call_id == served[-1]).hang_up()
        assert served == [vip.call_id, first.call_id, second.call_id]


async def test_a_queue_of_higher_priority_is_served_first() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("sales")
        await hall.queue("gold", priority=5)
        await hall.call("+12025550131", "sales")
        gold = await hall.call("+12025550132", "gold")
        await at.log_in(ANN)
        await at.settle()
        assert hall.talks_with(ANN) == gold.call_id


async def test_only_who_has_all_skills_takes_a_call_and_a_new_skill_counts_at_once() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("es", skills=("spanish", "billing"))
        await hall.can(ANN, "spanish")
        await hall.can(BOB, "spanish", "billing")
        await at.log_in(ANN)
        caller = await hall.call(to="es")
        assert hall.talks_with(ANN) is None
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        other = await hall.call(OTHER, to="es")
        assert hall.talks_with(ANN) is None
        await hall.can(ANN, "spanish", "billing")
        await at.settle()
        assert hall.talks_with(ANN) == other.call_id


async def test_the_most_skilled_is_chosen_where_the_queue_says_so() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue("es", skills=("spanish", "billing"), order=AgentOrder.MOST_SKILLED)
        await hall.can(ANN, "spanish")
        await hall.can(BOB, "spanish", "billing")
        await at.log_in(CID, ANN, BOB)
        await hall.call(to="es")
        await hall.call(OTHER, to="es")
        await hall.call("+12025550133", to="es")
        talking = {name for name in (ANN, BOB, CID) if hall.talks_with(name)}
        assert talking == {ANN, BOB}  # and nobody who has none of the skills


async def test_who_talked_with_the_caller_last_is_preferred_and_else_who_idles_longest() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        await at.settle()
        await at.log_in(BOB)
        first = await hall.call(CALLER)
        assert hall.talks_with(ANN) == first.call_id
        first.hang_up()
        await at.settle()
        # now bob idles longest, and yet ann knows the caller
        again = await hall.call(CALLER)
        assert hall.talks_with(ANN) == again.call_id
        stranger = await hall.call(OTHER)
        assert hall.talks_with(BOB) == stranger.call_id


async def test_paused_agents_and_those_of_other_tenants_take_nobody() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await hall.can(BOB, tenant_id="other")
        await at.log_in(ANN, BOB)
        await at.agents.pause(ANN)
        caller = await hall.call()
        assert caller.heard == ["music"]
        await at.agents.resume(ANN)
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_an_agent_whose_campaign_does_not_blend_takes_nobody() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        at.unblended.add(ANN)
        await at.log_in(ANN)
        caller = await hall.call()
        assert at.agent(ANN).state is AgentState.IDLE
        assert at.queues.shown()["main/sales"]["agents"] == 0
        at.unblended.clear()
        await at.queue_agents.look()
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (AfterWait.HANG_UP, "time_out"),
        (AfterWait.VOICEMAIL, "voicemail"),
        (AfterWait.CALL_BACK, "call_back"),
    ],
)
async def test_who_has_waited_too_long_is_given_back_and_was_missed(
    after: AfterWait, told: str
) -> None:
    async with node() as at:
        hall = Hall(at)
        await hall.queue(longest_wait_s=20.0, after_wait=after)
        caller = await hall.call()
        await asyncio.sleep(19)
        assert caller.call_id not in hall.results
        await asyncio.sleep(1.1)
        assert hall.result(caller) == told
        assert caller.heard == ["music", "silence"]
        assert at.missed == [CALLER]
        assert at.others.live() == set()
        assert hall.record(caller).ended_at is None  # the flow has the line, and ends it


async def test_a_caller_who_hangs_up_while_waiting_was_missed_once() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        caller = await hall.call()
        await asyncio.sleep(3)
        caller.hang_up()
        await at.settle()
        assert hall.result(caller) == "hung_up"
        assert hall.record(caller).outcome is Outcome.HUNG_UP_WAITING
        assert at.missed == [CALLER]
        await at.log_in(ANN)
        assert at.agent(ANN).state is AgentState.IDLE


async def test_place_and_waiting_time_are_announced_and_an_agent_who_comes_cuts_them_short() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(announce_every_s=20.0)
        first = await hall.call("+12025550131")
        second = await hall.call("+12025550132")
        await asyncio.sleep(22)
        assert first.heard == ["music", "silence", "you-are-number", "1", "music"]
        assert second.heard == ["music", "silence", "you-are-number", "2", "music"]
        await asyncio.sleep(18.5)
        assert first.heard[-1] == "you-are-number"
        await at.log_in(ANN)
        await asyncio.sleep(1)
        assert first.heard[-3:] == ["you-are-number", "silence", "agent"]


async def test_a_leg_that_is_gone_before_the_join_costs_the_caller_no_place() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        del at.switch.channels[leg_id]  # and nobody was told
        caller = await hall.call("+12025550131")
        await hall.call("+12025550132")
        assert at.agent(ANN).state is AgentState.OFFLINE
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id


async def test_who_loses_the_agents_phone_in_mid_talk_is_first_in_the_queue_again() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(longest_wait_s=60.0)
        await at.log_in(ANN)
        caller = await hall.call("+12025550131")
        await asyncio.sleep(100)  # longer than anybody may wait
        await hall.call("+12025550132")
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        at.switch.end(leg_id, 44)
        await asyncio.sleep(5)
        assert caller.heard[-1] == "music"
        await at.log_in(BOB)
        await at.settle()
        assert hall.talks_with(BOB) == caller.call_id
        caller.hang_up()
        await at.settle()
        assert hall.record(caller).agent_id == ANN  # who took it first
        assert at.missed == []


async def test_one_agent_who_is_asked_for_takes_the_call_when_free() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await at.log_in(ANN, BOB)
        assert hall.result(await hall.call(kind="agent", to="cid")) == "agent_not_there"
        first = await hall.call(kind="agent", to=ANN)
        second = await hall.call(OTHER, kind="agent", to=ANN, wait_s=90.0)
        assert hall.talks_with(ANN) == first.call_id
        first.hang_up()
        await asyncio.sleep(31)
        assert hall.talks_with(ANN) == second.call_id
        assert at.agent(BOB).state is AgentState.IDLE


async def test_an_unknown_queue_or_kind_is_said_and_settings_outlive_a_database_that_is_away() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        await hall.queue()
        assert hall.result(await hall.call(to="none")) == "unknown_queue"
        assert hall.result(await hall.call(kind="team", to="x")) == "unknown_team"
        assert hall.result(await hall.call(kind="floor", to="x")) == "unknown_kind"
        other = await hall.call(tenant_id=TenantId("other"))
        assert hall.result(other) == "unknown_queue"
        waits = await hall.call()

        class Away:
            async def get(self, *_key: str, tenant_id: str = "main") -> Queue | None:
                raise StoreUnavailable(f"{tenant_id}: no connection")

        at.stores.queues.get = Away().get  # type: ignore[method-assign]
        again = await hall.call(OTHER)
        assert again.heard == waits.heard == ["music"]


# -- blended with campaigns ------------------------------------------------------------------


async def test_a_person_who_answered_goes_first_and_the_caller_takes_the_next_agent() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        busy = await hall.call("+12025550131")
        caller = await hall.call("+12025550132")
        answered = await at.answered()  # has 1.8 s, by law
        busy.hang_up()
        await at.settle()
        assert hall.talks_with(ANN) == answered
        at.switch.end(answered)
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_a_caller_who_has_waited_as_long_as_a_line_rings_lets_nobody_go_first() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        busy = await hall.call("+12025550131")
        caller = await hall.call("+12025550132")
        await asyncio.sleep(YIELD_S)
        answered = await at.answered()
        busy.hang_up()
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id
        await asyncio.sleep(2)
        assert (answered, "abandon") in at.prompts


async def test_pacing_counts_on_nobody_whom_a_caller_takes_next() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="power", power_ratio=2.0, leads=60)
        await hall.queue()
        await at.log_in(*CROWD[:4])
        talks = [await at.answered() for _ in range(4)]
        assert all(at.agent(name).state is AgentState.TALKING for name in CROWD[:4])
        assert not any(at.agent(name).leaving for name in CROWD[:4])
        for number in range(3):
            await hall.call(f"+1202555014{number}")
        assert sum(at.agent(name).leaving for name in CROWD[:4]) == 3
        at.switch.end(talks[0])
        await at.settle()
        assert sum(at.agent(name).leaving for name in CROWD[:4]) == 2


async def test_lines_are_fewer_while_callers_take_agents_away() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(*CROWD[:6])
        callers = [await hall.call(f"+1202555014{number}") for number in range(4)]
        assert await at.dialing.round() == 2
        for caller in callers:
            caller.hang_up()
        await at.settle()
        assert await at.dialing.round() == 4


# -- an engine that dies, and a session that is lost -----------------------------------------


async def test_a_successor_takes_the_talk_over_and_frees_the_agent_when_it_ends() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=12.0)
        await at.log_in(ANN)
        caller = await hall.call()
        assert hall.talks_with(ANN) == caller.call_id
        await at.settle()
        async with successor(at) as later:
            agent = later.agent(ANN)
            assert agent.state is AgentState.TALKING
            assert str(agent.attempt_id) == caller.call_id
            at.switch.end(caller.call_id)
            await later.settle()
            assert later.agent(ANN).state is AgentState.WRAP_UP
            assert later.agent(ANN).wrap_up_until == pytest.approx(at.clock.now() + 12, abs=0.1)
            assert hall.record(caller).outcome is Outcome.CONNECTED


async def test_a_talk_that_ended_while_the_session_was_lost_frees_its_agent() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        caller = await hall.call()
        at.switch.lose()
        channel = at.switch.channels.pop(caller.call_id)
        at.switch.restore()
        await at.reaper.after_loss()
        assert at.agent(ANN).state is AgentState.IDLE
        assert channel.joined is not None
        channel.joined.set_result(BridgeEnd.CUSTOMER_LEFT)


async def test_what_the_switch_says_of_a_call_that_nobody_knows_changes_nothing() -> None:
    async with node() as at:
        line = MemoryLine(at.switch)
        at.switchboard.take(ChannelHungUp(line.call_id, 16, "", 1.0))
        assert at.others.live() == set()


# -- what is looked at -----------------------------------------------------------------------


async def test_what_goes_on_in_a_queue_is_shown() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        await hall.call("+12025550131")
        waits = await hall.call("+12025550132")
        (shown,) = at.queues.shown().values()
        assert shown["queue"] == "sales"
        assert (shown["waiting"], shown["talking"]) == (1, 1)
        assert (shown["agents"], shown["agents_idle"]) == (1, 0)
        assert shown["oldest_since"] == pytest.approx(at.clock.now(), abs=0.01)
        waits.hang_up()
        await at.settle()
        (shown,) = at.queues.shown().values()
        assert (shown["waiting"], shown["oldest_since"]) == (0, None)


async def test_a_talk_with_a_caller_takes_no_disposition_and_can_be_ended() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign()
        await hall.queue()
        await at.log_in(ANN)
        caller = await hall.call()
        control = Control(
            agents=at.agents,
            campaigns=at.campaigns,
            calls=at.calls,
            seating=at.seating,
            dialing=at.dialing,
            attempts=at.stores.attempts,
            switch=at.switch,
            clock=at.clock,
            drain=None,  # type: ignore[arg-type]
            metrics=None,  # type: ignore[arg-type]
            queues=at.queues.shown,
        )
        await control.hang_up({"agent": ANN})
        await at.settle()
        assert at.agent(ANN).state is AgentState.WRAP_UP
        assert hall.record(caller).outcome is Outcome.CONNECTED
        with pytest.raises(BadInput, match="leave it out"):
            await control.ready({"agent": ANN, "disposition": "sale"})
        await control.ready({"agent": ANN})
        assert at.agent(ANN).state is AgentState.IDLE


async def test_an_idle_agent_is_left_to_a_line_that_rings_while_no_abandon_can_be_afforded() -> (
    None
):
    async with node() as at:
        hall = Hall(at)
        run = await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        caller = await hall.call()
        assert caller.heard == ["music"]
        assert run.agents_present() == 1
        assert at.agent(ANN).home is None  # and no further line is started for this agent
        at.switch.end(attempt_id, 17, "486")
        await at.settle()
        assert hall.talks_with(ANN) == caller.call_id


async def test_a_spared_agent_takes_the_person_who_answers() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        at.switch.ring(attempt_id)
        await hall.call()
        at.switch.answer(attempt_id)
        await at.settle()
        assert hall.talks_with(ANN) == attempt_id


async def test_no_agent_is_spared_for_longer_than_a_line_rings_nor_where_one_is_left() -> None:
    async with node() as at:
        hall = Hall(at)
        await at.campaign(mode="progressive", leads=60)
        await hall.queue(wrap_up_limit_s=0.0)
        await at.log_in(ANN, BOB)
        at.switch.ring(await at.dial())
        first = await hall.call("+12025550131")  # one agent is left for the one line
        assert first.heard[-1] == "agent"
        waits = await hall.call("+12025550132")
        assert waits.heard[-1] == "music"
        await asyncio.sleep(24)
        at.switch.ring(await at.dial())  # a line that is started later spares nobody for longer
        await asyncio.sleep(YIELD_S - 24)
        await at.settle()
        assert waits.heard[-1] == "agent"
