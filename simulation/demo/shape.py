"""The two shapes in which the service runs (docs/adr/0013): one host, or several.

Pure: names, and the words for people.
"""

from enum import StrEnum

from dialer.errors import BadInput


class Shape(StrEnum):
    """Which processes the service is made of."""

    ONE = "one"
    SEVERAL = "several"

    @property
    def told(self) -> str:
        """The processes, for a person."""
        return _TOLD[self]


_TOLD = {
    Shape.ONE: "one host: outpace serve (engine and API) on SQLite",
    Shape.SEVERAL: "several: an engine and two APIs on PostgreSQL and Redis",
}


def shape_named(name: str) -> Shape:
    """Return a shape by its name.

    Raises:
        BadInput: there is none of that name.
    """
    try:
        return Shape(name)
    except ValueError:
        known = " or ".join(Shape)
        raise BadInput("--shape", f"{name!r} is unknown", f"choose {known}") from None
