"""Calling rules over REST: with source and dates, and the law asked of a number and a time."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from service import Service, service

WASHINGTON = "+12025550000"
NOON = datetime(2026, 11, 24, 17, 0, tzinfo=UTC).timestamp()  # a Tuesday, noon in Washington
NIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC).timestamp()


async def asked(here: Service, **question: Any) -> Any:
    return await here.done("POST", "/rules/check", json={"number": WASHINGTON, **question})


async def test_rules_are_told_with_source_and_the_days_they_hold(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        rules = await at.done("GET", "/rules", params={"on": "2026-11-24"}, role="qa")
        assert all(rule["source"] and rule["in_force"] for rule in rules)
        american = await at.done("GET", "/rules", params={"jurisdiction": "US"})
        assert {rule["jurisdiction"].partition("-")[0] for rule in american} == {"US"}
        assert any("windows" in rule["asks"] for rule in american)
        long_ago = await at.done("GET", "/rules", params={"on": "1950-01-01"})
        assert len(long_ago) < len(rules)
        one = await at.done("GET", f"/rules/{american[0]['id']}")
        assert one["id"] == american[0]["id"]
        await at.refused("GET", "/rules/none", 404)
        await at.refused("GET", "/rules", 403, role="agent")


async def test_a_number_is_judged_by_the_clock_where_it_may_be(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        night = await asked(at, at=NIGHT, purpose="service")
        assert not night["allowed"]
        hours = next(one for one in night["reasons"] if one["field"] == "windows")
        assert hours["source"]
        assert hours["again_at"] > NIGHT
        assert "America/New_York" in night["zones"]
        noon = await asked(at, at=NOON, purpose="service")
        assert "windows" not in {one["field"] for one in noon["reasons"]}


async def test_a_number_on_the_list_may_not_be_dialed(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        before = await asked(at, at=NOON, purpose="service")
        entry = {"numbers": [WASHINGTON], "source": "x"}
        await at.done("POST", "/do-not-call", json=entry)
        after = await asked(at, at=NOON, purpose="service")
        fields = [one["field"] for one in after["reasons"]]
        assert fields == ["do_not_call", *(one["field"] for one in before["reasons"])]
        assert (after["allowed"], after["again_at"]) == (False, None)
        theirs = {"number": WASHINGTON, "at": NOON, "purpose": "service"}
        other = await at.done("POST", "/rules/check", json=theirs, tenant="other")
        assert "do_not_call" not in {one["field"] for one in other["reasons"]}


async def test_a_campaigns_lead_is_judged_where_it_says_it_is(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        made = await at.done("POST", "/campaigns", json={"name": "spring"})
        campaign = made["id"]
        line = f'{{"number": "{WASHINGTON}", "attributes": {{"zone": "Pacific/Honolulu"}}}}'
        await at.done("POST", f"/campaigns/{campaign}/leads", content=line)
        told = await asked(at, at=NOON, campaign=campaign)
        assert "Pacific/Honolulu" in told["zones"]
        assert "caller_id" in {one["field"] for one in told["reasons"]}
        body = {"number": WASHINGTON, "campaign": campaign}
        await at.refused("POST", "/rules/check", 404, json=body, tenant="other")


@pytest.mark.parametrize("number", ["911", "+1", "x", "+19005550100"])
async def test_what_is_never_dialed_is_refused(tmp_path: Path, number: str) -> None:
    async with service(tmp_path, with_engine=False) as at:
        answer = await at.ask("POST", "/rules/check", json={"number": number, "at": NOON})
        if answer.status_code == 422:
            assert answer.json()["field"] == "number"
        else:
            told = answer.json()
            assert (told["allowed"], told["reasons"][0]["field"]) == (False, "number")


async def test_the_dispositions_of_a_campaign_are_those_of_its_settings(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        made = await at.done("POST", "/campaigns", json={"name": "spring"})
        path = f"/campaigns/{made['id']}/dispositions"
        found = await at.done("GET", path, role="agent")
        wanted = made["settings"]["dispositions"]["dispositions"]
        assert [one["code"] for one in found] == [one["code"] for one in wanted]
        await at.refused("GET", path, 404, tenant="other")
