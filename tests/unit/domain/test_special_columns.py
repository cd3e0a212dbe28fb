"""Columns that say more than an attribute: places, priorities, further numbers."""

from typing import Any

import pytest

from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import csv_table
from dialer.domain.leadfile import LeadFile, LeadRow, OtherNumber, RejectedRow

NEW_YORK = "+12125550100"


def read(text: str, *maps: str, **how: Any) -> list[LeadRow | RejectedRow]:
    plan = ColumnPlan.said(maps)
    table = csv_table(text.splitlines(keepends=True), name="leads.csv", plan=plan)
    return list(LeadFile(table, name="leads.csv", plan=plan, **how))


def lead(text: str, *maps: str, **how: Any) -> LeadRow:
    (row,) = read(text, *maps, **how)
    assert isinstance(row, LeadRow), row
    return row


def reason(text: str, *maps: str, **how: Any) -> str:
    (row,) = read(text, *maps, **how)
    assert isinstance(row, RejectedRow), row
    return row.reason


def place(columns: str, values: str, number: str = NEW_YORK, **how: Any) -> tuple[str, str]:
    row = lead(f"phone,{columns}\n{number},{values}\n", **how)
    return row.zone, row.address


@pytest.mark.parametrize("header", ["zone", "Time Zone", "timezone", "TZ"])
def test_a_zone_is_found_by_its_name_and_stays_an_attribute(header: str) -> None:
    row = lead(f"phone,{header}\n{NEW_YORK},America/Denver\n")
    assert row.zone == "America/Denver"
    assert row.attributes == {header: "America/Denver"}


def test_a_mapped_column_counts_before_one_found_by_its_name() -> None:
    text = f"phone,zone,Zeitzone,prio\n{NEW_YORK},Sales North,Europe/Berlin,7\n"
    row = lead(text, "zone=Zeitzone", "priority=prio", "area=zone")
    assert (row.zone, row.priority) == ("Europe/Berlin", 7)
    assert row.attributes == {"area": "Sales North", "zone": "Europe/Berlin", "priority": "7"}


@pytest.mark.parametrize(
    ("columns", "values", "address"),
    [
        ("state", "TX", "US-TX"),
        ("State", "texas", "US-TX"),
        ("province", "Ontario", "CA-ON"),
        ("state", "US-TX", "US-TX"),
        ("state,country", "CA,US", "US-CA"),
        ("state,country", "SA,Australia", "AU-SA"),
        ("state,country", "SP,Brasil", "BR-SP"),
        ("state,country", "Bayern,DE", "DE"),
        ("state,country", ",FR", "FR"),
        ("state,country", "CA,", "US-CA"),
        ("state", "", ""),
        ("zip", "78701", "US-TX"),
        ("zip", "78701-1234", "US-TX"),
        ("zip,country", "M5V 2T6,CA", "CA-ON"),
        ("Postal Code", "M5V 2T6", "CA-ON"),
        ("postcode,country", "2000,AU", "AU-NSW"),
        ("CEP,country", "01310-100,BR", "BR-SP"),
        ("zip,country", "75001,FR", "FR"),
        ("zip,state", "78701,TX", "US-TX"),
        ("zip,state,country", "78701,,USA", "US-TX"),
    ],
)
def test_an_address_is_what_the_columns_say_together(
    columns: str, values: str, address: str
) -> None:
    assert place(columns, values) == ("", address)


def test_a_column_of_streets_is_left_alone_unless_it_is_mapped() -> None:
    text = f"phone,address\n{NEW_YORK},12 Main St\n"
    assert lead(text).address == ""
    assert reason(text, "address=address") == "'12 Main St' is no state or province in US"


def test_what_a_state_is_depends_on_the_country_of_the_list_or_of_the_number() -> None:
    assert place("state", "WA", "0255501234", default_region="AU") == ("", "AU-WA")
    assert place("state", "WA", "+61255501234") == ("", "AU-WA")
    assert place("state", "Bayern", "+4930555010") == ("", "")
    assert place("zip", "10115", "+4930555010") == ("", "")
    assert place("state", "TX", "+4930555010") == ("", "US-TX")


