"""Where the steps of a flow stand in a drawing: in rows by how far they are from the start. Pure.

Within a row a step stands near those that lead to it. Refuses to know what a drawing looks like.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dialer.domain.flow.edges import END

GAP_X: Final = 36.0
GAP_Y: Final = 84.0
HEIGHT: Final = 46.0
_SWEEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A step's place; pixels from the top left corner."""

    x: float
    y: float
    width: float
    height: float = HEIGHT

    @property
    def middle(self) -> float:
        """The x of its middle."""
        return self.x + self.width / 2


def placed(
    graph: Mapping[str, Sequence[str]], start: str, widths: Mapping[str, float]
) -> dict[str, Box]:
    """Return a box for each step.

    Args:
        graph: where each step leads.
        start: the first step.
        widths: of the boxes.
    """
    rows = _rows(graph, start)
    sources: dict[str, list[str]] = {name: [] for name in graph}
    for name, targets in graph.items():
        for target in targets:
            if target != END and target != name:
                sources[target].append(name)
    for sweep in range(_SWEEPS):
        places = {name: place for row in rows for place, name in enumerate(row)}
        near = (
            sources
            if sweep % 2 == 0
            else {
                name: [target for target in targets if target != END]
                for name, targets in graph.items()
            }
        )
        for row in rows:
            row.sort(key=lambda name: _mean([places[one] for one in near[name]], places[name]))
            places |= {name: place for place, name in enumerate(row)}
    return _boxes(rows, widths)


def _rows(graph: Mapping[str, Sequence[str]], start: str) -> list[list[str]]:
    """Return the steps by their distance from the start; those no call comes to stand last."""
    rows: list[list[str]] = [[start]]
    seen = {start}
    while True:
        row = []
        for name in rows[-1]:
            for target in graph[name]:
                if target != END and target not in seen:
                    seen.add(target)
                    row.append(target)
        if not row:
            break
        rows.append(row)
    lost = [name for name in graph if name not in seen]
    return [*rows, lost] if lost else rows


def _mean(places: Sequence[float], own: float) -> float:
    return sum(places) / len(places) if places else own


def _boxes(rows: Sequence[Sequence[str]], widths: Mapping[str, float]) -> dict[str, Box]:
    lengths = [sum(widths[name] for name in row) + GAP_X * (len(row) - 1) for row in rows]
    widest = max(lengths)
    boxes: dict[str, Box] = {}
    for depth, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        x = GAP_X + (widest - length) / 2
        for name in row:
            boxes[name] = Box(x, GAP_X + depth * (HEIGHT + GAP_Y), widths[name])
            x += widths[name] + GAP_X
    return boxes
