"""Dispositions: what an agent may say, and that no code says two things at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from dialer.domain.disposition import (
    DEFAULT_DISPOSITIONS,
    EXCLUDED,
    IMPLIED,
    Disposition,
    DispositionSet,
    Then,
)
from dialer.errors import BadInput

FLAGS = (
    "human",
    "contact",
    "right_party",
    "refusal",
    "sale",
    "asks_amount",
    "machine",
    "wrong_number",
)
DONE = Disposition(code="done", label="Done", then=Then.FINAL)


def refused(**fields: object) -> str:
    """Return why a disposition is refused."""
    with pytest.raises(ValidationError) as caught:
        Disposition.model_validate({"code": "it", "label": "It", "then": "final", **fields})
    (error,) = caught.value.errors()
    return str(error["msg"])


# -- one disposition -------------------------------------------------------------------------------


def test_a_machine_buys_nothing() -> None:
    said = refused(machine=True, human=False, contact=True, sale=True)
    assert "disposition 'it': machine contradicts" in said
    assert "machine contradicts sale" in refused(machine=True, sale=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sale": True}, "sale needs contact; set it too"),
        ({"contact": True}, "contact needs human"),
        ({"human": True, "contact": True, "asks_amount": True}, "asks_amount needs sale"),
        ({"human": True, "machine": True}, "machine contradicts human"),
        (
            {"human": True, "contact": True, "sale": True, "refusal": True},
            "sale contradicts refusal",
        ),
        (
            {"human": True, "contact": True, "right_party": True, "wrong_number": True},
            "right_party contradicts wrong_number",
        ),
        ({"machine": True, "then": "callback"}, "machine contradicts then = callback"),
        (
            {"human": True, "refusal": True, "then": "callback"},
            "refusal contradicts then = callback",
        ),
        (
            {"human": True, "contact": True, "sale": True, "then": "retry", "retry_after_s": 60},
            "sale contradicts then = retry",
        ),
        ({"retry_after_s": 60}, "retry_after_s contradicts then = final"),
        ({"then": "retry"}, "retry_after_s is missing"),
    ],
)
def test_a_contradiction_is_refused_by_code_and_field(fields: dict[str, object], said: str) -> None:
    assert f"disposition 'it': {said}" in refused(**fields)


def test_a_machine_may_leave_the_wait_to_the_rule_for_machines() -> None:
    said = Disposition(code="am", label="Machine", machine=True, then=Then.RETRY)
    assert said.retry_after_s is None


@pytest.mark.parametrize("code", ["", "Sale", "1st", "a b", "a" * 33, "sale\n"])
def test_a_code_is_a_plain_word(code: str) -> None:
    assert "should match pattern" in refused(code=code)


def test_a_label_is_one_line() -> None:
    assert "should match pattern" in refused(label="two\nlines")


@settings(deadline=None)
@given(st.sets(st.sampled_from(FLAGS)))
def test_whatever_is_accepted_contradicts_nothing(flags: set[str]) -> None:
    try:
        said = Disposition.model_validate(
            {"code": "it", "label": "It", "then": "final", **dict.fromkeys(flags, True)}
        )
    except ValidationError:
        assert any(a in flags and b not in flags for a, b in IMPLIED) or any(
            a in flags and b in flags for a, b in EXCLUDED
        )
    else:
        assert not (said.machine and (said.human or said.sale or said.refusal))
        assert said.human or not (said.sale or said.contact or said.refusal or said.right_party)


# -- the set of a campaign -------------------------------------------------------------------------


def test_a_code_is_there_once() -> None:
    with pytest.raises(ValidationError, match="disposition 'done': code is there twice"):
        DispositionSet(dispositions=(DONE, DONE))


def test_a_campaign_that_could_never_end_is_refused() -> None:
    again = Disposition(code="again", label="Again", then=Then.RETRY, retry_after_s=60)
    with pytest.raises(ValidationError, match="none has then = final"):
        DispositionSet(dispositions=(again,))
    with pytest.raises(ValidationError, match="at least 1"):
        DispositionSet(dispositions=())


def test_a_set_comes_back_from_where_it_was_stored() -> None:
    stored = DEFAULT_DISPOSITIONS.model_dump_json()
    assert DispositionSet.model_validate_json(stored) == DEFAULT_DISPOSITIONS


def test_the_default_set_has_one_way_to_say_each_thing() -> None:
    for flag in FLAGS:
        assert any(getattr(said, flag) for said in DEFAULT_DISPOSITIONS.dispositions), flag
    assert {said.then for said in DEFAULT_DISPOSITIONS.dispositions} == set(Then)


# -- what an agent says ----------------------------------------------------------------------------


def test_a_sale_says_its_amount() -> None:
    assert DEFAULT_DISPOSITIONS.said("sale", amount=49.9).sale
    with pytest.raises(BadInput, match="amount: 'sale' needs it"):
        DEFAULT_DISPOSITIONS.said("sale")
    for nothing in (-1.0, float("nan"), float("inf")):
        with pytest.raises(BadInput, match="is none; say a number"):
            DEFAULT_DISPOSITIONS.said("sale", amount=nothing)


def test_a_callback_says_its_time_and_nothing_else_does() -> None:
    assert DEFAULT_DISPOSITIONS.said("callback", callback_at=2e9).then is Then.CALLBACK
    with pytest.raises(BadInput, match="callback_at: 'callback' needs it"):
        DEFAULT_DISPOSITIONS.said("callback")
    with pytest.raises(BadInput, match="callback_at: 'not_in' takes none"):
        DEFAULT_DISPOSITIONS.said("not_in", callback_at=2e9)


def test_an_unknown_code_is_told_with_those_there_are() -> None:
    with pytest.raises(BadInput, match="no code 'sold'; use sale, callback"):
        DEFAULT_DISPOSITIONS.said("sold")
