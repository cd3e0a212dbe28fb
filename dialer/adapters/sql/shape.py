"""What a database is made of, read from its own catalogue: two databases can be told apart by it.

Every table, column, key and index is one line of text under one name. It is what the database
says, not what we asked for. Refuses to know which shape is the right one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, text

from dialer.adapters.sql.opening import VERSIONS

Shape = Mapping["Part", str]


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One thing of a database; `kind` is table, column, key or index."""

    kind: str
    table: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {'.'.join(filter(None, (self.table, self.name)))}"


_PG_TABLES: Final = text("SELECT tablename, '' FROM pg_tables WHERE schemaname = current_schema()")
_PG_COLUMNS: Final = text(
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
    " pg_get_expr(d.adbin, d.adrelid), a.attidentity::text, a.attgenerated::text"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'"
    " AND a.attnum > 0 AND NOT a.attisdropped"
)
_PG_KEYS: Final = text(
    "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
    " JOIN pg_class c ON c.oid = k.conrelid"
    # NOT NULL is told with the columns
    " WHERE c.relnamespace = current_schema()::regnamespace AND k.contype <> 'n'"
)
_PG_INDEXES: Final = text(
    "SELECT tablename, indexname, regexp_replace(indexdef, ' ON \\S+ ', ' ON ') FROM pg_indexes"
    " WHERE schemaname = current_schema()"
)

_LITE_TABLES: Final = text(
    "SELECT name, CASE WHEN wr THEN 'without rowid' ELSE '' END FROM pragma_table_list"
    " WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'"
)
_LITE_COLUMNS: Final = text(
    'SELECT m.name, c.name, upper(c.type), c."notnull", c.dflt_value, c.pk, c.hidden'
    " FROM sqlite_master m, pragma_table_xinfo(m.name) c"
    " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
)
_LITE_INDEXES: Final = text(
    "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
)
_LITE_MADE: Final = text(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
)
_LITE_KEY: Final = re.compile(
    r"(?:CONSTRAINT \"?(?P<name>\w+)\"? )"
    r"(?P<law>(?:PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK) ?\([^)]*\)"
    r"(?: REFERENCES \"?\w+\"? ?\([^)]*\))?"
    r"(?: ON (?:DELETE|UPDATE) (?:CASCADE|SET NULL|RESTRICT))*)"
)
_LITE_LOOSE_KEYS: Final = text(
    "SELECT m.name, count(*) FROM sqlite_master m, pragma_foreign_key_list(m.name)"
    " WHERE m.type = 'table' GROUP BY m.name"
    " UNION ALL SELECT m.name, count(*) FROM sqlite_master m, pragma_index_list(m.name) i"
    " WHERE m.type = 'table' AND i.origin <> 'c' GROUP BY m.name"
)


def shape_of(connection: Connection) -> Shape:
    """Return all parts of a database, without the table that holds its version."""
    read = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgresql
    return {part: law for part, law in read(connection) if part.table != VERSIONS.name}


def differences(found: Shape, wanted: Shape) -> list[str]:
    """Return a line for each part that is missing, different or too many; empty when equal."""
    lines = []
    for part in sorted({*found, *wanted}):
        if part not in found:
            lines.append(f"{part} is missing: {wanted[part]}")
        elif part not in wanted:
            lines.append(f"{part} is too many: {found[part]}")
        elif found[part] != wanted[part]:
            lines.append(f"{part} is {found[part]}, not {wanted[part]}")
    return lines


def _of_postgresql(connection: Connection) -> Iterator[tuple[Part, str]]:
    yield from _parts(connection, "table", _PG_TABLES)
    yield from _parts(connection, "column", _PG_COLUMNS)
    yield from _parts(connection, "key", _PG_KEYS)
    yield from _parts(connection, "index", _PG_INDEXES)


def _of_sqlite(connection: Connection) -> Iterator[tuple[Part, str]]:
    for name, law in connection.execute(_LITE_TABLES):
        yield Part("table", name), law
    yield from _parts(connection, "column", _LITE_COLUMNS)
    yield from _parts(connection, "index", _LITE_INDEXES)
    for table, made in connection.execute(_LITE_MADE):
        for key in _LITE_KEY.finditer(_plain(made)):
            yield Part("key", table, key["name"]), key["law"]
    # what the text above may have hidden from us: as many keys as SQLite knows
    counts: dict[str, list[int]] = {}
    for table, count in connection.execute(_LITE_LOOSE_KEYS):
        counts.setdefault(table, []).append(count)
    for table, found in counts.items():
        yield Part("key", table, "(count)"), str(sorted(found))


def _parts(connection: Connection, kind: str, query: Any) -> Iterator[tuple[Part, str]]:
    for table, *rest in connection.execute(query):
        if kind == "table":
            yield Part(kind, table), ""
            continue
        name, *law = rest
        yield Part(kind, table, name), _plain(" ".join(str(word) for word in law))


def _plain(law: str) -> str:
    """Leave out what has no meaning: line ends, runs of spaces, needless quotation marks."""
    return re.sub(r'"(\w+)"', r"\1", re.sub(r"\s+", " ", law)).replace(" ,", ",").strip()
