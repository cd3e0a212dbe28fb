"""Variants of a scenario for a what-if: each choice of agents, hours, answer rate and settings.

Refuses to know how they are run and shown.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite
from typing import Any, Final

from pydantic import ValidationError

from dialer.errors import BadInput
from pacing import Pacer, PacingError, PacingSettings
from simulation.virtual.scenario import Crew, Scenario

MOST_VARIANTS: Final = 8
"""Columns a table can show."""

Choice = Mapping[str, Any]
"""A value for each name: "agents", "hours", "answer_rate", or a setting of the pacing."""


@dataclass(frozen=True)
class Variant:
    """One column."""

    label: str
    """What sets it apart from the others; "as it is" for the only one."""
    scenario: Scenario
    settings: PacingSettings


@dataclass(frozen=True)
class MakePacer:
    """Makes the pacer of a variant; can be sent to another process."""

    settings: PacingSettings

    def __call__(self, scenario: Scenario) -> Pacer:
        """Make it, with everything to be learned."""
        del scenario
        return Pacer(self.settings)


def variants(scenario: Scenario, wanted: Mapping[str, Sequence[Any]]) -> list[Variant]:
    """Return one variant for each combination of the values wanted, in their order.

    Args:
        scenario: what is varied.
        wanted: values by name, see `Choice`; one value changes all variants alike.

    Raises:
        BadInput: a value is out of range or unknown, or there are too many combinations.
    """
    named = [(name, values) for name, values in wanted.items() if values]
    choices = [
        dict(zip([name for name, _ in named], combination, strict=True))
        for combination in product(*(values for _, values in named))
    ]
    if len(choices) > MOST_VARIANTS:
        raise BadInput(
            "options",
            f"{len(choices)} combinations of values",
            f"compare at most {MOST_VARIANTS} at once",
        )
    apart = [name for name, values in named if len(values) > 1]
    return [_variant(scenario, choice, apart) for choice in choices]


def changed(scenario: Scenario, wanted: Mapping[str, Sequence[Any]], instead: Choice) -> Variant:
    """Return the variant in which some values are other ones, all of them together.

    Args:
        scenario: what is varied.
        wanted: values by name, as for `variants`; one for each name.
        instead: those that are other ones.

    Raises:
        BadInput: a value is out of range or unknown, or several are wanted of one name.
    """
    several = [name for name, values in wanted.items() if len(values) > 1]
    if several:
        problem = f"{', '.join(several)} has several values already"
        raise BadInput("--instead", problem, "give one value of each")
    common = {name: values[0] for name, values in wanted.items() if values}
    return _variant(scenario, {**common, **instead}, list(instead))


def _variant(scenario: Scenario, choice: Choice, apart: Sequence[str]) -> Variant:
    rest = dict(choice)
    crew = scenario.crew
    if "agents" in rest:
        crew = crew_of(crew, rest.pop("agents"))
    calls = scenario.calls
    if "answer_rate" in rest:
        rate = _number("answer_rate", rest.pop("answer_rate"), 0.001, 0.98)
        calls = calls.model_copy(update={"answer_rate": rate})
    hours = _number("hours", rest.pop("hours", scenario.hours), 0.05, 168.0)
    changes = {"crew": crew, "calls": calls, "hours": hours}
    try:
        settings = scenario.settings(**rest)
        if settings.mode == "preview":
            raise BadInput("mode", "preview never dials by itself", "choose another mode")
        return Variant(
            label=", ".join(_told(name, choice[name]) for name in apart) or "as it is",
            # checked again: fewer agents may leave nobody
            scenario=Scenario.model_validate(dict(scenario) | changes),
            settings=settings,
        )
    except PacingError as error:
        raise BadInput(error.field or "settings", str(error), "correct it") from None
    except ValidationError as error:
        raise BadInput("options", str(error.errors()[0]["msg"]), "correct them") from None


def crew_of(crew: Crew, agents: int) -> Crew:
    """Return a crew of so many agents in all, its shifts grown or shrunk alike.

    Raises:
        BadInput: there are to be fewer than one or more than 5,000, or than there are shifts.
    """
    fewest = max(1, len(crew.shifts))
    if not fewest <= agents <= 5_000:
        raise BadInput("--agents", f"{agents} is out of range", f"choose {fewest} to 5000")
    if not crew.shifts:
        return crew.model_copy(update={"agents": agents})
    shifts = [max(1, int(agents * shift.agents / crew.most)) for shift in crew.shifts]
    while sum(shifts) > agents:
        shifts[shifts.index(max(shifts))] -= 1
    spare = agents - sum(shifts)
    if not crew.agents:
        shifts[0] += spare
        spare = 0
    resized = [
        shift.model_copy(update={"agents": count})
        for shift, count in zip(crew.shifts, shifts, strict=True)
    ]
    return crew.model_copy(update={"agents": spare, "shifts": tuple(resized)})


_WORDS: Final[Mapping[str, str]] = {
    "agents": "{} agents",
    "hours": "{:g} h",
    "answer_rate": "{:.3%} answered",
    "mode": "{}",
    "abandon_rate_target": "cap {:.3%}",
    "abandon_rate_guard": "guard {}",
    "power_ratio": "ratio {:g}",
    "answer_grace_s": "grace {:g} s",
    "max_lines": "{} lines",
}

_ZEROS: Final = re.compile(r"\.?0+(?=%)")
"""What 2.000% does not need."""


def _told(name: str, value: Any) -> str:
    try:
        return _ZEROS.sub("", _WORDS[name].format(value))
    except (KeyError, ValueError):
        return f"{name} {value}"


def _number(name: str, value: Any, least: float, most: float) -> float:
    if not isinstance(value, int | float) or not isfinite(value) or not least <= value <= most:
        option = f"--{name.replace('_', '-')}"
        raise BadInput(option, f"{value!r} is out of range", f"choose {least:g} to {most:g}")
    return float(value)
