"""Gaps in a text, written `{{ first_name }}`, and what is put in them. Pure.

A name is anything but braces and line ends. What is put in is text and nothing else: it is not read
again, and nothing in a text is ever run.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{\{[ \t]*([^{}\r\n]+?)[ \t]*\}\}")


def names_in(text: str) -> Iterator[tuple[str, int]]:
    """Yield the name of each gap, and where it begins."""
    for found in PLACEHOLDER.finditer(text):
        yield found[1], found.start()


def filled(
    text: str,
    values: Mapping[str, str],
    *,
    written: Callable[[str], str] = str,
    gap: Callable[[str], str] = lambda _name: "",
) -> str:
    """Return a text with values in its gaps.

    Args:
        text: with gaps.
        values: by name; one that is blank counts as missing.
        written: how a value is written at this place, as in a URL.
        gap: what stands where a value is missing, by its name.
    """

    def put(found: re.Match[str]) -> str:
        value = values.get(found[1], "")
        return written(value) if value.strip() else gap(found[1])

    return PLACEHOLDER.sub(put, text)
