"""The live feed over real sockets: who sees what, what is refused, and that nothing is missed."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from service import Service, service
from serving import Follower, served
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.app import create_app
from api.bootstrap import life_of
from api.feed import socket as feed_socket
from api.feed.cursor import unpacked
from api.feed.messages import MESSAGE_MOST
from dialer.domain.ids import AgentId
from dialer.services.board import LIVE

WITHIN_S = 10.0


@asynccontextmanager
async def floor(folder: Path) -> AsyncIterator[tuple[Service, str, str]]:
    """A service with a campaign that agent 1001 serves, behind a port."""
    async with service(folder) as at, served(at.app) as address:
        campaign = await at.done("POST", "/campaigns", json={"name": "spring"})
        await at.engine.control.log_in({"agent": "1001", "campaigns": [campaign["id"]]})
        yield at, address, campaign["id"]


async def closed(socket: Any) -> tuple[int, str]:
    """Return code and reason with which a socket is closed, passing over what it tells before."""
    async with asyncio.timeout(WITHIN_S):
        try:
            while True:
                await socket.recv()
        except ConnectionClosed as end:
            return (end.rcvd.code, end.rcvd.reason) if end.rcvd is not None else (1006, "")


def places(follower: Follower) -> set[tuple[str, str]]:
    return {(topic, key) for _, topic, key in follower.shown}


# -- what is seen ----------------------------------------------------------------------------


async def test_a_supervisor_sees_the_floor_change(tmp_path: Path) -> None:
    async with floor(tmp_path) as (at, address, _campaign):
        here = Follower()
        async with asyncio.timeout(WITHIN_S), here.connected(address) as socket:
            told = await here.hear(socket)
            assert ("snapshot" in told, told["topic"]) == (True, "floor")
            assert {("agents", "1001"), ("node", "node")} <= places(here)
            assert here.shown["node", "agents", "1001"]["state"] == "idle"
            assert "tenants" not in json.dumps(told)
            await at.engine.agents.pause(AgentId("1001"), "lunch")
            while here.shown["node", "agents", "1001"]["state"] != "paused":
                assert "delta" in await here.hear(socket)
            assert here.shown["node", "agents", "1001"]["reason"] == "lunch"


async def test_a_call_is_seen_with_its_number_masked_and_by_its_agent_as_their_session(
    tmp_path: Path,
) -> None:
    async with floor(tmp_path) as (at, address, campaign):
        await at.with_leads(campaign, 3)
        change = {"mode": "power", "power_ratio": 1.0}
        await at.done("PATCH", f"/campaigns/{campaign}/pacing", json=change)
        session, crew, bare = Follower(), Follower(), Follower()
        agent = {"role": "agent@main"}
        async with (
            asyncio.timeout(WITHIN_S),
            session.connected(address, topic="session", **agent) as own,
            crew.connected(address, topic="campaign", campaign=campaign) as all_of_it,
            bare.connected(address, topic="campaign", campaign=campaign, **agent) as row,
        ):
            await at.done("POST", f"/campaigns/{campaign}/start")
            while not at.switch.channels.keys() & {
                f.attempt.attempt_id for f in at.engine.calls.live()
            }:
                await asyncio.sleep(0.01)
            (attempt, *_) = [flow.attempt for flow in at.engine.calls.live()]
            while ("calls", attempt.attempt_id) not in places(crew):
                await crew.hear(all_of_it)
            shown = crew.shown["node", "calls", attempt.attempt_id]
            assert shown["number"] == "+12*******" + attempt.number[-2:]
            assert attempt.number not in json.dumps([*map(str, crew.shown.values())])
            while ("campaigns", campaign) not in places(bare):
                await bare.hear(row)
            assert places(bare) == {("campaigns", campaign)}
            await session.hear(own)
            assert places(session) == {("agents", "1001")}


async def test_another_tenant_sees_nothing_of_the_floor_and_no_campaign(tmp_path: Path) -> None:
    async with floor(tmp_path) as (_at, address, campaign):
        here = Follower()
        other = {"role": "supervisor@other"}
        async with asyncio.timeout(WITHIN_S), here.connected(address, **other) as socket:
            await here.hear(socket)
            assert places(here) == {("node", "node")}
            await socket.send(
                json.dumps({"subscribe": [{"topic": "campaign", "campaign": campaign}]})
            )
            told: Any = {}
            while "error" not in told:
                told = await here.hear(socket)
            assert (told["error"]["code"], told["campaign"]) == ("not_found", campaign)


@pytest.mark.parametrize(
    ("role", "wanted", "code", "field"),
    [
        ("agent", {"topic": "floor"}, "denied", "topic"),
        ("agent", {"topic": "alerts"}, "denied", "topic"),
        ("supervisor", {"topic": "session"}, "denied", "topic"),
        ("qa", {"topic": "campaign"}, "bad_input", "campaign"),
        ("qa", {"topic": "floor", "campaign": "x"}, "bad_input", "campaign"),
        ("qa", {"topic": "floor", "resume": "x"}, "bad_input", "resume"),
    ],
)
async def test_what_may_not_be_seen_is_refused_with_the_fix_and_the_socket_stays(
    tmp_path: Path, role: str, wanted: dict[str, str], code: str, field: str
) -> None:
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        here = Follower()
        options: Any = {"role": f"{role}@main", **wanted}
        async with asyncio.timeout(WITHIN_S), here.connected(address, **options) as socket:
            told = await here.hear(socket)
            assert (told["error"]["code"], told["error"]["field"]) == (code, field)
            assert told["error"]["fix"]
            await socket.send(json.dumps({"pong": 1}))
            await socket.send(json.dumps({"unsubscribe": [{"topic": "floor"}]}))
            await socket.ping()


# -- who is let in ---------------------------------------------------------------------------


async def test_the_cookie_counts_only_from_our_own_page(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        host = address.partition("/")[0]
        cookie = {"Cookie": "outpace_session=supervisor@main"}
        wanted = json.dumps({"subscribe": [{"topic": "floor"}]})
        for origin, let_in in (
            (f"https://{host}", True),
            ("https://evil.test", False),
            (None, False),
        ):
            headers = {**cookie, **({} if origin is None else {"Origin": origin})}
            async with connect(f"ws://{address}/feed", additional_headers=headers) as socket:
                await socket.send(wanted)
                if let_in:
                    told = [json.loads(await socket.recv()) for _ in range(2)]
                    assert any("snapshot" in one for one in told)
                else:
                    code, reason = await closed(socket)
                    assert (code, "own page" in reason) == (4401, True)


async def test_a_token_may_come_as_the_first_message_and_must_be_known(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        async with connect(f"ws://{address}/feed") as socket:
            await socket.send(json.dumps({"token": "supervisor@main"}))
            await socket.send(json.dumps({"subscribe": [{"topic": "floor"}]}))
            told = [json.loads(await socket.recv()) for _ in range(2)]
            assert any("snapshot" in one for one in told)
            await socket.send(json.dumps({"token": "supervisor@main"}))
            assert (await closed(socket))[0] == 1008
        async with connect(f"ws://{address}/feed") as socket:
            await socket.send(json.dumps({"token": "nobody"}))
            code, reason = await closed(socket)
            assert (code, reason) == (4401, "the token is unknown, revoked or expired")
        bad = {"Authorization": "Bearer nobody"}
        async with connect(f"ws://{address}/feed", additional_headers=bad) as socket:
            assert (await closed(socket))[0] == 4401


async def test_who_shows_nothing_is_out_within_seconds_and_who_lost_the_right_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_socket, "TOKEN_WITHIN_S", 0.2)
    monkeypatch.setattr(feed_socket, "RECHECK_S", 0.2)
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        async with connect(f"ws://{address}/feed") as socket:
            assert (await closed(socket)) == (4401, "no token came; send it first")
        here = Follower()
        async with here.connected(address) as socket:
            await here.hear(socket)
            del at.doorkeeper.tokens["supervisor@main"]
            code, reason = await closed(socket)
            assert (code, "revoked" in reason) == (4401, True)
    assert feed_socket.SERVER["ws_max_size"] == MESSAGE_MOST


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x00\xff", 1003),
        ("{", 1008),
        ("[]", 1008),
        ("{}", 1008),
        ('{"subscribe":[{"topic":"everything"}]}', 1008),
        ('{"subscribe":[],"pong":1}', 1008),
        ('{"subscribe":[{"topic":"floor","more":1}]}', 1008),
        (json.dumps({"subscribe": [{"topic": "floor"}] * 51}), 1008),
        ("[" * 5000, 1008),
        ("x" * (MESSAGE_MOST + 1), 1009),
    ],
)
async def test_garbage_closes_the_socket_with_a_code_and_a_reason(
    tmp_path: Path, frame: str | bytes, code: int
) -> None:
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        headers = {"Authorization": "Bearer qa@main"}
        async with connect(f"ws://{address}/feed", additional_headers=headers) as socket:
            await socket.send(frame)
            end, reason = await closed(socket)
            assert (end, bool(reason)) == (code, True)


async def test_a_socket_has_fifty_subscriptions_at_most(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at, served(at.app) as address:
        ids = [
            (await at.done("POST", "/campaigns", json={"name": f"c{n}"}))["id"] for n in range(50)
        ]
        wanted = [{"topic": "campaign", "campaign": one} for one in ids]
        here = Follower()
        async with asyncio.timeout(WITHIN_S), here.connected(address) as socket:
            await socket.send(json.dumps({"subscribe": wanted}))
            while "error" not in here.kinds:
                told = await here.hear(socket)
            assert told["campaign"] == ids[-1]
            assert "50 already" in told["error"]["detail"]


# -- that nothing is missed ------------------------------------------------------------------


class Record:
    """Every value each key of the engine ever had, with the number from which it held."""

    def __init__(self, at: Service) -> None:
        self.values: dict[tuple[str, str, str], list[tuple[int, Any]]] = {}
        state = at.engine.board.state
        for one in state.entries():
            self._note(state.seq, one.topic, one.key, one.value)

    def _note(self, seq: int, topic: str, key: str, value: Any) -> None:
        shown = None if value is None else {k: v for k, v in value.items() if k != "tenants"}
        shown = json.loads(json.dumps(shown))
        self.values.setdefault(("node", topic, key), []).append((seq, shown))

    async def keep(self, at: Service) -> None:
        async for topic, fact in at.engine.feed.listen():
            if topic == LIVE and fact["topic"] != "alerts":
                self._note(fact["seq"], fact["topic"], fact["key"], fact["value"])

    def lawful(self, follower: Follower) -> None:
        """Each key shows what it had at the follower's cursor, or later: never something older."""
        _, seq = unpacked(follower.cursor, "cursor")["node"]
        for place, history in self.values.items():
            if place[1] == "alerts":
                continue
            before = [value for at, value in history if at <= seq]
            allowed = [*before[-1:], *[value for at, value in history if at > seq]]
            assert follower.shown.get(place) in (allowed or [None])


