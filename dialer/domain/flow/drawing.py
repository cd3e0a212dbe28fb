"""A flow as a picture (SVG), drawn with nothing but what stands here. Pure.

Every word of a flow is escaped: a picture of somebody's flow runs nothing. Refuses to know where
boxes stand (`dialer.domain.flow.layout`).
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Final

from dialer.domain.flow.edges import END, Edge, Way, edges_of
from dialer.domain.flow.layout import GAP_X, Box, placed
from dialer.domain.flow.steps import (
    ConferenceStep,
    Flow,
    GatherStep,
    HangUpStep,
    HttpStep,
    LanguageStep,
    LogInStep,
    LookupStep,
    MenuStep,
    OptOutStep,
    PinStep,
    PlayStep,
    RecordStep,
    SayStep,
    Step,
    TransferStep,
    VoicemailStep,
)

_LONGEST: Final = 34
"""Characters of a line in a box."""
_LABEL: Final = 26
_LETTER: Final = 7.0
"""Width of a letter; pixels."""
_SIDE: Final = 46.0
"""How far an edge that leads back stands off the boxes."""

_STYLE: Final = (
    "text{font:12px sans-serif;fill:#222}.name{font-weight:bold}.label{font-size:11px}"
    "rect{fill:#f4f6fa;stroke:#4a5a78}.keys rect{fill:#fff3d6;stroke:#a97b1c}"
    ".end rect{fill:#f7e1e1;stroke:#a33}path{fill:none;stroke:#4a5a78}"
    ".failure{stroke-dasharray:4 3;stroke:#a33}.label{paint-order:stroke;stroke:#fff;"
    "stroke-width:3px}"
)
_SPACE: Final = 'xmlns="http://www.w3.org/2000/svg"'
_ARROW: Final = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
    'orient="auto"><path d="M0 0L8 4L0 8z" style="fill:#4a5a78;stroke:none"/></marker></defs>'
)


def drawn(flow: Flow) -> str:
    """Return a picture of a flow, as the text of an SVG file."""
    edges = {name: _shown(step) for name, step in flow.steps.items()}
    texts = {name: _cut(said(step), _LONGEST) for name, step in flow.steps.items()}
    widths = {name: 24 + _LETTER * max(len(name), len(texts[name]), 8) for name in flow.steps}
    graph = {name: [edge.target for edge in some] for name, some in edges.items()}
    boxes = placed(graph, flow.start, widths)
    right = max(box.x + box.width for box in boxes.values())
    note = f"What fails without an otherwise of its own goes to {flow.head.otherwise}."
    width = max(right + GAP_X + 2 * _SIDE, 2 * GAP_X + _LETTER * len(note))
    height = max(box.y + box.height for box in boxes.values()) + 2 * GAP_X
    parts = [
        f'<svg {_SPACE} viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img">',
        f"<title>{escape(flow.head.flow or 'flow')}</title>",
        f"<style>{_STYLE}</style>{_ARROW}",
        *(line for name, some in edges.items() for line in _lines(boxes, name, some, right)),
        *(_box(flow.steps[name], name, texts[name], box) for name, box in boxes.items()),
        f'<text x="{GAP_X:.0f}" y="{height - 14:.0f}" class="label">{escape(note)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def said(step: Step) -> str:
    """Return in a few words what a step does."""
    words: Mapping[type[Step], str] = {
        PlayStep: f"play {getattr(step, 'play', '')}",
        SayStep: f"say {getattr(step, 'say', '')} as {getattr(step, 'as_', '')}",
        GatherStep: f"gather {getattr(step, 'into', '')}",
        MenuStep: f"menu {getattr(step, 'menu', '')}",
        HttpStep: f"{getattr(step, 'method', '')} {getattr(step, 'http', '')}",
        LookupStep: f"look up {getattr(step, 'lookup', '')}",
        LogInStep: f"log in {getattr(step, 'log_in', '')}",
        ConferenceStep: "conference room",
        RecordStep: f"record {getattr(step, 'into', '')}",
        VoicemailStep: f"voicemail {getattr(step, 'voicemail', '')}",
        LanguageStep: f"language {getattr(step, 'language', '')}",
        OptOutStep: f"do not call, after {getattr(step, 'key', '')}",
        HangUpStep: f"hang up {getattr(step, 'hang_up', None) or ''}".strip(),
    }
    if isinstance(step, TransferStep):
        return "transfer to {} {}".format(*step.transfer.told)
    return words.get(type(step), step.WORD)


def _shown(step: Step) -> list[Edge]:
    """Return the edges that are drawn: those of which the step speaks."""
    return [edge for edge in edges_of(step, END) if edge.target != END]


def _lines(boxes: Mapping[str, Box], name: str, edges: list[Edge], right: float) -> Iterator[str]:
    ways: dict[tuple[str, Way], list[str]] = {}
    for edge in edges:
        ways.setdefault((edge.target, edge.way), []).append(edge.label)
    begin = boxes[name]
    for place, ((target, way), labels) in enumerate(ways.items()):
        end = boxes[target]
        x = begin.x + begin.width * (place + 1) / (len(ways) + 1)
        y = begin.y + begin.height
        if end.y > begin.y:
            half = (end.y - y) / 2
            to = f"C{x:.0f} {y + half:.0f} {end.middle:.0f} {end.y - half:.0f}"
            path = f"M{x:.0f} {y:.0f}{to} {end.middle:.0f} {end.y:.0f}"
        else:  # back, or aside: around by the right
            side = right + _SIDE * (1 + place / (len(ways) + 1))
            path = (
                f"M{x:.0f} {y:.0f}C{x:.0f} {y + 40:.0f} {side:.0f} {y + 40:.0f} "
                f"{side:.0f} {(y + end.y) / 2:.0f}S{end.x + end.width + 60:.0f} "
                f"{end.y + end.height / 2:.0f} {end.x + end.width:.0f} "
                f"{end.y + end.height / 2:.0f}"
            )
        yield f'<path class="{way}" d="{path}" marker-end="url(#tip)"/>'
        label = _cut(", ".join(label for label in labels if label), _LABEL)
        if label:
            below = y + 16 + 13 * (place % 3)
            yield f'<text class="label" x="{x + 4:.0f}" y="{below:.0f}">{escape(label)}</text>'


def _box(step: Step, name: str, text: str, box: Box) -> str:
    kind = "keys" if isinstance(step, GatherStep | MenuStep | OptOutStep | PinStep) else "step"
    if isinstance(step, HangUpStep | TransferStep):
        kind = "end"
    x = f'x="{box.x + 12:.0f}"'
    return (
        f'<g class="{kind}"><rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" '
        f'height="{box.height:.0f}" rx="6"/>'
        f'<text class="name" {x} y="{box.y + 19:.0f}">{escape(name)}</text>'
        f'<text {x} y="{box.y + 36:.0f}">{escape(text)}</text></g>'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
