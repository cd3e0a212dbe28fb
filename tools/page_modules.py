"""The pages' modules: what each loads, what it says, and how much of it there is.

Read from the sources, without a program that runs them. Refuses to know TypeScript
(`tools.check_pages`).
"""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from api.access import OPERATIONS
from api.pages import folder

FIRST_LOAD_MAX: Final = 250 * 1024
"""Bytes, compressed, that any page may load before it is there."""

FRAME: Final = "app.js"
TABLE: Final = "pages.js"
"""Names what each page is loaded from: of these a person loads one at a time."""

_COMMENT: Final = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_STATIC: Final = re.compile(r'^(?:import|export)\b(?:[^"=();]*\bfrom)? "([^"]+)";', re.MULTILINE)
_DYNAMIC: Final = re.compile(r'\bimport\(\s*"([^"]+)"\s*\)')
_TEXT: Final = re.compile(r'^  "([\w.]+)": (\[.*\]),$', re.MULTILINE)
_PAIR: Final = re.compile(r'\["[^"]+", "[^"]+"\]')
_SAID: Final = re.compile(r'\bsay\("([^"]+)"\)')
_QUOTED: Final = re.compile(r'"([a-z_]+(?:\.[a-z_0-9]+)+)"')


@dataclass(frozen=True)
class Module:
    """One of our scripts."""

    path: Path

    @cached_property
    def code(self) -> str:
        """Its text without comments."""
        return _COMMENT.sub("", self.path.read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """What it needs before it runs."""
        return tuple(_STATIC.findall(self.code))

    @cached_property
    def loads(self) -> tuple[str, ...]:
        """What it asks for later on."""
        return tuple(_DYNAMIC.findall(self.code))

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that it adds to the catalogue, as they are written: a pair of strings."""
        is_part = self.path.name.startswith("texts")
        return dict(_TEXT.findall(self.path.read_text(encoding="utf-8"))) if is_part else {}


class Pages:
    """All scripts of the pages, by name."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.modules = {file.name: Module(file) for file in sorted(place.glob("*.js"))}

    def listed(self) -> Mapping[str, str]:
        """Return the module of each page in the table, by the page's name."""
        names = re.findall(r'\bname: "(\w+)"', self.modules[TABLE].code)
        return dict(zip(names, (name[2:] for name in self.modules[TABLE].loads), strict=True))

    def needed(self, *names: str, later: bool = False) -> set[str]:
        """Return all that some modules need, themselves included.

        Args:
            names: of modules, as they are named in `web`.
            later: with what they ask for later on; but of the table that is one page or another.
        """
        found: set[str] = set()
        left = list(names)
        while left:
            name = left.pop()
            if name in found:
                continue
            found.add(name)
            module = self.modules.get(name)
            if module is not None:
                left += [one[2:] for one in module.imports]
                if later and name != TABLE:
                    left += [one[2:] for one in module.loads]
        return found

    def problems(self) -> Iterator[str]:
        """Yield what is wrong, a line for each."""
        yield from self._texts_missing()
        for page, module in self.listed().items():
            yield from self._page_speechless(page, module)
            size = self.first_load(module)
            if size > FIRST_LOAD_MAX:
                yield f"{page}: its first load has {size} bytes, {FIRST_LOAD_MAX} at most"

    def first_load(self, module: str) -> int:
        """Return the bytes, compressed, of a page and of all that it asks for later on."""
        files = [*self.needed(FRAME, module, later=True), "index.html", *self._styles()]
        return sum(compressed(self.place / name) for name in files)

    def _styles(self) -> list[str]:
        index = (self.place / "index.html").read_text(encoding="utf-8")
        return re.findall(r'rel="stylesheet" href="/web/([^"]+)"', index)

    def _texts_missing(self) -> Iterator[str]:
        for name, module in self.modules.items():
            for key, pair in module.texts.items():
                if not _PAIR.fullmatch(pair):
                    yield f"{name}: {key} is not said in English and Chinese"
        for key in known_twice(self.modules.values()):
            yield f"{key} stands in the catalogue twice"

    def _page_speechless(self, page: str, module: str) -> Iterator[str]:
        """Yield what a page says that is in no part of the catalogue which it has loaded."""
        parts = [
            self.modules[name] for name in sorted(self.needed(FRAME, module)) if "/" not in name
        ]
        known = {key for part in parts for key in part.texts}
        begins = {key.split(".")[0] for key in known}
        for part in parts:
            if part.path.name.startswith("texts"):
                continue
            named = {
                key
                for key in _QUOTED.findall(part.code)
                if key.split(".")[0] in begins and key not in OPERATIONS
            }
            for key in sorted(({*_SAID.findall(part.code)} | named) - known):
                yield f"{part.path.name}: {key!r} is no text that page {page} has"


def known_twice(modules: Iterable[Module]) -> list[str]:
    """Return the texts that stand in two parts of the catalogue with different words."""
    seen: dict[str, str] = {}
    twice = []
    for module in modules:
        for key, pair in module.texts.items():
            if seen.setdefault(key, pair) != pair:
                twice.append(key)
    return twice


def compressed(file: Path) -> int:
    """Return how many bytes a file has once it is compressed."""
    return len(gzip.compress(file.read_bytes(), 6, mtime=0))


def pages() -> Pages:
    """Return the pages as they are served."""
    return Pages(folder())