async def test_a_hundred_kills_and_resumes_at_two_processes_miss_nothing(tmp_path: Path) -> None:
    async with floor(tmp_path) as (at, first, campaign):
        second_app = create_app(life_of(at.engine.settings, lambda _stores: at.doorkeeper))
        async with second_app.router.lifespan_context(second_app), served(second_app) as second:
            for agent in ("1002", "1003"):
                await at.engine.control.log_in({"agent": agent, "campaigns": [campaign]})
            record, here = Record(at), Follower()
            async with asyncio.TaskGroup() as tasks:
                keeping = tasks.create_task(record.keep(at))
                working = tasks.create_task(busy(at))
                for cycle in range(100):
                    address = (first, second)[cycle % 2]
                    async with asyncio.timeout(WITHIN_S), here.connected(address) as socket:
                        for _ in range(cycle % 3 + 1):
                            await here.hear(socket)
                            record.lawful(here)
                        socket.transport.abort()
                working.cancel()
                # who is back within seconds is told what changed; all of it only where a process
                # had not heard yet what the other one told
                assert here.kinds.count("delta") > 150
                async with asyncio.timeout(WITHIN_S), here.connected(first) as socket:
                    while here.shown != seen(at):
                        await here.hear(socket)
                keeping.cancel()


def seen(at: Service) -> dict[tuple[str, str, str], Any]:
    """What a supervisor must see of the floor now."""
    return {
        ("node", one.topic, one.key): json.loads(
            json.dumps({k: v for k, v in one.value.items() if k != "tenants"})
        )
        for one in at.engine.board.state.entries()
        if one.topic != "alerts"
    }


