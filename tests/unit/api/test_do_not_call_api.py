"""The do-not-call list over REST: who may see and enter what, and what it does to leads."""

from pathlib import Path
from typing import Any

import pytest
from service import Service, service

ONE, TWO = "+12025550000", "+12025550001"


async def created(at: Service, name: str = "spring", *, tenant: str = "main") -> str:
    return str((await at.done("POST", "/campaigns", json={"name": name}, tenant=tenant))["id"])


async def test_a_number_that_is_entered_is_told_and_its_leads_are_done(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        await at.with_leads(campaign, 2)
        body = {"numbers": [ONE], "source": "by telephone"}
        done = await at.done("POST", "/do-not-call", json=body, role="agent")
        assert done == {"new": 1, "leads": 1}
        told = await at.done("POST", "/do-not-call/check", json={"number": ONE}, role="agent")
        assert (told["listed"], told["erased"]) == (True, False)
        (entry,) = told["entries"]
        assert (entry["number"], entry["scope"]) == ("+12*******00", "tenant:main")
        lead = await at.done("GET", "/leads/1")
        assert (lead["state"], lead["last_outcome"]) == ("done", "do_not_call")
        (noted,) = [row async for row in at.stores.audit.read(action="do_not_call_add")]
        assert (noted.by, noted.detail["scope"]) == ("token agent@main", "tenant:main")
        removal = {"numbers": [ONE], "reason": "a mistake"}
        await at.refused("POST", "/do-not-call/remove", 403, json=removal, role="agent")
        assert await at.done("POST", "/do-not-call/remove", json=removal) == {"removed": 1}
        told = await at.done("POST", "/do-not-call/check", json={"number": ONE})
        assert (told["listed"], told["entries"]) == (False, [])


async def test_tenants_keep_their_lists_apart_and_obey_those_of_everywhere(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        mine = await created(at)
        theirs = await created(at, "theirs", tenant="other")
        entries: tuple[tuple[str, str, str], ...] = (
            (ONE, "*", "main"),
            (TWO, "", "main"),
            (TWO, f"campaign:{mine}", "main"),
            (TWO, f"campaign:{theirs}", "other"),
        )
        for number, scope, tenant in entries:
            body = {"numbers": [number], "source": "x", "scope": scope}
            await at.done("POST", "/do-not-call", json=body, tenant=tenant)
        seen = await at.done("GET", "/do-not-call", params={"limit": 2})
        rest = await at.done("GET", "/do-not-call", params={"limit": 2, "cursor": seen["next"]})
        assert [one["scope"] for one in seen["items"] + rest["items"]] == [
            "*",
            "tenant:main",
            f"campaign:{mine}",
        ]
        other = await at.done("GET", "/do-not-call", tenant="other")
        assert [one["scope"] for one in other["items"]] == [f"campaign:{theirs}"]
        everywhere = await at.done(
            "POST", "/do-not-call/check", json={"number": ONE}, tenant="other"
        )
        assert everywhere["listed"]
        question: dict[str, Any] = {"number": TWO}
        told = await at.done("POST", "/do-not-call/check", json=question, tenant="other")
        assert (told["listed"], len(told["entries"])) == (False, 1)
        question["campaign"] = theirs
        told = await at.done("POST", "/do-not-call/check", json=question, tenant="other")
        assert told["listed"]
        rows = [row.action async for row in at.stores.audit.read(tenant_id="other")]
        assert rows == ["do_not_call_add"]


@pytest.mark.parametrize(
    ("scope", "tenant", "status"),
    [
        ("*", "other", 403),
        ("tenant:main", "other", 404),
        ("tenant:nobody", "main", 404),
        ("campaign:none", "main", 404),
        ("house", "main", 422),
    ],
)
async def test_a_scope_that_is_not_ones_own_is_refused(
    tmp_path: Path, scope: str, tenant: str, status: int
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        common: dict[str, Any] = {"numbers": [ONE], "scope": scope}
        for path, body in (
            ("/do-not-call", {**common, "source": "x"}),
            ("/do-not-call/remove", {**common, "reason": "x"}),
        ):
            await at.refused("POST", path, status, json=body, tenant=tenant)
        params = {"scope": scope}
        await at.refused(
            "POST", "/do-not-call/import", status, params=params, content=b"x", tenant=tenant
        )
        await at.refused("GET", "/do-not-call", status, params=params, tenant=tenant)


async def test_a_registrys_list_comes_in_with_its_date(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        params = {"list": "national", "dated": "2026-01-02", "country": "US", "file": "dnc.csv"}
        content = b"phone\n(202) 555-0100\n12\n(202) 555-0101\n"
        report = await at.done("POST", "/do-not-call/import", params=params, content=content)
        assert (report["rows"], report["new"], report["rejected"]) == (2, 2, 1)
        assert report["rejected_rows"] == [{"row": 3, "reason": "too short for its country"}]
        assert await at.stores.screenings.newest("US") == 1767312000.0
        again = await at.done("POST", "/do-not-call/import", params=params, content=content)
        assert again["new"] == 0
        for wrong in ({"list": "national"}, {**params, "dated": "2999-01-01"}, {"expires": "x"}):
            await at.refused("POST", "/do-not-call/import", 422, params=wrong, content=content)


async def test_a_number_that_is_none_is_told_without_repeating_it(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        body = {"numbers": ["call me"], "source": "x"}
        problem = await at.refused("POST", "/do-not-call", 422, json=body)
        assert problem["detail"].startswith("number: is unusable: not a telephone number")
        assert "call me" not in str(problem)
