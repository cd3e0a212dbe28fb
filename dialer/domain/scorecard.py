"""A scorecard: the questions by which a talk is judged, and what the answers come to. Pure.

An answer is a share from 0 (no) to 1 (yes), or None where the question did not apply. Refuses to
know which talks are judged, and by whom.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from dialer.domain.named import Named, check_amount, check_line, checked_name
from dialer.errors import BadInput

MOST_QUESTIONS: Final = 100
MOST_WEIGHT: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is judged."""

    code: str
    """By which it is answered."""
    text: str
    """For people."""
    weight: float = 1.0
    """Of the question among the others."""
    critical: bool = False
    """Whether a talk that does not fully meet it is worth nothing."""


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers of a talk come to, and why."""

    rate: float
    """From 0 to 1."""
    failed: tuple[str, ...] = ()
    """Codes of the critical questions that it did not meet."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One scorecard of a tenant."""

    name: str
    questions: tuple[Question, ...]

    def score(self, answers: Mapping[str, float | None]) -> Score:
        """Return the mean of the answers by weight; 0 where a critical question is not met.

        Args:
            answers: by code, to all questions; see the module.

        Raises:
            BadInput: an answer is missing, out of range or to none of the questions, or nothing
                applied.
        """
        asked = {question.code for question in self.questions}
        for code in answers:
            if code not in asked:
                raise BadInput(code, "is no question of this scorecard", "take it out")
        weighed = reached = 0.0
        failed: list[str] = []
        for question in self.questions:
            if question.code not in answers:
                raise BadInput(question.code, "is not answered", "answer it")
            answer = answers[question.code]
            if answer is None:
                continue
            check_amount(question.code, answer, least=0, most=1)
            weighed += question.weight
            reached += question.weight * answer
            if question.critical and answer < 1:
                failed.append(question.code)
        if not weighed:
            raise BadInput("answers", "no question applied", "judge another talk")
        return Score(0.0 if failed else min(1.0, reached / weighed), tuple(failed))


def checked_scorecard(scorecard: Scorecard) -> Scorecard:
    """Return a scorecard that can be kept.

    Raises:
        BadInput: its name or a question is none, there are none or too many, a code is used twice,
            or a weight is out of range.
    """
    checked_name(scorecard.name)
    if not 0 < len(scorecard.questions) <= MOST_QUESTIONS:
        problem = f"there are {len(scorecard.questions)}"
        raise BadInput("questions", problem, f"ask 1 to {MOST_QUESTIONS}")
    seen: set[str] = set()
    for question in scorecard.questions:
        checked_name(question.code, "questions")
        if question.code in seen:
            raise BadInput("questions", f"{question.code!r} is there twice", "give it another code")
        seen.add(question.code)
        if not question.text.strip():
            raise BadInput("questions", f"{question.code!r} asks nothing", "write its text")
        check_line("questions", question.text, 1000)
        check_amount("questions", question.weight, least=0.01, most=MOST_WEIGHT)
    return scorecard


def _written(scorecard: Scorecard) -> dict[str, Any]:
    return {"name": scorecard.name, "questions": [asdict(one) for one in scorecard.questions]}


def _read(row: Mapping[str, Any]) -> Scorecard:
    return Scorecard(row["name"], tuple(Question(**one) for one in row["questions"]))


SCORECARDS: Final = Named(
    "scorecard",
    Scorecard,
    checked_scorecard,
    write=_written,
    read=_read,
    campaign_setting="scorecard",
)