async def busy(at: Service) -> None:
    """Agents who come and go as fast as the record takes it."""
    while True:
        for agent in ("1001", "1002", "1003"):
            await at.engine.agents.pause(AgentId(agent), "break")
            await asyncio.sleep(0.005)
            await at.engine.agents.resume(AgentId(agent))


async def test_a_restarted_engine_is_told_as_a_new_snapshot(tmp_path: Path) -> None:
    async with floor(tmp_path) as (at, address, _campaign):
        here = Follower()
        async with asyncio.timeout(WITHIN_S), here.connected(address) as socket:
            await here.hear(socket)
            link = at.app.state.world.engines
            mirror = at.app.state.world.feed.mirror
            epoch = at.engine.board.state.epoch
            assert mirror.at("node")[0] == epoch
            at.engine.board.state.epoch = "next"
            at.engine.board.look(lag_ms=500.0)
            while here.kinds.count("snapshot") < 2:
                await here.hear(socket)
            assert unpacked(here.cursor, "cursor")["node"][0] == "next"
            assert link.nodes() == ["node"]
            assert here.shown == seen(at)


# -- events for scripts ----------------------------------------------------------------------


async def test_scripts_follow_by_events_and_go_on_after_their_last_one(tmp_path: Path) -> None:
    async with floor(tmp_path) as (at, address, campaign):
        headers = {"Authorization": "Bearer supervisor@main"}
        path = f"http://{address}/events"
        params = {"topics": f"floor,alerts,campaign:{campaign}"}
        async with asyncio.timeout(WITHIN_S), httpx.AsyncClient(headers=headers) as client:
            async with client.stream("GET", path, params=params) as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                told = await events(answer, 3)
            assert [kind for kind, _, _ in told] == ["snapshot"] * 3
            assert [bool(mark) for _, mark, _ in told] == [False, False, True]
            await at.engine.agents.pause(AgentId("1001"), "lunch")
            last = {"Last-Event-ID": told[-1][1]}
            async with client.stream("GET", path, params=params, headers=last) as answer:
                more = await events(answer, 3)
            assert [kind for kind, _, _ in more] == ["delta"] * 3
            changed = [one for _, _, data in more for one in data["delta"] if one["key"] == "1001"]
            assert {one["value"]["state"] for one in changed} == {"paused"}


async def events(answer: httpx.Response, count: int) -> list[tuple[str, str, Any]]:
    """Read some events that are no pings: kind, id, data."""
    told: list[tuple[str, str, Any]] = []
    event: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event["event"] != "ping":
            told.append((event["event"], event.get("id", ""), json.loads(event["data"])))
            event = {}
        else:
            event = {}
        if len(told) == count:
            break
    return told


async def test_events_are_refused_like_everything_else(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for topics, role, status, field in (
            ("everything", "qa", 422, "topics"),
            ("floor,floor", "qa", 422, "topics"),
            ("campaign", "qa", 422, "campaign"),
            ("campaign:ca-none", "qa", 404, "campaign"),
            ("floor", "agent", 403, "topic"),
        ):
            problem = await at.refused(
                "GET", "/events", status, role=role, params={"topics": topics}
            )
            assert problem["field"] == field
        wrong = {"Last-Event-ID": "x"}
        problem = await at.refused(
            "GET", "/events", 422, role="qa", params={"topics": "floor"}, headers=wrong
        )
        assert problem["field"] == "Last-Event-ID"
        told = await at.refused("GET", "/feed", 426)
        assert "GET /api/v1/events" in told["fix"]
