"""Checks what the documents say against the code.

    python tools/check_docs.py         # one line for each problem; exit code 1 if there is any

Links and named files exist; settings, commands, make targets, scenarios, log events and the errors
that operators see are those of the code; each decision names the check that enforces it. Knows
Markdown as far as that takes. Refuses to judge prose.
"""

import ast
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Protocol, cast

import typer
from pydantic import BaseModel, SecretStr
from typer.core import TyperGroup

from dialer.cli import app
from dialer.domain.campaign import CampaignSettings
from dialer.settings import SECRETS, NodeSettings, TrunkSettings
from tools.check_files import Problem, slips, tracked

ROOT: Final = Path(__file__).resolve().parent.parent

SETTINGS_IN: Final = "docs/operations.md"

GENERATED: Final = frozenset(
    {
        "docs/benchmarks",
        "docs/benchmarks/connect.md",
        "docs/benchmarks/engine.md",
        "docs/benchmarks/telephony.md",
    }
)
"""Written by `make bench` and `make soak`: documents may name them before they are there."""

ADR_PARTS: Final = ("Context", "Decision", "What was measured", "Consequences", "Enforced by")

_FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN: Final = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK: Final = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
_VARIABLE: Final = re.compile(r"\bOUTPACE_[A-Z0-9_]*[A-Z0-9]\b")
_ROW: Final = re.compile(r"^\| `(\w+)` \| (?:`([^`]*)`|([^|]*?)) *\|", re.MULTILINE)
_OWN_PATH: Final = re.compile(
    r"^(?:dialer|agi|api|pacing|simulation|tests|tools|asterisk-conf|benchmarks|docs)/[\w./*-]+$"
)


class Command(Protocol):
    """What is needed of a command of the command line."""

    params: list[Any]


@dataclass
class Document:
    """One Markdown file."""

    name: str
    """Path from the root."""
    text: str
    folder: Path = field(default=ROOT)

    @cached_property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    @cached_property
    def spans(self) -> list[str]:
        """What stands in backticks."""
        return _SPAN.findall(self.prose)

    @cached_property
    def lines(self) -> list[str]:
        """Lines that a reader types: of code blocks for a shell, and what stands in backticks."""
        typed = [
            line.strip().removeprefix("$ ")
            for language, body in _FENCE.findall(self.text)
            if language in ("sh", "console", "bash")
            for line in body.splitlines()
        ]
        return [*typed, *self.spans]

    def anchors(self) -> set[str]:
        """Return the anchors of the headings, as forges make them."""
        plain = (
            re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", h) for h in _HEADING.findall(self.prose)
        )
        return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in plain}

    def section(self, heading: str) -> str:
        """Return what stands below a heading, up to the next one of its rank; "" if none."""
        rank, body = 0, []
        for line in self.text.splitlines(keepends=True):
            found = re.match(r"(#+) +(.+?) *$", line)
            if rank and found and len(found[1]) <= rank:
                break
            if rank:
                body.append(line)
            elif found and found[2].startswith(heading):
                rank = len(found[1])
        return "".join(body)


def documents(root: Path = ROOT) -> list[Document]:
    """Read every Markdown file of the project."""
    return [
        Document(name, (root / name).read_text(encoding="utf-8"), (root / name).parent)
        for name in tracked(root)
        if name.endswith(".md")
    ]


# -- documents against each other and the tree ---------------------------------------------------


