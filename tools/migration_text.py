"""Tables as the text of a migration: what `make_migration.py` writes.

Text is made from `metadata`, because no database can tell all of it: a column of JSON on SQLite and
JSONB on PostgreSQL is one thing here. Migrations never import the tables: these go on changing.
Knows alembic's operations. Refuses to know what has changed.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.elements import TextClause, UnaryExpression
from sqlalchemy.types import JSON, TypeEngine

CONSTANTS: Final = {
    "ROW_ID": 'ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")',
    "DOCUMENT": 'DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}
"""Types that are another on each database, by the name they have in a migration."""


class CannotWrite(Exception):
    """Something in the tables has no text here yet."""


def type_text(kind: TypeEngine[Any]) -> str:
    """Return a type as a migration writes it."""
    variants = {name: type(variant).__name__ for name, variant in kind._variant_mapping.items()}
    if isinstance(kind, BigInteger) and variants == {"sqlite": "Integer"}:
        return "ROW_ID"
    if isinstance(kind, JSON) and variants == {"postgresql": "JSONB"}:
        return "DOCUMENT"
    if variants or repr(kind) != f"{type(kind).__name__}()":
        raise CannotWrite(f"type {kind!r} {variants}")
    return f"sa.{kind!r}"


def default_text(column: Column[Any]) -> str:
    """Return the value that the database gives, or `None`."""
    default = column.server_default
    if default is None:
        return "None"
    given = getattr(default, "arg", None)
    if isinstance(given, TextClause):
        return f"sa.text({given.text!r})"
    if isinstance(given, str):
        return repr(given)
    raise CannotWrite(f"default of {column}")


def column_text(column: Column[Any], *, nullable: bool | None = None) -> str:
    """Return `sa.Column(...)` with its foreign key."""
    words = [repr(column.name), type_text(column.type)]
    for key in sorted(column.foreign_keys, key=lambda key: key.target_fullname):
        constraint = key.constraint
        if constraint is None or len(constraint.elements) != 1:
            raise CannotWrite(f"key of {column}")
        rules = "".join(
            f", {rule}={getattr(constraint, rule)!r}"
            for rule in ("ondelete", "onupdate", "deferrable", "initially")
            if getattr(constraint, rule)
        )
        words.append(f"sa.ForeignKey({key.target_fullname!r}, name={_name(constraint)}{rules})")
    if column.primary_key and column.autoincrement != "auto":
        words.append(f"autoincrement={column.autoincrement!r}")
    may_be_null = column.nullable if nullable is None else nullable
    if not may_be_null:
        words.append("nullable=False")
    if column.server_default is not None:
        words.append(f"server_default={default_text(column)}")
    if column.computed is not None or column.identity is not None:
        raise CannotWrite(f"computed {column}")
    return f"sa.Column({', '.join(words)})"


def table_text(table: Table) -> list[str]:
    """Return the operations that make a table and its indexes."""
    words = [repr(table.name), *(column_text(column) for column in table.columns)]
    keys = [key for key in table.constraints if not isinstance(key, ForeignKeyConstraint)]
    words += [
        constraint_text(key) for key in sorted(keys, key=lambda key: (_order(key), _name(key)))
    ]
    words += [f"{name}={value!r}" for name, value in _kwargs(table).items()]
    made = f"op.create_table({', '.join(words)})"
    return [made, *(index_text(index) for index in _sorted(table.indexes))]


def constraint_text(constraint: Any) -> str:
    """Return a key of a table as one of its parts."""
    columns = ", ".join(repr(column.name) for column in constraint.columns)
    if isinstance(constraint, PrimaryKeyConstraint):
        return f"sa.PrimaryKeyConstraint({columns}, name={_name(constraint)})"
    if isinstance(constraint, UniqueConstraint):
        return f"sa.UniqueConstraint({columns}, name={_name(constraint)})"
    if isinstance(constraint, CheckConstraint):
        return f"sa.CheckConstraint({str(constraint.sqltext)!r}, name={_name(constraint)})"
    raise CannotWrite(f"key {constraint}")


def index_text(index: Index) -> str:
    """Return `op.create_index(...)`."""
    table = index.table
    if table is None:
        raise CannotWrite(f"index {index.name}")
    columns = ", ".join(_index_column(expression) for expression in index.expressions)
    words = [repr(str(index.name)), repr(table.name), f"[{columns}]"]
    if index.unique:
        words.append("unique=True")
    for name, value in _kwargs(index).items():
        words.append(f"{name}=sa.text({str(value)!r})")
    return f"op.create_index({', '.join(words)})"


def recreated_text(table: Table) -> tuple[str, list[Index]]:
    """Return what alembic must be told when SQLite has to copy a table, and lost indexes.

    A copy is made from what can be read back of a table: not its options, not which way a column
    of an index runs.
    """
    options = ", ".join(f"{name!r}: {value!r}" for name, value in _kwargs(table).items())
    lost = [
        index
        for index in _sorted(table.indexes)
        if any(isinstance(expression, UnaryExpression) for expression in index.expressions)
    ]
    return (f", table_kwargs={{{options}}}" if options else ""), lost


def _index_column(expression: Any) -> str:
    if isinstance(expression, Column):
        return repr(expression.name)
    if isinstance(expression, UnaryExpression) and isinstance(expression.element, Column):
        way = getattr(expression.modifier, "__name__", "")
        if way == "desc_op":
            return f"sa.text({expression.element.name + ' DESC'!r})"
    raise CannotWrite(f"index on {expression}")


def _kwargs(thing: Table | Index) -> dict[str, Any]:
    """Return the options for single databases that are set."""
    return {
        name: value
        for name, value in sorted(thing.dialect_kwargs.items())
        if value is not None and not (name.endswith("_include") and not value)
    }


def _sorted(indexes: set[Index]) -> list[Index]:
    return sorted(indexes, key=lambda index: str(index.name))


def _order(constraint: Any) -> int:
    return 0 if isinstance(constraint, PrimaryKeyConstraint) else 1


def _name(constraint: Any) -> str:
    if constraint.name is None:
        raise CannotWrite(f"a key without a name: {constraint}")
    return repr(str(constraint.name))
