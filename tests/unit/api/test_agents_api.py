"""Agents over REST: the floor, what is done with an agent, and one's own session."""

from pathlib import Path

import pytest
from floor_at_work import at_rest, campaign_of_other, dialing, logged_in, talking, until_shown, user
from service import service

from dialer.domain.agentflow import AgentState


async def test_the_floor_shows_agents_with_the_names_of_their_users(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await at_rest(at)
        await user(at, "1001", name="Ann Lee")
        await user(at, "1002", name="Bob Day")
        await user(at, "1003", tenant="other", name="Cid Far")
        shown = await at.done(
            "POST", "/agents/1001/log-in", role="supervisor", json={"campaigns": [campaign]}
        )
        assert (shown["state"], shown["node"], shown["name"]) == ("idle", "node", "Ann Lee")
        floor = await at.done("GET", "/agents", params={"limit": 1})
        rest = await at.done("GET", "/agents", params={"limit": 1, "cursor": floor["next"]})
        assert rest["next"] is None
        states = [(one["id"], one["name"], one["state"]) for one in floor["items"] + rest["items"]]
        assert states == [("1001", "Ann Lee", "idle"), ("1002", "Bob Day", "offline")]
        serving = await at.done("GET", "/agents", params={"campaign": campaign, "state": "idle"})
        assert [one["id"] for one in serving["items"]] == ["1001"]
        theirs = await at.done("GET", "/agents", tenant="other")
        assert [(one["id"], one["state"]) for one in theirs["items"]] == [("1003", "offline")]
        (noted,) = [row async for row in at.stores.audit.read(action="log_in")]
        assert (noted.by, noted.subject) == ("token supervisor@main", "agent 1001")
        assert noted.detail == {"campaigns": [campaign]}


async def test_an_agent_of_another_tenant_does_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await at_rest(at)
        await user(at, "1003", tenant="other")
        theirs = await campaign_of_other(at)
        problem = await at.refused("GET", "/agents/1003", 404)
        nobody = await at.refused("GET", "/agents/9999", 404)
        assert problem["detail"].replace("1003", "9999") == nobody["detail"]
        wanted = {"campaigns": [campaign]}
        for order, body in (
            ("log-in", wanted),
            ("log-out", None),
            ("pause", {}),
            ("resume", None),
            ("ready", {}),
            ("hang-up", None),
        ):
            problem = await at.refused("POST", f"/agents/1003/{order}", 404, json=body)
            assert (problem["field"], problem["fix"]) == ("agent", "see GET agents")
        # an agent that is nobody's user is the main tenant's alone
        await at.refused("POST", "/agents/1002/log-out", 404, tenant="other")
        problem = await at.refused("POST", "/agents/1003/log-in", 404, tenant="other", json=wanted)
        assert problem["field"] == "campaign"
        shown = await at.done(
            "POST", "/agents/1003/log-in", tenant="other", json={"campaigns": [theirs]}
        )
        assert shown["campaigns"] == [theirs]
        assert [one["id"] for one in (await at.done("GET", "/agents"))["items"]] == []
        assert not [row async for row in at.stores.audit.read(subject="agent 1003")]


async def test_who_leads_the_floor_logs_in_pauses_and_logs_out(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await at_rest(at)
        early = await at.refused("POST", "/agents/1002/pause", 409, json={"code": "lunch"})
        assert (early["field"], early["fix"]) == ("agent", "log in first")
        await logged_in(at, campaign, "1002")
        again = await at.refused("POST", "/agents/1002/log-in", 409, json={"campaigns": [campaign]})
        assert (again["code"], again["field"]) == ("wrong_state", "agent")
        shown = await at.done("POST", "/agents/1002/pause", json={"code": "lunch"})
        assert (shown["state"], shown["reason"]) == ("paused", "lunch")
        assert (await at.done("POST", "/agents/1002/resume"))["state"] == "idle"
        twice = await at.refused("POST", "/agents/1002/resume", 409)
        assert twice["fix"] == "pause first"
        shown = await at.done("POST", "/agents/1002/log-out")
        assert (shown["state"], shown["node"]) == ("offline", None)
        noted = [row.action async for row in at.stores.audit.read(subject="agent 1002")]
        assert noted == ["log_in", "pause", "resume", "log_out"]


async def test_a_phone_that_is_not_there_is_named_with_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await at_rest(at)
        problem = await at.refused(
            "POST", "/agents/4711/log-in", 409, json={"campaigns": [campaign]}
        )
        assert (problem["field"], problem["fix"][:22]) == ("agent", "check that it is regis")


@pytest.mark.parametrize("role", ["agent", "qa"])
async def test_only_who_leads_the_floor_orders_agents_about(tmp_path: Path, role: str) -> None:
    async with service(tmp_path) as at:
        problem = await at.refused("POST", "/agents/1001/log-out", 403, role=role)
        assert (problem["code"], problem["field"]) == ("denied", "role")


async def test_without_an_engine_nothing_is_said_of_agents(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        assert (await at.refused("GET", "/agents", 503))["code"] == "engine_unavailable"


async def test_an_agent_logs_in_talks_and_writes_up_what_was_sold(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        mine = {"role": "agent"}
        assert (await at.done("GET", "/session", **mine))["agent"]["state"] == "offline"
        shown = await at.done("POST", "/session/log-in", json={"campaigns": [campaign]}, **mine)
        assert (shown["id"], shown["state"]) == ("1001", "idle")
        async with talking(at) as attempt:
            found = await until_shown(at, "/session", lambda one: one["talk"], **mine)
            assert found["agent"]["state"] == "talking"
            talk = found["talk"]
            assert (talk["attempt"], talk["number"]) == (attempt, "+12*******00")
            assert talk["person"] == {"name": "n0"}
            early = await at.refused(
                "POST", "/session/ready", 409, json={"disposition": "not_interested"}, **mine
            )
            assert "is talking, not in wrap-up" in early["detail"]
            shown = await at.done("GET", f"/attempts/{attempt}")
            assert shown["disposition"] == ""  # what was refused changed nothing
            wish = await at.done("POST", "/session/pause", json={"code": "lunch"}, **mine)
            assert (wish["state"], wish["wish"]) == ("talking", "pause")
        await until_shown(at, "/session", lambda one: one["agent"]["state"] == "wrap_up", **mine)
        unsaid = await at.refused("POST", "/session/ready", 422, json={"amount": 5}, **mine)
        assert (unsaid["field"], unsaid["fix"]) == ("amount", "say the disposition too")
        wrong = await at.refused(
            "POST", "/session/ready", 422, json={"disposition": "gold"}, **mine
        )
        assert (wrong["field"], wrong["fix"][:8]) == ("disposition", "use sale")
        said = {"disposition": "sale", "amount": 99.5}
        shown = await at.done("POST", "/session/ready", json=said, **mine)
        assert (shown["state"], shown["reason"], shown["talks"]) == ("paused", "lunch", 1)
        got = await at.stores.attempt_record.get(attempt, tenant_id="main")
        assert got is not None
        assert (got.disposition, got.amount, got.agent_id) == ("sale", 99.5, "1001")


async def test_an_agent_ends_the_talk(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        await at.done("POST", "/session/log-in", json={"campaigns": [campaign]}, role="agent")
        none = await at.refused("POST", "/session/hang-up", 409, role="agent")
        assert (none["field"], none["fix"]) == ("agent", "nothing to hang up")
        async with talking(at) as attempt:
            await at.done("POST", "/session/hang-up", role="agent")
            await until_shown(
                at, "/session", lambda one: one["agent"]["state"] == "wrap_up", role="agent"
            )
            assert attempt not in at.switch.channels
        later = {"disposition": "callback", "callback_at": 4e9, "callback_for_anyone": True}
        shown = await at.done("POST", "/session/ready", json=later, role="agent")
        assert shown["state"] == AgentState.IDLE
        got = await at.stores.attempt_record.get(attempt, tenant_id="main")
        assert got is not None
        assert (got.disposition, got.callback_at) == ("callback", 4e9)


async def test_who_is_no_agent_has_no_session(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        problem = await at.refused("GET", "/session", 403, role="supervisor")
        assert (problem["field"], problem["fix"]) == ("agent", "have the user given an agent")
        problem = await at.refused("POST", "/session/log-out", 403, role="agent", tenant="other")
        assert problem["field"] == "agent"
