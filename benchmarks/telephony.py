"""The page docs/benchmarks/telephony.md: what the soaks of telephony measured, part by part.

A soak puts its part on the page when it is over, in place of its part of before: they run for
hours, not always together, and not always on the same machine. Refuses to know how a soak runs.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.report import FOLDER, Report, Section, load_fact, machine_facts

NOTES: Final = (
    "Nothing is in the column bar where nothing was promised; a part that missed a bar says so.",
    "How soon who answered is joined: [connect.md](connect.md).",
    "Persons told from machines: [amd.md](amd.md).",
    "What must hold, and what a soak does: [a mixed floor under soak](../telephony-soak.md).",
)


def keep(section: Section, *, at: datetime | None = None, folder: Path = FOLDER) -> Path:
    """Put what a soak measured on the page, in place of the section of its title.

    Args:
        section: its figures.
        at: when it was measured; now unless given.
        folder: of the page.

    Returns:
        The page's path.
    """
    report = Report(
        name="telephony",
        title="Telephony under soak",
        command="make soak",
        sections=[section],
        facts=[*machine_facts(), load_fact()],
        notes=NOTES,
        at=at or datetime.now(UTC),
    )
    return report.renew(folder)
