"""The floor as a picture: agents, lines, answers, abandon rate and connect times, for a terminal.

Pure: an engine's status and what was seen before go in, something rich can draw comes out. Refuses
to know terminals and time.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dialer.adapters.sql.report import percentiles
from dialer.domain.agentflow import AgentState
from dialer.domain.campaign import CampaignState

STRIP_S: Final = 40
"""Seconds of an agent's past that are shown."""

ONE_COLUMN: Final = 12
"""More agents than this stand in two columns, with less of each."""

SHORT_STRIP_S: Final = 14

_NOW: Final[Mapping[str, tuple[str, str, str]]] = {
    AgentState.TALKING: ("talking", "green", "█"),
    AgentState.WRAP_UP: ("wrap-up", "yellow", "▒"),
    AgentState.RESERVED: ("connecting", "cyan", "█"),
    AgentState.IDLE: ("idle", "bright_black", "·"),
    AgentState.PAUSED: ("paused", "magenta", "-"),
    AgentState.CALLING: ("logging in", "blue", " "),
    AgentState.OFFLINE: ("offline", "red", " "),
}
"""State to word, colour and mark in the strip."""

_HELD_BACK: Final[Mapping[str, str]] = {
    "agents": "no agent would be free for one more answer",
    "abandon budget": "the abandon budget",
    "lines": "the limit of lines",
    "calls per second": "the limit of calls a second",
    "schedule": "the closing time",
    "mode": "the mode: no more lines than free agents",
}

Status = Mapping[str, Any]


