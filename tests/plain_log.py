"""The agents' log in plain Python: how long each row held, and what a report adds up.

Rows are those of `report_world.state`. Refuses to know SQL.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

ROW = dict[str, Any]
AWAY = ("offline", "calling")


class Settled(NamedTuple):
    """A row, and where it stands among its agent's rows."""

    row: ROW
    until: float | None
    turns: bool
    repeats: bool


@dataclass
class Added:
    """What one agent's rows come to over a range."""

    state_ms: Counter[str] = field(default_factory=Counter)
    pause_ms: Counter[str] = field(default_factory=Counter)
    wrap_ups: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)


def settled(came: Iterable[ROW]) -> list[Settled]:
    """Return one agent's rows in order of time; `came` is the order in which they came."""
    rows = sorted(came, key=lambda row: row["since"])  # those of one time stay as they came
    found = []
    for at, row in enumerate(rows):
        before = rows[at - 1] if at else None
        found.append(
            Settled(
                row,
                rows[at + 1]["since"] if at + 1 < len(rows) else None,
                before is None or _presence(before) != _presence(row),
                before is not None and _work(before) == _work(row),
            )
        )
    return found


def added(came: Sequence[ROW], begin: float, end: float, campaign: str | None = None) -> Added:
    """Add up one agent's rows, cut at the ends of a range."""
    total = Added()
    here_ms: int | None = None
    for one in settled(came):
        row, until = one.row, end if one.until is None else min(one.until, end)
        is_first = row["since"] < begin < until
        if row["since"] >= end or (row["since"] < begin and not is_first):
            continue
        begin_ms, end_ms = round(max(row["since"], begin) * 1000), round(until * 1000)
        serves = campaign is None or campaign in row["campaigns"]
        if row["state"] in AWAY or not serves:
            total.spans += [] if here_ms is None else [(here_ms, begin_ms)]
            here_ms = None
            continue
        here_ms = begin_ms if here_ms is None else here_ms
        total.state_ms[row["state"]] += end_ms - begin_ms
        if row["state"] == "paused":
            total.pause_ms[row["reason"]] += end_ms - begin_ms
        if row["state"] == "wrap_up" and row["attempt_id"] is not None:
            total.wrap_ups += is_first or not one.repeats
    total.spans += [] if here_ms is None else [(here_ms, round(end * 1000))]
    total.spans = [span for span in total.spans if span[0] < span[1]]
    return total


def by_agent(rows: Iterable[ROW]) -> Iterator[tuple[str, list[ROW]]]:
    """Give each agent's rows, in the order in which they came."""
    of: dict[str, list[ROW]] = {}
    for row in rows:
        of.setdefault(row["agent_id"], []).append(row)
    yield from sorted(of.items())


def _presence(row: ROW) -> tuple[bool, list[str]]:
    return row["state"] in AWAY, list(row["campaigns"])


def _work(row: ROW) -> tuple[str, str | None]:
    return row["state"], row["attempt_id"]
