"""Scorecards: the mean of what was answered, by weight, and nothing where it was critical."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dialer.domain.scorecard import SCORECARDS, Question, Score, Scorecard, checked_scorecard
from dialer.errors import BadInput

CARD = Scorecard(
    "first call",
    (
        Question("greeted", "Was the caller greeted?"),
        Question("offer", "Was the offer explained?", weight=3.0),
        Question("consent", "Was consent asked for?", weight=2.0, critical=True),
    ),
)
ANSWERS = st.none() | st.floats(0, 1)
WEIGHTS = st.floats(0.01, 1000)


@st.composite
def judged(draw: st.DrawFn) -> tuple[Scorecard, dict[str, float | None]]:
    """A scorecard and answers to all of its questions, of which one applied at least."""
    rows = draw(st.lists(st.tuples(WEIGHTS, st.booleans(), ANSWERS), min_size=1, max_size=8))
    assume(any(answer is not None for _, _, answer in rows))
    questions = tuple(
        Question(f"q{at}", f"Question {at}?", weight, critical)
        for at, (weight, critical, _) in enumerate(rows)
    )
    answers = {f"q{at}": answer for at, (_, _, answer) in enumerate(rows)}
    return checked_scorecard(Scorecard("any", questions)), answers


def test_a_score_is_the_mean_by_weight() -> None:
    assert CARD.score({"greeted": 1, "offer": 0.5, "consent": 1}) == Score(0.75)
    assert CARD.score({"greeted": 0, "offer": 0, "consent": 1}).rate == pytest.approx(1 / 3)


def test_what_did_not_apply_does_not_count() -> None:
    assert CARD.score({"greeted": None, "offer": 0.5, "consent": None}) == Score(0.5)
    with pytest.raises(BadInput, match="answers: no question applied"):
        CARD.score({"greeted": None, "offer": None, "consent": None})


def test_a_critical_question_that_is_not_fully_met_leaves_nothing() -> None:
    assert CARD.score({"greeted": 1, "offer": 1, "consent": 0.9}) == Score(0.0, ("consent",))


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"greeted": 1, "offer": 1}, "consent: is not answered; answer it"),
        ({"greeted": 1.5, "offer": 1, "consent": 1}, "greeted: 1.5 is out of range; give 0 to 1"),
        ({"greeted": float("nan"), "offer": 1, "consent": 1}, "greeted: nan is out of range"),
        ({"greeted": 1, "offer": 1, "consent": 1, "smile": 1}, "smile: is no question of this"),
    ],
)
def test_answers_that_are_none_are_refused(answers: dict[str, float], line: str) -> None:
    with pytest.raises(BadInput) as caught:
        CARD.score(answers)
    assert str(caught.value).startswith(line)


@given(judged())
def test_a_score_is_what_fractions_make_of_it(
    case: tuple[Scorecard, dict[str, float | None]],
) -> None:
    card, answers = case
    score = card.score(answers)
    applied = [(q, Fraction(a)) for q in card.questions if (a := answers[q.code]) is not None]
    failed = tuple(q.code for q, answer in applied if q.critical and answer < 1)
    weighed = sum(Fraction(q.weight) for q, _ in applied)
    exact = sum(Fraction(q.weight) * answer for q, answer in applied) / weighed
    assert score.failed == failed
    assert score.rate == pytest.approx(0.0 if failed else float(exact), abs=1e-9)
    assert 0 <= score.rate <= 1


@given(judged(), st.floats(0.1, 10))
def test_only_the_proportion_of_weights_counts(
    case: tuple[Scorecard, dict[str, float | None]], factor: float
) -> None:
    card, answers = case
    scaled = tuple(replace(one, weight=one.weight * factor) for one in card.questions)
    rate = replace(card, questions=scaled).score(answers).rate
    assert rate == pytest.approx(card.score(answers).rate, abs=1e-9)


@given(judged(), st.data())
def test_a_better_answer_never_makes_a_lower_score(
    case: tuple[Scorecard, dict[str, float | None]], data: st.DataObject
) -> None:
    card, answers = case
    code = data.draw(st.sampled_from(sorted(c for c, a in answers.items() if a is not None)))
    better = data.draw(st.floats(answers[code] or 0.0, 1))
    assert card.score({**answers, code: better}).rate >= card.score(answers).rate - 1e-9


@given(judged())
def test_a_scorecard_survives_being_written_and_read(
    case: tuple[Scorecard, dict[str, float | None]],
) -> None:
    card, _ = case
    assert SCORECARDS.understood(SCORECARDS.written(card)) == card
