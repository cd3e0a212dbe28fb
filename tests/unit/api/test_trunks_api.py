"""Trunks and routes over REST."""

from pathlib import Path
from typing import Any

from service import Service, service

WAYS = [{"trunk": "trunk", "priority": 1, "weight": 1.0}]


async def test_trunks_are_told_with_how_they_stand(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        (trunk,) = await at.done("GET", "/trunks", role="supervisor")
        assert (trunk["name"], trunk["max_lines"]) == ("trunk", 200)
        assert "password" not in trunk
        (line,) = trunk["nodes"]
        assert (line["lines"], line["state"], line["reason"]) == (0, "closed", "")
        at.engine.trunks.answers("trunk", reachable=False)
        one = await at.done("GET", "/trunks/trunk")
        assert one["nodes"][0]["state"] == "open"
        assert one["nodes"][0]["reason"] == "it does not answer OPTIONS"
        await at.refused("GET", "/trunks/west", 404)
        await at.refused("GET", "/trunks", 403, role="agent")
        assert await at.done("GET", "/trunks", tenant="other") == []


async def test_routes_are_added_changed_and_removed(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        made = await at.done("POST", "/trunk-routes", json={"name": "home", "ways": WAYS})
        assert made == {"name": "home", "policy": "priority", "ways": WAYS}
        change = {"policy": "percentage", "ways": [{"trunk": "trunk", "weight": 70}]}
        await at.done("PUT", "/trunk-routes/home", json=change)
        found = await at.done("GET", "/trunk-routes/home", role="qa")
        assert (found["policy"], found["ways"][0]["weight"]) == ("percentage", 70.0)
        assert await at.done("GET", "/trunk-routes") == [found]
        await at.done("DELETE", "/trunk-routes/home")
        await at.refused("GET", "/trunk-routes/home", 404)
        actions = [row.action async for row in at.stores.audit.read()]
        assert [a for a in actions if "route" in a] == [
            "trunk_route_add",
            "trunk_route_change",
            "trunk_route_remove",
        ]


async def problem(at: Service, status: int, body: dict[str, Any], **options: Any) -> Any:
    return await at.refused("POST", "/trunk-routes", status, json=body, **options)


async def test_a_route_that_cannot_be_names_the_field_and_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        unknown = await problem(at, 422, {"name": "home", "ways": [{"trunk": "west"}]})
        assert (unknown["field"], unknown["fix"]) == ("ways", "add it first")
        twice = await problem(at, 422, {"name": "home", "ways": WAYS * 2})
        assert twice["field"] == "ways"
        await problem(at, 422, {"name": "home", "ways": []})
        await problem(at, 422, {"name": "home", "ways": [{"trunk": "trunk", "weight": 0}]})
        await problem(at, 403, {"name": "home", "ways": WAYS}, role="supervisor")
        await at.done("POST", "/trunk-routes", json={"name": "home", "ways": WAYS})
        await problem(at, 409, {"name": "home", "ways": WAYS})
        # another tenant has its own names, and none of our trunks
        await problem(at, 422, {"name": "home", "ways": WAYS}, tenant="other")
        await at.refused("GET", "/trunk-routes/home", 404, tenant="other")


async def test_a_route_that_a_campaign_names_stays(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await at.done("POST", "/trunk-routes", json={"name": "home", "ways": WAYS})
        campaign = {"name": "spring", "settings": {"trunk": "home"}}
        await at.done("POST", "/campaigns", json=campaign)
        held = await at.refused("DELETE", "/trunk-routes/home", 409)
        assert "campaign spring" in held["detail"]
