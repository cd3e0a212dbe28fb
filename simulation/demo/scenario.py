"""A scenario: how many agents and leads, what becomes of calls, how long things take, how to dial.

Read from a small TOML file; whatever is wrong in it is named with file, key and fix. Refuses to
know telephones and engines. Times are seconds, shares 0..1.
"""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from random import Random
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dialer.domain.campaign import CampaignSettings, settings_from
from dialer.errors import BadInput
from simulation.carrier.plan import AREA_CODES
from simulation.carrier.tones import AGENT_TONES_HZ

SHIPPED: Final = Path(__file__).parent.parent / "scenarios"
"""Folder of the scenarios that ship, one file each."""

MOST_LEADS: Final = 100 * len(AREA_CODES)
"""As many numbers are kept for fiction."""

_SPREAD: Final = 2.5
"""Shape of the gamma law of durations: real ring and wrap-up times have one hump and a tail."""


class LeadOutcome(StrEnum):
    """What becomes of a call to a lead."""

    PERSON = "person"
    EARLY_HANG_UP = "early_hang_up"  # a person who says hello and leaves within moments
    MACHINE = "machine"
    FAX = "fax"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    INVALID = "invalid"
    CONGESTION = "congestion"
    REJECTED = "rejected"


class Law(BaseModel):
    """A law of durations: one hump at `mean`, nothing outside of `shortest` to `longest`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    shortest: float = Field(ge=0.1, le=600)
    mean: float
    longest: float = Field(le=600)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.shortest < self.mean < self.longest:
            raise ValueError("shortest < mean < longest does not hold")
        return self

    def draw(self, chance: Random) -> float:
        """Return one duration, in seconds."""
        excess = chance.gammavariate(_SPREAD, (self.mean - self.shortest) / _SPREAD)
        return min(self.longest, self.shortest + excess)


class Scenario(BaseModel):
    """One demonstration; the keys of its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1, max_length=60)
    agents: int = Field(ge=1, le=len(AGENT_TONES_HZ))
    leads: int = Field(ge=1, le=MOST_LEADS)
    seed: int = 1
    """Of all that is drawn by chance: the same seed gives the same list and network."""
    outcomes: Mapping[LeadOutcome, float]
    """Share of the leads, 0..1, together 1."""
    ring_s: Law
    """From the dial to the answer or refusal."""
    talk_s: Law
    """From the answer to the person's good-bye: real calls, shortened to this."""
    early_hang_up_s: Law = Law(shortest=0.8, mean=1.2, longest=1.8)
    machine_s: Law = Law(shortest=6.0, mean=7.0, longest=9.0)
    """From a machine's answer until it has enough; its beep comes 5.3 s after the answer."""
    wrap_up_s: Law
    break_s: Law = Law(shortest=0.5, mean=1.0, longest=2.0)
    """The one short break that each agent has."""
    campaign: Mapping[str, Any] = Field(default_factory=dict)
    """Settings of the campaign, as `outpace campaigns create --set` takes them."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        if any(share < 0 for share in self.outcomes.values()):
            raise ValueError("outcomes: a share is below 0")
        total = sum(self.outcomes.values())
        if abs(total - 1) > 1e-6:
            raise ValueError(f"outcomes: the shares add up to {total:.3f}, not to 1")
        return self

    @property
    def settings(self) -> CampaignSettings:
        """The campaign's settings; each lead is dialed once, so that the campaign ends."""
        return settings_from({"recycling": {"most_in_all": 1}, **self.campaign})


def shipped_scenarios() -> list[str]:
    """Return the names of the scenarios that ship."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def load_scenario(name: str) -> Scenario:
    """Read a scenario that ships, or, when `name` ends in .toml, a file.

    Raises:
        BadInput: there is none of that name, or something in it is wrong.
    """
    if name.endswith(".toml"):
        return read_scenario(Path(name))
    if name not in shipped_scenarios():
        known = ", ".join(shipped_scenarios())
        raise BadInput(
            "scenario", f"{name!r} is unknown", f"choose one of {known}, or a .toml file"
        )
    return read_scenario(SHIPPED / f"{name}.toml")


def read_scenario(path: Path) -> Scenario:
    """Read one file.

    Raises:
        BadInput: it cannot be read, or something in it is wrong; names file, key and fix.
    """
    try:
        scenario = Scenario.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise BadInput(str(path), problem, "name a scenario's TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(str(path), f"is no TOML: {error}", "correct it there") from None
    except ValidationError as error:
        raise _bad(path, error, Scenario) from None
    _check_campaign(path, scenario)
    return scenario


def _check_campaign(path: Path, scenario: Scenario) -> None:
    try:
        settings = scenario.settings
    except ValidationError as error:
        raise _bad(path, error, CampaignSettings, "campaign.") from None
    key = f"{path}: campaign."
    if settings.mode == "preview":
        raise BadInput(f"{key}mode", "'preview' never dials by itself", "choose another mode")
    if not settings.record:
        raise BadInput(f"{key}record", "the demo listens to the recordings", "leave it out")
    if settings.trunk != "trunk":
        raise BadInput(f"{key}trunk", f"{settings.trunk!r} does not exist", "leave it out")


def _bad(path: Path, error: ValidationError, of: type[BaseModel], below: str = "") -> BadInput:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    fix = "correct it"
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        fix = f"remove it; known are {', '.join(sorted(of.model_fields))}"
    elif first["type"] == "missing":
        fix = "add it"
    message = str(first["msg"]).removeprefix("Value error, ")
    where, _, rest = message.partition(": ")
    if not key and rest:
        key, message = where, rest
    return BadInput(f"{path}: {below}{key}", message, fix)
