"""The record of attempts over REST."""

from pathlib import Path

from record import NOON, TALK, campaign_with
from service import service

from api.paging import cursor_of


async def test_an_attempt_is_told_with_its_times_and_causes(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        row = {**TALK, "disposition": "sale", "amount": 49.5, "recording": "x.wav"}
        campaign, (attempt,) = await campaign_with(at, row)
        shown = await at.done("GET", f"/attempts/{attempt}")
        assert shown["number"] == "+12025550000"
        told = ("campaign", "campaign_name", "outcome", "agent", "disposition", "amount", "cause")
        assert [shown[name] for name in told] == [
            *(campaign, "spring", "connected", "1001", "sale", 49.5, 16)
        ]
        assert (shown["dialed_at"], shown["talk_ended_at"]) == (NOON, NOON + 40)
        assert (shown["recording"], shown["charged"], shown["trunk"]) == ("x.wav", False, "trunk")
        assert (await at.done("GET", f"/attempts/{attempt}", role="qa"))["number"] == "+12*******00"
        theirs = await at.refused("GET", f"/attempts/{attempt}", 404, tenant="other")
        assert (theirs["field"], theirs["fix"]) == ("attempt", "see GET attempts")
        await at.refused("GET", f"/attempts/{attempt}", 403, role="agent")


async def test_attempts_come_in_pages_newest_first(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        spring, old = await campaign_with(at, {}, {}, {})
        later = {"dialed_at": NOON + 100, "ended_at": NOON + 105}
        _, new = await campaign_with(at, later, name="autumn")
        await campaign_with(at, {}, name="theirs", tenant="other")
        expected = [*new, *reversed(old)]
        found, cursor = [], ""
        while cursor is not None:
            page = await at.done("GET", "/attempts", params={"limit": 2, "cursor": cursor})
            found += [one["id"] for one in page["items"]]
            cursor = page["next"]
        assert found == expected
        only = await at.done("GET", "/attempts", params={"campaign": spring})
        assert [one["id"] for one in only["items"]] == expected[1:]
        theirs = await at.done("GET", "/attempts", tenant="other")
        assert not {one["id"] for one in theirs["items"]} & set(expected)


async def test_attempts_are_narrowed_by_lead_agent_outcome_and_time(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        _, (talk, busy, silent) = await campaign_with(at, TALK, {"outcome": "busy"}, {})
        lead = (await at.done("GET", f"/attempts/{busy}"))["lead"]
        for params, expected in (
            ({"agent": "1001"}, [talk]),
            ({"outcome": "busy"}, [busy]),
            ({"lead": lead}, [busy]),
            ({"since": NOON + 1}, [silent, busy]),
            ({"since": NOON, "until": NOON + 1}, [talk]),
        ):
            page = await at.done("GET", "/attempts", params=params)
            assert [one["id"] for one in page["items"]] == expected
        theirs = await at.done("GET", "/attempts", params={"lead": lead}, tenant="other")
        assert theirs["items"] == []


async def test_what_cannot_be_asked_is_named_with_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for params, status, field in (
            ({"since": 9, "until": 9}, 422, "until"),
            ({"campaign": "ca-none"}, 404, "campaign"),
            ({"cursor": "?"}, 422, "cursor"),
            ({"cursor": "WzEsMl0"}, 422, "cursor"),
            ({"cursor": cursor_of([1.0, "\0"])}, 422, "cursor"),
            ({"agent": "\0"}, 422, "query.agent"),
            ({"outcome": "odd"}, 422, "query.outcome"),
            ({"since": "nan"}, 422, "query.since"),
            ({"lead": 0}, 422, "query.lead"),
            ({"limit": 501}, 422, "query.limit"),
        ):
            problem = await at.refused("GET", "/attempts", status, params=params)
            assert problem["field"] == field, params
            assert problem["fix"]
