"""Many rows into one table at once: COPY on PostgreSQL, `executemany` on SQLite.

SQLAlchemy's way for a row costs more than the database's own (measured: 12 against 4 us on
SQLite), so rows are tuples in the order of the columns, documents are JSON text already, and
nothing is converted. All in the transaction of the connection. Refuses to know what rows mean.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, func, insert, select, text
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.util import await_only

from dialer.adapters.sql.errors import RowRefused

_BROKEN: Final = "23"
"""Class of SQLSTATE that says a row breaks a law of the tables."""

_BAD_DATA: Final = "22"
"""Class of SQLSTATE that says a value cannot be stored."""

_NEXT_IDS: Final = text(
    "SELECT nextval(pg_get_serial_sequence(:of, 'id')) FROM generate_series(1, :many)"
)


class BulkInsert:
    """Rows of some columns for one table.

    Args:
        table: where they go.
        columns: in the order of the rows' values; the others keep their defaults.
    """

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = tuple(columns)
        self._text = ""

    def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add rows.

        Raises:
            RowRefused: a row breaks a law of the table; nothing of the transaction may be kept.
        """
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            self._copy(connection, rows)
            return
        if not self._text:
            self._text = self._compiled(connection)
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(self._text, rows)
        finally:
            cursor.close()

    def _copy(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        driver: Any = connection.connection.driver_connection
        copying = driver.copy_records_to_table(
            self._table.name, records=rows, columns=self._columns
        )
        try:
            await_only(copying)
        except Exception as error:
            if str(getattr(error, "sqlstate", None))[:2] in {_BROKEN, _BAD_DATA}:
                raise RowRefused(str(error)) from error
            raise

    def _compiled(self, connection: Connection) -> str:
        statement = insert(self._table)
        compiled = statement.compile(dialect=connection.dialect, column_keys=list(self._columns))
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(f"not an INSERT: {statement}")
        if tuple(compiled.positiontup or ()) != self._columns:
            raise ValueError(f"columns of {self._table.name} are to be in its own order")
        return str(compiled)


def new_ids(connection: Connection, key: Column[int], count: int) -> list[int]:
    """Return ids for rows that are added in this transaction.

    Args:
        connection: of a transaction that has begun; on SQLite it is the only writer.
        key: primary key that the database counts.
        count: how many.
    """
    if connection.dialect.name == "postgresql":
        of = {"of": key.table.name, "many": count}
        return list(connection.execute(_NEXT_IDS, of).scalars())
    last = connection.execute(select(func.coalesce(func.max(key), 0))).scalar_one()
    return list(range(last + 1, last + 1 + count))
