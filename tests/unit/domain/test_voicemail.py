"""Voicemails: what can be put on record of them."""

from dataclasses import replace

import pytest

from dialer.domain.ids import AgentId
from dialer.domain.voicemail import Voicemail, checked_class, checked_voicemail
from dialer.errors import BadInput

LEFT = Voicemail("+12025550100", "vm-1.wav", 10.0, seconds=12.5)


def test_a_caller_may_show_no_number_and_nobody_may_know_how_long_it_is() -> None:
    silent = replace(LEFT, number="", seconds=None)
    assert checked_voicemail(silent) == silent


@pytest.mark.parametrize(
    ("voicemail", "field"),
    [
        (replace(LEFT, number="2025550100"), "number"),
        (replace(LEFT, file=""), "file"),
        (replace(LEFT, file="../vm-1.wav"), "file"),
        (replace(LEFT, file="..", number=""), "file"),
        (replace(LEFT, file="vm-\x00.wav"), "file"),
        (replace(LEFT, file="vm-12025550100.wav"), "file"),
        (replace(LEFT, at=float("nan")), "at"),
        (replace(LEFT, seconds=-1.0), "seconds"),
        (replace(LEFT, seconds=float("nan")), "seconds"),
        (replace(LEFT, queue=""), "queue"),
        (replace(LEFT, class_name="two words"), "class"),
        (replace(LEFT, heard_by="sue", heard_at=11.0), "voicemail"),
        (replace(LEFT, assigned_to=AgentId("ann")), "voicemail"),
    ],
)
def test_what_was_not_just_left_is_refused_with_the_field_and_the_fix(
    voicemail: Voicemail, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        checked_voicemail(voicemail)
    assert refused.value.field == field
    assert refused.value.fix


def test_a_class_is_one_word_or_none() -> None:
    assert checked_class("") == ""
    assert checked_class("after-sales_2") == "after-sales_2"
    for name in ("a b", "é", "x\n", "x" * 41):
        with pytest.raises(BadInput, match=r"^class: .* is no class"):
            checked_class(name)
