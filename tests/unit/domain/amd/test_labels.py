"""Lists of labels, and when labelled calls stand for the others."""

import pytest

from dialer.domain.amd.labels import (
    MOST_LABELS,
    CallLabel,
    LabelCounts,
    check_heard,
    labels_from,
    labels_said,
)
from dialer.domain.amd.law import Answerer
from dialer.domain.amd.trust import DEFAULT_CHARGE, AmdMode, charge_of, refusal_of
from dialer.domain.columns import ColumnPlan
from dialer.domain.csvtable import csv_table
from dialer.domain.ids import AttemptId
from dialer.errors import BadInput


def read(text: str) -> list[CallLabel]:
    table = csv_table(text.splitlines(keepends=True), name="calls.csv", plan=ColumnPlan())
    return list(labels_from(table, "calls.csv"))


def test_a_list_names_calls_and_who_answered_them() -> None:
    text = "recording,Answer,attempt_id\na.wav, Person ,at-1\n\n;,machine,at-2\n"
    assert read(text) == [
        CallLabel(AttemptId("at-1"), Answerer.PERSON, "line 2"),
        CallLabel(AttemptId("at-2"), Answerer.MACHINE, "line 4"),
    ]


def test_one_bad_row_refuses_the_whole_list_and_each_is_named_by_its_line() -> None:
    text = 'attempt_id,answer\nat-1,person\nat-2,unsure\n,machine\nat-1,machine\nat-3,"a"b\nat-4,\n'
    with pytest.raises(BadInput) as refused:
        read(text)
    assert refused.value.problem.split("; ") == [
        "line 6: bad quoting (',' expected after '\"')",
        "line 3: 'unsure' is neither person nor machine",
        "line 4: no attempt_id",
        "line 5: 'at-1' is in line 2 already",
        "line 7: '' is neither person nor machine",
    ]
    assert refused.value.fix == "correct them; nothing was taken in"


def test_of_many_bad_rows_ten_are_told_and_the_others_counted() -> None:
    text = "attempt_id,answer\n" + "at-1,robot\n" * 25
    with pytest.raises(BadInput, match=r"line 11: 'robot' .*; and 15 more"):
        read(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("attempt_id,who\nat-1,person\n", "has no column 'answer'"),
        ("attempt_id,answer\n\n", "has no labels"),
        ("attempt_id,answer\n" + "at-1,person\n" * (MOST_LABELS + 1), "more than 10,000 rows"),
    ],
)
def test_what_is_no_list_of_labels_is_refused(text: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        read(text)


def test_a_call_that_nobody_judged_cannot_be_labelled() -> None:
    labels = labels_said([("at-1", "person", "line 2"), ("at-\n", "machine", "line 3")], "x")
    check_heard(labels, ["at-1", "at-"], "x")
    with pytest.raises(BadInput, match="line 2: no verdict is on record of 'at-1'"):
        check_heard(labels, ["at-"], "x")


def counts(labelled: int, released: int, *, of: int = 1000, of_released: int = 200) -> LabelCounts:
    return LabelCounts(of, of_released, labelled, released, persons=labelled - released)


@pytest.mark.parametrize(
    ("labelled", "released", "stands"),
    [(400, 80, True), (400, 70, True), (400, 60, False), (400, 0, False), (400, 400, True)],
)
def test_labelled_calls_stand_for_the_others_if_released_ones_are_drawn_alike(
    labelled: int, released: int, stands: bool
) -> None:
    assert (counts(labelled, released).doubt == "") is stands


def test_a_few_labels_are_no_reason_to_doubt() -> None:
    assert counts(5, 0).doubt == ""
    assert LabelCounts().figures() is None


def test_doubtful_labels_never_lower_the_charge_and_still_raise_it() -> None:
    doubtful = counts(400, 0).figures()
    assert doubtful is not None
    assert charge_of(AmdMode.AGENT_FIRST, doubtful).rate == DEFAULT_CHARGE
    assert charge_of(AmdMode.AGENT_FIRST, doubtful).reason == doubtful.doubt
    assert refusal_of(AmdMode.SCREENING, doubtful) == doubtful.doubt
    worse = LabelCounts(1000, 500, 400, 60, persons=390, false_positives=60).figures()
    assert worse is not None
    assert worse.doubt
    assert charge_of(AmdMode.AGENT_FIRST, worse).rate == worse.false_positive_bound
