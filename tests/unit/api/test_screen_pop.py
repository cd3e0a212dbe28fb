"""Who an agent's call is with is in their session, in the very message that says it is theirs."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from floor_at_work import dialing, logged_in, talking, until
from service import service
from serving import Follower, served
from test_hub import Engine, in_no_time

from api.feed.cursor import unpacked
from api.feed.hub import LIVE, Hub
from api.feed.people import Subject
from api.feed.views import Topic, view_of
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.domain.screen_pop import ScreenPop, ShownScript
from dialer.errors import StoreUnavailable
from dialer.ports import LiveFact

MAIN = TenantId("main")
FIRST, SECOND = (AttemptId(f"at-01M8C9PZ7A2EPPG8W9SYNMTK7{letter}") for letter in "ZY")


def own(role: Role = Role.AGENT, tenant: str = "main") -> Any:
    return view_of(Principal(TenantId(tenant), role, "a", agent_id=AgentId("a1")), Topic.SESSION)


def person(lead: int, tenant: TenantId = MAIN) -> ScreenPop:
    return ScreenPop(
        LeadId(lead),
        CampaignId("ca"),
        tenant,
        "spring.csv",
        "+12025550100",
        ("America/New_York",),
        {"name": f"lead {lead}", "mobile": "+12025550199"},
        1,
        None,
        ShownScript("spring", 2, "Good morning, {{ name }}. [[ Your number is {{ mobile }}. ]]"),
        (),
    )


class Records:
    """What is on record of leads, and how often it was looked at."""

    def __init__(self, tenant: TenantId = MAIN) -> None:
        self.tenant = tenant
        self.asked: list[Subject] = []
        self.away = 0
        self.slow_s = 0.0

    async def look_up(self, wanted: Collection[Subject]) -> Mapping[Subject, ScreenPop | None]:
        self.asked += wanted
        await asyncio.sleep(self.slow_s)
        if self.away:
            self.away -= 1
            raise StoreUnavailable("it is away")
        return {one: person(one.lead, self.tenant) if one.lead else None for one in wanted}


class Told:
    """An engine with one agent, and their session at the hub."""

    def __init__(self, engine: Engine, hub: Hub) -> None:
        self.engine = engine
        self.hub = hub
        self.shown: dict[str, Any] = {}
        self.cursor = ""
        self.messages: list[Any] = []
        self.take: Callable[[], str | None] = lambda: None

    async def subscribe(self, view: Any, *, resume: bool = False) -> None:
        seen = unpacked(self.cursor, "resume") if resume else None
        self.take = (await self.hub.subscribe(view, lambda: None, resume=seen)).take

    def says(self, topic: str, key: str, value: dict[str, Any] | None) -> None:
        whose = None if value is None else {**value, "tenants": ["main", "other"]}
        delta = self.engine.state.put(topic, key, whose)
        assert delta is not None
        place = {"topic": topic, "key": key, "value": delta.value}
        fact = {"epoch": self.engine.state.epoch, "seq": delta.seq, **place}
        self.engine._facts.put_nowait(LiveFact("n", LIVE, fact))

    def dials(self, lead: int, attempt: AttemptId) -> None:
        self.says("calls", attempt, {"campaign": "ca", "agent": None, "lead": lead})

    def agent(self, state: str, lead: int | None, attempt: AttemptId | None) -> None:
        value = {"state": state, "campaigns": ["ca"], "lead": lead, "attempt": attempt}
        self.says("agents", "a1", value)

    def read(self) -> None:
        while (text := self.take()) is not None:
            told = json.loads(text)
            self.messages.append(told)
            kind = "snapshot" if "snapshot" in told else "delta"
            if kind == "snapshot":
                self.shown = {}
            self.shown |= {one["topic"]: one["value"] for one in told[kind]}
            self.cursor = told["cursor"]


def at_the_hub(
    work: Callable[[Told, Records], Awaitable[None]], records: Records | None = None
) -> None:
    async def run() -> None:
        engine, known = Engine(), records or Records()
        hub = Hub(engine, known.look_up)
        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(hub.run())
            told = Told(engine, hub)
            await told.subscribe(own())
            told.read()
            await work(told, known)
            task.cancel()

    in_no_time(run)


def test_who_it_is_comes_in_the_message_that_gives_the_call_to_the_agent() -> None:
    async def work(told: Told, records: Records) -> None:
        told.dials(7, FIRST)
        await asyncio.sleep(0.5)  # it rings
        assert records.asked == [Subject(LeadId(7), FIRST)]
        told.agent("reserved", 7, FIRST)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        told.read()
        (message,) = told.messages[1:]
        assert [one["topic"] for one in message["delta"]] == ["agents", "people"]
        assert told.shown["people"]["person"]["name"] == "lead 7"
        told.agent("wrap_up", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        assert [one["topic"] for one in told.messages[-1]["delta"]] == ["agents"]
        assert records.asked == [Subject(LeadId(7), FIRST)]
        told.agent("idle", None, None)
        await asyncio.sleep(0.1)
        told.read()
        assert told.shown["people"] is None

    at_the_hub(work)


def test_numbers_are_masked_as_the_role_has_them() -> None:
    async def work(told: Told, _records: Records) -> None:
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        assert told.shown["people"]["number"] == "+12*******00"
        assert told.shown["people"]["person"]["mobile"] == "+12*******99"
        await told.subscribe(own(Role.SUPERVISOR))
        told.read()
        assert told.shown["people"]["number"] == "+12*****0100"

    at_the_hub(work)


def test_the_script_comes_filled_and_no_number_gets_whole_into_it() -> None:
    async def work(told: Told, _records: Records) -> None:
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        script = told.shown["people"]["script"]
        assert (script["name"], script["version"]) == ("spring", 2)
        assert "".join(part["text"] for part in script["parts"]) == (
            "Good morning, lead 7. Your number is +12*******99."
        )
        assert [part["statement"] for part in script["parts"]] == [None, None, None, 0, 0, 0]

    at_the_hub(work)


def test_nobody_of_another_tenant_is_shown_to_an_agent_who_serves_both() -> None:
    async def work(told: Told, _records: Records) -> None:
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        assert (told.shown["agents"]["lead"], told.shown["people"]) == (7, None)
        await told.subscribe(own(tenant="other"))
        told.read()
        assert told.shown["people"]["lead"] == 7

    at_the_hub(work, Records(TenantId("other")))


def test_who_was_slow_to_be_found_is_told_when_found_and_who_is_not_on_record_is_nobody() -> None:
    async def work(told: Told, records: Records) -> None:
        records.slow_s = 0.5
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        assert told.shown["people"] is None
        await asyncio.sleep(0.5)
        told.read()
        assert told.shown["people"]["lead"] == 7
        told.agent("wrap_up", None, SECOND)  # written up when its engine was killed
        await asyncio.sleep(1)
        told.read()
        assert (told.shown["people"], records.asked[-1]) == (None, Subject(None, SECOND))

    at_the_hub(work)


def test_who_comes_back_is_told_who_the_call_is_with_even_if_that_changed_meanwhile() -> None:
    async def work(told: Told, _records: Records) -> None:
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(0.1)
        told.read()
        told.take = lambda: None
        told.agent("idle", None, None)
        told.agent("talking", 8, SECOND)
        await asyncio.sleep(0.1)
        await told.subscribe(own(), resume=True)
        await asyncio.sleep(0.1)
        told.read()
        assert "delta" in told.messages[-1]
        assert told.shown["people"]["lead"] == 8

    at_the_hub(work)


def test_a_database_that_was_away_is_asked_again() -> None:
    async def work(told: Told, records: Records) -> None:
        records.away = 1
        told.agent("talking", 7, FIRST)
        await asyncio.sleep(3)
        told.read()
        assert told.shown["people"]["lead"] == 7

    at_the_hub(work)


async def test_an_agent_sees_what_was_noted_in_the_talk_before(tmp_path: Path) -> None:
    async with service(tmp_path) as at, served(at.app) as address:
        campaign = await dialing(at, leads=1, wrap_up_limit_s=60.0)
        await logged_in(at, campaign)
        follower, floor = Follower(), Follower()
        async with (
            follower.connected(address, role="agent@main", topic="session") as own_socket,
            floor.connected(address) as floor_socket,
        ):
            async with talking(at) as attempt:
                async with asyncio.timeout(10):
                    while (who := follower.shown.get(("node", "people", "1001"))) is None:
                        await follower.hear(own_socket)
                assert (who["attempt"], who["list"], who["past"]) == (attempt, "list.csv", [])
                assert who["person"] == {"name": "n0"}
                assert who["number"] == "+12*******00"
            await until(lambda: at.engine.agents.get(AgentId("1001")).state.value == "wrap_up")
            said = {"disposition": "not_in", "note": "Rings back <b>after</b> Easter.\nAsk for Jo."}
            await at.done("POST", "/session/ready", role="agent", json=said)
            await floor.hear(floor_socket)
            assert not [place for place in floor.shown if place[1] == "people"]
        pops = await at.stores.screen_pops.of([LeadId(who["lead"])])
        (past,) = pops[who["lead"]].past
        assert (past.disposition, past.agent_id, past.note) == ("not_in", "1001", said["note"])
        problem = await at.refused(
            "POST", "/session/ready", 422, role="agent", json={"note": "alone"}
        )
        assert (problem["field"], problem["code"]) == ("note", "bad_input")
