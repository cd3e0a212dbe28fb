"""Reviews: answers that fit their scorecard, comments at points in time, the mean of scores."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.ids import new_attempt_id
from dialer.domain.review import (
    MOST_COMMENTS,
    Answer,
    Comment,
    Review,
    check_answers,
    checked_review,
    mean_of,
    with_comment,
)
from dialer.errors import BadInput


@dataclass(frozen=True)
class OneOf:
    """A question that takes one of some answers."""

    key: str
    of: tuple[Answer, ...]

    def accepts(self, answer: Answer) -> bool:
        return answer in self.of


QUESTIONS = (OneOf("greeting", (0, 1, 2)), OneOf("law", ("yes", "no", None)))
REVIEW = Review(new_attempt_id(), 1, "quinn", 10.0, {"greeting": 2, "law": "yes"}, 80.0)


@given(
    st.dictionaries(
        st.sampled_from(["greeting", "law", "tone"]), st.sampled_from([0, 1, 5, "yes", "x", None])
    )
)
def test_answers_fit_when_each_question_has_one_that_it_takes_and_no_other_is_there(
    answers: Mapping[str, Answer],
) -> None:
    fits = answers.keys() == {"greeting", "law"} and all(
        question.accepts(answers[question.key]) for question in QUESTIONS
    )
    if fits:
        check_answers(answers, QUESTIONS)
        return
    with pytest.raises(BadInput, match=r"^answers\.(greeting|law|tone): "):
        check_answers(answers, QUESTIONS)


@pytest.mark.parametrize(
    ("review", "field"),
    [
        (replace(REVIEW, by=""), "by"),
        (replace(REVIEW, at=float("nan")), "at"),
        (replace(REVIEW, score=float("nan")), "score"),
        (replace(REVIEW, note="a\x00b"), "note"),
        (replace(REVIEW, note="x" * 4001), "note"),
        (replace(REVIEW, answers={"greeting": float("inf"), "law": "yes"}), "answers.greeting"),
        (replace(REVIEW, answers={"greeting": 1, "law": "y\nes"}), "answers.law"),
        (replace(REVIEW, comments=(Comment(-1.0, "x", 1.0),)), "at_s"),
        (replace(REVIEW, comments=(Comment(float("nan"), "x", 1.0),)), "at_s"),
        (replace(REVIEW, comments=(Comment(1.0, " \n", 1.0),)), "text"),
        (replace(REVIEW, comments=(Comment(1.0, "x", 1.0),) * (MOST_COMMENTS + 1)), "comments"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_field_and_the_fix(
    review: Review, field: str
) -> None:
    assert checked_review(REVIEW, QUESTIONS) == REVIEW
    with pytest.raises(BadInput) as refused:
        checked_review(review, QUESTIONS)
    assert refused.value.field == field
    assert refused.value.fix


def test_a_note_has_lines_and_tabs() -> None:
    written = replace(REVIEW, note="calm:\n\t- greets\r\n\t- listens")
    assert checked_review(written, QUESTIONS) == written


def test_comments_come_by_their_moment_and_the_same_one_counts_once() -> None:
    late, early = Comment(30.0, "interrupts", 1.0), Comment(2.0, "smiles", 2.0)
    assert with_comment((late,), early) == (early, late)
    assert with_comment((early, late), early) == (early, late)
    many = [Comment(float(i), "x", 1.0) for i in range(MOST_COMMENTS)]
    with pytest.raises(BadInput, match=r"^comments: are 200 already"):
        with_comment(many, Comment(1.0, "one more", 1.0))


def test_the_mean_is_of_the_scores_that_there_are() -> None:
    assert mean_of([]) is None
    assert mean_of([None]) is None
    assert mean_of([80.0, None, 60.0]) == 70.0
