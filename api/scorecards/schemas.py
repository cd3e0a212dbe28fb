"""What is said of scorecards over REST."""

from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.scorecard import MOST_QUESTIONS, MOST_WEIGHT, Question, Scorecard


class QuestionSaid(BaseModel):
    """One thing that is judged."""

    model_config = ConfigDict(extra="forbid")

    code: Words = Field(min_length=1, description="By which it is answered.", examples=["greeting"])
    text: str = Field(
        min_length=1, max_length=1000, description="For people.", examples=["Says their name?"]
    )
    weight: float = Field(
        default=1.0, ge=0.01, le=MOST_WEIGHT, description="Among the others.", examples=[2.0]
    )
    critical: bool = Field(
        default=False, description="Whether a talk that does not fully meet it is worth nothing."
    )


class ScorecardTerms(BaseModel):
    """The questions of a scorecard."""

    model_config = ConfigDict(extra="forbid")

    questions: list[QuestionSaid] = Field(min_length=1, max_length=MOST_QUESTIONS)

    def thing(self, key: Key) -> Scorecard:
        """Return the scorecard of a name that was said."""
        return Scorecard(key[0], tuple(Question(**one.model_dump()) for one in self.questions))


class ScorecardShown(ScorecardTerms):
    """The questions by which a talk is judged; its score is their mean by weight."""

    name: Words = Field(min_length=1, examples=["manners"])

    @classmethod
    def of(cls, scorecard: Scorecard) -> "ScorecardShown":
        """Return what is shown of a scorecard."""
        questions = [QuestionSaid.model_construct(**asdict(one)) for one in scorecard.questions]
        return cls.model_construct(name=scorecard.name, questions=questions)
