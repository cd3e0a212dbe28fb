"""Live calls over REST: who is on which line, and ending one."""

import time
from pathlib import Path

from floor_at_work import dialing, logged_in, ringing, talking, until, until_shown
from service import service

UNKNOWN = "at-01M8C9NMWY2EPPG8W9SYNMTK7Z"


async def test_live_calls_are_shown_with_numbers_as_a_role_sees_them(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        await logged_in(at, campaign)
        attempt = await ringing(at)
        found = await until_shown(at, "/calls", lambda page: page["items"])
        (call,) = found["items"]
        assert (call["attempt"], call["state"], call["node"]) == (attempt, "ringing", "node")
        assert (call["campaign"], call["agent"], call["trunk"]) == (campaign, None, "trunk")
        assert call["number"] == "+12025550000"
        assert 0 <= time.time() - call["since"] < 10
        for role, number in (("supervisor", "+12*****0000"), ("qa", "+12*******00")):
            (call,) = (await at.done("GET", "/calls", role=role))["items"]
            assert call["number"] == number
        assert (await at.done("GET", "/calls", tenant="other"))["items"] == []
        assert (await at.done("GET", "/calls", params={"state": "talking"}))["items"] == []
        assert (await at.done("GET", "/calls", params={"campaign": "none"}))["items"] == []


async def test_a_supervisor_ends_a_talk_and_it_is_noted(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        await logged_in(at, campaign)
        async with talking(at) as attempt:
            path = f"/calls/{attempt}/hang-up"
            await until_shown(at, "/calls", lambda page: page["items"][0]["state"] == "talking")
            theirs = await at.refused("POST", path, 404, tenant="other")
            assert (theirs["field"], theirs["fix"]) == ("call", "see GET calls")
            await at.refused("POST", path, 403, role="qa")
            assert attempt in at.switch.channels
            told = await at.done("POST", path, role="supervisor")
            assert told == {"ended": "talk"}
            await until(lambda: attempt not in at.switch.channels)
        await until_shown(at, "/calls", lambda page: not page["items"])
        (noted,) = [row async for row in at.stores.audit.read(action="hang_up")]
        assert (noted.by, noted.subject) == ("token supervisor@main", f"attempt {attempt}")
        assert noted.detail == {"ended": "talk", "campaign": campaign, "agent": "1001"}
        await at.refused("POST", path, 404)


async def test_a_line_is_taken_back_only_when_it_rang_its_minimum(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1, ring_min_s=15.0)
        await logged_in(at, campaign)
        attempt = await ringing(at)
        await until_shown(at, "/calls", lambda page: page["items"])
        early = await at.refused("POST", f"/calls/{attempt}/hang-up", 409)
        assert (early["code"], early["field"]) == ("wrong_state", "call")
        assert "less than the 15 s" in early["detail"]
        assert early["fix"].startswith("try again in 1")
        assert attempt in at.switch.channels
        assert not [row async for row in at.stores.audit.read(action="hang_up")]


async def test_a_line_that_rang_long_enough_is_taken_back(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        await logged_in(at, campaign)
        attempt = await ringing(at)
        await until_shown(at, "/calls", lambda page: page["items"])
        assert await at.done("POST", f"/calls/{attempt}/hang-up") == {"ended": "line"}
        path = f"/attempts/{attempt}"
        ended = await until_shown(at, path, lambda one: one["ended_at"])
        assert (ended["outcome"], ended["ended_by"]) == ("cancelled", "dialer")


async def test_who_waits_for_an_agent_is_not_hung_up_on(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1)
        await logged_in(at, campaign)
        attempt = await ringing(at)
        at.switch.answer(attempt)  # the line does not ask for an agent yet
        refused = await at.refused("POST", f"/calls/{attempt}/hang-up", 409)
        assert "a person is on the line" in refused["detail"]
        assert refused["fix"].startswith("wait")


async def test_ids_that_are_none_are_refused(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        wrong = await at.refused("POST", "/calls/..%2F..%2Fetc/hang-up", 404)
        assert wrong["field"] == "request"
        wrong = await at.refused("POST", "/calls/at-1/hang-up", 422)
        assert wrong["field"] == "path.attempt_id"
        await at.refused("POST", f"/calls/{UNKNOWN}/hang-up", 404)


async def test_without_an_engine_no_calls_are_told(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        assert (await at.refused("GET", "/calls", 503))["code"] == "engine_unavailable"
