"""Sessions: from the standing leg that is up to the log-out, the lost phone, or the dead engine."""

import asyncio

import pytest
from node import ANN, BOB, NODE, Node, node
from test_reaper import leg, successor

from dialer.domain.agentflow import AgentState
from dialer.errors import BadInput

VIRTUAL_TIME = True
Row = tuple[str, float, float | None]


async def sessions(at: Node) -> list[Row]:
    await at.settle()
    return [(agent, began, ended) for agent, _, began, ended in at.stores.sessions.rows]


async def test_a_session_lasts_from_the_leg_to_the_log_out() -> None:
    async with node() as at:
        await at.log_in(ANN)
        began = at.agent(ANN).since
        assert await sessions(at) == [(ANN, began, None)]
        assert at.stores.sessions.rows[0][1] == NODE
        await at.agents.pause(ANN)
        await asyncio.sleep(60)
        await at.agents.log_out(ANN)
        assert await sessions(at) == [(ANN, began, at.agent(ANN).since)]


async def test_a_lost_phone_ends_it_and_a_phone_that_never_answered_began_none() -> None:
    async with node() as at:
        await at.log_in(ANN)
        at.switch.end(leg(at))
        ((_, began, ended),) = await sessions(at)
        assert ended is not None
        assert ended >= began
        at.switch.phones.discard(BOB)
        with pytest.raises(BadInput):
            await at.log_in(BOB)
        assert len(await sessions(at)) == 1


async def test_a_session_goes_on_under_the_next_engine_while_the_leg_lives() -> None:
    async with node() as old:
        await old.log_in(ANN)
        before = await sessions(old)
        async with successor(old) as at:
            assert await sessions(at) == before


async def test_who_was_paused_under_the_old_engine_keeps_the_code() -> None:
    async with node() as old:
        await old.log_in(ANN)
        await old.agents.pause(ANN, "lunch")
        async with successor(old) as at:
            assert (at.agent(ANN).state, at.agent(ANN).reason) == (AgentState.PAUSED, "lunch")


async def test_the_next_engine_ends_it_when_the_journal_says_the_leg_ended() -> None:
    async with node() as old:
        await old.log_in(ANN)
        began = old.agent(ANN).since
        await old.settle()
        old.switch.forget_everyone()
        await asyncio.sleep(100)
        old.switch.end(leg(old))
        gone_at = old.clock.now()
        await asyncio.sleep(500)
        async with successor(old) as at:
            assert await sessions(at) == [(ANN, began, gone_at)]
            record = at.stores.tables.agents[ANN]
            assert (record.state, record.since, record.leg_id) == ("offline", gone_at, None)
            assert record.reason == "phone gone while no engine ran"


async def test_sessions_of_other_nodes_are_left_alone() -> None:
    async with node() as old:
        await old.stores.sessions.begin(BOB, 5.0, node="another")
        async with successor(old) as at:
            assert await sessions(at) == [(BOB, 5.0, None)]
