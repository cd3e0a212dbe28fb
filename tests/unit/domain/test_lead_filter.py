"""The filter language: what matches, how it reads, and what is said of a text that is none."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialer.domain.lead_filter import (
    KEYWORDS,
    Compare,
    IsEmpty,
    Joined,
    LeadFilter,
    Node,
    Not,
    OneOf,
    Relation,
)
from dialer.domain.lead_filter_parser import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_PARTS,
    parse_filter,
)
from dialer.domain.lead_filter_words import BadFilter
from dialer.errors import BadInput

ANNA = {
    "name": "Anna",
    "age": "34",
    "city": "Bonn",
    "since": "2024-05-01",
    "postal code": "01067",
    "note": "  ",
}


def passes(text: str) -> bool:
    """Tell whether Anna passes."""
    return parse_filter(text).matches(ANNA)


# -- what matches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('city = "Bonn"', True),
        ("city = 'Bonn'", True),
        ('city != "Bonn"', False),
        ('city = "bonn"', False),
        ("age = 34", True),
        ("age = 34.0", True),
        ("age < 100", True),
        ('age < "100"', False),
        ("age >= 34 and age <= 34", True),
        ("age > 34 or age < 34", False),
        ("name > 5", True),
        ("`postal code` = 1067", True),
        ('`postal code` = "1067"', False),
        ('`postal code` starts with "01"', True),
        ('city in ("Köln", "Bonn")', True),
        ('city not in ("Köln", "Bonn")', False),
        ("age in (33, 34)", True),
        ('name contains "nn"', True),
        ('name contains "NN"', False),
        ('name starts with "An"', True),
        ("since < 2024-06-01", True),
        ("since = 2024-05-01", True),
        ("since > 2024-05-01", False),
        ("note is empty", True),
        ("phone2 is empty", True),
        ("phone2 is not empty", False),
        ("phone2 = ''", True),
        ("phone2 != 'x'", True),
        ("not city = 'Bonn'", False),
        ("NOT city = 'Bonn' OR Age is EMPTY", True),
        ("city = 'Bonn' or city = 'Köln' and age > 99", True),
        ("(city = 'Bonn' or city = 'Köln') and age > 99", False),
    ],
)
def test_a_filter_reads_as_it_is_meant(text: str, expected: bool) -> None:
    assert passes(text) is expected


@pytest.mark.parametrize("relation", ["<", "<=", ">", ">="])
def test_who_has_no_age_is_neither_younger_nor_older(relation: str) -> None:
    assert not parse_filter(f"age {relation} 30").matches({})
    assert not parse_filter(f"age {relation} 30").matches({"age": " "})


def test_large_numbers_are_compared_to_the_last_digit() -> None:
    assert parse_filter("id = 90071992547409931").matches({"id": "90071992547409931"})
    assert not parse_filter("id = 90071992547409931").matches({"id": "90071992547409930"})


def test_what_only_looks_like_a_number_is_text() -> None:
    for held in ("1e5", "inf", "nan", "+5", "1,5", "0x10", "٣", "1_000"):
        assert parse_filter(f"n = '{held}'").matches({"n": held})
        assert not parse_filter("n = 5").matches({"n": held})


def test_a_filter_tells_which_attributes_it_looks_at() -> None:
    text = "a = 1 and (not b is empty or `c d` in (1)) and a > 0"
    assert parse_filter(text).attributes_used == {"a", "b", "c d"}


# -- the tree --------------------------------------------------------------------------------------


def test_the_tree_is_plain_values() -> None:
    assert parse_filter("a >= 1.50 and not (b in ('x', 2024-05-01) or c is empty)").root == Joined(
        True,
        (
            Compare("a", Relation.GE, Decimal("1.50")),
            Not(Joined(False, (OneOf("b", ("x", date(2024, 5, 1))), IsEmpty("c")))),
        ),
    )


def test_what_is_joined_alike_is_one_level() -> None:
    assert parse_filter("(a=1 and b=1) and (c=1)") == parse_filter("a=1 and b=1 and c=1")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a=1", "a = 1"),
        ("A  STARTS   WITH 'x'", 'A starts with "x"'),
        ("((a = 1))", "a = 1"),
        ("(a=1 and b=2) or c=3", "a = 1 and b = 2 or c = 3"),
        ("a=1 and (b=2 or c=3)", "a = 1 and (b = 2 or c = 3)"),
        ("not (a is empty)", "a is not empty"),
        ("not a in (1,2)", "a not in (1, 2)"),
        ("not (a=1 or b=2)", "not (a = 1 or b = 2)"),
        ("`a` = 'it''s \"so\"'", 'a = "it\'s ""so"""'),
        ("`and` = 1 or `first name` = 2 or `a``b` = -3.0", None),
    ],
)
def test_a_filter_has_one_canonical_text(text: str, canonical: str | None) -> None:
    assert parse_filter(text).explain() == (canonical or text)


