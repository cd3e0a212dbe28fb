"""A virtual campaign: its crew, its leads and carrier, how long things take, and for how long.

Read from a small TOML file; what is wrong in it is named with file, line, key and fix. Refuses to
know how it is paced and run. Times are seconds unless a name ends in `_h` (hours).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialer.errors import BadInput
from pacing import PacingError, PacingSettings
from simulation.virtual.laws import Constant, Law
from simulation.virtual.scenario_faults import place_of, refusal, told

SHIPPED: Final = Path(__file__).parent / "scenarios"
"""Folder of the scenarios that ship, one file each."""

SHORTEST_S: Final = 0.1
"""Least mean of the time to an answer or other end: no network is faster."""

SETTINGS: Final = frozenset(field.name for field in fields(PacingSettings)) - {"caps"}
"""Settings that a file or a command line may name."""

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0.0, le=168.0, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Absence(_Part):
    """Some of the agents pause together (lunch)."""

    share: Share
    """Of the crew, rounded."""
    from_h: Hours
    for_s: Annotated[float, Field(gt=0.0, le=86_400.0)]


class Shift(_Part):
    """Agents who are there for a part of the day only, beside the others."""

    agents: Annotated[int, Field(ge=1, le=5_000)]
    from_h: Hours
    to_h: Hours

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.from_h >= self.to_h:
            raise ValueError("from_h must come before to_h")
        return self


class Crew(_Part):
    """The agents."""

    agents: Annotated[int, Field(ge=0, le=5_000)]
    """There all the time."""
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()

    @property
    def most(self) -> int:
        """All agents who ever come."""
        return self.agents + sum(shift.agents for shift in self.shifts)


class OtherEnd(_Part):
    """What becomes of dials that nobody answers."""

    outcome: Literal["busy", "no_answer", "machine", "invalid", "congestion", "failed"]
    share: Share
    """Of the dials that are not answered; together 1."""
    after: Law
    """From the dial to this end."""


class Machines(_Part):
    """Machines that answer and reach an agent, because nothing detects them."""

    share: Share
    """Of what answers."""
    talk: Law
    """Until the agent has noticed and left."""
    wrap_up: Law


class Message(_Part):
    """A broadcast: who answers hears a message, and some press a key to reach an agent."""

    presses: Share
    """Of the persons who answer."""
    press_after: Law
    """From the answer to the key."""
    listens: Law
    """From the answer to the hang-up, of those who press none."""


class RatePoint(_Part):
    """The answer rate at one time; straight lines in between, a jump at two points of one time."""

    at_h: Hours
    factor: Annotated[float, Field(gt=0.0, le=10.0)]
    """Times `answer_rate`."""


class LeadRates(_Part):
    """Each lead has its own answer rate, drawn from a Beta law whose mean is `answer_rate`."""

    alpha: Annotated[float, Field(gt=0.0, le=1_000.0)]
    told: bool = False
    """Whether the pacing is told each lead's rate."""


class Calls(_Part):
    """Leads and carrier."""

    answer_rate: Annotated[float, Field(gt=0.0, lt=1.0)]
    """Share of the dials that something live answers, persons and machines alike."""
    ring: Law
    """From the dial to the answer."""
    other: Annotated[tuple[OtherEnd, ...], Field(min_length=1)]
    talk: Law
    wrap_up: Law = Constant(law="constant", seconds=0.0)
    patience: Law | None = None
    """How long a person without an agent waits before hanging up; None: longer than the grace."""
    machines: Machines | None = None
    message: Message | None = None
    rate_over_day: tuple[RatePoint, ...] = ()
    lead_rates: LeadRates | None = None
    ringing_after: Law | None = None
    """From the dial to the carrier's word that it rings, for dials that do; None: it never says."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = sum(end.share for end in self.other)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"the shares of `other` sum to {total:g}; make it 1")
        for law in (self.ring, *(end.after for end in self.other)):
            if law.mean_s < SHORTEST_S:
                raise ValueError(f"rings and other ends take at least {SHORTEST_S:g} s on average")
        times = [point.at_h for point in self.rate_over_day]
        if times != sorted(times):
            raise ValueError("rate_over_day must be in the order of time")
        return self


class Scenario(_Part):
    """One virtual campaign; the keys of its file."""

    title: Annotated[str, Field(min_length=1, max_length=80)]
    hours: Annotated[float, Field(gt=0.0, le=168.0)]
    crew: Crew
    calls: Calls
    pacing: Mapping[str, str | int | float | bool] = {}
    """Settings of the pacing that differ from the defaults."""

    @model_validator(mode="after")
    def _staffed(self) -> Self:
        if self.crew.most < 1:
            raise ValueError("nobody ever works: give the crew agents or shifts")
        return self

    def settings(self, **changes: Any) -> PacingSettings:
        """Return the settings of the pacing, with some changed.

        Raises:
            PacingError: one is unknown or out of range.
        """
        wanted = {"mode": "predictive", **self.pacing, **changes}
        for name in wanted:
            if name not in SETTINGS:
                known = ", ".join(sorted(SETTINGS))
                raise PacingError(f"there is no setting {name!r}; known are {known}", field=name)
        return PacingSettings(**wanted)


def scenario_names() -> list[str]:
    """Return the names of the scenarios that ship."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_scenario(name_or_file: str) -> Scenario:
    """Read a scenario that ships, by name, or a file.

    Raises:
        BadInput: there is none, it is no TOML, or something in it is wrong; says which line.
    """
    path = Path(name_or_file)
    if path.suffix != ".toml":
        path = SHIPPED / f"{name_or_file}.toml"
    if not path.is_file():
        raise BadInput(
            "scenario",
            f"there is no {name_or_file!r}",
            f"choose one of {', '.join(scenario_names())}, or give a .toml file",
        )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            "scenario", f"{path} cannot be read: {error}", "name a scenario's TOML file"
        ) from None
    return parse_scenario(text, path.name)


def parse_scenario(text: str, source: str) -> Scenario:
    """Read a scenario from TOML.

    Raises:
        BadInput: it is no TOML, or something in it is wrong; says which line of `source`.
    """
    try:
        data = tomllib.loads(text)
        scenario = Scenario.model_validate(data)
        scenario.settings()
    except tomllib.TOMLDecodeError as error:
        raise BadInput("scenario", f"{source}: {error}", "write it as TOML") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = place_of(data, first["loc"])
        raise refusal(text, source, place, told(first)) from None
    except PacingError as error:
        place = ("pacing", error.field) if error.field else ("pacing",)
        raise refusal(text, source, place, str(error)) from None
    return scenario
