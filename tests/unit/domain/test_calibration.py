"""Whether reviewers judge alike."""

from collections.abc import Mapping

from dialer.domain.calibration import calibrated
from dialer.domain.ids import new_attempt_id
from dialer.domain.review import Review, scored
from dialer.domain.scorecard import Question, Scorecard

CARD = Scorecard("manners", (Question("greeting", "Greets?"), Question("facts", "Right?", 3.0)))
TALK = new_attempt_id()


def judged(by: str, answers: Mapping[str, float | None]) -> Review:
    return scored(Review(TALK, "manners", by, 1.0, answers), CARD)


def test_answers_stand_side_by_side_with_how_far_apart_they_are() -> None:
    quinn = judged("quinn", {"greeting": 1.0, "facts": 0.5})
    rita = judged("rita", {"greeting": 1.0, "facts": 0.0})
    found = calibrated([quinn, rita], CARD)
    assert found.scores == {"quinn": 0.625, "rita": 0.25}
    assert (found.mean_score, found.apart) == (0.4375, 0.375)
    greeting, facts = found.questions
    assert (greeting.answers, greeting.apart) == ({"quinn": 1.0, "rita": 1.0}, 0.0)
    assert (facts.question.text, facts.apart) == ("Right?", 0.5)


def test_a_question_that_applied_to_some_only_is_as_far_apart_as_can_be() -> None:
    quinn = judged("quinn", {"greeting": None, "facts": 1.0})
    rita = judged("rita", {"greeting": 1.0, "facts": 1.0})
    greeting, facts = calibrated([quinn, rita], CARD).questions
    assert (greeting.apart, facts.apart) == (1.0, 0.0)
    both = [judged("quinn", {"greeting": None, "facts": 1.0}), judged("rita", dict(quinn.answers))]
    assert calibrated(both, CARD).questions[0].apart == 0.0


def test_reviews_that_have_only_begun_and_those_by_other_scorecards_do_not_count() -> None:
    begun = Review(TALK, "manners", "quinn", 1.0)
    other = Review(TALK, "facts", "rita", 1.0, {"x": 1.0}, score=1.0)
    found = calibrated([begun, other], CARD)
    assert (found.scores, found.mean_score, found.apart) == ({}, None, 0.0)
    assert [one.answers for one in found.questions] == [{}, {}]


def test_what_the_scorecard_did_not_ask_then_is_missing() -> None:
    quinn = judged("quinn", {"greeting": 1.0, "facts": 1.0})
    asks_more = Scorecard("manners", (*CARD.questions, Question("close", "Says goodbye?")))
    assert calibrated([quinn], asks_more).questions[2].answers == {}
