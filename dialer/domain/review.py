"""What a reviewer says of a talk: answers to a scorecard, a score, notes at points in time. Pure.

Several people may review the same talk, so that they can see whether they judge alike. Refuses to
know how a score is made of answers, and what a scorecard's questions are about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Final, NamedTuple, Protocol

from dialer.domain.call_record import LONGEST_NAME, check_time
from dialer.domain.ids import AttemptId
from dialer.domain.written_text import checked_line, checked_prose
from dialer.errors import BadInput

LONGEST_NOTE: Final = 4000
LONGEST_COMMENT: Final = 1000
LONGEST_ANSWER: Final = 200
MOST_COMMENTS: Final = 200
LONGEST_TALK_S: Final = 86_400.0

Answer = bool | int | float | str | None
"""None: the question does not fit this talk."""


class Asked(Protocol):
    """A question of a scorecard, as far as a review must know it."""

    @property
    def key(self) -> str:
        """What the answer goes by."""
        ...

    def accepts(self, answer: Answer) -> bool:
        """Tell whether this can be an answer."""
        ...


@dataclass(frozen=True, slots=True)
class Comment:
    """What is said of one moment of a talk."""

    at_s: float
    """Of the recording, seconds from its beginning."""
    text: str
    at: float
    """When it was written, epoch seconds."""


class ReviewKey(NamedTuple):
    """Where a review stands in the order."""

    at: float
    review_id: int


@dataclass(frozen=True, slots=True)
class Review:
    """What one reviewer says of one talk by one scorecard."""

    attempt_id: AttemptId
    scorecard_id: int
    by: str
    """The reviewer."""
    at: float
    """Epoch seconds."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """By the key of the question."""
    score: float | None = None
    """As the scorecard counts; None: it could not be counted."""
    note: str = ""
    comments: tuple[Comment, ...] = ()
    """By their point in time."""
    review_id: int = 0
    """Given out when it is put on record."""

    @property
    def key(self) -> ReviewKey:
        """Where it stands in the order."""
        return ReviewKey(self.at, self.review_id)


@dataclass(frozen=True, slots=True)
class ReviewsFound:
    """Some reviews, and what all of them that were asked for come to."""

    reviews: Sequence[Review]
    count: int
    """Of all, those on other pages too."""
    mean_score: float | None
    """Of all that have a score; None: none has. Only scores of one scorecard can be compared."""


def checked_review(review: Review, questions: Sequence[Asked]) -> Review:
    """Return a review that can be put on record.

    Args:
        review: as it was given.
        questions: of its scorecard.

    Raises:
        BadInput: a question is not answered, an answer is none or to no question, or a text, a
            score or a time cannot be.
    """
    checked_line("by", review.by, 2 * LONGEST_NAME)
    check_time("at", review.at)
    check_answers(review.answers, questions)
    if review.score is not None and not isfinite(review.score):
        raise BadInput("score", f"{review.score} is no score", "give a number, or leave it out")
    if review.note:
        checked_prose("note", review.note, LONGEST_NOTE)
    if len(review.comments) > MOST_COMMENTS:
        raise BadInput("comments", f"are {len(review.comments)}", f"write {MOST_COMMENTS} at most")
    for comment in review.comments:
        checked_comment(comment)
    return review


def check_answers(answers: Mapping[str, Answer], questions: Sequence[Asked]) -> None:
    """Check answers against the questions that were asked: each once, and nothing else.

    Raises:
        BadInput: names the first answer that is wrong, or missing.
    """
    asked = {question.key: question for question in questions}
    for key in answers:
        if key not in asked:
            known = ", ".join(asked) or "none: the scorecard has no questions"
            raise BadInput(f"answers.{key}", "is no question of the scorecard", f"use {known}")
    for key, question in asked.items():
        if key not in answers:
            raise BadInput(f"answers.{key}", "is missing", "answer each question")
        answer = answers[key]
        if isinstance(answer, float) and not isfinite(answer):
            raise BadInput(f"answers.{key}", f"{answer} is no answer", "give a number")
        if isinstance(answer, str) and answer:
            checked_line(f"answers.{key}", answer, LONGEST_ANSWER)
        if not question.accepts(answer):
            problem = f"{answer!r} is no answer to it"
            raise BadInput(f"answers.{key}", problem, "see the scorecard for those it takes")


def checked_comment(comment: Comment) -> Comment:
    """Return a comment that can be put on record.

    Raises:
        BadInput: it says nothing, is too long, or its point in time is none.
    """
    if not 0 <= comment.at_s <= LONGEST_TALK_S:
        problem = f"{comment.at_s} s is no point in time of a recording"
        raise BadInput("at_s", problem, f"give seconds from its beginning, 0 to {LONGEST_TALK_S:g}")
    checked_prose("text", comment.text, LONGEST_COMMENT)
    check_time("at", comment.at)
    return comment


def with_comment(comments: Sequence[Comment], more: Comment) -> tuple[Comment, ...]:
    """Return comments with one more, by their point in time; the same one counts once.

    Raises:
        BadInput: there are too many.
    """
    if more in comments:
        return tuple(comments)
    if len(comments) >= MOST_COMMENTS:
        raise BadInput("comments", f"are {MOST_COMMENTS} already", "put it into the note")
    return tuple(sorted((*comments, more), key=lambda one: (one.at_s, one.at)))


def mean_of(scores: Sequence[float | None]) -> float | None:
    """Return the mean of the scores that there are; None: there is none."""
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
