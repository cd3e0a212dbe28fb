"""Promised calls over REST: an agent sees their own, and a promise can be ended."""

import time
from pathlib import Path
from typing import Any

from floor_at_work import logged_in, until
from service import Service, service
from sqlalchemy import insert, update

from api.paging import cursor_of
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.leads import callbacks, leads


async def promised(at: Service, due_at: float = 100.0) -> str:
    """Make a campaign with three promises: two of agent 1001, one anyone's."""
    found = await at.done("POST", "/campaigns", json={"name": "spring"})
    campaign = str(found["id"])
    await at.with_leads(campaign, 3)

    def row(number: int, owner: str | None) -> dict[str, Any]:
        return {
            "campaign_id": campaign,
            "lead_id": number,
            "number": f"+1202555{number - 1:04d}",
            "attempt_id": f"at-{number}",
            "due_at": due_at if number < 3 else due_at - 50.0,
            "owner": owner,
            "state": "promised",
            "since": 1.0,
        }

    promises = [row(1, "1001"), row(2, "1001"), row(3, None)]
    tried = [
        {
            "id": f"at-{number}",
            "campaign_id": campaign,
            "lead_id": number,
            "list_id": 1,
            "number": f"+1202555{number - 1:04d}",
            "trunk": "trunk",
            "dialed_at": 1.0,
            "ended_at": 2.0,
            "outcome": "connected",
            "disposition": "callback",
            "callback_at": 100.0,
        }
        for number in (1, 2, 3)
    ]

    def work(connection: Any) -> None:
        connection.execute(insert(attempts), tried)
        connection.execute(insert(callbacks), promises)
        connection.execute(update(leads).values(state="callback", due_at=100.0))

    await at.stores.writer.transact(work)
    return campaign


async def test_promises_come_earliest_first_and_an_agent_sees_their_own(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await promised(at)
        params: dict[str, Any] = {"limit": 2, "campaign": campaign}
        first = await at.done("GET", "/callbacks", params=params)
        rest = await at.done("GET", "/callbacks", params={**params, "cursor": first["next"]})
        assert [one["id"] for one in first["items"] + rest["items"]] == [3, 1, 2]
        assert rest["next"] is None
        mine = await at.done("GET", "/callbacks", role="agent")
        assert [one["id"] for one in mine["items"]] == [1, 2]
        assert mine["items"][0]["number"] == "+12*******00"
        others = {"owner": "1002"}
        assert (await at.done("GET", "/callbacks", params=others, role="agent"))["items"] == []
        nobody = await at.done("GET", "/callbacks", role="agent", tenant="other")
        assert nobody["items"] == []
        assert (await at.done("GET", "/callbacks", tenant="other"))["items"] == []
        await at.refused("GET", "/callbacks", 404, params={"campaign": campaign}, tenant="other")
        for cursor in (cursor_of(["x", 1]), cursor_of([1.0, 1 << 70]), cursor_of(1), "!"):
            await at.refused("GET", "/callbacks", 422, params={"cursor": cursor})


async def test_a_promise_is_ended_once_and_its_lead_is_the_lists_again(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await promised(at)
        why = {"reason": "asked for it"}
        await at.refused("POST", "/callbacks/1/close", 404, json=why, tenant="other")
        await at.refused("POST", "/callbacks/1/close", 403, json=why, role="agent")
        closed = await at.done("POST", "/callbacks/1/close", json=why, role="supervisor")
        assert closed["state"] == "cancelled"
        lead = await at.done("GET", "/leads/1")
        assert lead["state"] in ("ready", "waiting")
        assert [one["state"] for one in lead["promises"]] == ["cancelled"]
        again = await at.refused("POST", "/callbacks/1/close", 409, json=why)
        assert "is cancelled already" in again["detail"]
        open_ones = await at.done("GET", "/callbacks")
        assert [one["id"] for one in open_ones["items"]] == [3, 2]
        everything = await at.done("GET", "/callbacks", params={"closed": "true"})
        assert len(everything["items"]) == 3
        (noted,) = [row async for row in at.stores.audit.read(action="callback_close")]
        assert noted.detail == {"reason": "asked for it", "lead": 1}


async def test_a_promise_that_is_being_kept_is_not_ended_under_the_call(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await promised(at)
        dialing = update(leads).where(leads.c.id == 1).values(state="dialing")
        await at.stores.writer.transact(lambda c: c.execute(dialing) and None)
        problem = await at.refused("POST", "/callbacks/1/close", 409, json={"reason": "x"})
        assert "is being called now" in problem["detail"]
        assert (await at.done("GET", "/leads/1"))["state"] == "dialing"


async def test_an_agent_keeps_their_promise_now_and_is_told_the_time_there(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        due = time.time() + 3600.0
        campaign = await promised(at, due)
        await at.done("POST", f"/campaigns/{campaign}/start")
        call = "/session/callbacks/{}/call".format
        await at.refused("POST", call(1), 409, role="agent")  # not logged in
        await logged_in(at, campaign)
        await at.refused("POST", call(1), 403, role="agent", tenant="other")
        await at.refused("POST", call(99), 404, role="agent")
        kept = await at.done("POST", call(1), role="agent")
        assert (kept["owner"], kept["zones"]) == ("1001", ["America/New_York"])
        assert kept["dial_at"] < kept["due_at"] == due
        await until(lambda: at.switch.calls)
        assert at.switch.calls[0].number == "+12025550000"
