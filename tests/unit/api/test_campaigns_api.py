"""Campaigns over REST: what is done, what is refused and how that reads."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from service import Service, service

from dialer.domain.ids import CampaignId


async def created(at: Service, name: str = "spring", **settings: Any) -> str:
    found = await at.done("POST", "/campaigns", json={"name": name, "settings": settings})
    return str(found["id"])


async def test_a_campaign_is_created_shown_and_listed_in_pages(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        answer = await at.ask("POST", "/campaigns", json={"name": "spring"})
        assert (answer.status_code, answer.json()["state"]) == (201, "draft")
        ids = [answer.json()["id"], *[await created(at, f"c{number}") for number in range(4)]]
        first = await at.done("GET", "/campaigns", params={"limit": 3})
        rest = await at.done("GET", "/campaigns", params={"limit": 3, "cursor": first["next"]})
        assert [one["id"] for one in first["items"] + rest["items"]] == ids
        assert rest["next"] is None
        shown = await at.ask("GET", f"/campaigns/{ids[0]}")
        assert shown.headers["etag"] == answer.headers["etag"]
        taken = await at.refused("POST", "/campaigns", 409, json={"name": "spring"})
        assert (taken["code"], taken["field"]) == ("taken", "campaign")


async def test_what_is_sent_twice_under_one_key_is_done_once(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        key = {"Idempotency-Key": "k-1"}
        first = await at.ask("POST", "/campaigns", json={"name": "a"}, headers=key)
        again = await at.ask("POST", "/campaigns", json={"name": "a"}, headers=key)
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["etag"] == first.headers["etag"]
        other = await at.refused("POST", "/campaigns", 422, json={"name": "b"}, headers=key)
        assert "was used for another request" in other["detail"]
        refused = {"Idempotency-Key": "k-2"}
        await at.refused("POST", "/campaigns", 409, json={"name": "a"}, headers=refused)
        await at.done("POST", "/campaigns", json={"name": "c"}, headers=refused)


async def test_settings_change_only_from_what_was_seen(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        shown = await at.ask("GET", f"/campaigns/{campaign}")
        settings, seen = shown.json()["settings"], {"If-Match": shown.headers["etag"]}
        path = f"/campaigns/{campaign}/settings"
        changed = await at.ask("PUT", path, json={**settings, "max_lines": 7}, headers=seen)
        assert changed.json()["settings"]["max_lines"] == 7
        problem = await at.refused("PUT", path, 412, json=settings, headers=seen)
        assert problem["code"] == "changed_meanwhile"
        wrong = await at.refused("PUT", path, 422, json={**settings, "power_ratio": 99})
        assert (wrong["field"], wrong["code"]) == ("body.power_ratio", "invalid")
        (noted,) = [row async for row in at.stores.audit.read(action="settings")]
        assert noted.detail == {"max_lines": [100, 7]}
        assert noted.by == "token administrator@main"


async def test_a_message_whose_path_would_not_be_played_is_refused_by_its_field(
    tmp_path: Path,
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        new = {"name": "b", "settings": {"abandon_prompt": "/srv/who,m"}}
        assert (await at.refused("POST", "/campaigns", 422, json=new))["field"] == "abandon_prompt"
        path = f"/campaigns/{await created(at)}/settings"
        settings = (await at.done("GET", path.removesuffix("/settings")))["settings"]
        for field in ("lost_prompt", "machine_message", "recording_announcement"):
            wrong = {**settings, field: "/srv/a&/srv/b"}
            refused = await at.refused("PUT", path, 422, json=wrong)
            assert refused["field"] == field
            assert "letters, digits" in refused["fix"]


async def test_another_tenants_campaign_does_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        problem = await at.refused("GET", f"/campaigns/{campaign}", 404, tenant="other")
        nothing = await at.refused("GET", "/campaigns/ca-none", 404)
        assert problem["detail"].replace(campaign, "ca-none") == nothing["detail"]
        assert (await at.done("GET", "/campaigns", tenant="other"))["items"] == []


@pytest.mark.parametrize("move", ["start", "pause", "stop", "drain", "archive", "restore"])
async def test_without_an_engine_moves_are_told_to_wait(tmp_path: Path, move: str) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        answer = await at.ask("POST", f"/campaigns/{campaign}/{move}")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["code"] == "engine_unavailable"


async def test_a_campaign_without_leads_is_refused_with_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await created(at)
        problem = await at.refused("POST", f"/campaigns/{campaign}/start", 409)
        assert (problem["code"], problem["field"]) == ("wrong_state", "leads")
        assert problem["fix"] == "import a list"
        moved = await at.done("POST", f"/campaigns/{campaign}/archive")
        assert moved["campaign"]["state"] == "archived"
        again = await at.refused("POST", f"/campaigns/{campaign}/pause", 409)
        assert "is archived; start it first" in again["detail"]


async def test_pacing_reaches_the_next_decision_and_the_audit_log(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await created(at, mode="progressive")
        await at.with_leads(campaign, 20)
        path = f"/campaigns/{campaign}/pacing"
        before = await at.done("GET", path)
        assert (before["running"], before["lines"]) == (False, None)
        await at.done("POST", f"/campaigns/{campaign}/start", role="supervisor")
        run = at.engine.campaigns.get(CampaignId(campaign))
        assert run is not None
        change = {"mode": "power", "power_ratio": 2.5}
        assert (await at.done("PATCH", path, json=change, role="supervisor"))["mode"] == "power"
        assert (run.pacer.settings.mode, run.pacer.settings.power_ratio) == ("power", 2.5)
        shown = await at.done("GET", path)
        assert (shown["running"], shown["settings"]["power_ratio"]) == (True, 2.5)
        async with asyncio.timeout(10):
            while not shown["limited_by"]:
                await asyncio.sleep(0.1)
                shown = await at.done("GET", path)
        assert "answer_rate" in shown["forecast"]
        (noted,) = [row async for row in at.stores.audit.read(action="settings")]
        assert noted.detail == {"mode": ["progressive", "power"], "power_ratio": [1.0, 2.5]}
        fixed = {**(await at.done("GET", f"/campaigns/{campaign}"))["settings"], "trunk": "two"}
        problem = await at.refused("PUT", f"/campaigns/{campaign}/settings", 409, json=fixed)
        assert problem["field"] == "trunk"
        drained = await at.done("POST", f"/campaigns/{campaign}/drain")
        assert drained["campaign"]["state"] == "stopped"


async def test_what_holds_a_campaign_back_is_told_with_its_leads(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await created(at)
        await at.with_leads(campaign, 3)
        told = await at.done("GET", f"/campaigns/{campaign}/explanation", role="qa")
        assert told["holds"][0] == {
            "hold": "state",
            "detail": "draft",
            "text": "it is draft: outpace campaigns start spring",
        }
        assert sum(one["leads"] for one in told["leads"]) == 3
        assert told["rings_nowhere"] == []  # its trunk is the simulated network
        await at.refused("GET", f"/campaigns/{campaign}/explanation", 403, role="agent")