def links(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every link leads somewhere."""
    for doc in docs:
        for pair in _LINK.findall(doc.prose):
            target, _, anchor = (pair[0] or pair[1]).partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            path = (doc.folder / target) if target else ROOT / doc.name
            if not path.exists():
                yield Problem(doc.name, f"links to {target}, which is not there")
            elif anchor and path.suffix == ".md":
                text = doc.text if not target else path.read_text(encoding="utf-8")
                if anchor not in Document(target, text).anchors():
                    yield Problem(doc.name, f"links to #{anchor}, a heading that {path.name} lacks")


def named_files(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every file of ours that stands in backticks exists, and every `file::test` is in it."""
    for doc in docs:
        for span in doc.spans:
            name, _, test = span.partition("::")
            if not _OWN_PATH.match(name) or name in GENERATED:
                continue
            found = list(ROOT.glob(name.rstrip("/")))
            if not found:
                yield Problem(doc.name, f"names {name}, which is not there")
            elif test and f"def {test}(" not in found[0].read_text(encoding="utf-8"):
                yield Problem(doc.name, f"names {test}, which {name} lacks")


def decisions(docs: Iterable[Document]) -> Iterator[Problem]:
    """Decisions are numbered once each, have all their parts, and name what enforces them."""
    numbers: dict[str, str] = {}
    for doc in docs:
        if not re.match(r"docs/adr/.", doc.name):
            continue
        number = Path(doc.name).name[:4]
        if not number.isdecimal():
            yield Problem(doc.name, "is no NNNN-name.md")
        elif number in numbers:
            yield Problem(doc.name, f"has the number of {numbers[number]}")
        numbers[number] = doc.name
        for part in ADR_PARTS:
            if not doc.section(part).strip():
                yield Problem(doc.name, f"has no section {part!r}")
        if not any(
            _OWN_PATH.match(span.partition("::")[0])
            for span in _SPAN.findall(doc.section("Enforced by"))
        ):
            yield Problem(doc.name, "names no file under 'Enforced by'")


# -- documents against the code ------------------------------------------------------------------


def settings(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every setting is documented with its default, and no other."""
    known = node_variables()
    others = variables_of_code() | channel_variables() | {f"{name}_FILE" for name in SECRETS}
    for doc in docs:
        unknown = set(_VARIABLE.findall(doc.text)) - known.keys() - others
        for name in sorted(unknown):
            yield Problem(doc.name, f"names {name}, which the code does not know")
        if doc.name != SETTINGS_IN:
            continue
        rows = {
            name: plain or marked for name, marked, plain in _ROW.findall(doc.section("Settings"))
        }
        for name in sorted((known.keys() | variables_of_code()) - rows.keys()):
            yield Problem(doc.name, f"section Settings has no row of {name}")
        yield from _defaults(doc, rows, known)
        fields = {name: _shown(f.default) for name, f in CampaignSettings.model_fields.items()}
        rows = {
            name: plain or marked
            for name, marked, plain in _ROW.findall(doc.section("Settings of a campaign"))
        }
        for name in sorted(fields.keys() ^ rows.keys()):
            yield Problem(doc.name, f"{name} is a campaign's setting, or a row, but not both")
        yield from _defaults(doc, rows, fields)


def _defaults(doc: Document, rows: dict[str, str], known: dict[str, str]) -> Iterator[Problem]:
    for name in sorted(rows.keys() & known.keys()):
        if rows[name] != known[name]:
            yield Problem(doc.name, f"says {name} is {rows[name]!r}; the code says {known[name]!r}")


def node_variables() -> dict[str, str]:
    """Return each variable of a node's settings with its default, as documents show it."""
    found = {
        f"OUTPACE_{name.upper()}": _shown(info.default)
        for name, info in NodeSettings.model_fields.items()
        if name != "trunk"
    }
    found |= {
        f"OUTPACE_TRUNK_{name.upper()}": _shown(info.default)
        for name, info in TrunkSettings.model_fields.items()
    }
    return found


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ",".join(default) or "empty"
    if isinstance(default, BaseModel):
        return "defaults"
    if default is None:
        return "empty"
    return f"{default:g}" if isinstance(default, float) else str(default) or "empty"


def variables_of_code() -> set[str]:
    """Return the variables that the code reads by itself, beside the settings."""
    read = re.compile(r"(?:environ\.get\(|environ\[|envvar=)\s*\"(OUTPACE_\w+)\"")
    return {name for _, text in sources("dialer", "agi") for name in read.findall(text)}


def channel_variables() -> set[str]:
    """Return the variables of channels that the dialplan and its caller share."""
    texts = (path.read_text(encoding="utf-8") for path in ROOT.glob("asterisk-conf/*.j2"))
    return {name for text in texts for name in _VARIABLE.findall(text)}


def sources(*rooms: str) -> Iterator[tuple[Path, str]]:
    """Yield the source files of some rooms."""
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, path.read_text(encoding="utf-8")


def commands(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every `outpace ...` that is named exists, with its options."""
    program = typer.main.get_command(app)
    for doc in docs:
        for line in doc.lines:
            words = re.match(r"(?:\S*/)?outpace (.*)", line)
            if words is None:
                continue
            problem = _wrong_command(program, re.split(r"[|>&;#]", words[1])[0])
            if problem:
                yield Problem(doc.name, f"`{line}`: {problem}")


def _wrong_command(program: Command, typed: str) -> str:
    try:
        words = shlex.split(typed)
    except ValueError as error:
        return str(error)
    command = program
    options = {"--help"}
    for word in words:
        if word == "...":
            return ""
        if word.startswith("-"):
            if word.partition("=")[0] not in options | _options(command):
                return f"has no option {word}"
        elif isinstance(command, TyperGroup):
            named = command.get_command(cast(Any, None), word)  # none of ours looks at the context
            if named is None:
                return f"there is no command {word!r}"
            command = named
    return ""


def _options(command: Command) -> set[str]:
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)}


def targets(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every `make ...` that is named is a target, and every scenario one that ships."""
    rules = set(re.findall(r"^([a-z][\w-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shipped = {path.stem for path in ROOT.glob("simulation/scenarios/*.toml")}
    for doc in docs:
        for line in doc.lines:
            words = line.partition("#")[0].split()
            if not words or words[0] != "make":
                continue
            for word in words[1:]:
                name, equals, value = word.partition("=")
                if not equals and not name.startswith("-") and name not in rules:
                    yield Problem(doc.name, f"`{line}`: the Makefile has no {name}")
                if name == "SCENARIO" and value not in shipped | {"..."}:
                    yield Problem(doc.name, f"`{line}`: there is no scenario {value}")


def log_events(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every event that is logged is documented, and no other."""
    logged = {event for path, text in sources("dialer", "agi", "api") for event in events_of(text)}
    for doc in docs:
        if doc.name != SETTINGS_IN:
            continue
        rows = {row[0] for row in _ROW.findall(doc.section("Log events"))}
        for event in sorted(logged - rows):
            yield Problem(doc.name, f"section Log events has no row of {event}")
        for event in sorted(rows - logged):
            yield Problem(doc.name, f"section Log events has {event}, which nothing logs")


def events_of(source: str) -> set[str]:
    """Return the names of the events that a source file logs."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "log"
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            found.add(str(node.args[0].value))
    return found


def errors(docs: Iterable[Document]) -> Iterator[Problem]:
    """Every error line that is explained is one that the code can print."""
    said = {
        piece for _, text in sources("dialer", "agi", "simulation/demo") for piece in texts_of(text)
    }
    for doc in docs:
        if doc.name != SETTINGS_IN:
            continue
        for line in re.findall(r"^\| `([^`]+)`", doc.section("Troubleshooting"), re.MULTILINE):
            for part in re.split(r"\.\.\.|: |; |[()]", line):
                words = part.strip(" ,.;:")
                if words and not any(words in piece for piece in said):
                    yield Problem(doc.name, f"explains `{line}`; nothing says {words!r}")


def texts_of(source: str) -> set[str]:
    """Return the texts in a source file; of those with values in them, the parts between."""
    return {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


CHECKS: Final[tuple[Callable[[list[Document]], Iterator[Problem]], ...]] = (
    links,
    named_files,
    decisions,
    settings,
    commands,
    targets,
    log_events,
    errors,
)


def problems() -> list[Problem]:
    """Return everything that is wrong."""
    docs = documents()
    return [problem for check in CHECKS for problem in check(docs)] + list(slips())


if __name__ == "__main__":
    told = problems()
    for problem in told:
        print(problem)
    sys.exit(bool(told))
