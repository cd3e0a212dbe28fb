"""Whoever follows the feed sees what the engines have, whatever is lost, slow or killed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.feed.cursor import packed, unpacked
from api.feed.mirror import Mirror, Subscription
from api.feed.replica import Gap
from api.feed.views import Topic, View, audiences, view_of
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.live_state import Delta, LiveState
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.errors import BadInput, Denied


def principal(role: Role, *, tenant: str = "main", agent: str | None = None) -> Principal:
    agent_id = None if agent is None else AgentId(agent)
    return Principal(TenantId(tenant), role, role.value, agent_id=agent_id)


FLOOR = view_of(principal(Role.SUPERVISOR), Topic.FLOOR)
ALERTS = view_of(principal(Role.SUPERVISOR), Topic.ALERTS)
CREW = view_of(principal(Role.SUPERVISOR), Topic.CAMPAIGN, "c1")
BARE = view_of(principal(Role.AGENT), Topic.CAMPAIGN, "c1")
OWN = view_of(principal(Role.AGENT, agent="a1"), Topic.SESSION)
VIEWS = (FLOOR, ALERTS, CREW, BARE, OWN)


@dataclass
class Engine:
    """An engine that tells its changes, and what of them has not arrived anywhere yet."""

    node: str
    life: int = 0
    state: LiveState = field(default_factory=lambda: LiveState("0"))

    def restart(self) -> None:
        self.life += 1
        self.state = LiveState(str(self.life))


class Process:
    """An API process whose facts may be late, or lost."""

    def __init__(self, engines: list[Engine]) -> None:
        self.mirror = Mirror(kept=4)
        self.engines = engines
        self.inbox: list[tuple[Engine, str, Delta]] = []
        for engine in engines:
            self.renew(engine)

    def hear(self, count: int) -> None:
        arrived, self.inbox = self.inbox[:count], self.inbox[count:]
        for engine, epoch, delta in arrived:
            place = delta.topic, delta.key, delta.value
            try:
                self.mirror.take(engine.node, epoch, delta.seq, *place)
            except Gap:
                self.renew(engine)

    def renew(self, engine: Engine) -> None:
        state = engine.state
        self.mirror.renew(engine.node, state.epoch, state.seq, state.entries())


class Client:
    """Somebody who follows one view, at whichever process serves them."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.shown: dict[tuple[str, str, str], Any] = {}
        self.cursor: str | None = None
        self.subscription: Subscription | None = None

    def connect(self, process: Process, *, resuming: bool) -> None:
        if self.subscription is not None:
            self.subscription.close()
        resume = unpacked(self.cursor, "resume") if resuming and self.cursor else None
        self.subscription = process.mirror.subscribe(self.view, lambda: None, resume=resume)

    def read(self) -> None:
        text = None if self.subscription is None else self.subscription.take()
        if text is None:
            return
        told = json.loads(text)
        if "snapshot" in told:
            self.shown = {}
        for one in told.get("snapshot", told.get("delta")):
            place = one["node"], one["topic"], one["key"]
            if one["value"] is None:
                self.shown.pop(place, None)
            else:
                self.shown[place] = one["value"]
        self.cursor = told["cursor"]


def seen(view: View, engines: list[Engine]) -> dict[tuple[str, str, str], Any]:
    return {
        (engine.node, one.topic, one.key): {k: v for k, v in one.value.items() if k != "tenants"}
        for engine in engines
        for one in engine.state.entries()
        if view.wants & audiences(one.topic, one.key, one.value)
    }


TENANTS = st.sampled_from([["main"], ["other"], ["main", "other"]])
CAMPAIGNS = st.sampled_from([["c1"], ["c2"], ["c1", "c2"]])
AGENT = st.fixed_dictionaries({"n": st.integers(0, 3), "campaigns": CAMPAIGNS, "tenants": TENANTS})
CALL = st.fixed_dictionaries(
    {
        "campaign": st.sampled_from(["c1", "c2"]),
        "agent": st.sampled_from([None, "a1", "a2"]),
        "tenants": TENANTS,
    }
)
PLAIN = st.fixed_dictionaries({"n": st.integers(0, 3), "tenants": TENANTS | st.none()})
CHANGE = st.one_of(
    st.tuples(st.just("agents"), st.sampled_from(["a1", "a2"]), AGENT | st.none()),
    st.tuples(st.just("calls"), st.sampled_from(["k1", "k2", "k3"]), CALL | st.none()),
    st.tuples(st.just("campaigns"), st.sampled_from(["c1", "c2"]), PLAIN | st.none()),
    st.tuples(st.just("alerts"), st.sampled_from(["x", "y"]), PLAIN | st.none()),
)
WHO, WHICH = st.integers(0, len(VIEWS) - 1), st.integers(0, 1)
CHANGES = st.tuples(st.just("change"), WHICH, CHANGE)
TICKS = st.tuples(st.just("tick"), WHICH)
READS = st.tuples(st.just("read"), WHO)
CONNECTS = st.tuples(st.just("connect"), WHO, WHICH, st.booleans())
ODDITIES = st.one_of(
    st.tuples(st.just("hear"), WHICH, st.integers(1, 3)),
    st.tuples(st.just("flush"), WHICH),
    st.tuples(st.just("lose"), WHICH, st.integers(0, 3)),
    st.tuples(st.just("restart"), WHICH),
    st.tuples(st.just("renew"), WHICH, WHICH),
)
ORDINARY = st.one_of(CHANGES, CHANGES, TICKS, TICKS, READS, CONNECTS)


