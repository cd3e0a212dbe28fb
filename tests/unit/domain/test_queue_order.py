"""Who of those who wait is next, and which agent is best."""

from dataclasses import replace

import pytest

from dialer.domain.ids import AgentId, CallId
from dialer.domain.queue import AgentOrder, QueueSettings
from dialer.domain.queue_order import (
    YIELD_S,
    Server,
    Wish,
    best_agent,
    may_serve,
    next_caller,
    spoken_for,
    yields,
)

ANN, BOB, CID = AgentId("ann"), AgentId("bob"), AgentId("cid")
BOTH = ("billing", "spanish")


def agent(name: AgentId, since: float = 0.0, tenant: str = "main", **skills: int) -> Server:
    return Server(name, tenant, since, skills)


def caller(name: str, since: float = 0.0, **more: object) -> Wish:
    return replace(Wish(CallId(name), "main", since), **more)  # type: ignore[arg-type]


def test_priority_goes_before_vip_and_vip_before_the_longer_wait() -> None:
    old = caller("old", 1.0)
    vip = caller("vip", 2.0, vip=True)
    gold = caller("gold", 3.0, settings=QueueSettings(priority=1))
    ann = agent(ANN)
    assert next_caller(ann, [old, vip, gold]) is gold
    assert next_caller(ann, [old, vip]) is vip
    assert next_caller(ann, [caller("new", 9.0), old]) is old
    assert next_caller(ann, []) is None


@pytest.mark.parametrize(
    ("order", "skills", "may"),
    [
        (AgentOrder.LONGEST_IDLE, {"billing": 1, "spanish": 1}, True),
        (AgentOrder.LONGEST_IDLE, {"billing": 9}, False),
        (AgentOrder.LONGEST_IDLE, {}, False),
        (AgentOrder.MOST_SKILLED, {"billing": 1}, True),
        (AgentOrder.MOST_SKILLED, {"french": 9}, False),
    ],
)
def test_skills_decide_who_may_serve(order: AgentOrder, skills: dict[str, int], may: bool) -> None:
    wish = caller("c", settings=QueueSettings(order=order, skills=BOTH))
    assert may_serve(wish, agent(ANN, **skills)) is may


def test_an_agent_of_another_tenant_serves_nobody_and_one_asked_for_only_those_who_ask() -> None:
    assert not may_serve(caller("c"), agent(ANN, tenant="other"))
    asks = caller("c", only=BOB)
    assert not may_serve(asks, agent(ANN))
    assert may_serve(asks, agent(BOB))


def test_the_last_agent_is_best_then_the_most_skilled_then_who_is_idle_longest() -> None:
    settings = QueueSettings(order=AgentOrder.MOST_SKILLED, skills=BOTH)
    wish = caller("c", settings=settings, last=CID)
    ann = agent(ANN, 5.0, billing=1, spanish=1)
    bob = agent(BOB, 1.0, billing=1)
    cid = agent(CID, 9.0, billing=1)
    assert best_agent(wish, [ann, bob, cid]) is cid
    assert best_agent(wish, [ann, bob]) is ann
    assert best_agent(caller("d"), [ann, bob]) is bob
    assert best_agent(caller("d"), []) is None


def test_each_caller_speaks_for_one_agent_the_first_who_may_serve() -> None:
    spanish = caller("es", 1.0, settings=QueueSettings(skills=("spanish",)))
    anybody = caller("en", 2.0)
    busy = [agent(ANN), agent(BOB, spanish=1), agent(CID)]
    assert spoken_for([anybody, spanish], busy) == {ANN, BOB}
    assert spoken_for([spanish], [agent(ANN)]) == set()
    assert spoken_for([caller(str(n)) for n in range(9)], busy) == {ANN, BOB, CID}


def test_a_caller_yields_for_as_long_as_a_line_may_ring() -> None:
    wish = caller("c", 100.0)
    assert yields(wish, 100.0 + YIELD_S - 0.01)
    assert not yields(wish, 100.0 + YIELD_S)
