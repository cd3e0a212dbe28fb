"""Importing a list: all of it, or nothing."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from dialer.adapters.spreadsheet import SpreadsheetList
from dialer.domain.campaign import Campaign
from dialer.domain.columns import ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.ids import CampaignId
from dialer.domain.leadfile import LeadRow
from dialer.errors import BadInput
from dialer.services.import_leads import ImportProgress, ListDetails, import_leads
from dialer.testing.imports import MemoryImportStore
from dialer.testing.stores import MemoryStores
from dialer.testing.tables import Tables

SPRING = CampaignId("spring")
AUTUMN = CampaignId("autumn")


async def stores_with_campaign() -> MemoryStores:
    stores = MemoryStores()
    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
    return stores


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "leads.csv"
    path.write_bytes(text.encode(encoding))
    return path


def many(count: int) -> str:
    return "number,n\n" + "".join(f"+1202555{i:04d},{i}\n" for i in range(count))


async def test_a_list_becomes_leads_and_bad_rows_a_csv_with_reasons(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(
        tmp_path, "Name;Phone\nZoë;2025550100\nBob;12\nCy;202 555 0100\nDi;2025550101\n"
    )
    rejects = tmp_path / "rejects.csv"
    report = await import_leads(
        stores.imports, path, SPRING, at=1.0, default_region="US", rejects_file=rejects
    )
    assert (report.taken, report.rejected, report.number_column) == (2, 2, "Phone")
    assert [row.row for row in report.examples] == [3, 4]
    assert report.rejects_file == rejects
    assert rejects.read_text().splitlines() == [
        "row,reason,Name,Phone",
        "3,too short for its country,Bob,12",
        "4,same number as row 2,Cy,202 555 0100",
    ]
    leased = await stores.leads.lease(SPRING, 5)
    assert [(lead.number, lead.attributes) for lead in leased] == [
        ("+12025550100", {"Name": "Zoë"}),
        ("+12025550101", {"Name": "Di"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
async def test_names_survive_the_encodings_spreadsheets_write(
    encoding: str, tmp_path: Path
) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, "number,name\r\n+12025550100,Zoë\r\n", encoding=encoding)
    await import_leads(stores.imports, path, SPRING, at=1.0)
    (lead,) = await stores.leads.lease(SPRING, 5)
    assert lead.attributes == {"name": "Zoë"}


async def test_a_long_list_comes_in_slices_and_tells_how_far_it_is(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    told: list[ImportProgress] = []
    path = csv_file(tmp_path, many(1200) + "x,1\n")
    report = await import_leads(stores.imports, path, SPRING, at=1.0, say=told.append)
    assert report.taken == 1200
    assert report.rejects_file is None
    assert told[-1] == ImportProgress(1200, 1)
    assert len(told) > 1
    assert await stores.leads.remaining(SPRING) == 1200


async def test_numbers_that_the_campaign_has_already_are_rejected(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    await import_leads(stores.imports, csv_file(tmp_path, many(2)), SPRING, at=1.0)
    report = await import_leads(stores.imports, csv_file(tmp_path, many(3)), SPRING, at=2.0)
    assert (report.taken, report.rejected) == (1, 2)
    assert report.examples[0].reason == "is in the campaign already"
    assert report.examples[0].values == ("+12025550000", "0")
    with pytest.raises(BadInput, match=r"no usable row \(row 2: is in the campaign already\)"):
        await import_leads(stores.imports, csv_file(tmp_path, many(3)), SPRING, at=3.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name,age\nAnn,41\n", "no column for the telephone number"),
        ("", "first line is empty"),
        ("number\n", "no rows below its header"),
        ("number\nx\ny\n", "no usable row"),
        (many(700) + '"x\n', "opens a quote"),
    ],
)
async def test_a_file_that_cannot_be_used_leaves_nothing(
    text: str, problem: str, tmp_path: Path
) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, text)
    rejects = tmp_path / "rejects.csv"
    with pytest.raises(BadInput, match=problem):
        await import_leads(stores.imports, path, SPRING, at=1.0, rejects_file=rejects)
    assert stores.tables == Tables(
        campaigns=stores.tables.campaigns,
        imports_begun=stores.tables.imports_begun,
        lists=stores.tables.lists,
    )
    assert not rejects.exists()


async def test_a_file_that_is_not_there_or_an_unknown_campaign_is_told(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    with pytest.raises(BadInput, match="cannot be read"):
        await import_leads(stores.imports, tmp_path / "none.csv", SPRING, at=1.0)
    with pytest.raises(BadInput, match="cannot be read"):
        await import_leads(stores.imports, tmp_path, SPRING, at=1.0)
    with pytest.raises(BadInput, match="there is no 'winter'"):
        await import_leads(
            stores.imports, csv_file(tmp_path, many(1)), CampaignId("winter"), at=1.0
        )


async def test_rejects_that_cannot_be_written_refuse_the_import(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, many(1) + "x,1\n")
    with pytest.raises(BadInput, match="cannot be written"):
        await import_leads(
            stores.imports, path, SPRING, at=1.0, rejects_file=tmp_path / "none" / "r.csv"
        )
    assert stores.tables.leads == {}


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        (Duplicates.ALLOW, ["1", "1", "2", "3"]),
        (Duplicates.FILE, ["1", "2", "3"]),
        (Duplicates.CAMPAIGN, ["2", "3"]),
        (Duplicates.NODE, ["3"]),
    ],
)
async def test_where_a_number_may_not_be_already_is_a_rule(
    rule: Duplicates, taken: list[str], tmp_path: Path
) -> None:
    stores = await stores_with_campaign()
    await stores.campaigns.create(Campaign(campaign_id=AUTUMN, name="autumn"))
    stores.add_leads(SPRING, ["+12025550101"])
    stores.add_leads(AUTUMN, ["+12025550102"])
    rows = "".join(f"+1202555010{i},{i}\n" for i in (1, 1, 2, 3))
    path = csv_file(tmp_path, "number,n\n" + rows)
    report = await import_leads(stores.imports, path, SPRING, at=1.0, duplicates=rule)
    leased = await stores.leads.lease(SPRING, 9)
    assert [lead.attributes["n"] for lead in leased[1:]] == taken
    assert report.rejected == 4 - len(taken)


async def test_columns_that_were_mapped_are_attributes(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, "Telefon A,Full name\n+12025550100,Ann\n")
    plan = ColumnPlan.said(["phone=Telefon A", "name=Full name"])
    report = await import_leads(stores.imports, path, SPRING, at=1.0, plan=plan)
    assert report.number_column == "Telefon A"
    (lead,) = await stores.leads.lease(SPRING, 5)
    assert lead.attributes == {"name": "Ann"}


async def test_no_rejected_cell_runs_as_a_formula(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(
        tmp_path,
        "number,=name\n+12025550100,a\n+12025550100,=1+1\nx,-1\n@x,+2\n+1202555010,\t=1\n",
    )
    rejects = tmp_path / "rejects.csv"
    await import_leads(stores.imports, path, SPRING, at=1.0, rejects_file=rejects)
    assert rejects.read_text().splitlines() == [
        "row,reason,number,'=name",
        "3,same number as row 2,+12025550100,'=1+1",
        "4,not a telephone number,x,'-1",
        "5,not a telephone number,'@x,'+2",
        "6,too short for its country,+1202555010,'\t=1",
    ]


async def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    told: list[ImportProgress] = []
    path = csv_file(tmp_path, many(5000))
    await import_leads(stores.imports, path, SPRING, at=1.0, say=told.append)
    assert told[-1].read_bytes == told[-1].size_bytes == path.stat().st_size
    assert 0 < told[0].read_bytes < told[-1].read_bytes


async def test_long_rows_come_in_small_slices(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    told: list[ImportProgress] = []
    text = "number,note\n" + "".join(f"+1202555{i:04d},{'x' * 100_000}\n" for i in range(100))
    path = csv_file(tmp_path, text)
    await import_leads(stores.imports, path, SPRING, at=1.0, say=told.append)
    assert len(told) == 3


async def test_a_workbook_is_a_list_too(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = tmp_path / "leads.xlsx"
    book = Workbook()
    for row in (["phone", "name"], [12025550100, "Zoë"], ["+1202", "Bob"]):
        book.active.append(row)
    book.save(path)
    rejects = tmp_path / "rejects.csv"
    report = await import_leads(
        stores.imports,
        path,
        SPRING,
        at=1.0,
        default_region="US",
        open_list=lambda path, _plan: SpreadsheetList(path),
        rejects_file=rejects,
    )
    assert (report.taken, report.rejected) == (1, 1)
    assert rejects.read_text().splitlines()[1] == "3,too short for its country,+1202,Bob"
    (lead,) = await stores.leads.lease(SPRING, 5)
    assert (lead.number, lead.attributes) == ("+12025550100", {"name": "Zoë"})


class StuckImports(MemoryImportStore):
    """A store whose second slice never gets through."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.stuck = asyncio.Event()

    async def add(self, import_id: int, rows: Sequence[LeadRow]) -> None:
        if self.stuck.is_set() or rows[0].row > 2:
            self.stuck.set()
            await asyncio.Event().wait()
        await super().add(import_id, rows)


