"""Where the database is: an SQLite file of ours, or a PostgreSQL server.

Knows how addresses are written. Refuses to open anything.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from dialer.errors import BadInput

_FIX: Final = (
    "write it as sqlite:///path/to/file.db or postgresql://user:password@host:5432/database"
)
_POSTGRESQL: Final = frozenset({"postgresql", "postgres"})


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """One database; `path` is set for SQLite, `url` for PostgreSQL."""

    path: Path | None = None
    url: URL | None = None

    @classmethod
    def of(cls, text: str) -> "DatabaseAddress":
        """Read an address such as `sqlite:///outpace.db`.

        Raises:
            BadInput: it is none, or of a database we do not know.
        """
        try:
            # "postgres" is what many hosts write; SQLAlchemy does not know it
            parsed = make_url(text)
        except ArgumentError:
            raise BadInput("database", f"{_masked(text)!r} is not a URL", _FIX) from None
        kind = parsed.drivername.partition("+")[0]
        if kind in _POSTGRESQL:
            return cls._of_server(parsed)
        if kind != "sqlite":
            raise BadInput("database", f"{kind!r} is not supported", _FIX)
        if parsed.database in {None, "", ":memory:"}:
            raise BadInput("database", f"{text!r} names no file", _FIX)
        return cls(path=Path(str(parsed.database)))

    @classmethod
    def _of_server(cls, parsed: URL) -> "DatabaseAddress":
        if not parsed.database:
            raise BadInput("database", f"{parsed.host!r}: no database is named", _FIX)
        return cls(url=parsed.set(drivername="postgresql+asyncpg"))

    def __str__(self) -> str:
        """Name the database without its password."""
        if self.url is not None:
            return f"{self.url.host or 'localhost'}:{self.url.port or 5432}/{self.url.database}"
        return str(self.path)


def sqlite_path(text: str) -> Path:
    """Return the file of an address of SQLite.

    Raises:
        BadInput: it is none, or not of SQLite.
    """
    address = DatabaseAddress.of(text)
    if address.path is None:
        raise BadInput("database", f"{address} is no SQLite file", _FIX)
    return address.path


def _masked(text: str) -> str:
    """Leave out what may be a password."""
    return text.rpartition("@")[2]
