"""What a reviewer says of a talk: answers to a scorecard, a score, notes at points in time. Pure.

Several people may review the same talk, so that they can see whether they judge alike. How answers
make a score is the scorecard's (`dialer.domain.scorecard`). Refuses to know what its questions are
about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from dialer.domain.call_record import LONGEST_NAME, check_time
from dialer.domain.ids import AttemptId
from dialer.domain.scorecard import Scorecard
from dialer.domain.written_text import checked_line, checked_prose
from dialer.errors import BadInput

LONGEST_NOTE: Final = 4000
LONGEST_COMMENT: Final = 1000
MOST_COMMENTS: Final = 200
LONGEST_TALK_S: Final = 86_400.0


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
    scorecard: str
    """Its name."""
    by: str
    """The reviewer."""
    at: float
    """Epoch seconds."""
    answers: Mapping[str, float | None] = field(default_factory=dict)
    """By the code of the question, as `Scorecard.score` has them."""
    score: float = 0.0
    """From 0 to 1, as the scorecard counted when the review was put on record."""
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
    """From 0 to 1; None: there is none. Only scores of one scorecard can be compared."""


def checked_review(review: Review) -> Review:
    """Return a review that can be put on record, if its scorecard takes the answers.

    Raises:
        BadInput: a text or a time cannot be.
    """
    checked_line("by", review.by, 2 * LONGEST_NAME)
    check_time("at", review.at)
    if review.note:
        checked_prose("note", review.note, LONGEST_NOTE)
    if len(review.comments) > MOST_COMMENTS:
        raise BadInput("comments", f"are {len(review.comments)}", f"write {MOST_COMMENTS} at most")
    for comment in review.comments:
        checked_comment(comment)
    return review


def scored(review: Review, scorecard: Scorecard) -> Review:
    """Return a review with what its answers come to.

    Raises:
        BadInput: names the first answer that is wrong, or missing.
    """
    return replace(review, score=scorecard.score(review.answers).rate)


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


def mean_of(scores: Sequence[float]) -> float | None:
    """Return the mean of scores; None: there are none."""
    return sum(scores) / len(scores) if scores else None
