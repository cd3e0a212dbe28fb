"""Reports and exports over REST: the figures of the command line, of one's own tenant only."""

import asyncio
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet
from record import NOON, TALK, campaign_with
from service import service
from sqlalchemy import update
from typer.testing import CliRunner

from dialer.adapters.sql.tables.attempts import attempts
from dialer.cli import app
from tools.page_modules import pages

SOLD = {**TALK, "disposition": "sale", "meaning": 23, "amount": 49.5}
NOVEMBER = {"from": "2024-11-01", "to": "2024-11-30", "zone": "Europe/Berlin"}
REPORTS = ("campaign", "lists", "agents", "hours", "trunks")


async def typed(folder: Path, *words: str) -> str:
    """Return what the command line says of the same database."""
    said = [*words, "--home", str(folder / "node")]
    result = await asyncio.to_thread(CliRunner().invoke, app, said)
    assert result.exit_code == 0, result.output
    return result.stdout


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def wordless(told: dict[str, Any]) -> list[str]:
    """Return the figures of a report that the page has no words, or no definition, for."""
    words = {key for module in pages().modules.values() for key in module.texts}
    tables = {name: rows for name, rows in told.items() if isinstance(rows, list)}
    columns = {name for rows in tables.values() for row in rows for name in row}
    figures = columns - {"outcomes", "dispositions", "windows", "states", "pauses_s", "spans"}
    wanted = {f"report.{name}{of}" for name in figures for of in ("", ".means")}
    return sorted((wanted | {f"report.table.{name}" for name in tables}) - words)


@pytest.mark.parametrize("name", REPORTS)
async def test_a_report_says_what_the_command_line_says(name: str, tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        await campaign_with(at, SOLD, {"outcome": "busy"}, {})
        told = await at.done("GET", f"/reports/{name}", role="qa", params=NOVEMBER)
        options = [f"--{key}={value}" for key, value in NOVEMBER.items()]
        assert told == json.loads(await typed(tmp_path, "report", name, "--json", *options))
        assert any(table for table in told.values() if isinstance(table, list))
        assert wordless(told) == []
        await at.refused("GET", f"/reports/{name}", 403, role="agent")


@pytest.mark.parametrize("name", REPORTS)
async def test_another_tenant_is_in_no_report(name: str, tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        mine, _ = await campaign_with(at, SOLD)
        await campaign_with(at, name="theirs", tenant="other")
        told = await at.done("GET", f"/reports/{name}", tenant="other")
        tables = {key: rows for key, rows in told.items() if isinstance(rows, list)}
        assert "spring" not in json.dumps(tables)
        assert sum(row.get("attempts", 0) + row.get("calls", 0) for row in rows_of(tables)) == 0
        path = f"/reports/{name}"
        problem = await at.refused("GET", path, 404, tenant="other", params={"campaign": mine})
        assert problem["field"] == "campaign"


def rows_of(tables: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in tables.values() for row in rows]


async def test_what_a_report_cannot_be_asked_is_named_with_the_fix(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, _ = await campaign_with(at, {})
        for name, params, status, field in (
            ("campaign", {"from": "then"}, 422, "from"),
            ("campaign", {"from": "2026-11-02", "to": "2026-11-01"}, 422, "to"),
            ("campaign", {"zone": "Mars/Base"}, 422, "zone"),
            ("campaign", {"list": "a"}, 422, "list"),
            ("campaign", {"campaign": campaign, "list": "none"}, 404, "list"),
            ("lists", {"agent": "1001"}, 422, "agent"),
            ("agents", {"campaign": campaign, "list": "list.csv"}, 422, "list"),
            ("weather", {}, 422, "path.name"),
        ):
            problem = await at.refused("GET", f"/reports/{name}", status, params=params)
            assert problem["field"] == field, (name, params)
            assert problem["fix"]


@pytest.mark.parametrize("what", ["leads", "calls"])
async def test_an_export_is_the_file_of_the_command_line(what: str, tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, _ = await campaign_with(at, SOLD, {"outcome": "busy"}, {})
        path, params = f"/exports/{what}", {"campaign": campaign}
        answer = await at.ask("GET", path, params=params, role="qa")
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        name = f'attachment; filename="{what}-{campaign}.csv"'
        assert answer.headers["content-disposition"] == name
        file = tmp_path / "typed.csv"
        await typed(tmp_path, "export", what, str(file), "--campaign", campaign)
        assert answer.content == file.read_bytes()
        assert {row["number"] for row in table(answer.text)} == {
            *("'+12*******00", "'+12*******01", "'+12*******02")
        }
        accepts = {"Accept": "application/vnd.apache.parquet, */*;q=0.1"}
        packed = await at.ask("GET", path, params=params, headers=accepts)
        assert packed.headers["content-type"] == "application/vnd.apache.parquet"
        rows = parquet.read_table(io.BytesIO(packed.content)).to_pylist()
        assert [row["number"] for row in rows] == [
            *("+12*******00", "+12*******01", "+12*******02")
        ]
        noted = [row async for row in at.stores.audit.read(action="export")]
        assert [(row.by, row.subject) for row in noted] == [
            ("token qa@main", f"campaign {campaign}"),
            ("token administrator@main", f"campaign {campaign}"),
        ]
        assert [row.detail["format"] for row in noted] == ["csv", "parquet"]
        assert {row.detail["what"] for row in noted} == {what}


async def test_whole_numbers_go_to_who_may_see_them_and_are_noted(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, _ = await campaign_with(at, {})
        asked = {"campaign": campaign, "reveal": "true"}
        answer = await at.ask("GET", "/exports/leads", params=asked, role="campaign_manager")
        assert [row["number"] for row in table(answer.text)] == ["+12025550000"]
        (noted,) = [row async for row in at.stores.audit.read(action="reveal")]
        assert (noted.by, noted.detail["what"]) == ("token campaign_manager@main", "leads")
        problem = await at.refused("GET", "/exports/leads", 403, params=asked, role="qa")
        assert (problem["field"], problem["fix"]) == ("reveal", "leave it out")
        await at.refused("GET", "/exports/leads", 403, params=asked, role="supervisor")
        assert len([row async for row in at.stores.audit.read()]) == 1


async def test_an_export_is_of_a_time_and_of_the_tenants_campaign(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        early = {"dialed_at": NOON - 86_400.0}
        campaign, (_, late) = await campaign_with(at, early, {})
        asked = {"campaign": campaign, "from": "2024-11-03", "to": "2024-11-03"}
        answer = await at.ask("GET", "/exports/calls", params=asked)
        assert [row["attempt_id"] for row in table(answer.text)] == [late]
        leads = await at.ask("GET", "/exports/leads", params=asked)
        assert len(table(leads.text)) == 1
        for path in ("/exports/calls", "/exports/leads"):
            problem = await at.refused("GET", path, 404, params=asked, tenant="other")
            assert problem["field"] == "campaign"
            missing = await at.refused("GET", path, 422)
            assert missing["field"] == "query.campaign"


async def test_no_cell_of_an_export_is_a_formula(tmp_path: Path) -> None:
    async with service(tmp_path, with_engine=False) as at:
        campaign, ids = await campaign_with(at, {}, {})
        said = {"disposition": '=HYPERLINK("x")'}
        change = update(attempts).where(attempts.c.id == ids[0]).values(said)
        await at.stores.writer.transact(lambda connection: connection.execute(change) and None)
        answer = await at.ask("GET", "/exports/calls", params={"campaign": campaign})
        assert table(answer.text)[0]["disposition"] == '\'=HYPERLINK("x")'
