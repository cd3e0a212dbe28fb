"""Whatever the bytes of a list are: every row is taken or told why not, or nothing is there."""

import asyncio
import csv
import tempfile
from pathlib import Path

import pytest
from databases import database
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.cli.leads import opener
from dialer.domain.campaign import Campaign
from dialer.domain.columns import ColumnPlan
from dialer.domain.duplicates import Duplicates
from dialer.domain.ids import CampaignId
from dialer.errors import BadInput
from dialer.services.import_leads import ImportReport, import_leads
from dialer.services.preview_leads import preview_leads
from dialer.testing.imports import MemoryImportStore
from dialer.testing.stores import MemoryStores

SPRING = CampaignId("spring")
HEADERS = st.sampled_from(
    [
        *("phone", "number", "Phone 2", "mobile", "Work Phone", "zone", "Time Zone", "state"),
        *("country", "zip", "postcode", "priority", "name", "", "=cmd", "address", "a\x00b"),
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        [
            *("+12125550100", "2125550101", "(303) 555-0100", "+4930555010", "12", "", " ", "x"),
            *("America/Denver", "../etc/passwd", "Mars/X", "TX", "Texas", "CA", "CA-ON", "ZZ"),
            *("10001", "00000", "M5V 2T6", "2000", "01310-100", "-5", "7", "1e9", "99999999999"),
            *("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", '"', '"a;b"', "a\nb", "\x00", "Zoë"),
            *("2.02555E+09", "2025550100.0", "\u202d+12025550100\u202c", "٣٤٥", "王", "\x85"),
        ]
    ),
    st.text(max_size=12),
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1", "gb18030"])


@st.composite
def lists(draw: st.DrawFn) -> bytes:
    """Return the bytes of something that is nearly a list."""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    header = draw(st.lists(HEADERS, min_size=1, max_size=7))
    rows = draw(st.lists(st.lists(VALUES, max_size=9), max_size=8))
    quote = draw(st.booleans())
    lines = [
        delimiter.join('"' + value.replace('"', '""') + '"' if quote else value for value in row)
        for row in [header, *rows]
    ]
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    return end.join(lines).encode(draw(ENCODINGS), "replace") + draw(st.binary(max_size=4))


def rejected_in(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    assert all(row[1] for row in rows)
    assert all(not value.startswith(("=", "@", "-", "\t")) for row in rows for value in row[2:])
    return len(rows) - 1


async def taken_in(
    store: MemoryImportStore | SqlStores,
    content: bytes,
    *,
    encoding: str | None = None,
    plan: ColumnPlan | None = None,
    duplicates: Duplicates = Duplicates.CAMPAIGN,
) -> ImportReport | BadInput:
    """Import; the report agrees with the file of rejected rows, or an error left nothing."""
    imports = store.imports if isinstance(store, SqlStores) else store
    with tempfile.TemporaryDirectory() as folder:
        path, rejects = Path(folder) / "leads.csv", Path(folder) / "rejects.csv"
        path.write_bytes(content)
        try:
            open_list = opener(path, sheet=None, encoding=encoding)
            preview = await preview_leads(
                imports,
                path,
                SPRING,
                default_region="US",
                plan=plan,
                duplicates=duplicates,
                open_list=open_list,
            )
            report = await import_leads(
                imports,
                path,
                SPRING,
                at=1.0,
                default_region="US",
                plan=plan,
                duplicates=duplicates,
                open_list=open_list,
                rejects_file=rejects,
            )
        except BadInput as error:
            refused = error
        else:
            refused = None
        if refused is not None:
            assert "\n" not in str(refused)
            assert not rejects.exists()
            return refused
        assert rejected_in(rejects) == report.rejected
        assert (preview.taken, sum(preview.rejected.values())) == (report.taken, report.rejected)
        return report


@settings(max_examples=150, deadline=None)
@given(st.one_of(lists(), st.binary(max_size=200)), st.sampled_from(Duplicates))
def test_a_list_is_taken_in_with_reasons_or_refused_as_a_whole(
    content: bytes, duplicates: Duplicates
) -> None:
    async def check() -> None:
        stores = MemoryStores()
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        report = await taken_in(stores.imports, content, duplicates=duplicates)
        count = report.taken if isinstance(report, ImportReport) else 0
        assert {entry.state for entry in stores.tables.leads.values()} <= {"ready"}
        assert len(stores.tables.leads) == count
        assert stores.tables.imports == {}

    asyncio.run(check())


async def leads_in(stores: SqlStores) -> int:
    async with stores.reader.connect() as connection:
        query = text("SELECT count(*) FROM leads WHERE state = 'ready'")
        ready = (await connection.execute(query)).scalar_one()
        query = text("SELECT count(*) FROM leads")
        assert (await connection.execute(query)).scalar_one() == ready
        query = text("SELECT count(*) FROM imports WHERE state <> 'done'")
        assert (await connection.execute(query)).scalar_one() == 0
        return int(ready)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_keeps_what_the_report_says(kind: str, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        opening = database(kind, tmp_path)
        url = runner.run(opening.__aenter__())

        async def check(contents: list[bytes], encoding: str | None) -> None:
            async with open_stores(url, gather_s=0.0) as stores:
                if await stores.campaigns.find("spring") is None:
                    await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
                for content in contents:
                    before = await leads_in(stores)
                    report = await taken_in(stores, content, encoding=encoding)
                    count = report.taken if isinstance(report, ImportReport) else 0
                    assert await leads_in(stores) == before + count

        @settings(max_examples=25, deadline=None)
        @given(
            st.lists(st.one_of(lists(), st.binary(max_size=100)), min_size=1, max_size=3),
            st.sampled_from([None, None, "utf-8", "utf-7", "utf-16-le", "shift_jis"]),
        )
        def every(contents: list[bytes], encoding: str | None) -> None:
            runner.run(check(contents, encoding))

        try:
            every()
        finally:
            runner.run(opening.__aexit__(None, None, None))


NAMED = {
    "half a character that only UTF-7 can write": (b"phone,a\n+-12125550100,+2AA-\n", "utf-7"),
    "a NUL in a value": (b"phone,a\n+12125550100,\0\n", None),
    "a NUL in the header": (b"phone,a\0\n+12125550100,x\n", None),
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("case", NAMED)
async def test_named_cases_are_refused_in_one_line(kind: str, case: str, tmp_path: Path) -> None:
    content, encoding = NAMED[case]
    async with database(kind, tmp_path) as url, open_stores(url, gather_s=0.0) as stores:
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        assert isinstance(await taken_in(stores, content, encoding=encoding), BadInput)
        assert await leads_in(stores) == 0
