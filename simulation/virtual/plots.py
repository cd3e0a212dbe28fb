"""Where the lines, bands, ticks and names of a plot lie: geometry for an SVG template.

Refuses to know what is plotted, and colours: a line has a number, the page has its colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 560
HEIGHT: Final = 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 12, 40
_TICKS: Final = 5
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
_ROUND: Final = 1e-9

Values = Sequence[float | None]


@dataclass(frozen=True)
class Line:
    """One line; gaps where a value is None."""

    name: str
    colour: int
    xs: Sequence[float]
    ys: Values
    low: Values = ()
    high: Values = ()
    """A band around the line; empty: none."""


@dataclass(frozen=True)
class Level:
    """A level to compare with, such as a cap."""

    value: float
    name: str


@dataclass(frozen=True)
class Chart:
    """What is to be plotted."""

    title: str
    text: str
    """How to read it."""
    x_name: str
    lines: Sequence[Line]
    percent: bool = False
    """Values are shares, shown in per cent."""
    levels: Sequence[Level] = ()
    most: float | None = None
    """The axis ends here at the latest, if the values do."""
    x_most: float | None = None
    """The horizontal axis ends here; None: where the lines do."""
    from_zero: bool = True
    """Whether the axis begins at 0, or below the lowest value."""


@dataclass(frozen=True)
class Tick:
    """A name on an axis, and where."""

    at: float
    name: str


@dataclass(frozen=True)
class Point:
    """A place that tells its value."""

    x: float
    y: float
    told: str


@dataclass(frozen=True)
class Drawn:
    """One line as it is drawn."""

    name: str
    colour: int
    path: str
    band: str
    points: list[Point]


@dataclass(frozen=True)
class Plot:
    """A chart, laid out; in the units of the picture."""

    chart: Chart
    lines: list[Drawn]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    levels: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = field(default=HEIGHT - _BOTTOM)


class _Scale:
    """From values to places."""

    def __init__(self, low: float, high: float, begin: float, end: float) -> None:
        self._low = low
        self._factor = (end - begin) / (high - low)
        self._begin = begin

    def __call__(self, value: float) -> float:
        return round(self._begin + (value - self._low) * self._factor, 1)


def lay_out(chart: Chart) -> Plot:
    """Lay out a chart; one without any value has axes only."""
    xs = [x for line in chart.lines for x in line.xs]
    ys = [
        y
        for line in chart.lines
        for y in (*line.ys, *line.low, *line.high, *(level.value for level in chart.levels))
        if y is not None
    ]
    x_end = chart.x_most or max(xs, default=1.0) or 1.0
    top = max(ys, default=1.0)
    low = 0.0 if chart.from_zero else min(ys, default=0.0)
    y_ticks = ticks(low, top if top > low else low + 1.0, cover=True)
    if chart.most is not None:
        y_ticks = [y for y in y_ticks if y <= chart.most + 1e-9]
    x_of = _Scale(0.0, x_end, _LEFT, WIDTH - _RIGHT)
    y_of = _Scale(y_ticks[0], max(y_ticks[-1], top), HEIGHT - _BOTTOM, _TOP)
    return Plot(
        chart=chart,
        lines=[_drawn(line, chart, x_of, y_of) for line in chart.lines],
        x_ticks=[Tick(x_of(x), f"{x:g}") for x in ticks(0.0, x_end)],
        y_ticks=[Tick(y_of(y), _told(y, percent=chart.percent)) for y in y_ticks],
        levels=[Tick(y_of(level.value), level.name) for level in chart.levels],
    )


def ticks(low: float, high: float, *, cover: bool = False) -> list[float]:
    """Return some round values within `low` to `high`; `cover`: and the next ones around them."""
    raw = (high - low) / _TICKS
    magnitude = 10.0 ** floor(log10(raw))
    step = next(s * magnitude for s in _STEPS if s * magnitude >= raw * 0.999)
    if cover:
        first, last = floor(low / step + _ROUND), ceil(high / step - _ROUND)
    else:
        first, last = ceil(low / step - _ROUND), floor(high / step + _ROUND)
    return [round(n * step, 10) for n in range(first, last + 1)]


def _drawn(line: Line, chart: Chart, x_of: _Scale, y_of: _Scale) -> Drawn:
    steps: list[str] = []
    points: list[Point] = []
    joined = False
    for x, y in zip(line.xs, line.ys, strict=True):
        if y is None:
            joined = False
            continue
        steps.append(f"{'L' if joined else 'M'}{x_of(x)} {y_of(y)}")
        joined = True
        told = f"{line.name}: {_told(y, percent=chart.percent, fine=True)} at {x:.3g}"
        points.append(Point(x_of(x), y_of(y), told))
    return Drawn(line.name, line.colour, "".join(steps), _band(line, x_of, y_of), points)


def _band(line: Line, x_of: _Scale, y_of: _Scale) -> str:
    if not line.low or not line.high:
        return ""
    edges = [
        (x, low, high)
        for x, low, high in zip(line.xs, line.low, line.high, strict=True)
        if low is not None and high is not None
    ]
    if not edges:
        return ""
    there = [f"{x_of(x)} {y_of(high)}" for x, _, high in edges]
    back = [f"{x_of(x)} {y_of(low)}" for x, low, _ in reversed(edges)]
    return f"M{'L'.join((*there, *back))}Z"


def _told(value: float, *, percent: bool, fine: bool = False) -> str:
    if percent:
        return f"{100 * value:.2f} %" if fine else f"{round(100 * value, 6):g} %"
    return f"{value:.2f}" if fine else f"{round(value, 6):g}"
