"""Whoever asks an engine is answered, refused, or told that the end is not known; never twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from dialer.adapters.listeners import BACKLOG, MISSED
from dialer.control import ControlError
from dialer.errors import BadInput, EngineUnavailable
from dialer.ports import LiveFact
from tests.contract.engine_links import (
    NODE,
    Ways,
    listening,
    told,
    until,
    until_heard,
    until_there,
    ways,
)


@pytest.fixture(params=["socket", "redis"])
async def way(request: pytest.FixtureRequest) -> AsyncIterator[Ways]:
    async with ways(request.param) as opened:
        yield opened


async def test_a_question_gets_its_answer(way: Ways) -> None:
    async with way.engine(), way.link() as link:
        await until_there(link, NODE)
        assert await link.ask("echo", a=1, b=["x", None]) == {
            "a": 1,
            "b": ["x", None],
            "node": NODE,
        }
        assert await link.ask("echo", node=NODE) == {"node": NODE}


async def test_questions_asked_together_are_answered_each_when_it_is_ready(way: Ways) -> None:
    async with way.engine() as end, way.link() as link, asyncio.TaskGroup() as tasks:
        await until_there(link, NODE)
        slow = tasks.create_task(link.ask("wait", what="slow"))
        answers = await asyncio.gather(*(link.ask("count", what=str(i)) for i in range(300)))
        assert answers == [str(i) for i in range(300)]
        assert not slow.done()
        end.gate.set()
        assert await slow == "waited"
        assert set(end.done.values()) == {1}


async def test_a_refusal_names_its_kind_field_problem_and_fix(way: Ways) -> None:
    async with way.engine(), way.link() as link:
        await until_there(link, NODE)
        with pytest.raises(ControlError, match="runs already") as refused:
            await link.ask("refuse")
        error = refused.value
        assert (error.kind, error.field, error.fix) == ("WrongState", "campaign", "pause it first")
        with pytest.raises(ControlError, match="no session") as failed:
            await link.ask("fail")
        assert failed.value.kind == "SwitchUnavailable"


@pytest.mark.parametrize("do", ["no-such-command", "count"])
async def test_what_makes_no_sense_is_refused_and_the_rest_goes_on(way: Ways, do: str) -> None:
    async with way.engine(), way.link() as link:
        await until_there(link, NODE)
        with pytest.raises(ControlError):
            await link.ask(do)
        assert await link.ask("echo") == {"node": NODE}


async def test_a_node_that_is_none_is_refused_by_name(way: Ways) -> None:
    async with way.engine(), way.link() as link:
        await until_there(link, NODE)
        with pytest.raises(BadInput, match=f"name '?{NODE}") as refused:
            await link.ask("echo", node="nowhere")
        assert refused.value.field == "node"


async def test_without_an_engine_it_is_said_at_once(way: Ways) -> None:
    async with way.link() as link:
        await asyncio.sleep(0.1)
        assert list(link.nodes()) == []
        with pytest.raises(EngineUnavailable):
            async with asyncio.timeout(1):
                await link.ask("echo")


async def test_an_engine_that_goes_is_missed_and_found_again(way: Ways) -> None:
    async with way.link() as link, listening(link) as ear:
        async with way.engine():
            await until_there(link, NODE)
        await until_there(link)
        with pytest.raises(EngineUnavailable):
            await link.ask("echo", node=NODE)
        async with way.engine() as second:
            await until_there(link, NODE)
            assert await link.ask("echo") == {"node": NODE}
            ear.heard.clear()
            await until_heard(second, ear)


async def test_who_waits_for_an_engine_that_goes_is_told_so(way: Ways) -> None:
    async with way.link() as link:
        async with way.engine() as end:
            await until_there(link, NODE)
            asking = asyncio.gather(link.ask("wait", what="x"), return_exceptions=True)
            await until(lambda: end.done["x"])
        (error,) = await asking
        assert isinstance(error, EngineUnavailable)
        assert error.node == NODE


async def test_an_engine_that_says_nothing_is_not_waited_for_without_end(way: Ways) -> None:
    async with way.engine() as end, way.link(patience_s=0.3) as link:
        await until_there(link, NODE)
        with pytest.raises(EngineUnavailable, match="in time"):
            await link.ask("wait", what="x")
        assert end.done["x"] == 1
        assert await link.ask("echo") == {"node": NODE}


async def test_facts_come_in_their_order_to_all_who_listen(way: Ways) -> None:
    async with (
        way.engine() as end,
        way.link() as link,
        listening(link) as first,
        listening(link) as second,
    ):
        await until_heard(end, first, second)
        await told(end, *range(500))
        for ear in (first, second):
            await until(lambda ear=ear: 499 in ear.numbers())
            assert ear.numbers() == list(range(500))


async def test_who_listens_is_told_to_look_anew_each_time_an_engine_is_found(way: Ways) -> None:
    async with way.link() as link, listening(link) as ear:
        for _ in range(2):
            ear.heard.clear()
            async with way.engine() as end:
                await until_heard(end, ear)
                assert ear.topics()[0] == MISSED
            await until_there(link)


async def test_a_listener_that_sleeps_is_told_that_it_missed_facts_and_holds_up_nobody(
    way: Ways,
) -> None:
    async with way.engine() as end, way.link() as link, listening(link) as awake:
        asleep = link.facts()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_next(asleep))
            await until_heard(end, awake)
        for start in range(0, 2 * BACKLOG, 200):
            await told(end, *range(start, start + 200))
            await until(lambda last=start + 199: last in awake.numbers()[-200:])
        assert (await anext(asleep)).topic == MISSED
        assert awake.numbers() == list(range(2 * BACKLOG))
        assert await link.ask("echo") == {"node": NODE}


async def _next(facts: AsyncIterator[LiveFact]) -> None:
    await anext(facts)
