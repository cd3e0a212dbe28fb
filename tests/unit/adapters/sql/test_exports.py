"""Exports: everything once, page by page, whole or not at all."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyarrow import parquet
from report_world import KINDS, SPRING, attempt, put_attempts, put_leads, world
from sqlalchemy import insert, select

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.exports import SqlExports
from dialer.adapters.sql.reports.scope import Scope
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.audit import audit_log
from dialer.adapters.table_file import CsvTable, ParquetTable, replaced
from dialer.errors import BadInput
from dialer.services.export import export

ALWAYS = Scope(0.0, 1e9, SPRING)


async def lines_of(table) -> list[dict]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, line, strict=True)) async for page in table.pages for line in page]


@pytest.mark.parametrize("kind", KINDS)
async def test_leads_come_with_their_results_and_attributes(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        await put_leads(
            stores,
            [
                {
                    "id": 11,
                    "list_id": 1,
                    "number": "+1202",
                    "why": "sold",
                    "attempts": 2,
                    "last_outcome": "connected",
                    "attributes": {"city": "Köln", "state": "NRW"},
                },
                {"id": 12, "list_id": 2, "number": "+1203", "attributes": {"age": "40"}},
                {"id": 13, "list_id": 3, "number": "+1204", "attributes": {"other": "campaign"}},
                {"id": 14, "list_id": 1, "number": "+1205", "state": "importing"},
            ],
        )
        calls = [
            {**attempt("a", 1, 100.0, disposition="not_in"), "lead_id": 11},
            {**attempt("b", 1, 200.0, disposition="sale"), "lead_id": 11},
            {**attempt("c", 1, 300.0, undialed=True), "lead_id": 11},
        ]
        await stores.writer.transact(lambda connection: connection.execute(insert(attempts), calls))
        exports = SqlExports(stores.reader, page=1)
        everyone = await lines_of(await exports.leads(ALWAYS, called_only=False))
        called = await lines_of(await exports.leads(Scope(150.0, 250.0, SPRING), called_only=True))
        before = await lines_of(await exports.leads(Scope(0, 150.0, SPRING), called_only=True))
    assert everyone[0] == {
        "lead_id": 11,
        "list": "a",
        "source": "web",
        "number": "+1202",
        "state": "done",
        "why": "sold",
        "attempts": 2,
        "last_outcome": "connected",
        "last_disposition": "sale",
        "last_call_at": 200.0,
        "age": None,
        "city": "Köln",
        "state (list)": "NRW",
    }
    assert [line["lead_id"] for line in everyone] == [11, 12]
    assert everyone[1]["age"] == "40"
    assert everyone[1]["last_call_at"] is None
    assert called == everyone[:1]
    assert before == []


@pytest.mark.parametrize("kind", KINDS)
async def test_calls_of_the_same_instant_are_all_there(kind: str, tmp_path: Path) -> None:
    names = [f"{n:02}" for n in range(7)]
    async with world(kind, tmp_path) as stores:
        rows = [attempt(name, 1, 100.0 + (name > "04")) for name in names]
        rows += [attempt("early", 1, 50.0), attempt("late", 1, 102.0), attempt("autumn", 3, 100.0)]
        rows[0] |= {"meaning": 19, "rule_set": "r", "recording": "a.wav", "amount": 2.5}
        await put_attempts(stores, rows)
        exports = SqlExports(stores.reader, page=2)
        found = await lines_of(exports.calls(Scope(100.0, 102.0, SPRING)))
        none = await lines_of(exports.calls(Scope(1e8, 1e8, SPRING)))
    assert [line["attempt_id"] for line in found] == names
    first = found[0]
    assert {name for name in ("human", "contact", "right_party", "sale") if first[name]} == {
        "human",
        "contact",
        "sale",
    }
    assert (first["rules"], first["recording"], first["amount"]) == ("us us-fl", "a.wav", 2.5)
    assert (first["outcome"], first["dialed_at"], first["answered_at"]) == (
        "no_answer",
        100.0,
        None,
    )
    assert none == []


async def written(stores: SqlStores, table_type, file: Path, **how) -> int:
    table = SqlExports(stores.reader, page=2).calls(ALWAYS)
    with replaced(file) as temporary:
        made = table_type(temporary, table.columns)
        return await export(table.columns, table.pages, made, **{"reveal": False, **how})


async def test_a_csv_holds_no_formula_and_no_number(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    async with world("sqlite", tmp_path) as stores:
        evil = "=HYPERLINK(1)"
        await put_attempts(stores, [attempt("a", 1, 1.5, disposition=evil), attempt("b", 1, 2.0)])
        assert await written(stores, CsvTable, file) == 2
    with file.open(encoding="utf-8", newline="") as text:
        first, second = csv.DictReader(text)
    assert first["disposition"] == "'=HYPERLINK(1)"
    assert first["number"] == "'+12*******00"
    assert (first["dialed_at"], first["answered_at"]) == ("1970-01-01T00:00:01.500+00:00", "")
    assert (first["undialed"], second["sale"]) == ("0", "0")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_parquet_has_types(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "calls.parquet"
    async with world(kind, tmp_path) as stores:
        await put_attempts(stores, [attempt(f"{n}", 1, 1.5 + n, amount=7.0) for n in range(5)])
        await written(stores, ParquetTable, file, reveal=True)
    table = parquet.read_table(file)
    assert str(table.schema.field("dialed_at").type) == "timestamp[us, tz=UTC]"
    assert str(table.schema.field("sale").type) == "bool"
    rows = table.to_pylist()
    assert [row["attempt_id"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert rows[0]["dialed_at"] == datetime.fromtimestamp(1.5, UTC)
    assert (rows[0]["number"], rows[0]["amount"]) == ("+12025550100", 7.0)
    assert rows[0]["answered_at"] is None


async def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    async with world("sqlite", tmp_path) as stores:
        assert await written(stores, ParquetTable, tmp_path / "none.parquet") == 0
        assert await written(stores, CsvTable, tmp_path / "none.csv") == 0
    assert parquet.read_table(tmp_path / "none.parquet").num_rows == 0
    assert (tmp_path / "none.csv").read_text().startswith("attempt_id,lead_id,list,number")


async def test_what_fails_on_the_way_leaves_the_old_file(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "calls.csv"
    file.write_text("old")

    async def no_record(count: int) -> None:
        raise BadInput("audit", f"{count} cannot be put on record", "see the database")

    async with world("sqlite", tmp_path) as stores:
        await put_attempts(stores, [attempt("a", 1, 1.0)])
        with pytest.raises(BadInput, match="1 cannot"):
            await written(stores, CsvTable, file, reveal=True, note=no_record)
        assert [path.name for path in folder.iterdir()] == ["calls.csv"]
        assert file.read_text() == "old"
        with pytest.raises(BadInput, match="cannot be written"):
            await written(stores, CsvTable, tmp_path / "nowhere" / "calls.csv")
        with pytest.raises(BadInput, match="is a folder"):
            await written(stores, CsvTable, folder)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_done_is_put_on_record(kind: str, tmp_path: Path) -> None:
    async with world(kind, tmp_path) as stores:
        audit = SqlAudit(stores.writer, stores.reader)
        await audit.note(
            by="ann", action="reveal", subject="campaign spring", detail={"rows": 3}, at=12.5
        )
        async with stores.reader.connect() as connection:
            (row,) = (await connection.execute(select(audit_log))).all()
    assert (row.tenant_id, row.by, row.action, row.subject) == (
        "main",
        "ann",
        "reveal",
        "campaign spring",
    )
    assert (row.detail, row.at) == ({"rows": 3}, 12.5)