class Floor:
    """Two engines, two processes and a client for each view; each method is a step."""

    def __init__(self) -> None:
        self.engines = [Engine("n1"), Engine("n2")]
        self.processes = [Process(self.engines), Process(self.engines)]
        self.clients = [Client(view) for view in VIEWS]
        for client in self.clients:
            client.connect(self.processes[0], resuming=False)
            client.read()

    def change(self, number: int, what: tuple[str, str, Any]) -> None:
        engine = self.engines[number]
        delta = engine.state.put(*what)
        for process in self.processes if delta is not None else []:
            process.inbox.append((engine, engine.state.epoch, delta))

    def tick(self, number: int) -> None:
        self.processes[number].hear(len(self.processes[number].inbox))
        self.processes[number].mirror.flush()

    def hear(self, number: int, count: int) -> None:
        self.processes[number].hear(count)

    def flush(self, number: int) -> None:
        self.processes[number].mirror.flush()

    def read(self, number: int) -> None:
        self.clients[number].read()

    def connect(self, number: int, at: int, resuming: bool) -> None:
        self.clients[number].connect(self.processes[at], resuming=resuming)

    def lose(self, number: int, which: int) -> None:
        del self.processes[number].inbox[which : which + 1]

    def restart(self, number: int) -> None:
        self.engines[number].restart()

    def renew(self, number: int, which: int) -> None:
        self.processes[number].renew(self.engines[which])

    def settle(self) -> None:
        for process in self.processes:
            process.hear(len(process.inbox))
            for engine in self.engines:
                process.renew(engine)  # as the look after an engine does when its head is ahead
            process.mirror.flush()


@settings(max_examples=120)
@given(
    st.lists(ORDINARY, min_size=20, max_size=80)
    | st.lists(ORDINARY | ODDITIES, min_size=20, max_size=80)
)
def test_whatever_is_lost_slow_or_killed_everybody_ends_up_seeing_what_there_is(
    steps: list[Any],
) -> None:
    floor = Floor()
    for name, *given_with in steps:
        getattr(floor, name)(*given_with)
    floor.settle()
    for client in floor.clients:
        client.read()
        assert client.shown == seen(client.view, floor.engines)
        assert client.subscription is not None
        assert client.subscription.take() is None


def followed(count: int = 0) -> tuple[Engine, Mirror]:
    engine, mirror = Engine("n"), Mirror()
    mirror.renew("n", "0", 0, [])
    change(engine, mirror, count)
    return engine, mirror


def change(engine: Engine, mirror: Mirror, count: int, *, keys: int = 5) -> None:
    for number in range(count):
        delta = engine.state.put(
            "campaigns", f"c{number % keys}", {"n": engine.state.seq, "tenants": ["main"]}
        )
        assert delta is not None
        mirror.take("n", "0", delta.seq, delta.topic, delta.key, delta.value)


def test_a_slow_reader_holds_no_more_than_there_are_keys_and_gets_the_latest() -> None:
    engine, mirror = followed()
    slow, quick = (mirror.subscribe(FLOOR, lambda: None) for _ in range(2))
    slow.take()
    for _ in range(500):
        change(engine, mirror, 20)
        mirror.flush()
        quick.take()
        assert slow.pending <= 5
    told = json.loads(slow.take() or "")
    assert len(told["delta"]) == 5
    assert {one["key"]: one["value"]["n"] for one in told["delta"]} == {
        key: value["n"] for key, value in engine.state.snapshot("campaigns").items()
    }


def test_a_reader_who_misses_a_message_is_told_of_all_that_was_in_it() -> None:
    engine, mirror = followed()
    here = mirror.subscribe(FLOOR, lambda: None)
    here.take()
    for key in ("c8", "c9"):
        delta = engine.state.put("campaigns", key, {"n": 1, "tenants": ["main"]})
        assert delta is not None
        mirror.take("n", "0", delta.seq, "campaigns", key, delta.value)
        mirror.flush()
    assert [one["key"] for one in json.loads(here.take() or "")["delta"]] == ["c8", "c9"]
    assert here.take() is None


