"""The audit log over REST: for administrators, of their tenant, newest first."""

from pathlib import Path

from service import Service, service


async def fill(at: Service) -> None:
    for number, (by, action, tenant) in enumerate(
        (
            ("ann", "reveal", "main"),
            ("bob", "export", "main"),
            ("eve", "reveal", "other"),
            ("ann", "export", "main"),
        )
    ):
        await at.stores.audit.note(
            by=by,
            action=action,
            subject=f"campaign {number % 2}",
            detail={"number": number},
            at=1000.0 + number // 2,
            tenant_id=tenant,
        )


async def test_rows_come_in_pages_newest_first(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await fill(at)
        found, cursor = [], ""
        while cursor is not None:
            page = await at.done("GET", "/audit", params={"limit": 1, "cursor": cursor})
            found += [one["detail"]["number"] for one in page["items"]]
            cursor = page["next"]
        assert found == [3, 1, 0]
        theirs = await at.done("GET", "/audit", tenant="other")
        assert [one["by"] for one in theirs["items"]] == ["eve"]


async def test_rows_are_narrowed_down(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await fill(at)
        for params, expected in (
            ({"by": "ann"}, [3, 0]),
            ({"action": "export"}, [3, 1]),
            ({"subject": "campaign 1"}, [3, 1]),
            ({"since": 1001.0}, [3]),
            ({"until": 1001.0}, [1, 0]),
        ):
            page = await at.done("GET", "/audit", params=params)
            assert [one["detail"]["number"] for one in page["items"]] == expected, params


async def test_only_administrators_see_the_log(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        for role in ("qa", "supervisor", "campaign_manager", "agent"):
            problem = await at.refused("GET", "/audit", 403, role=role)
            assert (problem["field"], problem["fix"]) == ("role", "ask one of administrator")
        problem = await at.refused("GET", "/audit", 422, params={"since": 2, "until": 1})
        assert (problem["field"], problem["fix"]) == ("until", "give a later time")
        problem = await at.refused("GET", "/audit", 422, params={"cursor": "WyJhIl0"})
        assert problem["field"] == "cursor"
