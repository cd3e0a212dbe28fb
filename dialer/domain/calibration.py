"""Whether reviewers of a talk judge alike: their answers side by side, and how far apart. Pure.

Counts reviews that are answered, all by one scorecard. Refuses to know who is right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialer.domain.review import Review, mean_of
from dialer.domain.scorecard import Question, Scorecard


@dataclass(frozen=True, slots=True)
class Compared:
    """What reviewers answered to one question."""

    question: Question
    answers: Mapping[str, float | None]
    """By reviewer; None: it did not apply to them. Who was not asked is missing."""
    apart: float
    """From 0 (all alike) to 1: the greatest answer less the least; 1 where it applied to some only.
    """


@dataclass(frozen=True, slots=True)
class Calibration:
    """The reviews of one talk, side by side."""

    scores: Mapping[str, float]
    """By reviewer, from 0 to 1."""
    mean_score: float | None
    """None: nobody has answered yet."""
    apart: float
    """The greatest score less the least."""
    questions: Sequence[Compared]
    """In the scorecard's order."""


def calibrated(reviews: Sequence[Review], scorecard: Scorecard) -> Calibration:
    """Return the reviews of a talk side by side.

    Args:
        reviews: of one talk, by whatever scorecards; those by others, and those that have only
            begun, do not count.
        scorecard: as it is now; what it does not ask any more is left out.
    """
    counted = [one for one in reviews if one.scorecard == scorecard.name and one.finished]
    scores = {one.by: one.score for one in counted if one.score is not None}
    return Calibration(
        scores=scores,
        mean_score=mean_of(scores.values()),
        apart=_apart(list(scores.values())),
        questions=[_compared(question, counted) for question in scorecard.questions],
    )


def _compared(question: Question, reviews: Sequence[Review]) -> Compared:
    code = question.code
    answers = {one.by: one.answers[code] for one in reviews if code in one.answers}
    return Compared(question, answers, _apart(list(answers.values())))


def _apart(answers: Sequence[float | None]) -> float:
    known = [one for one in answers if one is not None]
    if not known:
        return 0.0
    return 1.0 if len(known) < len(answers) else max(known) - min(known)
