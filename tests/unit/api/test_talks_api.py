"""Moves within talks over REST: by who leads the floor, and by the agent whose talk it is."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from floor_at_work import dialing, logged_in, until, until_shown, user
from service import Service, service

from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.ids import AttemptId
from dialer.domain.queue import Queue
from dialer.ports import ConnectTo, Hold
from dialer.testing.inbound_line import MemoryLine

UNKNOWN = "at-01M8C9NMWY2EPPG8W9SYNMTK7Z"


@asynccontextmanager
async def in_a_talk(folder: Path) -> AsyncIterator[tuple[Service, AttemptId]]:
    """Run a service with an agent who has a customer, and another who idles."""
    async with service(folder, transfer_to=("+1206*",)) as at, asyncio.TaskGroup() as tasks:
        campaign = await dialing(at, leads=1)
        await user(at, "1001", name="Ann")
        await user(at, "1002", name="Bob")
        await logged_in(at, campaign)
        await until(lambda: at.switch.calls)
        attempt_id = at.switch.calls[0].attempt_id
        at.switch.ring(attempt_id)
        at.switch.answer(attempt_id)

        async def line() -> None:
            """The customer's line, as the AGI handler and the dialplan carry it out."""
            calls = at.engine.calls
            order = await calls.customer_answered(attempt_id, time.time())
            while isinstance(order, ConnectTo | Hold):
                if isinstance(order, Hold):
                    order = await calls.held(attempt_id)
                else:
                    end = await at.switch.bridge(attempt_id, order.leg_id)
                    order = await calls.bridge_returned(attempt_id, end)

        tasks.create_task(line(), name="customer's line")
        await until_shown(
            at, "/calls", lambda page: page["items"] and page["items"][0]["state"] == "talking"
        )
        await logged_in(at, campaign, "1002")
        yield at, attempt_id
        at.switch.end(attempt_id)
        at.engine.calls.line_closed(attempt_id)


async def test_who_leads_the_floor_moves_any_talk_of_the_tenant(tmp_path: Path) -> None:
    async with in_a_talk(tmp_path) as (at, attempt):
        path = f"/calls/{attempt}/moves"
        told = await at.done("POST", path, json={"move": "hold"}, role="supervisor")
        assert told == {
            "attempt": attempt,
            "state": "holding",
            "agent": "1001",
            "company": "alone",
            "third": None,
            "slot": None,
            "muted": False,
            "recorded": True,
            "recording_asked": False,
            "recording_question": "",
            "recording_paused": False,
        }
        early = await at.refused("POST", path, 409, json={"move": "hold"})
        assert (early["code"], early["field"]) == ("wrong_state", "call")
        told = await at.done("POST", path, json={"move": "consult", "to": "1002"})
        assert (told["company"], told["third"]) == ("consulting", "1002")
        told = await at.done("POST", path, json={"move": "complete"})
        assert (told["state"], told["agent"]) == ("talking", "1002")
        noted = [row async for row in at.stores.audit.read(action="talk_move")]
        assert sorted(row.detail["move"] for row in noted) == ["complete", "consult", "hold"]
        assert {row.subject for row in noted} == {f"attempt {attempt}"}


async def test_who_leads_the_floor_moves_a_callers_talk_too(tmp_path: Path) -> None:
    async with service(tmp_path) as at, asyncio.TaskGroup() as tasks:
        campaign = await dialing(at, leads=1)
        await at.done("POST", f"/campaigns/{campaign}/pause")
        await user(at, "1001", name="Ann")
        await logged_in(at, campaign)
        await at.stores.queues.add(Queue("sales"), by="test", at=0.0)
        caller = MemoryLine(at.switch, "+12025550111")
        record = CallRecord(caller.call_id, Direction.IN, caller.number, time.time(), "node")
        await at.stores.calls.begin(record)
        await at.engine.queue_agents.look()
        tasks.create_task(at.engine.queues.take(caller, "queue", "sales", 0.0), name="caller")
        await until(lambda: "agent" in caller.heard)
        path = f"/calls/{caller.call_id}/moves"
        told = await at.done("POST", path, json={"move": "hold"}, role="supervisor")
        assert (told["attempt"], told["state"], told["agent"]) == (
            caller.call_id,
            "holding",
            "1001",
        )
        told = await at.done("POST", "/session/moves", json={"move": "resume"}, role="agent")
        assert told["state"] == "talking"
        await at.refused("POST", path, 404, json={"move": "hold"}, tenant="other")
        noted = [row async for row in at.stores.audit.read(action="talk_move")]
        assert [row.subject for row in noted] == [f"call {caller.call_id}"]
        caller.hang_up()


async def test_other_tenants_and_other_roles_move_nothing(tmp_path: Path) -> None:
    async with in_a_talk(tmp_path) as (at, attempt):
        path, hold = f"/calls/{attempt}/moves", {"move": "hold"}
        await at.refused("POST", path, 404, json=hold, tenant="other")
        await at.refused("POST", path, 403, json=hold, role="qa")
        await at.refused("POST", path, 403, json=hold, role="agent")
        await at.refused("POST", f"/calls/{UNKNOWN}/moves", 404, json=hold)
        await user(at, "2001", tenant="other")
        theirs = {"move": "transfer", "to": "2001"}
        assert (await at.refused("POST", path, 404, json=theirs))["field"] == "agent"
        (call,) = (await at.done("GET", "/calls"))["items"]
        assert call["state"] == "talking"


