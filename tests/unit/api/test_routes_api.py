"""Inbound numbers over REST: each tenant's own, each number once."""

from pathlib import Path

from service import service

ROUTE = {
    "number": "+12025550100",
    "to": "flow",
    "name": "main-menu",
    "label": "Front desk",
    "after_hours": None,
}
RULE = {
    "hours": "office",
    "zone": "America/New_York",
    "then": "forward",
    "to": "+12025550177",
    "prompt": "",
}


async def test_an_inbound_number_is_added_changed_and_removed(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        assert await at.done("POST", "/routes", json=ROUTE, role="campaign_manager") == ROUTE
        await at.refused("POST", "/routes", 409, json=ROUTE)
        assert await at.done("GET", "/routes", role="supervisor") == [ROUTE]
        assert await at.done("GET", "/routes", tenant="other") == []
        path = "/routes/+12025550100"
        changed = {"to": "queue", "name": "sales"}
        assert await at.done("PUT", path, json=changed) == {
            "number": "+12025550100",
            "label": "",
            "after_hours": None,
            **changed,
        }
        await at.refused("PUT", path, 404, json=changed, tenant="other")
        await at.refused("DELETE", path, 404, tenant="other")
        await at.done("DELETE", path)
        await at.refused("DELETE", path, 404)


async def test_what_is_no_number_or_leads_nowhere_is_refused_by_its_field(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for wrong, field in (
            ({"number": "2025550100"}, "number"),
            ({"name": ""}, "name"),
            ({"to": "hang_up"}, "name"),
            ({"after_hours": {**RULE, "to": "sales"}}, "to"),
            ({"after_hours": {**RULE, "zone": "Mars"}}, "zone"),
            ({"after_hours": RULE}, "hours"),  # there are no such hours
        ):
            told = await at.refused("POST", "/routes", 422, json={**ROUTE, **wrong})
            assert told["field"] == field
        await at.refused("POST", "/routes", 422, json={**ROUTE, "to": "voicemail"})
        assert await at.done("GET", "/routes") == []