@dataclass(slots=True)
class Past:
    """What was seen so far; one entry for each second."""

    title: str
    leads: int
    abandon_cap_rate: float
    started_at: float | None = None
    """When the first line was seen; the engine's clock."""
    busy: int = 0
    present: int = 0
    strips: dict[str, deque[str]] = field(default_factory=dict)
    _sampled_at: float = 0.0

    def see(self, status: Status) -> None:
        """Take note of a status; more often than once a second is fine."""
        now = float(status["at"])
        if self.started_at is None and any(row["dialed"] for row in status["campaigns"]):
            self.started_at = now
        if now - self._sampled_at < 1.0 or self.started_at is None:
            return
        self._sampled_at = now
        for row in status["agents"]:
            state = row["state"]
            strip = self.strips.setdefault(row["agent"], deque(maxlen=STRIP_S))
            strip.append(state)
            self.present += state not in (AgentState.OFFLINE, AgentState.CALLING)
            self.busy += state in (AgentState.TALKING, AgentState.WRAP_UP)

    @property
    def busy_rate(self) -> float:
        """Share of the agents' time in talk or wrap-up, as sampled."""
        return self.busy / self.present if self.present else 0.0

    def elapsed_s(self, status: Status) -> float:
        """Return the seconds since the first line."""
        return float(status["at"]) - self.started_at if self.started_at is not None else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of the one campaign that is shown."""

    state: str
    lines: int
    by_state: Mapping[str, int]
    dialed: int
    answered: int
    connected: int
    abandoned: int
    hung_up_first: int
    abandon_rate: float
    p50_ms: float
    p95_ms: float
    most_ms: float
    held_back_by: str

    @classmethod
    def of(cls, status: Status) -> "Figures":
        """Read them out of a status; zeros before the campaign has started."""
        row: Mapping[str, Any] = next(iter(status["campaigns"]), {})
        latency = percentiles([ms / 1000 for ms in row.get("connect_ms", ())])
        limited_by = str(row.get("limited_by", ""))
        return cls(
            state=str(row.get("state", "")),
            lines=int(row.get("lines", 0)),
            by_state=status["calls"],
            dialed=int(row.get("dialed", 0)),
            answered=int(row.get("answered", 0)),
            connected=int(row.get("connected", 0)),
            abandoned=int(row.get("abandoned", 0)),
            hung_up_first=int(row.get("hung_up_waiting", 0)),
            abandon_rate=float(row.get("abandon_rate", 0.0)),
            p50_ms=1000 * latency.p50_s,
            p95_ms=1000 * latency.p95_s,
            most_ms=1000 * latency.most_s,
            held_back_by=_HELD_BACK.get(limited_by, limited_by or "nothing"),
        )


def picture(status: Status, past: Past) -> RenderableType:
    """Return the whole view."""
    figures = Figures.of(status)
    minutes, seconds = divmod(int(past.elapsed_s(status)), 60)
    heading = Text.assemble(
        (f" {past.title}", "bold"),
        (f"   {minutes}:{seconds:02}   ", "bold cyan"),
        (figures.state, "green" if figures.state == CampaignState.RUNNING else "yellow"),
    )
    blank = Text("")
    running = figures.state == CampaignState.RUNNING
    hint = Text(" Ctrl-C stops everything." if running else "", style="bright_black")
    return Group(blank, heading, blank, _numbers(figures, past), blank, _agents(status, past), hint)


def line(status: Status, past: Past) -> str:
    """Return the view as one line, for where there is no terminal."""
    figures = Figures.of(status)
    calls = figures.by_state
    busy = sum(row["state"] in (AgentState.TALKING, AgentState.WRAP_UP) for row in status["agents"])
    return (
        f"{past.elapsed_s(status):4.0f} s  {figures.dialed}/{past.leads} dialed"
        f"  {figures.lines} lines ({calls['ringing']} ringing, {calls['talking']} talking)"
        f"  {figures.answered} live, {figures.abandoned} abandoned ({figures.abandon_rate:.1%})"
        f"  connect p50 {figures.p50_ms:.0f} p95 {figures.p95_ms:.0f} ms"
        f"  {busy}/{len(status['agents'])} agents busy"
    )


def _numbers(figures: Figures, past: Past) -> Table:
    calls = figures.by_state
    table = Table.grid(padding=(0, 2))
    table.add_column(width=10, style="bright_black", justify="right")
    table.add_column(width=6, justify="right", style="bold")
    table.add_column(no_wrap=True, overflow="ellipsis")
    share = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=past.leads, completed=figures.dialed, width=30)
    share.add_row(f"of {past.leads} dialed", bar, f"{past.leads - figures.dialed} left")
    table.add_row("leads", str(figures.dialed), share)
    table.add_row(
        "lines",
        str(figures.lines),
        f"{calls['ringing']} ringing · {calls['talking']} talking · {calls['waiting']} waiting"
        f" · {calls['letting_go']} with the message",
    )
    table.add_row(
        "answers",
        str(figures.answered),
        f"{figures.connected} connected · {figures.abandoned} abandoned"
        f" · {figures.hung_up_first} hung up first",
    )
    over = figures.abandon_rate > past.abandon_cap_rate
    table.add_row(
        "abandoned",
        Text(f"{figures.abandon_rate:.1%}", style="bold red" if over else "bold green"),
        f"of live answers; the cap is {past.abandon_cap_rate:.1%}",
    )
    table.add_row(
        "connect",
        f"{figures.p50_ms:.0f} ms",
        f"from answer to agent (p50) · p95 {figures.p95_ms:.0f} · max {figures.most_ms:.0f} ms",
    )
    table.add_row("occupied", f"{past.busy_rate:.0%}", "of the agents' time in talk or wrap-up")
    if figures.state == CampaignState.RUNNING:
        used_up = figures.dialed >= past.leads
        table.add_row(
            "held back", "by", "the list: it is used up" if used_up else figures.held_back_by
        )
    return table


def _agents(status: Status, past: Past) -> RenderableType:
    rows = sorted(status["agents"], key=lambda row: str(row["agent"]))
    if len(rows) <= ONE_COLUMN:
        return _agent_table(rows, status, past, strip_s=STRIP_S)
    half = (len(rows) + 1) // 2
    both = Table.grid(padding=(0, 1))
    both.add_row(
        *(
            _agent_table(part, status, past, strip_s=SHORT_STRIP_S)
            for part in (rows[:half], rows[half:])
        )
    )
    return both


def _agent_table(
    rows: Sequence[Mapping[str, Any]], status: Status, past: Past, *, strip_s: int
) -> Table:
    counted = strip_s == STRIP_S
    table = Table.grid(padding=(0, 1))
    table.add_column(width=6, justify="right", style="bright_black")
    table.add_column(width=10)
    table.add_column(width=6, justify="right")
    if counted:
        table.add_column(width=5, justify="right")
    table.add_column(width=strip_s)
    head = ["agent", "now", "for", *(["talks"] if counted else []), f"last {strip_s} s"]
    table.add_row(*(Text(word, style="bright_black") for word in head))
    for row in rows:
        word, colour, _ = _NOW[row["state"]]
        since_s = max(0.0, float(status["at"]) - float(row["since"]))
        strip = Text()
        for state in list(past.strips.get(row["agent"], ()))[-strip_s:]:
            _, its_colour, mark = _NOW[state]
            strip.append(mark, style=its_colour)
        cells = [row["agent"], Text(word, style=colour), f"{since_s:.1f} s"]
        table.add_row(*cells, *([str(row["talks"])] if counted else []), strip)
    return table
