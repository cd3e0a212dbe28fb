"""What is said of a campaign's pacing over REST."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.campaign import PACING, CampaignSettings

Mode = Literal["preview", "progressive", "power", "predictive", "predictive_age_blind"]


class PacingSet(BaseModel):
    """The pacing settings of a campaign, all of them."""

    mode: Mode
    abandon_rate_target: float = Field(description="Abandoned / live answers, at most.")
    abandon_rate_guard: Literal["running", "window", "mean"]
    power_ratio: float = Field(description="Lines per idle agent in mode power.")
    weight: float
    ring_timeout_s: float
    ring_min_s: float
    wrap_up_limit_s: float
    max_lines: int
    max_lines_per_agent: float
    calls_per_second: float

    @classmethod
    def of(cls, settings: CampaignSettings) -> "PacingSet":
        """Return the pacing among a campaign's settings."""
        return cls.model_validate(settings.model_dump(include=set(PACING)))


class PacingChange(BaseModel):
    """Pacing settings to change; those that are left out stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"power_ratio": 1.5}]}
    )

    mode: Mode | None = None
    abandon_rate_target: float | None = Field(default=None, gt=0, le=0.03)
    abandon_rate_guard: Literal["running", "window", "mean"] | None = None
    power_ratio: float | None = Field(default=None, ge=1, le=20)
    weight: float | None = Field(default=None, gt=0, le=100)
    ring_timeout_s: float | None = Field(default=None, ge=1, le=120)
    ring_min_s: float | None = Field(default=None, ge=0, le=60)
    wrap_up_limit_s: float | None = Field(default=None, ge=0, le=3600)
    max_lines: int | None = Field(default=None, ge=1, le=10_000)
    max_lines_per_agent: float | None = Field(default=None, ge=0.1, le=100)
    calls_per_second: float | None = Field(default=None, gt=0, le=1000)

    def put_into(self, settings: CampaignSettings) -> CampaignSettings:
        """Return a campaign's settings with these changed."""
        return settings.model_copy(update=self.model_dump(exclude_none=True))


class PacingShown(BaseModel):
    """How a campaign is paced, and what its pacer is doing."""

    settings: PacingSet
    running: bool = Field(description="Whether it runs; the rest is null until an engine has told.")
    lines: int | None = Field(description="Lines in use.")
    limited_by: str | None = Field(
        description="What held back the next line.", examples=["agents", "abandon_budget"]
    )
    abandon_rate: float | None = Field(description="Abandoned / live answers since its start.")
    forecast: dict[str, float] | None = Field(
        description="What the pacer expects, by name.", examples=[{"answer_rate": 0.24}]
    )


class DecisionShown(BaseModel):
    """A decision of the pacer, as it was sampled."""

    at: float = Field(description="Seconds since the epoch.")
    lines: int = Field(description="Lines it started.")
    limited_by: str
    why: str = Field(description="The same for people.")
    forecast: dict[str, Any]
