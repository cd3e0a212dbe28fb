"""docs/telephony-queues.md draws the law as it is, and names every setting."""

import re
from dataclasses import asdict, fields
from pathlib import Path

from dialer.domain.queue import QueueSettings
from dialer.domain.queue_call import MOVES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "telephony-queues.md").read_text()


def test_the_drawing_has_each_change_of_the_law_and_no_other() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE))
    law = {
        (before.value, after.value, event.__name__)
        for (before, event), afters in MOVES.items()
        for after in afters
        if after is not before
    }
    assert drawn == law


def test_each_setting_of_a_queue_is_described_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE, re.MULTILINE))
    assert set(rows) == {one.name for one in fields(QueueSettings)}
    for name, usual in asdict(QueueSettings()).items():
        said = rows[name].strip("`")
        assert said == {True: "yes", (): "none", "": "none", None: "none"}.get(
            usual, _plain(usual)
        ), name


def _plain(usual: object) -> str:
    return f"{usual:g}" if isinstance(usual, int | float) else str(usual)
