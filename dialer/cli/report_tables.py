"""Reports as tables for a terminal.

Refuses to know where the figures come from.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from dialer.adapters.sql.reports.hours import HourFigures, HoursReport
from dialer.adapters.sql.reports.tally import Tally

_BLOCKS: Final = " ▁▂▃▄▅▆▇█"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_BEST: Final = 5


def share(value: float) -> str:
    """Write a share in per cent."""
    return f"{value:.2%}"


def money(value: float | None) -> str:
    """Write money; a dash when there is none to tell."""
    return "-" if value is None else f"{value:,.2f}"


def span(seconds: float) -> str:
    """Write a duration as h:mm:ss."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def table(
    console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Print a table; the first column is text, the others are figures."""
    shown = Table(title=escape(title), title_justify="left", header_style="bold")
    for at, head in enumerate(heads):
        shown.add_column(head, justify="left" if at == 0 else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(escape(str(cell)) for cell in row))
    console.print(shown)


def pairs(
    console: Console, title: str, counts: Mapping[str, int], whole: int, *, of: str = "attempts"
) -> None:
    """Print counts of something, each with its share of the whole."""
    rows = [(name, count, share(count / whole if whole else 0)) for name, count in counts.items()]
    if rows:
        table(console, title, ("", of, "share"), rows)


TALLY_HEADS: Final = (
    "attempts",
    "live",
    "connects",
    "abandoned",
    "abandon rate",
    "answer rate",
    "contacts",
    "contact rate",
    "sales",
    "amount",
)


def tally_cells(tally: Tally) -> tuple[Any, ...]:
    """Return what `TALLY_HEADS` name."""
    return (
        tally.attempts,
        tally.live_answers,
        tally.connects,
        tally.abandoned,
        share(tally.abandon_rate),
        share(tally.answer_rate),
        tally.contacts,
        share(tally.contact_rate),
        tally.sales,
        money(tally.amount),
    )


def heat_map(console: Console, report: HoursReport) -> None:
    """Print weekdays by hours, a higher block for a higher contact rate, and the best hours."""
    cells = {(one.weekday, one.hour): one for one in report.hours}
    most = max((one.tally.contact_rate for one in report.hours), default=0.0)
    shown = Table(title="Contact rate by local hour", title_justify="left", box=None, padding=0)
    shown.add_column("")
    for hour in range(24):
        shown.add_column(f"{hour:02}", justify="center", min_width=3)
    for weekday, name in enumerate(_DAYS):
        shown.add_row(f"{name} ", *(_block(cells.get((weekday, hour)), most) for hour in range(24)))
    console.print(shown)
    console.print(f"{_BLOCKS[-1]} is {share(most)}, · was dialed without a contact")
    best = sorted(report.hours, key=lambda one: one.contact_interval[0], reverse=True)[:_BEST]
    table(
        console,
        "Best hours, by the low end of the 95 % interval",
        ("hour", "attempts", "contacts", "contact rate", "low", "high", "sales"),
        [
            (
                f"{_DAYS[one.weekday]} {one.hour:02}",
                one.tally.attempts,
                one.tally.contacts,
                share(one.tally.contact_rate),
                *map(share, one.contact_interval),
                one.tally.sales,
            )
            for one in best
        ],
    )


def days(console: Console, by_day: Mapping[date, Tally]) -> None:
    """Print local days."""
    rows = [(day.isoformat(), *tally_cells(tally)) for day, tally in by_day.items()]
    table(console, "Days", ("day", *TALLY_HEADS), rows)


def _block(figures: HourFigures | None, most: float) -> str:
    if figures is None:
        return ""
    if not figures.tally.contacts or most == 0:
        return "[dim]·[/dim]"
    height = max(1, round(figures.tally.contact_rate / most * (len(_BLOCKS) - 1)))
    return f"[green]{_BLOCKS[height] * 2}[/green]"
