"""What is said of labelled calls over REST."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.amd.labels import MOST_LABELS, LabelCounts
from dialer.domain.amd.law import AmdDetector
from dialer.domain.amd.trust import AmdMode, charge_of, refusal_of
from dialer.ports import DrawnCall

_ID = "at-01JF0000000000000000000000"


class LabelSaid(BaseModel):
    """Who answered a call, as somebody says who listened to it."""

    model_config = ConfigDict(extra="forbid")

    attempt_id: str = Field(max_length=29, pattern=r"^at-[0-9A-Za-z]{26}$", examples=[_ID])
    answer: Literal["person", "machine"] = Field(examples=["person"])


class LabelsSaid(BaseModel):
    """Labels of calls, each of another one; all are taken in, or none."""

    model_config = ConfigDict(extra="forbid")

    labels: list[LabelSaid] = Field(min_length=1, max_length=MOST_LABELS)


class LabelsShown(BaseModel):
    """What labelled calls come to, and what detection is charged for them."""

    detector: AmdDetector = Field(description="Who heard the calls that are counted.")
    heard: int = Field(
        description="Calls with a verdict, from the first labelled one to the last.",
        examples=[9000],
    )
    released: int = Field(description="Of these, taken for machines.", examples=[2100])
    labelled: int = Field(examples=[500])
    labelled_released: int = Field(description="Of these, taken for machines.", examples=[118])
    persons: int = Field(description="Labelled as a person's.", examples=[380])
    false_positives: int = Field(description="Persons taken for machines.", examples=[1])
    in_time: int = Field(
        description="Persons whom screening's law would have known within 1.5 s of the answer.",
        examples=[75],
    )
    charge_rate: float = Field(
        description="What agent_first is charged: share of persons, 0 to 1.", examples=[0.0125]
    )
    charge_reason: str = Field(examples=["no labelled calls of this centre"])
    screening: str = Field(
        description="Why campaigns may not be set to screening; empty: they may.",
        examples=["19.0% of persons had a verdict within 1.5 s, 98% are needed"],
    )

    @classmethod
    def of(cls, counts: LabelCounts, detector: AmdDetector) -> Self:
        """Return what is shown of counts."""
        figures = counts.figures()
        charge = charge_of(AmdMode.AGENT_FIRST, figures)
        return cls(
            detector=detector,
            heard=counts.heard,
            released=counts.released,
            labelled=counts.labelled,
            labelled_released=counts.labelled_released,
            persons=counts.persons,
            false_positives=counts.false_positives,
            in_time=counts.in_time,
            charge_rate=charge.rate,
            charge_reason=charge.reason,
            screening=refusal_of(AmdMode.SCREENING, figures),
        )


class DrawnShown(BaseModel):
    """A call to be listened to and labelled."""

    attempt_id: str = Field(examples=[_ID])
    answered_at: float | None = Field(
        default=None, description="Epoch seconds.", examples=[1798761600.0]
    )

    @classmethod
    def of(cls, call: DrawnCall) -> Self:
        """Return what is shown of a drawn call."""
        return cls(attempt_id=call.attempt_id, answered_at=call.answered_at)
