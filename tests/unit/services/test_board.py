"""What a floor looks like, told change by change."""

import asyncio
from typing import Any

import pytest
from node import ANN, SPRING, Node, node

from dialer.domain.live_state import Delta, LiveState
from dialer.domain.pause_code import OverduePause
from dialer.errors import BadInput
from dialer.services.alarms import Alarms
from dialer.services.board import LIVE, Board

VIRTUAL_TIME = True


def board(at: Node, overdue: list[OverduePause] | None = None) -> Board:
    alarms = Alarms(
        agents=at.agents,
        campaigns=at.campaigns,
        recorder=at.recorder,
        switch=at.switch,
        node="node",
        overdue=lambda: overdue or [],
        trunks=lambda: at.dialing.lines.breakers,
    )
    return Board(
        agents=at.agents,
        calls=at.calls,
        campaigns=at.campaigns,
        seating=at.seating,
        dialing=at.dialing,
        recorder=at.recorder,
        alarms=alarms,
        switch=at.switch,
        feed=at.feed,
        clock=at.clock,
        node="node",
        epoch="e",
    )


def heard(at: Node) -> LiveState:
    """Return the state of somebody who heard everything the feed told."""
    copy = LiveState("e")
    for fact in at.feed.of(LIVE):
        assert fact["epoch"] == "e"
        assert copy.apply(Delta(fact["seq"], fact["topic"], fact["key"], fact["value"]))
    return copy


async def test_a_call_is_told_from_its_dial_to_its_end_with_its_agent() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        number = at.stores.tables.attempts[attempt_id].attempt.number
        dialing: Any = shown.state.get("calls", attempt_id)
        assert (dialing["state"], dialing["agent"], dialing["tenants"]) == (
            "dialing",
            None,
            ["main"],
        )
        assert dialing["number"] == f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        talking: Any = shown.state.get("calls", attempt_id)
        assert (talking["state"], talking["agent"]) == ("talking", ANN)
        assert talking["dialed_at"] <= talking["rang_at"] <= talking["answered_at"]
        assert talking["connected_at"] is not None
        ann: Any = shown.state.get("agents", ANN)
        assert (ann["state"], ann["attempt"], ann["talks"]) == ("talking", attempt_id, 1)
        at.switch.end(attempt_id)
        await at.settle()
        assert shown.state.snapshot("calls") == {}
        ann = shown.state.get("agents", ANN)
        assert (ann["state"], ann["tenants"]) == ("wrap_up", ["main"])
        assert ann["wrap_up_until"] > at.clock.now()
        assert heard(at).snapshot("agents") == shown.state.snapshot("agents")
        told = [
            f["value"]["state"] for f in at.feed.of(LIVE) if f["topic"] == "calls" and f["value"]
        ]
        assert told == ["dialing", "ringing", "connecting", "talking"]


async def test_whom_an_agent_is_about_is_told_from_the_dial_by_hand_until_it_is_written_up() -> (
    None
):
    async with node() as at:
        shown = board(at)
        await at.campaign(wrap_up_limit_s=30.0)
        await at.log_in(ANN)
        lead_id = min(at.stores.tables.leads)

        def told() -> tuple[str, Any, Any]:
            ann: Any = shown.state.get("agents", ANN)
            return ann["state"], ann["attempt"], ann["lead"]

        attempt_id = await at.manual.dial(ANN, lead_id)
        assert told() == ("held", attempt_id, lead_id)
        dialing: Any = shown.state.get("calls", attempt_id)
        assert (dialing["lead"], dialing["agent"], dialing["held_for"]) == (lead_id, None, ANN)
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)
        await at.settle()
        assert told() == ("talking", attempt_id, lead_id)
        at.switch.end(attempt_id)
        await at.settle()
        assert told() == ("wrap_up", attempt_id, lead_id)
        await at.agents.ready(ANN)
        assert told() == ("idle", None, None)


async def test_an_attempt_that_could_not_be_recorded_is_gone() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign()
        attempt_id = await at.dial()
        at.calls.withdraw(attempt_id)
        assert shown.state.snapshot("calls") == {}
        at.switch.end(attempt_id)