def test_the_filters_of_the_page_are_filters() -> None:
    page = (Path(__file__).parents[3] / "docs" / "recycling.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    for line in block.splitlines():
        assert parse_filter(line).attributes_used


# -- what is no filter -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("", 1, "an attribute"),
        ("age", 4, "= != < <= > >= in"),
        ("age >", 6, "a value"),
        ("age > ten", 7, "a value: text in quotes"),
        ("age > 10 city = 'x'", 10, "and, or, or the end"),
        ("(age > 10", 10, "and, or, or )"),
        ("age > 10)", 9, "and, or, or the end"),
        ("age in 10", 8, "( and values"),
        ("age in ()", 9, "a value"),
        ("age in (1 2)", 11, ", or )"),
        ("name starts 'A'", 13, "with"),
        ("name contains 5", 15, "text in quotes"),
        ("name is full", 9, "empty or not empty"),
        ("name is not full", 13, "empty"),
        ("since > 2024-02-30", 9, "a day of the calendar"),
        ("since > 2024-02-30x", 9, "put text in quotes"),
        ("name = 'Anna", 8, "closed by '"),
        ("name = 1 and `x", 14, "closed by `"),
        ("and = 1", 1, "in backquotes"),
        ("name == 1", 7, "a value"),
        ("name = 1; drop", 9, "a name, a value or an operator"),
        ("n = " + "1" * 31, 5, "a number or a day"),
    ],
)
def test_an_error_says_where_and_what_was_expected(text: str, column: int, expected: str) -> None:
    with pytest.raises(BadFilter) as caught:
        parse_filter(text)
    assert caught.value.column == column
    assert expected in caught.value.expected
    assert f"column {column}: found " in str(caught.value)


def test_an_error_is_one_line_and_an_input_error() -> None:
    with pytest.raises(BadInput) as caught:
        parse_filter("a = 1 'x\n\ny'")
    assert "\n" not in str(caught.value)


def test_size_and_depth_are_bounded() -> None:
    deep = "(" * MOST_DEPTH + "a = 1" + ")" * MOST_DEPTH
    assert parse_filter(deep)
    for text in (
        f"({deep})",
        "(" * 3000,
        "not " * 900 + "a = 1",
        " or ".join(["a = 1"] * (MOST_PARTS + 1)),
        f"a in ({','.join('1' * (MOST_PARTS + 1))})",
        "a = '" + "x" * MOST_CHARACTERS + "'",
        "a = '" + '"' * (MOST_CHARACTERS - 10) + "'",
    ):
        with pytest.raises(BadFilter, match="at most"):
            parse_filter(text)


# -- for every text and every tree -----------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *sorted(KEYWORDS),
        *"()=,<>`'\"-.",
        *("!=", "<=", "a", "b c", "`b c`", "'x'", '"y"', "1", "-2.5", "2024-05-01", "2024-13-01"),
        *(" ", "\n", "é", "\x00", "((", "not not", "a = 1", "or a is empty"),
    ]
)
TEXTS = (
    st.text(max_size=60) | st.lists(WORDS, max_size=25).map(" ".join) | st.lists(WORDS).map("".join)
)


@settings(deadline=None)
@given(TEXTS)
@example("``")
@example("a = 0000-01-01")
@example("İ = 1")
def test_any_text_is_a_filter_that_reads_back_or_an_error_that_says_where(text: str) -> None:
    wrong: BadFilter | None = None
    try:
        parsed = parse_filter(text)
    except BadFilter as error:
        wrong = error
    if wrong is not None:
        assert 1 <= wrong.column <= len(text) + 1
        return
    assert parse_filter(parsed.explain()) == parsed
    assert parse_filter(parsed.explain()).explain() == parsed.explain()
    parsed.matches({})


NAMES = st.text(min_size=1, max_size=8) | st.sampled_from(["a", "in", "Not", "first name", "é1"])
STRINGS = st.text(max_size=8)
NUMBERS = st.decimals(-(10**9), 10**9, places=3) | st.integers(-(10**12), 10**12).map(Decimal)
VALUES = STRINGS | NUMBERS | st.dates()
LEAVES = (
    st.builds(Compare, NAMES, st.sampled_from(list(Relation)[:6]), VALUES)
    | st.builds(Compare, NAMES, st.sampled_from(list(Relation)[6:]), STRINGS)
    | st.builds(OneOf, NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple))
    | st.builds(IsEmpty, NAMES)
)


def joined(every: bool, parts: list[Node]) -> Node:
    """Join parts that are not joined the same way already."""
    apart = [p.parts[0] if isinstance(p, Joined) and p.every is every else p for p in parts]
    return Joined(every, tuple(apart))


TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(joined, st.booleans(), st.lists(inner, min_size=2, max_size=4))
    ),
    max_leaves=15,
)


@settings(deadline=None)
@given(TREES)
def test_every_tree_reads_back_from_its_canonical_text(tree: Node) -> None:
    assert parse_filter(LeadFilter(tree).explain()).root == tree


ATTRIBUTES = st.dictionaries(
    st.sampled_from("abc"), st.sampled_from(["", " ", "1", "2.50", "x", "2024-05-01"])
)
SMALL = st.recursive(
    st.builds(
        Compare,
        st.sampled_from("abc"),
        st.sampled_from(list(Relation)[:6]),
        st.sampled_from([Decimal(1), Decimal("2.5"), "x", "", date(2024, 5, 1)]),
    ),
    lambda inner: st.builds(Not, inner),
    max_leaves=3,
)


@settings(deadline=None)
@given(SMALL, SMALL, ATTRIBUTES)
def test_and_or_and_not_are_those_of_logic(a: Node, b: Node, lead: dict[str, str]) -> None:
    one, two = LeadFilter(a).matches(lead), LeadFilter(b).matches(lead)
    assert LeadFilter(Joined(True, (a, b))).matches(lead) is (one and two)
    assert LeadFilter(Joined(False, (a, b))).matches(lead) is (one or two)
    assert LeadFilter(Not(a)).matches(lead) is not one


@settings(deadline=None)
@given(SMALL, ATTRIBUTES)
def test_only_the_attributes_that_are_told_decide(tree: Node, lead: dict[str, str]) -> None:
    rule = LeadFilter(tree)
    seen = {name: value for name, value in lead.items() if name in rule.attributes_used}
    assert rule.matches(lead) is rule.matches(seen)
