"""What an agent says: gaps are filled or can be seen, and nothing breaks in a call."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.script import (
    Part,
    ScriptProblem,
    check_said,
    check_script,
    filled_script,
    statements,
)
from dialer.errors import BadInput

SCRIPT = """\
Good morning, {{ first_name }}.
[[ This call is recorded, {{first_name}}. ]]
About {{ Product }}: [[You may
say no.]]"""


def shown(script: str, **fields: str) -> str:
    return "".join(part.text for part in filled_script(script, fields))


def test_gaps_are_filled_with_the_leads_fields() -> None:
    assert filled_script("Hello {{ first_name }}!", {"first_name": " Ann "}) == (
        Part("Hello "),
        Part("Ann", "first_name"),
        Part("!"),
    )


def test_a_field_that_a_lead_lacks_is_a_gap_that_can_be_seen() -> None:
    assert shown("Hello {{ name }}!") == "Hello [name?]!"
    assert filled_script("{{ name }}", {"name": " "}) == (Part("[name?]", "name", missing=True),)


def test_what_must_be_said_is_marked_and_can_be_listed() -> None:
    assert statements(SCRIPT, {"first_name": "Ann"}) == (
        "This call is recorded, Ann.",
        "You may\nsay no.",
    )
    marked = [part for part in filled_script(SCRIPT, {}) if part.statement is not None]
    assert [part.statement for part in marked] == [0, 0, 0, 1]
    assert shown(SCRIPT, first_name="Ann", Product="May") == (
        "Good morning, Ann.\nThis call is recorded, Ann.\nAbout May: You may\nsay no."
    )


def test_what_a_lead_holds_is_text_and_is_not_read_again() -> None:
    assert shown("{{ a }}", a="{{ b }} [[ c ]]", b="never") == "{{ b }} [[ c ]]"
    assert statements("{{ a }}", {"a": "[[ c ]]"}) == ()
    for text in ("{{ a.__class__ }}", "{{ 7*7 }}", "{% for x in y %}", "${a}", "{0}", "%(a)s"):
        assert "49" not in shown(text, a="x")
        assert "class 'str'" not in shown(text, a="x")


def test_whoever_writes_a_script_is_told_the_fields_that_leads_lack() -> None:
    assert check_script(SCRIPT, {"first_name", "Product"}) == []
    assert check_script(SCRIPT, {"first name", "city"}) == [
        ScriptProblem(1, "leads have no field 'first_name'", "did you mean first name?"),
        ScriptProblem(2, "leads have no field 'first_name'", "did you mean first name?"),
        ScriptProblem(3, "leads have no field 'Product'", "there are city, first name"),
    ]


def test_signs_that_close_nothing_are_told_with_their_line() -> None:
    text = "{{ a }\n{{ a\n}}\n[[ b\n {{ a }} ]]\n[[ c [[ d ]]\n ]] e\n[[ {{ ]]\n[[ f"
    assert [(one.line, one.reason) for one in check_script(text, {"a"})] == [
        (1, "a lone {{"),
        (2, "a lone {{"),
        (3, "a lone }}"),
        (6, "a lone [["),
        (7, "a lone ]]"),
        (8, "a lone {{"),
        (9, "a lone [["),
    ]


PIECES = st.sampled_from(["{{", "}}", "[[", "]]", " a ", "\n", "{", "]", "x", "{{ a }}", "[[ b ]]"])


@given(
    st.lists(PIECES, max_size=12).map("".join) | st.text(), st.dictionaries(st.text(), st.text())
)
def test_whatever_a_script_and_a_lead_hold_a_call_goes_on(
    script: str, fields: dict[str, str]
) -> None:
    parts = filled_script(script, fields)
    assert all(part.text for part in parts)
    known = {part.field for part in parts if part.field}
    said = statements(script, fields)
    if not check_script(script, known):
        own = "|".join(part.text for part in parts if not part.field)
        assert not any(sign in own for sign in ("{{", "}}", "[[", "]]"))
        assert len(said) == script.count("[[")


def test_a_sale_needs_every_statement_and_is_told_the_first_that_was_not_made() -> None:
    check_said(SCRIPT, {0, 1})
    check_said("Nothing must be said.", ())
    with pytest.raises(BadInput, match=r"statements: .You may\\nsay no\.. was not said"):
        check_said(SCRIPT, [0])
    with pytest.raises(BadInput, match=r"'This call is recorded, \[first_name\?\].' was not said"):
        check_said(SCRIPT, [1])
    with pytest.raises(BadInput, match="no statement 2; there are 2"):
        check_said(SCRIPT, [0, 1, 2])
