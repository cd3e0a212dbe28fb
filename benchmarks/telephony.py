"""The page docs/benchmarks/telephony.md: what the soaks of telephony measured, part by part.

A soak keeps its part when it is over, and the page is written anew from all parts that are kept:
they run for hours, and not always together. Refuses to know how a soak runs.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from benchmarks.report import FOLDER, Figure, Report, Section, load_fact, machine_facts

KEPT: Final = Path(__file__).resolve().parents[1] / "var" / "telephony-soak"
"""Where parts are kept, a file each."""

NOTES: Final = (
    "Nothing is in the column bar where nothing was promised; a part that missed a bar says so.",
    "How soon who answered is joined: [connect.md](connect.md).",
    "Persons told from machines: [amd.md](amd.md).",
    "What must hold, and what a soak does: [a mixed floor under soak](../telephony-soak.md).",
)


def keep(
    part: str,
    section: Section,
    *,
    at: datetime | None = None,
    kept: Path = KEPT,
    folder: Path = FOLDER,
) -> Path:
    """Keep what a soak measured, in place of its part of before, and write the page.

    Args:
        part: its name; parts stand in the order of their names.
        section: its figures.
        at: when it was measured; now unless given.
        kept: where parts are kept.
        folder: of the page.

    Returns:
        The page's path.
    """
    _, load = load_fact()
    row = {
        "title": section.title,
        "text": section.text,
        "figures": [asdict(figure) for figure in section.figures],
        "at": (at or datetime.now(UTC)).isoformat(),
        "load": load,
    }
    kept.mkdir(parents=True, exist_ok=True)
    (kept / f"{part}.json").write_text(json.dumps(row), encoding="utf-8")
    parts = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(kept.glob("*.json"))]
    return page(parts).write(folder)


def page(parts: Sequence[dict[str, Any]]) -> Report:
    """Return the page of some parts."""
    measured = [datetime.fromisoformat(one["at"]) for one in parts]
    return Report(
        name="telephony",
        title="Telephony under soak",
        command="make soak",
        sections=[
            Section(one["title"], [Figure(**figure) for figure in one["figures"]], one["text"])
            for one in parts
        ],
        facts=[*machine_facts(), *(_measured(one) for one in parts)],
        notes=NOTES,
        at=max(measured),
    )


def _measured(part: dict[str, Any]) -> tuple[str, str]:
    at = datetime.fromisoformat(part["at"])
    what = f"{part['title'].lower()}, over at"
    return what, f"{at:%Y-%m-%d %H:%M} UTC; load average then (1, 5, 15 min) {part['load']}"
