"""Caller ids over REST."""

import asyncio
from pathlib import Path

from service import Service, service

from dialer.domain.caller_id import DAY_S

NUMBER = "+12025550100"


async def test_numbers_are_added_changed_and_removed(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        made = await at.done("POST", "/caller-ids", json={"number": NUMBER, "proof": "letter"})
        assert made["verified_at"] > 0
        change = {"label": "Washington", "trunk": "trunk", "proof": "letter"}
        changed = await at.done("PUT", f"/caller-ids/{NUMBER}", json=change)
        assert changed == {**made, "label": "Washington", "trunk": "trunk"}
        unproven = await at.done("PUT", f"/caller-ids/{NUMBER}", json={})
        assert unproven["verified_at"] is None
        assert await at.done("GET", "/caller-ids", role="qa") == [unproven]
        assert await at.done("GET", "/caller-ids", tenant="other") == []
        await at.refused("PUT", f"/caller-ids/{NUMBER}", 404, json={}, tenant="other")
        await at.done("DELETE", f"/caller-ids/{NUMBER}")
        assert await at.done("GET", "/caller-ids") == []


async def test_a_complaint_rests_a_number_at_once(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await at.done("POST", "/caller-ids", json={"number": NUMBER, "proof": "letter"})
        path = f"/caller-ids/{NUMBER}/complaints"
        once = await at.done("POST", path, json={"rest_days": 10}, role="supervisor")
        again = await at.done("POST", path, json={"rest_days": 10})
        assert again["complaints"] == 2
        assert abs(again["rests_until"] - once["rests_until"] - 10 * DAY_S) < 60
        await at.refused("POST", path, 403, json={}, role="agent")
        await at.refused("POST", "/caller-ids/+12125550100/complaints", 404, json={})


async def test_what_cannot_be_shown_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        for number in ("+19005550100", "2025550100", "+1911"):
            await at.refused("POST", "/caller-ids", 422, json={"number": number, "proof": "x"})
        trunk = {"number": NUMBER, "trunk": "west"}
        assert (await at.refused("POST", "/caller-ids", 422, json=trunk))["field"] == "trunk"


async def test_the_health_of_a_number_is_that_of_the_calls_that_showed_it(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        assert await at.done("GET", "/caller-ids/health") == []
        settings = {"mode": "progressive", "caller_id": NUMBER, "recycling": {"most_in_all": 1}}
        made = await at.done("POST", "/campaigns", json={"name": "spring", "settings": settings})
        await at.with_leads(made["id"], 1)
        await at.engine.agents.log_in("1001", [made["id"]])
        await at.done("POST", f"/campaigns/{made['id']}/start")
        call = await first_call(at)
        at.switch.ring(call)
        at.switch.answer(call)
        at.switch.end(call)
        await at.engine.recorder.settled()
        (health,) = await at.done("GET", "/caller-ids/health", params={"days": 1})
        assert (health["number"], health["calls"], health["answered"]) == (NUMBER, 1, 1)
        assert (health["short_calls"], health["answer_rate"]) == (1, 1.0)
        assert await at.done("GET", "/caller-ids/health", tenant="other") == []


async def first_call(at: Service) -> str:
    async with asyncio.timeout(10):
        while not at.switch.calls:
            await asyncio.sleep(0.02)
    return at.switch.calls[0].attempt_id