async def test_only_what_differs_between_two_looks_is_told() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign()
        shown.look()
        before = shown.state.seq
        shown.look()
        assert shown.state.seq == before
        await at.dial()
        shown.look(lag_ms=33.0)
        spring: Any = shown.state.get("campaigns", SPRING)
        assert (spring["lines"], spring["dialed"], spring["state"]) == (1, 1, "running")
        here: Any = shown.state.get("node", "node")
        assert (here["lag_ms"], here["switch"], here["waiting"]) == (30, True, 0)
        changed = [(f["topic"], f["key"]) for f in at.feed.of(LIVE) if f["seq"] > before + 1]
        assert changed == [("campaigns", SPRING), ("node", "node")]


async def test_alerts_come_and_go_and_keep_their_beginning() -> None:
    async with node() as at:
        late: list[OverduePause] = []
        shown = board(at, late)
        await at.campaign()
        await at.log_in(ANN)
        await at.agents.pause(ANN, "lunch")
        late.append(OverduePause(ANN, "lunch", at.agent(ANN).since, 60))
        at.switch.lose()
        shown.look()
        begun = at.clock.now()
        await asyncio.sleep(5)
        shown.look()
        told = shown.state.snapshot("alerts")
        assert {key: (one["since"], one["tenants"]) for key, one in told.items()} == {
            f"pause_over_limit:{ANN}": (begun, ["main"]),
            "switch_lost:node": (begun, None),
        }
        at.switch.restore()
        await at.agents.resume(ANN)
        shown.look()
        assert shown.state.snapshot("alerts") == {}
        assert heard(at).snapshot("alerts") == {}


async def test_a_stuck_wrap_up_and_a_failing_carrier_raise_alerts() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign(wrap_up_limit_s=600.0)
        await at.log_in(ANN)
        attempt_id = await at.dial()
        call: Any = shown.state.get("calls", attempt_id)
        trunk = call["trunk"]
        at.switch.answer(attempt_id)
        await at.settle()
        at.switch.end(attempt_id)
        await at.settle()
        shown.look()
        assert shown.state.snapshot("alerts") == {}
        at.dialing.lines.breakers[trunk].answers(False, at.clock.now())
        await asyncio.sleep(181)
        shown.look()
        told = shown.state.snapshot("alerts")
        assert {key: (one["agent"], one["tenants"]) for key, one in told.items()} == {
            f"wrap_up_long:{ANN}": (ANN, ["main"]),
            f"trunk_out:{trunk}": (None, None),
        }
        assert told[f"trunk_out:{trunk}"]["facts"]["reason"] == "it does not answer OPTIONS"
        at.dialing.lines.breakers[trunk].answers(True, at.clock.now())
        await at.agents.ready(ANN)
        shown.look()
        assert list(shown.state.snapshot("alerts")) == [f"trunk_out:{trunk}"]


async def test_people_dropped_with_nobody_there_raise_an_alert_and_the_rate_too() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign()
        shown.look()
        await at.answered()
        await asyncio.sleep(3)
        shown.look()
        (kind,) = [one["kind"] for one in shown.state.snapshot("alerts").values()]
        assert kind == "drops_without_agent"
        await asyncio.sleep(61)
        shown.look()
        assert shown.state.snapshot("alerts") == {}


async def test_the_whole_state_is_asked_for_in_pages_and_a_wrong_place_is_refused() -> None:
    async with node() as at:
        shown = board(at)
        await at.campaign()
        await at.log_in(ANN)
        shown.look()
        told: Any = await shown.live({})
        assert (told["epoch"], told["seq"], told["after"]) == ("e", shown.state.seq, None)
        assert {(topic, key) for topic, key, _ in told["entries"]} == {
            (one.topic, one.key) for one in shown.state.entries()
        }
        last: Any = await shown.live({"after": ["campaigns", SPRING]})
        assert [(topic, key) for topic, key, _ in last["entries"]] == [("node", "node")]
        with pytest.raises(BadInput, match="send `after` of the page before"):
            await shown.live({"after": 7})
