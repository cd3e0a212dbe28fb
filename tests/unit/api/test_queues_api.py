"""Queues and skills over REST."""

from pathlib import Path

from service import service

from dialer.domain.ids import AgentId

USUAL = {
    "order": "longest_idle",
    "skills": [],
    "longest_wait_s": 300.0,
    "after_wait": "hang_up",
    "priority": 0,
    "vip_numbers": [],
    "last_agent": True,
    "announce_every_s": 30.0,
    "wrap_up_limit_s": 30.0,
    "park_limit_s": 120.0,
    "missed_to_campaign": "",
    "call_back_key": "",
    "call_back_campaign": "",
    "after_hours": None,
    "recording": "off",
    "recording_announcement": "",
}


async def test_a_queue_is_added_shown_changed_and_removed(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.done("POST", "/skills", json={"name": "spanish"})
        made = await at.done("POST", "/queues", json={"name": "sales"})
        assert made == {"name": "sales", **USUAL}
        await at.refused("POST", "/queues", 409, json={"name": "sales"})
        told = {"recording": "announced", "recording_announcement": "/srv/told"}
        wanted = (
            USUAL | told | {"skills": ["spanish"], "vip_numbers": ["+12025550155"], "priority": 3}
        )
        changed = await at.done("PUT", "/queues/sales", json=wanted)
        assert changed == {"name": "sales", **wanted}
        assert await at.done("GET", "/queues/sales", role="agent") == changed
        assert await at.done("GET", "/queues") == [changed]
        await at.refused("DELETE", "/skills/spanish", 409)
        await at.done("DELETE", "/queues/sales")
        await at.refused("GET", "/queues/sales", 404)
        actions = [row.action async for row in at.stores.audit.read()]
        assert actions == ["skill_add", "queue_add", "queue_change", "queue_remove"]


async def test_queues_are_each_tenants_own_and_nonsense_is_refused(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.done("POST", "/queues", json={"name": "sales"})
        assert await at.done("GET", "/queues", tenant="other") == []
        await at.refused("PUT", "/queues/sales", 404, tenant="other", json={})
        await at.refused("DELETE", "/queues/sales", 404, tenant="other")
        for wrong in (
            {"name": "x", "skills": ["none"]},
            {"name": "x", "vip_numbers": ["5550100"]},
            {"name": "x", "announce_every_s": 3},
            {"name": "x", "order": "random"},
            {"name": "x", "recording": "always"},
            {"name": "x", "recording_announcement": "/srv/told"},
            {"name": "x", "recording": "announced", "recording_announcement": "told.wav"},
            {"name": ""},
            {"name": "x", "music": "loud"},
        ):
            await at.refused("POST", "/queues", 422, json=wrong)


async def test_what_agents_can_do_is_said_and_shown(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await at.done("POST", "/skills", json={"name": "spanish"})
        assert await at.done("GET", "/skills") == [{"name": "spanish", "active": True}]
        user = {"login": "ann", "role": "agent", "agent": "1001"}
        await at.done("POST", "/users", json=user)
        assert await at.done("GET", "/skills/of/ann") == {"skills": {}}
        given = {"skills": {"spanish": 2}}
        assert await at.done("PUT", "/skills/of/ann", json=given) == given
        assert await at.done("GET", "/skills/of/ann") == given
        rolls = await at.stores.rolls.all()
        assert rolls[AgentId("1001")].skills == {"spanish": 2}
        await at.refused("PUT", "/skills/of/ann", 404, json={"skills": {"greek": 1}})
        await at.refused("PUT", "/skills/of/ann", 422, json={"skills": {"spanish": 10}})
        await at.refused("PUT", "/skills/of/zoe", 404, json=given)
        await at.refused("GET", "/skills/of/ann", 404, tenant="other")
