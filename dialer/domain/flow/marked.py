"""A document as it was written: values that know on which line they stand.

Refuses to know YAML and JSON (whoever reads the text makes this of it), and what a flow is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A value and the line of its name, or of itself where it has none."""

    value: "Any | dict[str, Marked] | list[Marked]"
    line: int

    @property
    def fields(self) -> "dict[str, Marked]":
        """Its fields; none if it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> "list[Marked]":
        """Its items; none if it is no list."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:
        """Return the value without lines."""
        if isinstance(self.value, dict):
            return {name: one.plain() for name, one in self.value.items()}
        if isinstance(self.value, list):
            return [one.plain() for one in self.value]
        return self.value

    def line_of(self, path: Sequence[str | int]) -> int:
        """Return the line of what a path leads to, or of the last on it that is there."""
        at = self
        for part in path:
            found = at.fields.get(str(part))
            if found is None and isinstance(part, int) and part < len(at.items):
                found = at.items[part]
            if found is None:
                break
            at = found
        return at.line

    def texts(self) -> "Iterator[Marked]":
        """Yield every text within."""
        if isinstance(self.value, str):
            yield self
        for one in (*self.fields.values(), *self.items):
            yield from one.texts()