@pytest.mark.parametrize(
    ("columns", "values", "why"),
    [
        ("zone", "Mars/Olympus", "'Mars/Olympus' is no time zone such as America/Denver"),
        ("zone", "../../etc/passwd", "is no time zone"),
        ("state", "Texass", "'Texass' is no state or province in US"),
        ("state,country", "ON,US", "'ON' is no state or province in US"),
        ("country", "Utopia", "'Utopia' is no country code such as US or FR"),
        ("zip", "00000", "'00000' is no postal code in US"),
        ("zip,state", "10001,CA", "postal code '10001' is in US-NY, not in US-CA"),
        ("priority", "high", "priority 'high' is no whole number"),
        ("priority", "1.5", "priority '1.5' is no whole number"),
        ("priority", "99999999", "priority '99999999' is no whole number"),
        ("priority", "=1+1", "priority '=1+1' is no whole number"),
    ],
)
def test_a_wrong_value_rejects_the_row_with_a_reason(columns: str, values: str, why: str) -> None:
    assert why in reason(f"phone,{columns}\n{NEW_YORK},{values}\n")


def test_a_priority_is_a_whole_number_and_may_be_negative_or_missing() -> None:
    rows = read(f"phone,priority\n{NEW_YORK},-5\n+12125550101, 12 \n+12125550102,\n")
    assert [row.priority for row in rows if isinstance(row, LeadRow)] == [-5, 12, 0]


def test_further_numbers_are_found_by_their_headers() -> None:
    row = lead(
        "name,phone,Phone 2,mobile,Work Phone,cell2,fax\n"
        "Ann,+12125550100,+12125550101,+12125550102,+12125550103,+12125550104,+12125550105\n"
    )
    assert row.number == NEW_YORK
    assert row.kind == "phone"
    assert row.others == (
        OtherNumber("+12125550101", "phone2"),
        OtherNumber("+12125550102", "mobile"),
        OtherNumber("+12125550103", "work"),
        OtherNumber("+12125550104", "mobile"),
    )
    assert row.attributes["mobile"] == "+12125550102"


def test_further_numbers_can_be_mapped() -> None:
    text = "Rufnummer,Funk,Büro\n+4930555010,+4915112345678,+4930555011\n"
    row = lead(text, "mobile=Funk", "work phone=Büro")
    assert [(other.kind, other.number) for other in row.others] == [
        ("mobile", "+4915112345678"),
        ("work", "+4930555011"),
    ]


def test_an_unusable_second_number_is_left_out_with_a_remark() -> None:
    row = lead("phone,mobile,phone2\n+12125550100,12,+12125550101\n", default_region="US")
    assert row.numbers == (NEW_YORK, "+12125550101")
    assert row.remark == "mobile: too short for its country"


def test_an_unusable_first_number_is_replaced_by_the_next() -> None:
    row = lead("phone,mobile\nunknown,+12125550100\n")
    assert (row.number, row.others) == (NEW_YORK, ())
    assert row.remark == "phone: not a telephone number"
    assert lead("phone,mobile\n,+12125550100\n").remark == ""


def test_a_row_without_any_usable_number_is_rejected_for_the_first_ones_reason() -> None:
    assert reason("phone,mobile\n12,x\n", default_region="US") == "too short for its country"
    assert reason("phone,mobile,n\n,,1\n") == "no number"


def test_a_lead_has_each_number_once() -> None:
    row = lead("phone,mobile\n212 555 0100,(212) 555-0100\n", default_region="US")
    assert (row.number, row.others, row.kind) == (NEW_YORK, (), "")


def test_a_number_that_any_number_of_a_row_above_is_rejects_the_row() -> None:
    rows = read(
        "phone,mobile\n"
        "+12125550100,+12125550101\n"
        "+12125550101,+12125550102\n"
        "+12125550102,+12125550100\n"
        "+12125550102,+12125550103\n"
    )
    assert [getattr(row, "reason", "") for row in rows] == [
        "",
        "same number as row 2",
        "same number as row 2",
        "",
    ]
