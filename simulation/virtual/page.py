"""The report as one HTML page that needs nothing else: table, plots, what was assumed.

Refuses to know how the figures came about.
"""

from datetime import datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from dialer import __version__
from simulation.virtual.comparison import Comparison
from simulation.virtual.figures import facts, rows
from simulation.virtual.plots import Chart, Level, Line, Plot, lay_out


def page(comparison: Comparison, *, at: datetime) -> str:
    """Return the page.

    Args:
        comparison: what it tells.
        at: when it was made.
    """
    columns = [
        {"label": column.variant.label, "colour": place}
        for place, column in enumerate(comparison.columns)
    ]
    days = len(comparison.seeds)
    hours = " / ".join(dict.fromkeys(f"{c.variant.scenario.hours:g}" for c in comparison.columns))
    text = _templates().get_template("page.html.j2")
    return text.render(
        title=comparison.title,
        summary=f"What-if over {days} simulated {'day' if days == 1 else 'days'} of {hours} h, "
        f"seeds {comparison.seeds[0]} to {comparison.seeds[-1]}; "
        "all columns dial the same leads.",
        columns=columns,
        rows=rows(comparison),
        plots=plots(comparison),
        facts=facts([column.variant for column in comparison.columns]),
        version=__version__,
        at=f"{at:%Y-%m-%d %H:%M}",
    )


def plots(comparison: Comparison) -> list[Plot]:
    """Return the plots of the page, laid out."""
    columns = list(enumerate(comparison.columns))
    hours = max(column.variant.scenario.hours for _, column in columns)
    caps = dict.fromkeys(column.cap for _, column in columns)
    charts = [
        Chart(
            "Utilisation over the day",
            "Share of the agents present who talk or write up, mean over the days.",
            "hours since the start",
            [Line(c.variant.label, n, c.curves.at_h, c.curves.utilisation) for n, c in columns],
            percent=True,
            most=1.0,
            x_most=hours,
            from_zero=False,
        ),
        Chart(
            "Abandonment over the day",
            "Abandoned of all live answers since the start; the band holds nine of ten days.",
            "hours since the start",
            [
                Line(
                    c.variant.label,
                    n,
                    c.curves.abandon_at_h,
                    c.curves.abandon_rate,
                    c.curves.abandon_low,
                    c.curves.abandon_high,
                )
                for n, c in columns
            ],
            percent=True,
            levels=[Level(cap, f"cap {100.0 * cap:g} %") for cap in caps],
            x_most=hours,
        ),
        Chart(
            "Lines that ring",
            "Outbound lines that nobody has answered yet, mean over the days.",
            "hours since the start",
            [Line(c.variant.label, n, c.curves.at_h, c.curves.in_flight) for n, c in columns],
            x_most=hours,
        ),
        Chart(
            "Agents who wait for a call",
            "Idle agents, mean over the days.",
            "hours since the start",
            [Line(c.variant.label, n, c.curves.at_h, c.curves.idle) for n, c in columns],
            x_most=hours,
        ),
        Chart(
            "Waits",
            "Share of the conversations that began more than so many seconds after the answer.",
            "seconds after the answer",
            [
                Line(c.variant.label, n, c.curves.waits_s, c.curves.waited_longer)
                for n, c in columns
            ],
            percent=True,
        ),
    ]
    return [lay_out(chart) for chart in charts]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("simulation.virtual", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
