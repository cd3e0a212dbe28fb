"""What a reviewer says of a talk: answers to a scorecard, a score, notes at points in time. Pure.

Several people may review the same talk, so that they can see whether they judge alike. How answers
make a score is the scorecard's (`dialer.domain.scorecard`). Refuses to know what its questions are
about.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from dialer.domain.call_record import LONGEST_NAME, check_time
from dialer.domain.ids import AgentId, AttemptId, CampaignId
from dialer.domain.scorecard import Scorecard
from dialer.domain.written_text import checked_line, checked_prose
from dialer.errors import BadInput, WrongState

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
    """By the code of the question, as `Scorecard.score` has them; none: it has only begun."""
    score: float | None = None
    """From 0 to 1, as the scorecard counted when it was answered; None: it has only begun."""
    note: str = ""
    comments: tuple[Comment, ...] = ()
    """By their point in time."""
    review_id: int = 0
    """Given out when it is put on record."""

    @property
    def key(self) -> ReviewKey:
        """Where it stands in the order."""
        return ReviewKey(self.at, self.review_id)

    @property
    def finished(self) -> bool:
        """Whether it is answered."""
        return self.score is not None


@dataclass(frozen=True, slots=True)
class ReviewsWanted:
    """Which reviews; None: any."""

    agent_id: AgentId | None = None
    """Of this agent's talks."""
    agents: frozenset[AgentId] | None = None
    """Of talks of these agents alone: a supervisor's team."""
    campaign_id: CampaignId | None = None
    attempt_id: AttemptId | None = None
    scorecard: str | None = None
    by: str | None = None
    finished: bool | None = None
    """Only those that are answered, or only those that have just begun."""


@dataclass(frozen=True, slots=True)
class ReviewsFound:
    """Some reviews, and what all of them that were asked for come to."""

    reviews: Sequence[Review]
    count: int
    """Of all, those on other pages too."""
    mean_score: float | None
    """From 0 to 1, of those that are answered; None: there is none. Only scores of one scorecard
    can be compared."""


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
    """Return a review with what its answers come to; without any it has only begun.

    Raises:
        BadInput: names the first answer that is wrong, or missing.
    """
    if not review.answers:
        return replace(review, score=None)
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


def answered(review: Review, given: Review, scorecard: Scorecard) -> Review:
    """Return a review with the answers and the note of another.

    Raises:
        BadInput: there are no answers, or one is wrong or missing.
    """
    if not given.answers:
        raise BadInput("answers", "are missing", "answer each question of the scorecard")
    return scored(replace(review, answers=given.answers, note=given.note), scorecard)


def check_unanswered(review: Review) -> None:
    """Check that a review has only begun.

    Raises:
        WrongState: it is answered.
    """
    if review.finished:
        raise WrongState("review", f"{review.review_id} is answered", "change its answers instead")


def mean_of(scores: Iterable[float | None]) -> float | None:
    """Return the mean of scores; None: there are none."""
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