async def test_a_cancelled_import_leaves_nothing(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    imports = StuckImports(stores.tables)
    path = csv_file(tmp_path, many(1900))
    async with asyncio.TaskGroup() as tasks:
        importing = tasks.create_task(import_leads(imports, path, SPRING, at=1.0))
        await imports.stuck.wait()
        assert stores.tables.leads
        importing.cancel()
    assert stores.tables.leads == {}
    assert stores.tables.imports == {}


async def test_all_numbers_of_a_lead_are_looked_for_among_all_numbers(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    first = csv_file(tmp_path, "phone,mobile\n+12025550100,+12025550101\n")
    await import_leads(stores.imports, first, SPRING, at=1.0)
    second = csv_file(
        tmp_path, "phone,mobile\n+12025550101,\n+12025550102,+12025550100\n+12025550103,\n"
    )
    report = await import_leads(stores.imports, second, SPRING, at=2.0)
    assert (report.taken, report.rejected) == (1, 2)
    assert {row.reason for row in report.examples} == {"is in the campaign already"}


async def test_numbers_that_were_left_out_are_in_the_report(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, "phone,mobile\n+12025550100,12\n+12025550101,\n")
    report = await import_leads(stores.imports, path, SPRING, at=1.0, default_region="US")
    assert (report.taken, report.remarked) == (2, 1)
    assert report.remarks == ((2, "mobile: too short for its country"),)


async def test_a_list_has_a_name_a_source_and_a_cost(tmp_path: Path) -> None:
    stores = await stores_with_campaign()
    path = csv_file(tmp_path, many(1))
    details = ListDetails("March", "fair", 120.5)
    await import_leads(stores.imports, path, SPRING, at=1.0, details=details)
    path = csv_file(tmp_path, many(2))
    await import_leads(stores.imports, path, SPRING, at=2.0, details=ListDetails("March"))
    assert stores.tables.lists == {(SPRING, "March"): ("fair", 120.5)}
