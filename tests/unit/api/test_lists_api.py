"""Lists over REST: a file comes in whole or not at all, and is told how it was read."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from service import PREFIX, Service, service

from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow

CSV = b"name,phone,zone\nann,+12025550101,\nbob,+1202555,\ncy,+12025550102,\n"


async def created(at: Service, name: str = "spring", **settings: Any) -> str:
    found = await at.done("POST", "/campaigns", json={"name": name, "settings": settings})
    return str(found["id"])


async def test_a_list_comes_in_and_is_shown_with_its_states_source_and_cost(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/lists"
        said = {"file": "spring.csv", "source": "web form", "cost": "12.5"}
        answer = await at.ask("POST", path, content=CSV, params=said)
        assert answer.status_code == 201, answer.text
        report = answer.json()
        assert (report["taken"], report["rejected"], report["list_name"]) == (2, 1, "spring.csv")
        rejected = {"row": 3, "reason": "too short for its country"}
        assert (report["rejected_rows"], report["more_rejected"]) == ([rejected], False)
        (shown,) = (await at.done("GET", path, role="qa"))["items"]
        assert (shown["source"], shown["cost"], shown["states"]) == (
            "web form",
            12.5,
            {"ready": 2},
        )
        assert await at.done("GET", f"{path}/{report['list_id']}") == shown
        (noted,) = [row async for row in at.stores.audit.read(action="import")]
        assert noted.detail == {"file": "spring.csv", "taken": 2, "rejected": 1}
        again = await at.refused("POST", path, 422, content=CSV, params=said)
        assert "is in the campaign already" in again["detail"]


async def test_a_dry_run_shows_how_it_would_be_read_and_changes_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/lists"
        shown = await at.done(
            "POST", path, content=CSV, params={"dry_run": "true"}, role="campaign_manager"
        )
        assert (shown["kind"], shown["taken"]) == ("preview", 2)
        assert shown["mapping"]["phone"] == "phone"
        assert shown["meanings"] == ["", "phone", "zone"]
        numbers = [row["values"][1] for row in shown["rows"]]
        assert numbers == ["+12*****0101", "+12*2555", "+12*****0102"]
        assert (await at.done("GET", path))["items"] == []


async def test_all_rejected_rows_are_answered_as_a_csv_when_asked_for(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        path = f"/campaigns/{await created(at)}/lists"
        bad = b"".join(b"=1+1,+1202555\n" for _ in range(150))
        said = {"file": "spring.csv", "rejects": "true"}
        report = await at.done("POST", path, content=CSV + bad, params=said)
        assert (report["rejected"], len(report["rejected_rows"])) == (151, 100)
        lines = report["rejects_csv"].splitlines()
        assert lines[:2] == [
            "row,reason,name,phone,zone",
            "3,too short for its country,bob,+1202555,",
        ]
        assert len(lines) == 152
        assert lines[2] == "5,too short for its country,'=1+1,+1202555,"
        good = b"phone\n+12025550177\n"
        assert (await at.done("POST", path, content=good, params=said))["rejects_csv"] is None


async def test_imports_are_listed_with_the_rows_taken_in_so_far(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}"
        await at.done("POST", f"{path}/lists", content=CSV, params={"file": "spring.csv"})
        begun = await at.stores.imports.begin(CampaignId(campaign), "more.csv", at=5.0)
        await at.stores.imports.add(begun, [LeadRow(2, "+12025550109", {"name": "di"})])
        coming, over = await at.done("GET", f"{path}/imports", role="qa")
        assert (coming["file"], coming["under_way"], coming["rows"]) == ("more.csv", True, 1)
        assert (over["file"], over["under_way"]) == ("spring.csv", False)
        assert (over["rows"], over["rejected"]) == (2, 1)
        await at.stores.imports.drop(begun)
        assert [one["id"] for one in await at.done("GET", f"{path}/imports")] == [over["id"]]
        await at.refused("GET", f"{path}/imports", 404, tenant="other")


async def test_a_workbook_is_known_by_how_it_begins(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        book = Workbook()
        book.active.append(["Rufnummer", "Ort"])
        book.active.append(["030 12345678", "Berlin"])
        book.save(tmp_path / "list.xlsx")
        path = f"/campaigns/{campaign}/lists"
        content = (tmp_path / "list.xlsx").read_bytes()
        report = await at.done("POST", path, content=content, params={"region": "DE"})
        assert (report["taken"], report["number_column"]) == (1, "Rufnummer")


@pytest.mark.parametrize(
    ("content", "params", "field"),
    [
        (b"", {}, "body"),
        (b"name\nann\n", {"file": "l.csv"}, "l.csv"),
        (b"phone\n+12025550101\n", {"map": "x"}, "map"),
        (b"phone\n+12025550101\n", {"region": "XX"}, "default region"),
        (b"phone\n+12025550101\n", {"sheet": "a"}, "sheet"),
        (b"phone\n+12025550101\n", {"encoding": "klingon"}, "encoding"),
        (b"phone\n+12025550101\n", {"duplicates": "node"}, "duplicates"),
        (b"phone\n+12025550101\n", {"cost": "nan"}, "query.cost"),
        (b"phone\n+12025550101\n", {"list": "a\x00b"}, "query.list"),
        (b"phone\n123\n", {"file": "../../etc/l"}, "_.._etc_l"),
    ],
)
async def test_a_list_that_cannot_be_used_is_refused_and_leaves_nothing(
    tmp_path: Path, content: bytes, params: dict[str, str], field: str
) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/lists"
        problem = await at.refused("POST", path, 422, content=content, params=params)
        assert problem["field"] == field
        assert problem["fix"]
        assert (await at.done("GET", path))["items"] == []
        assert await at.stores.leads.remaining(campaign) == 0  # type: ignore[arg-type]


async def test_a_connection_that_is_lost_half_way_leaves_nothing(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/lists"
        rows = b"".join(b"+1202555%04d\n" % index for index in range(9_000))

        async def slowly() -> AsyncIterator[bytes]:
            yield b"phone\n"
            yield rows

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(at.ask("POST", path, content=slowly()))
            while not await _rows_of(at, "imports"):
                await asyncio.sleep(0.001)
            task.cancel()
        assert await _rows_of(at, "leads") == 0
        assert await _rows_of(at, "imports") == 0
        assert (await at.done("GET", path))["items"] == []


async def test_a_body_beyond_the_limit_is_refused_as_it_comes(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        path = f"/campaigns/{campaign}/lists"
        headers = {"Content-Length": str((256 << 20) + 1)}
        request = at.client.build_request("POST", PREFIX + path, content=b"phone\n")
        request.headers.update({**headers, "Authorization": "Bearer administrator@main"})
        answer = await at.client.send(request)
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        other = await at.ask("POST", "/campaigns", content=b" " * (1 << 20) + b"{}")
        assert other.status_code == 413


async def test_what_is_said_of_a_list_changes_only_from_what_was_seen(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        report = await at.done("POST", f"/campaigns/{campaign}/lists", content=CSV)
        path = f"/campaigns/{campaign}/lists/{report['list_id']}"
        seen = (await at.ask("GET", path)).headers["etag"]
        changed = await at.ask("PATCH", path, json={"cost": 9}, headers={"If-Match": seen})
        assert (changed.json()["cost"], changed.headers["etag"] != seen) == (9.0, True)
        await at.refused("PATCH", path, 412, json={"cost": 8}, headers={"If-Match": seen})
        (noted,) = [row async for row in at.stores.audit.read(action="list")]
        assert noted.detail == {"cost": [0.0, 9.0]}
        await at.refused("PATCH", path, 422, json={"cost": -1})


async def test_another_tenants_lists_do_not_exist(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign = await created(at)
        report = await at.done("POST", f"/campaigns/{campaign}/lists", content=CSV)
        path = f"/campaigns/{campaign}/lists"
        one = f"{path}/{report['list_id']}"
        for method, where, said in (
            ("GET", path, {}),
            ("GET", one, {}),
            ("PATCH", one, {"json": {"cost": 1}}),
            ("POST", path, {"content": CSV}),
        ):
            await at.refused(method, where, 404, tenant="other", **said)
        theirs = (await at.done("POST", "/campaigns", json={"name": "theirs"}, tenant="other"))[
            "id"
        ]
        await at.refused(
            "GET", f"/campaigns/{theirs}/lists/{report['list_id']}", 404, tenant="other"
        )
        await at.refused("POST", path, 403, content=CSV, role="supervisor")


async def _rows_of(at: Service, table: str) -> int:
    async with at.stores.reader.connect() as connection:
        found = await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")  # noqa: S608
        return int(found.scalar_one())