def test_what_left_the_view_while_one_was_away_is_taken_back() -> None:
    _, mirror = followed()
    call = {"campaign": "c1", "agent": "a1", "tenants": ["main"]}
    mirror.take("n", "0", 1, "calls", "k", call)
    mirror.flush()
    here = mirror.subscribe(OWN, lambda: None)
    cursor = unpacked(json.loads(here.take() or "")["cursor"], "resume")
    mirror.take("n", "0", 2, "calls", "k", {**call, "agent": "a2"})
    mirror.take("n", "0", 3, "calls", "k2", {**call, "agent": "a2"})
    back = mirror.subscribe(OWN, lambda: None, resume=cursor)
    gone = [(one["key"], one["value"]) for one in json.loads(back.take() or "")["delta"]]
    assert gone == [("k", None)]


def test_those_who_keep_up_are_told_the_same_text_made_once() -> None:
    engine, mirror = followed(3)
    woken: list[int] = []
    wakes: list[Callable[[], None]] = [lambda: woken.append(1), lambda: woken.append(2)]
    both = [mirror.subscribe(FLOOR, wake) for wake in wakes]
    first = [one.take() for one in both]
    assert first[0] is first[1]
    woken.clear()
    change(engine, mirror, 2)
    assert woken == []  # collected, not told yet
    mirror.flush()
    assert sorted(woken) == [1, 2]
    texts = [one.take() for one in both]
    assert texts[0] is texts[1]
    assert texts[0] is not None


def test_who_comes_back_in_time_is_told_only_what_changed_else_everything() -> None:
    engine, mirror = Engine("n"), Mirror()
    engine.state.put("node", "n", {"tenants": None})
    mirror.renew("n", "0", 1, engine.state.entries())
    change(engine, mirror, 3)
    mirror.flush()
    here = mirror.subscribe(FLOOR, lambda: None)
    cursor = unpacked(json.loads(here.take() or "")["cursor"], "resume")
    nothing = mirror.subscribe(FLOOR, lambda: None, resume=cursor)
    assert json.loads(nothing.take() or "")["delta"] == []
    change(engine, mirror, 1)
    some = mirror.subscribe(FLOOR, lambda: None, resume=cursor)
    assert [one["key"] for one in json.loads(some.take() or "")["delta"]] == ["c0"]
    ahead = {"n": ("0", 99)}
    for other in ({}, {"n": ("0", 0)}, {"n": ("elsewhere", 3)}, {"m": ("0", 3)}, ahead):
        new = mirror.subscribe(FLOOR, lambda: None, resume=other)
        assert "snapshot" in json.loads(new.take() or "")


def test_nobody_sees_another_tenants_floor_and_an_agent_only_their_own() -> None:
    value = {"state": "idle", "campaigns": ["c9"], "tenants": ["other"]}
    told = audiences("agents", "a1", value)
    assert told == {("floor", "other"), ("session", "other/a1"), ("crew", "c9")}
    assert all(not view.wants & told for view in VIEWS)
    assert ALERTS.wants & audiences("alerts", "switch_lost:n", {"tenants": None})
    call = {"campaign": "c1", "agent": None, "tenants": ["main"]}
    assert [bool(v.wants & audiences("calls", "k", call)) for v in VIEWS] == [
        True,
        False,
        True,
        False,
        False,
    ]
    with pytest.raises(Denied, match="agent may not see floor"):
        view_of(principal(Role.AGENT), Topic.FLOOR)
    with pytest.raises(Denied, match="is no agent"):
        view_of(principal(Role.ADMINISTRATOR), Topic.SESSION)


def test_a_key_that_leaves_the_view_is_taken_back_without_telling_where_it_went() -> None:
    _, mirror = followed()
    mine = mirror.subscribe(OWN, lambda: None)
    mine.take()
    call = {"campaign": "c1", "agent": "a1", "tenants": ["main"]}
    mirror.take("n", "0", 1, "calls", "k", call)
    mirror.flush()
    assert json.loads(mine.take() or "")["delta"][0]["value"] == {"campaign": "c1", "agent": "a1"}
    mirror.take("n", "0", 2, "calls", "k", {**call, "agent": "a2"})
    mirror.flush()
    assert json.loads(mine.take() or "")["delta"] == [
        {"node": "n", "topic": "calls", "key": "k", "value": None}
    ]


def test_who_left_is_not_told_any_more() -> None:
    engine, mirror = followed()
    woken: list[str] = []
    gone = mirror.subscribe(FLOOR, lambda: woken.append("gone"))
    gone.take()
    gone.close()
    woken.clear()
    change(engine, mirror, 3)
    mirror.flush()
    assert (woken, gone.take()) == ([], None)


@pytest.mark.parametrize("text", ["", "x", "!!", "e30=x", "WzFd", "eyJuIjogMX0", "a" * 5000])
def test_what_is_no_cursor_is_refused_with_the_fix(text: str) -> None:
    with pytest.raises(BadInput, match="send the cursor of the last message"):
        unpacked(text, "resume")


@given(st.dictionaries(st.text(), st.tuples(st.text(), st.integers(0))))
def test_a_cursor_is_read_as_it_was_packed(cursor: dict[str, tuple[str, int]]) -> None:
    if len(packed(cursor)) <= 4000:
        assert unpacked(packed(cursor), "resume") == cursor
