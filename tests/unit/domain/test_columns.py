"""Which column is which."""

import pytest

from dialer.domain.columns import ColumnPlan, index_of
from dialer.errors import BadInput


def test_a_mapping_names_the_number_and_other_columns() -> None:
    plan = ColumnPlan.said(["phone=Telefon privat", "name = Full name"])
    found = plan.found(("Full Name", "name", "Telefon privat"), name="leads.csv")
    assert (found.number, found.index) == ("Telefon privat", 2)
    assert found.names == ("name", "name (2)", "Telefon privat")


def test_a_column_that_is_mapped_to_an_attribute_is_not_taken_for_the_number() -> None:
    plan = ColumnPlan.said(["second=phone"])
    assert plan.found(("phone", "mobile"), name="leads.csv").number == "mobile"


def test_a_header_is_found_as_written_before_it_is_found_alike() -> None:
    assert index_of(("phone_1", "Phone 1"), "Phone 1") == 1
    assert index_of(("phone_1", "Phone 1"), "PHONE1") == 0
    assert index_of(("phone",), "?") is None


def test_a_header_that_is_not_there_is_told_with_those_that_are() -> None:
    plan = ColumnPlan.said(["phone=Phone", "name=Nom"])
    with pytest.raises(BadInput) as refused:
        plan.found(("Phone", "Name"), name="leads.csv")
    assert str(refused.value) == (
        "leads.csv: has no column 'Nom' (it has 'Phone', 'Name'); name one of these"
    )


def test_one_column_hints_at_the_delimiter() -> None:
    with pytest.raises(BadInput, match=r"has one column, 'name:phone', .* put comma"):
        ColumnPlan().found(("name:phone",), name="leads.csv")


@pytest.mark.parametrize(
    ("pairs", "number", "problem"),
    [
        (["phone"], None, "'phone' is not name=header"),
        (["=x"], None, "'=x' is not name=header"),
        (["phone="], None, "'phone=' is not name=header"),
        (["a=x", "a=y"], None, "'a' is given twice"),
        (["phone=x"], "y", "both name the number"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(
    pairs: list[str], number: str | None, problem: str
) -> None:
    with pytest.raises(BadInput, match=f"^--map: .*{problem}"):
        ColumnPlan.said(pairs, number=number)


@pytest.mark.parametrize("pairs", [["a=x", "b=X"], ["a=phone", "phone=phone"]])
def test_a_column_has_one_name(pairs: list[str]) -> None:
    with pytest.raises(BadInput, match="is mapped twice"):
        ColumnPlan.said(pairs).found(("phone", "x"), name="leads.csv")
