"""What is said of caller ids over REST."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.adapters.sql.caller_id_health import CallerIdHealth
from dialer.domain.caller_id import MOST_REST_DAYS, REST_DAYS, CallerId

E164 = Annotated[str, Field(max_length=16, pattern=r"^\+[0-9]{2,15}$", examples=["+12025550100"])]


class CallerIdChange(BaseModel):
    """What a caller id is to be."""

    model_config = ConfigDict(extra="forbid")

    label: Words = Field(default="", description="For people.", examples=["Washington"])
    trunk: str | None = Field(
        default=None,
        max_length=40,
        description="The only trunk that may show it; null: any.",
        examples=[None],
    )
    proof: Words = Field(
        default="",
        description="What proves that it is yours to show; without it no person sees the number.",
        examples=["letter of the carrier, 2026-11-02"],
    )


class NewCallerId(CallerIdChange):
    """A number to be put on record."""

    number: E164


class CallerIdShown(NewCallerId):
    """A number on record."""

    verified_at: float | None = Field(
        default=None, description="Since when it is proven, epoch seconds.", examples=[1798761600.0]
    )
    rests_until: float | None = Field(
        default=None, description="Not shown before, epoch seconds.", examples=[None]
    )
    complaints: int = Field(default=0, examples=[0])

    @classmethod
    def of(cls, one: CallerId) -> Self:
        """Return what is shown of a caller id."""
        return cls(
            number=one.number,
            label=one.label,
            trunk=one.trunk,
            proof=one.proof,
            verified_at=one.verified_at,
            rests_until=one.rests_until,
            complaints=one.complaints,
        )


class Complaint(BaseModel):
    """That somebody complained of a number."""

    model_config = ConfigDict(extra="forbid")

    rest_days: float = Field(
        default=REST_DAYS,
        ge=1,
        le=MOST_REST_DAYS,
        description="Rest after the first complaint; twice as long after each other one.",
        examples=[14],
    )


class HealthShown(BaseModel):
    """How the calls went that showed a number."""

    number: str = Field(examples=["+12025550100"])
    calls: int = Field(examples=[420])
    answered: int = Field(examples=[80])
    answer_rate: float | None = Field(default=None, examples=[0.19])
    short_calls: int = Field(description="Over within 6 s of the answer.", examples=[6])
    short_rate: float | None = Field(
        default=None, description="Short calls / answered.", examples=[0.075]
    )
    abandoned: int = Field(examples=[1])

    @classmethod
    def of(cls, health: CallerIdHealth) -> Self:
        """Return what is shown of a number's health."""
        return cls(
            number=health.number,
            calls=health.calls,
            answered=health.answered,
            answer_rate=health.answer_rate,
            short_calls=health.short_calls,
            short_rate=health.short_rate,
            abandoned=health.abandoned,
        )
