"""The report of a demonstration: what came of the campaign, what was checked, where it all lies.

Knows words and columns. Refuses to count and to judge.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dialer.domain.outcome import Outcome
from dialer.settings import NodeSettings
from simulation.demo.checks import SHOWN, Check
from simulation.demo.evidence import Record
from simulation.demo.shape import Shape

_WORDS = {
    Outcome.CONNECTED: "talked with an agent",
    Outcome.ABANDONED: "abandoned: nobody free, got the message",
    Outcome.HUNG_UP_WAITING: "hung up first, within 2 s",
    Outcome.MESSAGE_HEARD: "heard the message, pressed no key",
    Outcome.MACHINE: "answering machine",
    Outcome.BUSY: "busy",
    Outcome.NO_ANSWER: "no answer",
    Outcome.INVALID: "no such number",
    Outcome.CONGESTION: "network full",
    Outcome.FAILED: "refused, or failed",
    Outcome.CANCELLED: "taken back by us",
    Outcome.LOST: "lost: nobody can say",
}


def print_report(console: Console, title: str, record: Record, *, cap_rate: float) -> None:
    """Print the campaign in figures."""
    report, agents = record.report, record.agents
    counts = report.by_outcome
    console.print()
    console.rule(f"[bold]Report: {title}", align="left", style="bright_black")
    outcomes = Table.grid(padding=(0, 2))
    outcomes.add_column(width=12, justify="right", style="bold")
    outcomes.add_column()
    outcomes.add_column(style="bright_black", justify="right")
    outcomes.add_row(str(report.attempts), Text("attempts", style="bold"))
    for outcome in Outcome:
        count = counts.get(outcome, 0)
        if count:
            outcomes.add_row(str(count), _WORDS[outcome], f"{count / report.attempts:.1%}")
    console.print(outcomes)
    latency = report.connect_latency
    lasted_s = (report.last_ended_at or 0.0) - (report.first_dialed_at or 0.0)
    over = report.abandon_rate > cap_rate
    figures = Table.grid(padding=(0, 2))
    figures.add_column(width=12, style="bright_black", justify="right")
    figures.add_column()
    figures.add_row(
        "live answers",
        f"{report.live_answers} = {counts.get(Outcome.CONNECTED, 0)} connected"
        f" + {counts.get(Outcome.ABANDONED, 0)} abandoned"
        f" + {counts.get(Outcome.HUNG_UP_WAITING, 0)} hung up first",
    )
    figures.add_row(
        "abandon rate",
        Text.assemble(
            (f"{report.abandon_rate:.2%}", "bold red" if over else "bold green"),
            f" of live answers; the cap is {cap_rate:.1%}",
            (", and it was passed" if over else "", "red"),
        ),
    )
    figures.add_row(
        "connect",
        f"p50 {latency.p50_s * 1000:.0f} ms, p95 {latency.p95_s * 1000:.0f} ms,"
        f" max {latency.most_s * 1000:.0f} ms (answer to agent, on record)",
    )
    figures.add_row(
        "talk", f"{report.talk_s:.0f} s, {report.talk_s / max(report.connected, 1):.1f} s a talk"
    )
    figures.add_row(
        "agents",
        f"{agents.occupancy_rate:.0%} occupied: (talk + wrap-up) / logged in;"
        f" {agents.talk_s / max(agents.logged_in_s, 1e-9):.0%} talk",
    )
    said = Counter(row.disposition or "nothing" for row in record.attempts if row.connected_at)
    words = " · ".join(f"{count} {word}" for word, count in said.most_common())
    figures.add_row("agents say", words)
    figures.add_row("lasted", f"{lasted_s:.0f} s from the first dial to the last hang-up")
    console.print()
    console.print(figures)


def print_service(console: Console, shape: Shape, processes: Mapping[str, int]) -> None:
    """Print on which processes it ran."""
    pids = " · ".join(f"{name} {pid}" for name, pid in processes.items())
    figures = Table.grid(padding=(0, 2))
    figures.add_column(width=12, style="bright_black", justify="right")
    figures.add_column()
    figures.add_row("shape", shape.told)
    figures.add_row("processes", pids)
    console.print(figures)


def print_checks(console: Console, checks: Sequence[Check]) -> None:
    """Print each check with what it found."""
    console.print()
    console.rule("[bold]Checks", align="left", style="bright_black")
    table = Table.grid(padding=(0, 1))
    table.add_column(width=7, justify="right")
    table.add_column()
    for check in checks:
        mark = Text("ok", style="green") if check.ok else Text("FAILED", style="bold red")
        table.add_row(mark, check.name)
        table.add_row("", Text(check.found, style="bright_black"))
        for problem in check.problems[:SHOWN]:
            table.add_row("", Text(problem, style="red"))
        if len(check.problems) > SHOWN:
            table.add_row("", Text(f"and {len(check.problems) - SHOWN} more", style="red"))
    console.print(table)


def print_places(console: Console, settings: NodeSettings, database: Path) -> None:
    """Print where recordings, database and logs are."""
    places = {
        "recordings": settings.recordings,
        "database": database,
        "engine's log": settings.home / "engine.log",
        "Asterisk": settings.asterisk_home,
        "carrier": settings.home / "carrier",
        "leads": settings.home / "leads.csv",
    }
    console.print()
    console.rule("[bold]Where it lies", align="left", style="bright_black")
    for name, path in places.items():
        console.print(Text.assemble((f"{name:>12}  ", "bright_black"), shown(path)), soft_wrap=True)


def shown(path: Path) -> str:
    """Return a path as a person would type it here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
