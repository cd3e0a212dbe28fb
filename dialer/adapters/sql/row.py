"""A row of a query as we hand it on: columns by name, types as the tables say."""

from typing import Any, Protocol


class AnyRow(Protocol):
    """One row; columns are attributes."""

    def __getattr__(self, column: str) -> Any:
        """Return a column's value."""
        ...
