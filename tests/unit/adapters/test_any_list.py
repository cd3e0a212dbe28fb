"""Whatever the bytes of a list are: rows or one clear line, in bounded memory."""

import io
import tracemalloc
import zipfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.xml.constants import SHEET_MAIN_NS

from dialer.cli.leads import opener
from dialer.domain.columns import ColumnPlan
from dialer.domain.leadfile import LeadFile, LeadRow, RejectedRow
from dialer.errors import BadInput

MANY = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")
CODECS = ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1", "gb18030"]
SAID = [None, "utf-8", "utf-16", "utf-16-le", "gb18030", "shift_jis", "utf-7", "hz", "iso2022_jp"]
PIECES = st.sampled_from(
    [
        *(
            b"number,name\n",
            b"phone;x\n",
            b"sep=;\n",
            b'"',
            b"\r",
            b"\n",
            b"\r\n",
            b",",
            b";",
            b"\t",
        ),
        *(
            b"+12025550100",
            b"2025550100.0",
            b"tel:",
            b"\0",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\xfe\xff",
        ),
        *("Zoë".encode(), "Zoë".encode("cp1252"), "王小明".encode("gb18030"), "王".encode()),
        *(b"\xff\xfe\0\0", b"PK\x03\x04", b"=cmd", b"\x1a", b"\x85", b"\xe2\x80\xa8", b"\x81\x30"),
        *("٣٤٥".encode(), "\ud800".encode("utf-16-le", "surrogatepass")),
    ]
)
BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(PIECES, max_size=30).map(b"".join),
    st.builds(
        lambda text, codec: ("number,a\n" + text).encode(codec, "replace"),
        st.text(max_size=100),
        st.sampled_from(CODECS),
    ),
    st.builds(lambda rest: b"number,a\n" + rest, st.binary(max_size=200)),
)


def read(path: Path, *, encoding: str | None = None) -> list[LeadRow | RejectedRow] | BadInput:
    plan = ColumnPlan()
    try:
        source = opener(path, sheet=None, encoding=encoding)(path, plan)
        try:
            file = LeadFile(source.table, name=path.name, plan=plan, default_region="US")
            rows = []
            for row in file:
                assert (
                    len(row.values if isinstance(row, RejectedRow) else file.values_of(row)) <= 1000
                )
                rows.append(row)
            return rows
        finally:
            source.close()
    except BadInput as refused:
        return refused


@MANY
@given(data=BYTES, encoding=st.sampled_from(SAID))
def test_any_bytes_are_rows_or_refused(data: bytes, encoding: str | None, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(data)
    assert "\n" not in str(read(path, encoding=encoding))


@cache
def workbook() -> bytes:
    book = Workbook()
    for row in (["phone", "name"], ["+12025550100", "Ann"], [2025550101, 1.5], ["=1+1", None]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@MANY
@given(
    changes=st.lists(
        st.tuples(st.integers(0, len(workbook()) - 1), st.integers(0, 255)), min_size=1, max_size=8
    ),
    length=st.one_of(st.none(), st.integers(0, len(workbook()))),
)
def test_any_damage_to_a_workbook_is_rows_or_refused(
    changes: list[tuple[int, int]], length: int | None, tmp_path: Path
) -> None:
    data = bytearray(workbook())
    for at, value in changes:
        data[at] = value
    path = tmp_path / "leads.xlsx"
    path.write_bytes(data[:length])
    read(path)


def with_part(part: str, content: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(held, "w") as target:
        for info in source.infolist():
            target.writestr(info.filename, content if info.filename == part else source.read(info))
    return held.getvalue()


@cache
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook())) as source:
        return {info.filename: source.read(info) for info in source.infolist()}


XML = st.sampled_from(
    [
        *(b"<row>", b"</row>", b'<c t="s"><v>9</v></c>', b'<c r="ZZZZ1"><v>1</v></c>', b"<c/>"),
        *(b'<c t="d"><v>x</v></c>', b"<c><v>1e999</v></c>", b'<c t="b"><v>x</v></c>', b"<is/>"),
        *(b'<c s="99"><v>1</v></c>', b'<row r="1.5"/>', b'<row r="x"/>', b'<c t="inlineStr"/>'),
        *(b"<c><f/></c>", b'<c t="e"><v>#N/A</v></c>', b'<row r="9999999999"/>', b"text", b"<v>"),
        *(
            b'<c s="1"><v>99999999999</v></c>',
            b"<c><v>" + b"9" * 5_000 + b"</v></c>",
            b"</sheetData>",
        ),
        *(b'<c t="n"><v>nan</v></c>', b'<c r="A0"><v>2</v></c>', b'<row r="-5"><c/></row>'),
    ]
)


@MANY
@given(rows=st.lists(XML, max_size=20).map(b"".join))
def test_any_sheet_is_rows_or_refused(rows: bytes, tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    head = f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>'.encode()
    header = b'<row r="1"><c t="inlineStr"><is><t>phone</t></is></c></row>'
    sheet = head + header + rows + b"</sheetData></worksheet>"
    path.write_bytes(with_part("xl/worksheets/sheet1.xml", sheet))
    read(path)


@MANY
@given(data=st.data())
def test_any_part_of_a_workbook_may_be_cut_or_changed(data: st.DataObject, tmp_path: Path) -> None:
    part = data.draw(st.sampled_from(sorted(parts())))
    content = parts()[part]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 20)))
    put = data.draw(
        st.one_of(st.binary(max_size=8), st.sampled_from([b"", b"<a/>", b'"', b"9" * 30]))
    )
    path = tmp_path / "leads.xlsx"
    path.write_bytes(with_part(part, content[:start] + put + content[end:]))
    read(path)


# -- bounded memory ------------------------------------------------------------------------------


def peak_mib(path: Path) -> float:
    tracemalloc.start()
    try:
        read_on(path)
        return tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()


def read_on(path: Path) -> None:
    """Read all of a list and keep no row."""
    plan = ColumnPlan()
    try:
        source = opener(path, sheet=None, encoding=None)(path, plan)
    except BadInput:
        return
    rows = iter(LeadFile(source.table, name=path.name, plan=plan, once=False))
    try:
        while next(rows, None) is not None:
            pass
    except BadInput:
        pass
    finally:
        source.close()


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (b"x" * (1 << 20), 48),  # one line of 48 MiB
        (b"1," * (1 << 18) + b"\n", 96),  # rows of 262,144 values
        (b'1,"' + b"y\n" * (1 << 19), 48),  # a quote that is never closed
        ("Zoë,1\r".encode() * (1 << 10), 16),  # no line ends but the old kind
    ],
)
def test_no_list_of_text_fills_the_memory(line: bytes, count: int, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with path.open("wb") as file:
        file.write(b"name,phone\n")
        for _ in range(count):
            file.write(line)
    assert peak_mib(path) < 32


def test_what_a_workbook_takes_does_not_grow_with_its_rows(tmp_path: Path) -> None:
    peaks = []
    for count in (500, 8_000):
        cells = '<c t="inlineStr"><is><t>+12025550100</t></is></c>'
        rows = f'<row ht="9">{cells}</row>' * count
        head = '<row r="1"><c t="inlineStr"><is><t>phone</t></is></c></row>'
        sheet = (
            f'<worksheet xmlns="{SHEET_MAIN_NS}"><sheetData>{head}{rows}</sheetData></worksheet>'
        )
        path = tmp_path / f"{count}.xlsx"
        path.write_bytes(with_part("xl/worksheets/sheet1.xml", sheet.encode()))
        peaks.append(peak_mib(path))
    assert peaks[1] < peaks[0] + 1