@pytest.mark.parametrize(
    "wanted",
    [
        {"move": "fly"},
        {"move": "transfer"},
        {"move": "transfer", "to": "1002", "number": "+12065550100"},
        {"move": "hold", "to": "1002"},
        {"move": "consult"},
        {"move": "consult", "queue": "loans", "to": "1002"},
        {"move": "hold", "team": "lawyers"},
        {"move": "transfer", "queue": "loans", "team": "lawyers"},
        {"move": "dtmf"},
        {"move": "dtmf", "digits": "12a"},
        {"move": "hold", "digits": "1"},
        {"move": "hold", "slot": "1"},
        {"move": "pick-up"},
        {"move": "park", "slot": "No. 1"},
        {"move": "transfer", "number": "+1206;x"},
    ],
)
async def test_a_move_that_is_none_is_refused(tmp_path: Path, wanted: dict[str, str]) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.refused("POST", f"/calls/{UNKNOWN}/moves", 422, json=wanted)


async def test_an_agent_moves_their_own_talk_and_nobody_elses(tmp_path: Path) -> None:
    async with in_a_talk(tmp_path) as (at, attempt):
        mine = {"role": "agent"}  # 1001
        for move in ("mute", "unmute", "record-pause", "record-resume"):
            told = await at.done("POST", "/session/moves", json={"move": move}, **mine)
            assert told["muted"] is (move == "mute")
            assert told["recording_paused"] is (move == "record-pause")
        none = {"move": "leave-message"}
        told = await at.refused("POST", "/session/moves", 409, json=none, **mine)
        assert told["field"] == "machine_message"  # the campaign has none
        await at.done("POST", "/session/moves", json={"move": "dtmf", "digits": "1#"}, **mine)
        for number, why in (("+12075550100", "may be reached"), ("911", "emergency")):
            barred = {"move": "transfer", "number": number}
            told = await at.refused("POST", "/session/moves", 422, json=barred, **mine)
            assert (told["field"], why in told["detail"]) == ("number", True)
        noted = [row async for row in at.stores.audit.read(action="recording_pause")]
        assert [row.subject for row in noted] == [f"attempt {attempt}"]
        for kind in ("queue", "team"):
            none = {"move": "transfer", kind: "nobody"}
            told = await at.refused("POST", "/session/moves", 404, json=none, **mine)
            assert told["field"] == kind
        given = {"move": "transfer", "to": "1002"}
        assert (await at.done("POST", "/session/moves", json=given, **mine))["agent"] == "1002"
        refused = await at.refused("POST", "/session/moves", 409, json={"move": "hold"}, **mine)
        assert refused["field"] == "agent"  # it is no more theirs


async def test_an_agent_parks_a_customer_and_picks_them_up_again(tmp_path: Path) -> None:
    async with in_a_talk(tmp_path) as (at, attempt):
        mine = {"role": "agent"}  # 1001
        given = {"move": "park", "slot": "blue"}
        told = await at.done("POST", "/session/moves", json=given, **mine)
        assert (told["state"], told["agent"], told["slot"]) == ("parked", None, "blue")
        (parked,) = (await at.done("GET", "/session/parked", **mine))["items"]
        assert (parked["slot"], parked["attempt"], parked["by"]) == ("blue", attempt, "1001")
        picked = {"move": "pick-up", "slot": "blue"}
        wrong = await at.refused("POST", f"/calls/{attempt}/moves", 422, json=picked)
        assert wrong["field"] == "move"
        told = await at.done("POST", "/session/moves", json=picked, **mine)
        assert (told["state"], told["agent"], told["slot"]) == ("talking", "1001", None)
        await at.refused("POST", "/session/moves", 404, json=picked, **mine)
        assert (await at.done("GET", "/session/parked", **mine))["items"] == []
        await at.refused("GET", "/session/parked", 403, role="qa")


async def test_an_agent_dials_a_lead_by_hand_and_takes_it_back(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        mine = {"role": "agent"}  # 1001
        campaign = await dialing(at, leads=3)
        await user(at, "1001", name="Ann")
        await at.done("POST", f"/campaigns/{campaign}/pause")
        leads = (await at.done("GET", "/leads", params={"campaign": campaign}))["items"]
        await at.done("POST", "/session/log-in", json={"campaigns": [campaign]}, **mine)
        wanted = {"lead": leads[0]["id"]}
        refused = await at.refused("POST", "/session/dial", 409, json=wanted, **mine)
        assert refused["field"] == "campaign"
        await at.refused("POST", "/session/dial", 404, json={"lead": 999_999}, **mine)
        await at.refused("POST", "/session/dial", 403, json=wanted, role="qa")
        await at.refused("POST", "/session/dial-cancel", 409, **mine)
