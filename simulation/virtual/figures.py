"""How figures read: value, interval, difference and whether that is better; for table and page.

Refuses to know the table and the page.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Final

from simulation.virtual.comparison import Column, Comparison, Measure
from simulation.virtual.seeds import Estimate
from simulation.virtual.variants import Variant

NO_BREAK: Final = "\u00a0"
"""A space that keeps a figure on one line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one variant, as text."""

    value: str
    interval: str = ""
    change: str = ""
    """Against the first column."""
    judged: str = ""
    """"better" or "worse", where that is certain."""


@dataclass(frozen=True, slots=True)
class Row:
    """One measure over all variants."""

    name: str
    cells: tuple[Cell, ...]


def rows(comparison: Comparison) -> list[Row]:
    """Return the table."""
    return [
        Row(measure.name, tuple(_cell(measure, column) for column in comparison.columns))
        for measure in comparison.measures()
    ]


def facts(variants: list[Variant]) -> list[tuple[str, str]]:
    """Say what was assumed; where variants differ, all their values."""
    told: dict[str, list[str]] = {}
    for variant in variants:
        for name, value in _facts(variant):
            values = told.setdefault(name, [])
            if value not in values:
                values.append(value)
    return [(name, " / ".join(values)) for name, values in told.items()]


def _cell(measure: Measure, column: Column) -> Cell:
    if measure.key == "days_over_cap":
        return Cell(f"{column.days_over} of {len(column.days)}")
    value, interval = _parts(measure, column.figures[measure.key], measure.unit)
    against = column.against_first.get(measure.key)
    if against is None or (against.mean == 0.0 and against.half_width == 0.0):
        return Cell(value, interval)
    unit = "points" if measure.unit == "%" else measure.unit
    change = " ".join(part for part in _parts(measure, against, unit, sign=True) if part)
    judged = ""
    certain = isfinite(against.half_width) and abs(against.mean) > against.half_width
    if certain and measure.more_is_better is not None:
        judged = "better" if (against.mean > 0) == measure.more_is_better else "worse"
    return Cell(value, interval, change.replace(" ", NO_BREAK), judged)


def _parts(
    measure: Measure, estimate: Estimate, unit: str, *, sign: bool = False
) -> tuple[str, str]:
    """Return value and interval; the unit is said once."""
    end = f"{NO_BREAK}{unit}" if unit else ""
    value = _number(measure, estimate.mean, sign=sign)
    if not isfinite(estimate.half_width):
        return value + end, ""
    return value, f"±{NO_BREAK}{_number(measure, estimate.half_width)}{end}"


def _number(measure: Measure, value: float, *, sign: bool = False) -> str:
    scaled = 100.0 * value if measure.unit == "%" else value
    text = f"{scaled:+,.{measure.digits}f}" if sign else f"{scaled:,.{measure.digits}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0.0 else text


def _facts(variant: Variant) -> list[tuple[str, str]]:
    scenario, settings = variant.scenario, variant.settings
    calls = scenario.calls
    found = [
        ("agents", str(scenario.crew.most)),
        ("hours", f"{scenario.hours:g}"),
        ("answered", f"{calls.answer_rate:.1%} of the dials, after {calls.ring.mean_s:.1f} s"),
        (
            "not answered",
            ", ".join(
                f"{end.share:.0%} {end.outcome.replace('_', ' ')} after {end.after.mean_s:.0f} s"
                for end in calls.other
            ),
        ),
        ("talk", f"{calls.talk.mean_s:.0f} s in the mean, {calls.wrap_up.mean_s:.0f} s wrap-up"),
    ]
    if calls.machines is not None:
        found.append(("machines", f"{calls.machines.share:.0%} of the answers reach an agent"))
    if calls.rate_over_day:
        found.append(("over the day", "the answer rate changes"))
    if scenario.crew.absences or scenario.crew.shifts:
        found.append(("crew", "agents come and go"))
    power = f", {settings.power_ratio:g} lines per idle agent" if settings.mode == "power" else ""
    found += [
        ("mode", f"{settings.mode.replace('_', ' ')}{power}"),
        ("cap", f"{settings.abandon_rate_target:.2%}, guard {settings.abandon_rate_guard}"),
        ("grace", f"{settings.answer_grace_s:g} s"),
    ]
    return found
