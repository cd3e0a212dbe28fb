"""What all tables share: one `metadata`, names of constraints, and columns of our kinds.

Times are seconds since the epoch (UTC) as doubles. Ids that people choose are text; ids of rows
that come by the million are whole numbers.
"""

from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata: Final = MetaData(
    naming_convention={
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
        "uq": "%(table_name)s_one_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

# SQLite counts rows by itself only in a column it calls INTEGER.
ROW_ID: Final = BigInteger().with_variant(Integer(), "sqlite")
DOCUMENT: Final = JSON().with_variant(JSONB(), "postgresql")


def row_id() -> Column[int]:
    """Return a primary key that the database counts."""
    return Column("id", ROW_ID, primary_key=True)


def own_id() -> Column[str]:
    """Return a primary key that we give out."""
    return Column("id", Text, primary_key=True)


def of_tenant() -> Column[str]:
    """Return the column that says whose row it is."""
    return Column("tenant_id", ForeignKey("tenants.id"), nullable=False, index=True)


def moment(name: str, *, known: bool = True) -> Column[float]:
    """Return a column of a time; seconds since the epoch."""
    return Column(name, Double, nullable=not known)


def words(name: str) -> Column[str]:
    """Return a column of text that is empty rather than unknown."""
    return Column(name, Text, nullable=False, server_default="")


def count(name: str) -> Column[int]:
    """Return a column that counts from 0."""
    return Column(name, Integer, nullable=False, server_default="0")


def document(name: str, empty: str = "{}") -> Column[Any]:
    """Return a column of JSON; `empty` is what a new row has."""
    return Column(name, DOCUMENT, nullable=False, server_default=text(f"'{empty}'"))


def index_where(
    name: str, table: Table, condition: str, *columns: Any, unique: bool = False
) -> None:
    """Add an index over the rows that meet a condition: as small as the answer it gives."""
    where = text(condition)
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)
    if not any(index.name == name for index in table.indexes):
        raise ValueError(f"{name} indexes no column of {table.name}")
