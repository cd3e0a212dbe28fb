"""A flow's picture: every step once, none upon another, every way, and nothing that runs."""

import re
from itertools import combinations

import pytest
from defusedxml import ElementTree
from flows import flow_of

from dialer.adapters.flow_files import SHIPPED
from dialer.domain.flow.drawing import drawn
from dialer.domain.flow.edges import END, edges_of

SVG = "{http://www.w3.org/2000/svg}"
FLOWS = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.yaml"))]


@pytest.mark.parametrize("text", FLOWS)
def test_every_step_and_every_way_is_drawn_and_no_box_covers_another(text: str) -> None:
    flow = flow_of(text)
    picture = ElementTree.fromstring(drawn(flow))
    names = [one.text for one in picture.iter(f"{SVG}text") if one.get("class") == "name"]
    assert sorted(names) == sorted(flow.steps)
    boxes = [
        tuple(float(one.get(side, "")) for side in ("x", "y", "width", "height"))
        for one in picture.iter(f"{SVG}rect")
    ]
    assert len(boxes) == len(flow.steps)
    for (x, y, width, height), (x2, y2, width2, height2) in combinations(boxes, 2):
        aside = x + width < x2 or x2 + width2 < x
        below = y + height < y2 or y2 + height2 < y
        assert aside or below
    _, _, wide, high = (float(one) for one in picture.get("viewBox", "").split())
    assert all(x + width < wide and y + height < high for x, y, width, height in boxes)
    ways = {
        (name, edge.target, edge.way)
        for name, step in flow.steps.items()
        for edge in edges_of(step, END)
        if edge.target != END
    }
    drawn_ways = [one for one in picture.iter(f"{SVG}path") if one.get("marker-end")]
    assert len(drawn_ways) == len(ways)


def test_an_arrow_ends_at_the_step_that_it_leads_to() -> None:
    picture = drawn(flow_of("otherwise: b\nsteps:\n  a: {play: x, next: b}\n  b: {hang_up: }\n"))
    (way,) = re.findall(r'<path class="silent" d="M(\d+) (\d+)C.* (\d+) (\d+)"', picture)
    rects = re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', picture)
    (ax, ay, aw, ah), (bx, by, bw, _) = ((int(one) for one in rect) for rect in rects)
    from_x, from_y, to_x, to_y = (int(one) for one in way)
    assert (from_y, to_y) == (ay + ah, by)
    assert ax < from_x < ax + aw
    assert bx < to_x < bx + bw


def test_words_of_a_flow_are_words_and_nothing_else() -> None:
    picture = drawn(
        flow_of(
            "flow: '</title><script>x</script>'\notherwise: b\nsteps:\n"
            "  a: {play: {text: '<script>alert(1)</script> & \"'}, next: b}\n  b: {hang_up: }\n"
        )
    )
    assert "<script" not in picture
    ElementTree.fromstring(picture)
