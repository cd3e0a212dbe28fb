"""What is said of reviews over REST."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.paging import Page
from api.words import Words
from dialer.adapters.sql.attempt_record import AttemptRow
from dialer.adapters.sql.review_draws import ComparedTalk
from dialer.domain.calibration import Calibration
from dialer.domain.review import LONGEST_COMMENT, LONGEST_NOTE, LONGEST_TALK_S, Comment, Review
from dialer.domain.scorecard import MOST_QUESTIONS

Answer = Annotated[float, Field(ge=0, le=1)]
Answers = Annotated[
    dict[Words, Answer | None],
    Field(
        max_length=MOST_QUESTIONS,
        description="By the code of each question: 0 (no) to 1 (yes), null: it did not apply.",
        examples=[{"greeting": 1.0, "facts": None}],
    ),
]
Note = Annotated[
    str, Field(max_length=LONGEST_NOTE, description="Of the whole talk.", examples=["Calm."])
]


class NewReview(BaseModel):
    """A review that begins; with answers it is answered at once."""

    model_config = ConfigDict(extra="forbid")

    attempt: Words = Field(
        min_length=1, description="Whose talk.", examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"]
    )
    scorecard: Words = Field(min_length=1, description="Its name.", examples=["manners"])
    answers: Answers = Field(default_factory=dict)
    note: Note = ""


class AnswersSaid(BaseModel):
    """Answers to all questions of a scorecard."""

    model_config = ConfigDict(extra="forbid")

    answers: Answers
    note: Note = ""


class NewComment(BaseModel):
    """What is said of one moment of a talk."""

    model_config = ConfigDict(extra="forbid")

    at_s: float = Field(
        ge=0,
        le=LONGEST_TALK_S,
        description="Of the recording, seconds from its beginning.",
        examples=[12.5],
    )
    text: str = Field(min_length=1, max_length=LONGEST_COMMENT, examples=["Interrupts."])


class CommentShown(BaseModel):
    """What was said of one moment of a talk."""

    at_s: float = Field(description="Seconds from the beginning of the recording.")
    text: str = Field(examples=["Interrupts."])
    at: float = Field(description="When it was written; seconds since the epoch.")

    @classmethod
    def of(cls, one: Comment) -> "CommentShown":
        """Return what is shown of a comment."""
        return cls(at_s=one.at_s, text=one.text, at=one.at)


class ReviewShown(BaseModel):
    """What one reviewer says of one talk by one scorecard."""

    id: int = Field(examples=[12])
    attempt: str = Field(description="Whose talk.", examples=["at-01M8C9NMWY2EPPG8W9SYNMTK7Z"])
    agent: str | None = Field(description="Who talked.", examples=["1001"])
    campaign: str | None = Field(description="Id of the campaign.")
    campaign_name: str = Field(examples=["spring"])
    dialed_at: float | None = Field(description="Seconds since the epoch.")
    recorded: bool = Field(description="Whether there is a recording.")
    scorecard: str = Field(examples=["manners"])
    by: str = Field(description="The reviewer.", examples=["quinn"])
    at: float = Field(description="When it began; seconds since the epoch.")
    answers: dict[str, float | None] = Field(description="None: it has only begun.")
    score: float | None = Field(description="From 0 to 1; null: it has only begun.")
    note: str
    comments: list[CommentShown] = Field(description="By their moment.")

    @classmethod
    def of(cls, one: Review, talk: AttemptRow | None) -> "ReviewShown":
        """Return what is shown of a review; its talk may have been erased."""
        return cls(
            id=one.review_id,
            attempt=one.attempt_id,
            agent=talk.agent_id if talk is not None else None,
            campaign=talk.campaign_id if talk is not None else None,
            campaign_name=talk.campaign if talk is not None else "",
            dialed_at=talk.dialed_at if talk is not None else None,
            recorded=talk is not None and bool(talk.recording),
            scorecard=one.scorecard,
            by=one.by,
            at=one.at,
            answers=dict(one.answers),
            score=one.score,
            note=one.note,
            comments=[CommentShown.of(comment) for comment in one.comments],
        )


class ReviewPage(Page[ReviewShown]):
    """Some reviews, and what all of them that were asked for come to."""

    count: int = Field(description="Of all, on all pages.")
    mean_score: float | None = Field(
        description="Of those that are answered; null: none is. Compare those of one scorecard."
    )


class ComparedShown(BaseModel):
    """A talk that several have reviewed by one scorecard."""

    attempt: str
    agent: str | None = Field(examples=["1001"])
    reviews: int = Field(examples=[2])
    least_score: float = Field(examples=[0.5])
    greatest_score: float = Field(examples=[0.9])

    @classmethod
    def of(cls, one: ComparedTalk) -> "ComparedShown":
        """Return what is shown of such a talk."""
        return cls(
            attempt=one.attempt_id,
            agent=one.agent_id,
            reviews=one.reviews,
            least_score=one.least_score,
            greatest_score=one.greatest_score,
        )


class QuestionCompared(BaseModel):
    """What reviewers answered to one question."""

    code: str = Field(examples=["greeting"])
    text: str
    critical: bool
    answers: dict[str, float | None] = Field(
        description="By reviewer; null: it did not apply to them.", examples=[{"quinn": 1.0}]
    )
    apart: float = Field(description="From 0: all alike, to 1.", examples=[0.5])


class CalibrationShown(BaseModel):
    """The reviews of one talk side by side."""

    scores: dict[str, float] = Field(description="By reviewer.", examples=[{"quinn": 0.75}])
    mean_score: float | None
    apart: float = Field(description="The greatest score less the least.", examples=[0.25])
    questions: list[QuestionCompared]

    @classmethod
    def of(cls, one: Calibration) -> "CalibrationShown":
        """Return what is shown of a comparison."""
        questions = [
            QuestionCompared(
                code=asked.question.code,
                text=asked.question.text,
                critical=asked.question.critical,
                answers=dict(asked.answers),
                apart=asked.apart,
            )
            for asked in one.questions
        ]
        return cls(
            scores=dict(one.scores),
            mean_score=one.mean_score,
            apart=one.apart,
            questions=questions,
        )
