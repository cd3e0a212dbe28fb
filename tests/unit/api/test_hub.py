"""Following engines: whatever way facts get lost, the mirror is right a moment later."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

from api.feed.hub import LIVE, LOOK_S, MISSED, TICK_S, Hub
from api.feed.views import Topic, view_of
from dialer.domain.ids import TenantId
from dialer.domain.live_state import Delta, LiveState
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.errors import EngineUnavailable
from dialer.ports import LiveFact
from dialer.testing.clock import VirtualTimeLoop

FLOOR = view_of(Principal(TenantId("main"), Role.SUPERVISOR, "s"), Topic.FLOOR)


class Engine:
    """An engine and the way to it, in memory: an `EngineLink` that loses what it is told to."""

    def __init__(self, *, page: int = 1000) -> None:
        self.state = LiveState("one")
        self.up = True
        self.asked = 0
        """How often everything was asked for."""
        self._page = page
        self._facts: asyncio.Queue[LiveFact] = asyncio.Queue()

    def nodes(self) -> Sequence[str]:
        return ["n"] if self.up else []

    async def ask(self, do: str, *, node: str = "", **arguments: object) -> Any:
        assert (do, node) == (LIVE, "n")
        await asyncio.sleep(0.01)
        if not self.up:
            raise EngineUnavailable("n", "it does not run")
        if arguments.get("entries") is False:
            return {"epoch": self.state.epoch, "seq": self.state.seq, "entries": [], "after": None}
        after = arguments.get("after")
        self.asked += after is None
        page = self.state.page(after, most=self._page)  # type: ignore[arg-type]
        entries = [[one.topic, one.key, one.value] for one in page.entries]
        return {"epoch": page.epoch, "seq": page.seq, "entries": entries, "after": page.after}

    async def facts(self) -> AsyncIterator[LiveFact]:
        while True:
            yield await self._facts.get()

    def change(self, key: str, n: int, *, lost: bool = False) -> Delta:
        delta = self.state.put("campaigns", key, {"n": n, "tenants": ["main"]})
        assert delta is not None
        if not lost:
            fact = {"epoch": self.state.epoch, "seq": delta.seq, "topic": "campaigns", "key": key}
            self._facts.put_nowait(LiveFact("n", LIVE, {**fact, "value": delta.value}))
        return delta

    def miss(self) -> None:
        self._facts.put_nowait(LiveFact("n", MISSED, {}))


class Screen:
    """Somebody who follows the floor."""

    def __init__(self) -> None:
        self.shown: dict[str, int] = {}
        self.take: Callable[[], str | None] = lambda: None

    def look(self) -> list[str]:
        """Take what is there, and return the kinds of messages."""
        kinds: list[str] = []
        while (text := self.take()) is not None:
            told = json.loads(text)
            kind = "snapshot" if "snapshot" in told else "delta"
            if kind == "snapshot":
                self.shown = {}
            self.shown |= {one["key"]: one["value"]["n"] for one in told[kind]}
            kinds.append(kind)
        return kinds


@asynccontextmanager
async def following(engine: Engine) -> AsyncIterator[tuple[Hub, Screen]]:
    hub, screen = Hub(engine), Screen()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(hub.run())
        screen.take = (await hub.subscribe(FLOOR, lambda: None)).take
        yield hub, screen
        task.cancel()


def in_no_time(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(work())


def test_changes_are_told_at_once_and_then_collected() -> None:
    async def work() -> None:
        engine = Engine()
        engine.change("a", 1, lost=True)
        async with following(engine) as (_, screen):
            assert (screen.look(), screen.shown) == (["snapshot"], {"a": 1})
            await asyncio.sleep(1)
            engine.change("a", 2)
            await asyncio.sleep(0.001)
            assert (screen.look(), screen.shown) == (["delta"], {"a": 2})
            engine.change("a", 3)
            engine.change("b", 1)
            await asyncio.sleep(TICK_S / 2)
            assert screen.look() == []
            await asyncio.sleep(TICK_S)
            assert (screen.look(), screen.shown) == (["delta"], {"a": 3, "b": 1})
            assert engine.asked == 1

    in_no_time(work)


def test_a_gap_is_seen_at_the_next_change_and_the_last_change_at_the_next_looks() -> None:
    async def work() -> None:
        engine = Engine(page=2)
        async with following(engine) as (_, screen):
            screen.look()
            for number in range(5):
                engine.change(f"c{number}", 1, lost=True)
            engine.change("a", 1)
            await asyncio.sleep(0.2)
            screen.look()
            assert screen.shown == {"a": 1, **{f"c{number}": 1 for number in range(5)}}
            engine.change("a", 2, lost=True)
            await asyncio.sleep(3 * LOOK_S)
            assert screen.look() == ["snapshot"]
            assert screen.shown["a"] == 2
            asked = engine.asked
            await asyncio.sleep(10 * LOOK_S)
            assert (engine.asked, screen.look()) == (asked, [])  # all is known: nobody asks again

    in_no_time(work)


def test_being_told_that_facts_were_missed_costs_a_snapshot_only_if_any_were() -> None:
    async def work() -> None:
        engine = Engine()
        async with following(engine) as (_, screen):
            screen.look()
            engine.miss()
            await asyncio.sleep(0.2)
            assert screen.look() == []
            engine.change("a", 1, lost=True)
            engine.miss()
            await asyncio.sleep(0.2)
            assert (screen.look(), screen.shown) == (["snapshot"], {"a": 1})

    in_no_time(work)


def test_an_engine_that_is_gone_stays_as_it_was_and_its_next_life_begins_anew() -> None:
    async def work() -> None:
        engine, woken = Engine(), []
        engine.change("a", 1, lost=True)
        async with following(engine) as (hub, screen), hub.watched(lambda: woken.append(hub.up)):
            screen.look()
            engine.up = False
            engine.miss()
            await asyncio.sleep(2 * LOOK_S)
            assert (screen.look(), screen.shown, woken) == ([], {"a": 1}, [()])
            engine.state = LiveState("two")
            engine.change("b", 1, lost=True)
            engine.up = True
            await asyncio.sleep(4 * LOOK_S)
            assert (screen.look(), screen.shown) == (["snapshot"], {"b": 1})
            assert woken == [(), ("n",)]

    in_no_time(work)


def test_who_comes_before_the_engine_was_asked_waits_for_it() -> None:
    async def work() -> None:
        engine = Engine()
        engine.change("a", 1, lost=True)
        async with following(engine) as (_, screen):
            assert (screen.look(), screen.shown) == (["snapshot"], {"a": 1})

    in_no_time(work)
