"""Listening in over REST: by whom, on which phone, and what the audit log and the feed say."""

from pathlib import Path

from floor_at_work import campaign_of_other, dialing, logged_in, talking, until, user
from service import service

from api.feed.views import audiences


async def test_a_supervisor_listens_turns_and_stops_and_all_of_it_is_noted(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        async with talking(at) as attempt_id:
            wanted = {"agent": "1001", "mode": "listen", "phone": "1002"}
            shown = await at.done("POST", "/supervision", role="supervisor", json=wanted)
            assert (shown["phone"], shown["agent"], shown["mode"]) == ("1002", "1001", "listen")
            assert (shown["attempt"], shown["state"], shown["node"]) == (
                attempt_id,
                "there",
                "node",
            )
            assert shown["id"] in at.switch.channels
            wanted["mode"] = "whisper"
            turned = await at.done("POST", "/supervision", role="supervisor", json=wanted)
            assert (turned["id"], turned["mode"]) == (shown["id"], "whisper")
            listed = await at.done("GET", "/supervision")
            assert [one["by"] for one in listed["items"]] == ["token supervisor@main"]
            assert (await at.done("GET", "/supervision", tenant="other"))["items"] == []
            await at.done("POST", "/supervision/stop", json={"phone": "1002"})
            assert (await at.done("GET", "/supervision"))["items"] == []
            await until(lambda: shown["id"] not in at.switch.channels)
            problem = await at.refused("POST", "/supervision/stop", 409, json={"phone": "1002"})
            assert problem["field"] == "phone"
        noted = [
            (row.action, row.by, row.detail["mode"], row.detail["call"])
            async for row in at.stores.audit.read(subject="agent 1001")
            if row.action.startswith("supervise_")
        ]
        who = "token supervisor@main"
        assert noted[:2] == [
            ("supervise_listen", who, "listen", attempt_id),
            ("supervise_whisper", who, "whisper", attempt_id),
        ]
        assert [row[0] for row in noted[2:]] == ["supervise_end"]


async def test_the_feed_tells_the_floor_who_listens_and_agents_nothing(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        async with talking(at):
            wanted = {"agent": "1001", "mode": "barge", "phone": "1002"}
            shown = await at.done("POST", "/supervision", json=wanted)
            value = at.engine.board.state.get("spies", shown["id"])
            assert value is not None
            assert (value["agent"], value["mode"], value["tenants"]) == (
                "1001",
                "barge",
                ["main"],
            )
        await until(lambda: at.engine.board.state.get("spies", shown["id"]) is None)


async def test_a_supervisor_takes_over_and_hangs_up_with_stop(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        async with talking(at) as attempt_id:
            wanted = {"agent": "1001", "mode": "take", "phone": "1002"}
            shown = await at.done("POST", "/supervision", role="supervisor", json=wanted)
            assert (shown["mode"], shown["attempt"]) == ("take", attempt_id)
            flow = at.engine.calls.flow(attempt_id)
            assert flow is not None
            assert flow.leg_id == shown["id"]


async def test_only_supervisors_and_administrators_listen(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        async with talking(at):
            wanted = {"agent": "1001", "mode": "listen", "phone": "1002"}
            for role in ("agent", "qa", "campaign_manager"):
                problem = await at.refused("POST", "/supervision", 403, role=role, json=wanted)
                assert problem["field"] == "role"
                await at.refused("GET", "/supervision", 403, role=role)
                await at.refused("POST", "/supervision/stop", 403, role=role, json={})
            assert at.engine.supervision.knows("") is False
            assert list(at.engine.supervision.live()) == []


async def test_another_tenants_agent_and_phone_do_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        await user(at, "1003", tenant="other")
        await campaign_of_other(at)
        async with talking(at):
            theirs = {"agent": "1001", "mode": "listen", "phone": "1003"}
            problem = await at.refused("POST", "/supervision", 404, tenant="other", json=theirs)
            assert problem["field"] == "agent"
            problem = await at.refused("POST", "/supervision", 404, json=theirs)
            assert problem["field"] == "phone"
            assert list(at.engine.supervision.live()) == []


async def test_what_cannot_be_done_names_the_field_and_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at)
        await logged_in(at, campaign)
        wanted = {"agent": "1001", "mode": "listen"}
        problem = await at.refused("POST", "/supervision", 422, json=wanted)
        assert problem["field"] == "phone"
        wanted["phone"] = "1002"
        problem = await at.refused("POST", "/supervision", 409, json=wanted)
        assert (problem["field"], problem["code"]) == ("agent", "wrong_state")
        async with talking(at):
            problem = await at.refused("POST", "/supervision", 409, json=wanted | {"phone": "77"})
            assert "not registered" in problem["detail"]
            problem = await at.refused("POST", "/supervision", 409, json=wanted | {"phone": "1001"})
            assert "logged in as an agent" in problem["detail"]
            await at.refused("POST", "/supervision", 422, json=wanted | {"mode": "shout"})


async def test_a_paused_agent_is_coached_once_they_accept(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1, mode="preview")
        await logged_in(at, campaign)
        wanted = {"agent": "1001", "phone": "1002"}
        problem = await at.refused("POST", "/coaching", 409, json=wanted)
        assert problem["fix"] == "coach them in a pause"
        await at.done("POST", "/agents/1001/pause", json={})
        asked = await at.done("POST", "/coaching", role="supervisor", json=wanted)
        assert (asked["agent"], asked["by"]) == ("1001", "token supervisor@main")
        value = at.engine.board.state.get("coaching", "1001")
        assert value is not None
        assert value["by"] == "token supervisor@main"
        shown = await at.done("POST", "/coaching/accept", role="agent")
        assert (shown["mode"], shown["attempt"], shown["agent"]) == ("coach", None, "1001")
        await at.done("POST", "/coaching/end", role="agent")
        assert (await at.done("GET", "/supervision"))["items"] == []
        await at.refused("POST", "/coaching/end", 409, role="agent")
        await at.refused("POST", "/coaching", 403, role="agent", json=wanted)


def test_an_invitation_is_told_to_its_agent_and_who_listens_is_not() -> None:
    told = {"tenants": ["main"]}
    assert audiences("coaching", "1001", told) == {("floor", "main"), ("session", "main/1001")}
    assert audiences("spies", "sv-1", told) == {("floor", "main")}
