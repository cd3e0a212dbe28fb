"""What a bench says: each figure beside its bar, printed and written to docs/benchmarks/.

Knows when a bar is missed, which machine this is and how busy it was. Refuses to know what was
measured.
"""

import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dialer.errors import OutpaceError

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"
"""Where reports are kept."""

_HEADINGS: Final = ("figure", "measured", "bar", "")
_MACHINE: Final = "Machine and load"
_NOTES: Final = "Notes"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; with a bar it can be missed, without one it is information."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 1
    """Decimals shown; a value is judged unrounded."""

    @property
    def judged(self) -> bool:
        """Whether there is a bar."""
        return self.at_most is not None or self.at_least is not None

    @property
    def missed(self) -> bool:
        """Whether the value is on the wrong side of its bar; not-a-number always is."""
        over = self.at_most is not None and not self.value <= self.at_most
        under = self.at_least is not None and not self.value >= self.at_least
        return over or under

    def cells(self) -> tuple[str, str, str, str]:
        """Return name, value, bar and verdict as they are shown."""
        bars = []
        if self.at_least is not None:
            bars.append(f">= {self._shown(self.at_least)}")
        if self.at_most is not None:
            bars.append(f"<= {self._shown(self.at_most)}")
        verdict = "" if not self.judged else "MISSED" if self.missed else "held"
        return self.name, self._shown(self.value), " and ".join(bars), verdict

    def _shown(self, value: float) -> str:
        text = "never" if value == float("inf") else f"{value:,.{self.digits}f}"
        return f"{text} {self.unit}" if self.unit and text != "never" else text


@dataclass(frozen=True, slots=True)
class Section:
    """A table of figures under a heading, with a sentence on how to read it."""

    title: str
    figures: Sequence[Figure]
    text: str = ""

    def lines(self) -> Iterator[str]:
        """Return heading and figures for a terminal."""
        rows = [figure.cells() for figure in self.figures]
        widths = [max(len(row[at]) for row in rows) for at in range(4)] if rows else []
        yield ""
        yield self.title
        for name, value, bar, verdict in rows:
            cells = [name.ljust(widths[0]), value.rjust(widths[1]), bar.ljust(widths[2])]
            yield "  " + "  ".join([*cells, verdict]).rstrip()

    def markdown(self, apart: str = "") -> str:
        """Return the section of a page; `apart` says where it was measured, if apart."""
        table = _table([_HEADINGS, *(figure.cells() for figure in self.figures)])
        return "\n\n".join(filter(None, [f"## {self.title}", self.text, apart, table]))


@dataclass(frozen=True, slots=True)
class Report:
    """All that one bench has to say."""

    name: str
    """Short name: the file is `<name>.md`."""
    title: str
    command: str
    """How to get the same figures again."""
    sections: Sequence[Section]
    facts: Sequence[tuple[str, str]] = ()
    """Where and under which load it was measured."""
    notes: Sequence[str] = ()
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def missed(self) -> list[Figure]:
        """The figures that missed their bars."""
        return [f for section in self.sections for f in section.figures if f.missed]

    @property
    def exit_code(self) -> int:
        """0 when every bar held, else 1."""
        return 1 if self.missed else 0

    def lines(self) -> Iterator[str]:
        """Return the report for a terminal, line by line."""
        yield f"{self.title} ({self.command}, {self.at:%Y-%m-%d %H:%M} UTC)"
        for section in self.sections:
            yield from section.lines()
        yield ""
        for name, value in self.facts:
            yield f"  {name}: {value}"
        for note in self.notes:
            yield f"  note: {note}"
        missed = [figure.name for figure in self.missed]
        yield ""
        yield f"missed: {'; '.join(missed)}" if missed else "every bar held"

    def markdown(self) -> str:
        """Return the report as a page."""
        parts = [
            f"# {self.title}",
            f"Written by `{self.command}` on {self.at:%Y-%m-%d %H:%M} UTC; do not edit.",
        ]
        parts += [section.markdown() for section in self.sections]
        if self.facts:
            parts.append(f"## {_MACHINE}")
            parts.append(_table([("what", "value"), *self.facts]))
        if self.notes:
            parts.append(f"## {_NOTES}")
            parts.append("\n".join(f"- {note}" for note in self.notes))
        return "\n\n".join(parts) + "\n"

    def renew(self, folder: Path = FOLDER) -> Path:
        """Put the sections of a part into the page, in place of those of their titles.

        Each says when, how and on what machine it was measured apart from the others. Returns the
        page's path; without a page, one of this part alone is written.
        """
        path = folder / f"{self.name}.md"
        if not path.exists():
            return self.write(folder)
        head, *blocks = path.read_text(encoding="utf-8").split("\n## ")
        known = {block.partition("\n")[0]: block.rstrip("\n") for block in blocks}
        last = {title: known.pop(title) for title in (_MACHINE, _NOTES) if title in known}
        facts = "; ".join(f"{name} {value}" for name, value in self.facts)
        apart = f"Measured by `{self.command}` on {self.at:%Y-%m-%d %H:%M} UTC; {facts}."
        for section in self.sections:
            known[section.title] = section.markdown(apart).removeprefix("## ")
        page = "\n\n## ".join([head.rstrip("\n"), *known.values(), *last.values()])
        path.write_text(page + "\n", encoding="utf-8")
        return path

    def write(self, folder: Path = FOLDER) -> Path:
        """Write the page into a folder, made when missing; returns its path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.md"
        path.write_text(self.markdown(), encoding="utf-8")
        return path


def machine_facts() -> list[tuple[str, str]]:
    """Describe this machine: nothing that names it or its owner."""
    memory_gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return [
        ("processor", f"{_processor()}, {os.cpu_count()} cores, {memory_gib:.0f} GiB"),
        ("system", f"{platform.system()} {platform.release()}, Python {platform.python_version()}"),
    ]


def load_fact() -> tuple[str, str]:
    """Return the load averages as they are now: above the cores, the machine is not quiet."""
    one, five, fifteen = os.getloadavg()
    return "load average now (1, 5, 15 min)", f"{one:.2f}, {five:.2f}, {fifteen:.2f}"


def leaves(error: BaseException) -> list[BaseException]:
    """Return what went wrong, without the groups around it."""
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in leaves(inner)]
    return [error]


def ended(name: str, bench: Callable[[], int], problems: tuple[type[BaseException], ...]) -> int:
    """Run a bench, and return its exit code: 130 after Ctrl-C, 2 if it could not be measured.

    Args:
        name: of the command, before what is told of a problem.
        bench: measures and reports.
        problems: by which a bench that cannot be run says so, besides our own and the system's.
    """
    try:
        return bench()
    except KeyboardInterrupt:
        print(f"{name}: interrupted", file=sys.stderr)
        return 130
    except (*problems, OutpaceError, OSError, BaseExceptionGroup) as error:
        for leaf in leaves(error):
            print(f"{name}: {type(leaf).__name__}: {leaf}", file=sys.stderr)
        return 2


def say(lines: Iterable[str]) -> None:
    """Print, at once also into a pipe."""
    for line in lines:
        print(line)
    sys.stdout.flush()


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
