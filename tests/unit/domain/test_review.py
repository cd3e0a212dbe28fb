"""Reviews: the score of their scorecard, comments at points in time, the mean of scores."""

from dataclasses import replace

import pytest

from dialer.domain.ids import new_attempt_id
from dialer.domain.review import (
    MOST_COMMENTS,
    Comment,
    Review,
    answered,
    check_unanswered,
    checked_review,
    mean_of,
    scored,
    with_comment,
)
from dialer.domain.scorecard import Question, Scorecard
from dialer.errors import BadInput, WrongState

CARD = Scorecard("manners", (Question("greeting", "says the name"), Question("law", "is fair")))
REVIEW = Review(new_attempt_id(), "manners", "quinn", 10.0, {"greeting": 0.5, "law": 1.0})


def test_a_review_has_the_score_that_its_scorecard_counts() -> None:
    assert scored(REVIEW, CARD) == replace(REVIEW, score=0.75)
    with pytest.raises(BadInput, match=r"^law: is not answered"):
        scored(replace(REVIEW, answers={"greeting": 0.5}), CARD)


def test_a_review_without_answers_has_only_begun_and_may_be_discarded() -> None:
    begun = scored(replace(REVIEW, answers={}), CARD)
    assert (begun.score, begun.finished) == (None, False)
    check_unanswered(begun)
    with pytest.raises(WrongState, match="is answered; change its answers instead"):
        check_unanswered(scored(REVIEW, CARD))


def test_answering_takes_answers_and_note_and_nothing_else() -> None:
    begun = replace(REVIEW, answers={}, review_id=7)
    given = replace(REVIEW, by="rita", at=99.0, note="calm")
    assert answered(begun, given, CARD) == replace(
        begun, answers=REVIEW.answers, note="calm", score=0.75
    )
    with pytest.raises(BadInput, match=r"^answers: are missing"):
        answered(begun, replace(given, answers={}), CARD)


@pytest.mark.parametrize(
    ("review", "field"),
    [
        (replace(REVIEW, by=""), "by"),
        (replace(REVIEW, at=float("nan")), "at"),
        (replace(REVIEW, note="a\x00b"), "note"),
        (replace(REVIEW, note="x" * 4001), "note"),
        (replace(REVIEW, comments=(Comment(-1.0, "x", 1.0),)), "at_s"),
        (replace(REVIEW, comments=(Comment(float("nan"), "x", 1.0),)), "at_s"),
        (replace(REVIEW, comments=(Comment(1.0, " \n", 1.0),)), "text"),
        (replace(REVIEW, comments=(Comment(1.0, "x", 1.0),) * (MOST_COMMENTS + 1)), "comments"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_the_field_and_the_fix(
    review: Review, field: str
) -> None:
    assert checked_review(REVIEW) == REVIEW
    with pytest.raises(BadInput) as refused:
        checked_review(review)
    assert refused.value.field == field
    assert refused.value.fix


def test_a_note_has_lines_and_tabs() -> None:
    written = replace(REVIEW, note="calm:\n\t- greets\r\n\t- listens")
    assert checked_review(written) == written


def test_comments_come_by_their_moment_and_the_same_one_counts_once() -> None:
    late, early = Comment(30.0, "interrupts", 1.0), Comment(2.0, "smiles", 2.0)
    assert with_comment((late,), early) == (early, late)
    assert with_comment((early, late), early) == (early, late)
    many = [Comment(float(i), "x", 1.0) for i in range(MOST_COMMENTS)]
    with pytest.raises(BadInput, match=r"^comments: are 200 already"):
        with_comment(many, Comment(1.0, "one more", 1.0))


def test_the_mean_is_of_the_scores_that_there_are() -> None:
    assert mean_of([]) is None
    assert mean_of([0.75, None, 0.25]) == 0.5
