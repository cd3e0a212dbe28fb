"""What is rehearsed over REST, and what came of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.paging import PRINTABLE


class ScenarioShown(BaseModel):
    """A scenario that ships."""

    name: str = Field(examples=["insurance"])
    title: str


class Instead(BaseModel):
    """Settings of the pacing that are tried together, beside what is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"mode": "power"}]})

    mode: Literal["progressive", "power", "predictive", "predictive_age_blind"] | None = None
    abandon_rate_target: float | None = Field(default=None, gt=0, le=0.03)
    power_ratio: float | None = Field(default=None, ge=1, le=20)
    max_lines: int | None = Field(default=None, ge=1, le=10_000)


class Wanted(BaseModel):
    """What to rehearse: a scenario, or a campaign like one on record."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"scenario": "insurance", "agents": 12, "seeds": 2}]},
    )

    scenario: Annotated[
        str | None,
        Field(description="Name of a scenario.", max_length=64, pattern=r"^[A-Za-z0-9_-]+$"),
    ] = None
    campaign: Annotated[
        str | None,
        Field(
            description="Id of a campaign to learn from, instead.",
            max_length=64,
            min_length=1,
            pattern=PRINTABLE,
        ),
    ] = None
    agents: Annotated[
        int | None, Field(description="As in the scenario unless given.", ge=1, le=500)
    ] = None
    hours: Annotated[
        float | None,
        Field(description="Of a day; as in the scenario unless given.", ge=0.05, le=24),
    ] = None
    seeds: Annotated[int, Field(description="Days to simulate.", ge=1, le=50)] = 3
    instead: Annotated[
        Instead | None,
        Field(description="What if these were so: a second column, on the same leads."),
    ] = None


class RehearsalShown(BaseModel):
    """What came of it: the document of `outpace simulate --json`."""

    format: int
    title: str
    seeds: list[int] = Field(description="Each is a day with leads of its own.")
    columns: list[dict[str, Any]] = Field(
        description="Each variant: figures as means with half the width of their 95 % interval, "
        "and curves over the day."
    )
