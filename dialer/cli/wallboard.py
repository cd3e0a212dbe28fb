"""What a wallboard shows of one campaign: an engine's status as a table that fits a terminal. Pure.

Refuses to know where the status comes from, and how it is brought to the screen.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

FRAME_ROWS: Final = 9
"""Rows beside the agents': heading, figures, blank lines, and what did not fit."""

_COLOURS: Final = {
    "idle": "green",
    "talking": "cyan",
    "wrap_up": "yellow",
    "paused": "magenta",
    "offline": "dim",
}
_ORDER: Final = ("talking", "reserved", "held", "idle", "wrap_up", "paused", "calling", "offline")


def board(floor: Mapping[str, Any], name: str, *, height: int) -> RenderableType:
    """Return the board of a campaign.

    Args:
        floor: the engine's status.
        name: of the campaign, or its id.
        height: rows of the terminal.
    """
    found = [one for one in floor["campaigns"] if name in (one["name"], one["campaign"])]
    if not found:
        return Text(f"{name}: not in the engine's memory; start it")
    campaign = found[0]
    agents = [one for one in floor["agents"] if campaign["campaign"] in one["campaigns"]]
    parts = [
        _heading(floor, campaign),
        Text(),
        _figures(floor, campaign),
        Text(),
        *_agents(agents, floor["at"], max(1, height - FRAME_ROWS)),
        Text("q ends", style="dim"),
    ]
    return Group(*parts)


def _heading(floor: Mapping[str, Any], campaign: Mapping[str, Any]) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(str(campaign["name"]), style="bold")
    text.append(f"  {campaign['state']}  {campaign['mode']}")
    if campaign["simulated"]:
        text.append("  simulated network", style="dim")
    for wrong, what in (
        (not floor["switch"], "no session with Asterisk"),
        (floor["held"], "dialing is held"),
        (floor["node"]["state"] != "serving", f"the node is {floor['node']['state']}"),
    ):
        if wrong:
            text.append(f"  {what}", style="bold red")
    return text


def _figures(floor: Mapping[str, Any], campaign: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2), expand=False)
    latest = sorted(campaign["connect_ms"])
    p95 = f"{latest[int(0.95 * (len(latest) - 1))]:.0f} ms" if latest else "-"
    rows = (
        ("lines", campaign["lines"], "dialed", campaign["dialed"], "join p95", p95),
        (
            *("leads ready", campaign["ready_leads"]),
            *("answered", campaign["answered"]),
            *("limited by", campaign["limited_by"] or "-"),
        ),
        (
            *("waiting", floor["waiting"]),
            *("connected", campaign["connected"]),
            *("abandoned", f"{campaign['abandoned']} ({campaign['abandon_rate']:.2%})"),
        ),
    )
    for row in rows:
        styled = (
            Text(str(one), style="" if place % 2 else "dim", no_wrap=True)
            for place, one in enumerate(row)
        )
        table.add_row(*styled)
    return table


def _agents(agents: Sequence[Mapping[str, Any]], now: float, rows: int) -> Sequence[RenderableType]:
    counts = Counter(one["state"] for one in agents)
    states = sorted(counts, key=_rank)
    line = Text("agents  ", style="dim", no_wrap=True, overflow="ellipsis")
    for state in states:
        line.append(f"{counts[state]} {state}  ", style=_COLOURS.get(state, ""))
    ordered = sorted(agents, key=lambda one: (_rank(one["state"]), one["since"]))
    table = Table.grid(padding=(0, 2))
    for one in ordered[:rows]:
        table.add_row(
            Text(str(one["agent"]), no_wrap=True),
            Text(one["state"], style=_COLOURS.get(one["state"], "")),
            Text(_lasted(now - one["since"]), justify="right"),
            Text(f"{one['talks']} talks", style="dim"),
            Text(one["reason"], style="dim", no_wrap=True, overflow="ellipsis"),
        )
    more = len(ordered) - rows
    rest = [Text(f"and {more} more", style="dim")] if more > 0 else []
    return [line, table, *rest]


def _rank(state: str) -> int:
    return _ORDER.index(state) if state in _ORDER else len(_ORDER)


def _lasted(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
