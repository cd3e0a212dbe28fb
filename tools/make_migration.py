"""Writes the next migration: from what the migrations so far make to what the tables now say.

    python tools/make_migration.py "Leads have a colour"
    python tools/make_migration.py --initial      # 0001 anew, as long as nobody has data in it

Both databases are asked, on a scratch file and a scratch server: each says of itself what differs.
What is written is tried on both before it is kept. Filling new columns is left to whoever reads it.
"""

import argparse
import asyncio
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from mako.template import Template
from sqlalchemy import Connection, Table

from dialer.adapters.sql import opening, postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.shape import Part, Shape, differences, shape_of
from dialer.adapters.sql.tables import metadata
from dialer.adapters.sql.upgrading import MIGRATIONS, VERSIONS, migrate
from simulation.postgres import FOR_TRIALS, PostgresServer
from tools.migration_text import (
    CONSTANTS,
    CannotWrite,
    column_text,
    constraint_text,
    default_text,
    index_text,
    recreated_text,
    table_text,
    type_text,
)

_HEAD: Final = re.compile(r'^HEAD: Final = "(\w+)"$', re.MULTILINE)


def files(folder: Path = VERSIONS) -> list[Path]:
    """Return the migrations, first to last."""
    return sorted(folder.glob("[0-9]*.py"))


def initial() -> list[str]:
    """Return the operations that make all tables."""
    return [line for table in metadata.sorted_tables for line in table_text(table)]


def changes(found: Shape, wanted: Shape) -> Iterator[str]:
    """Return the operations that make one shape into another, whose parts are in `metadata`."""
    differing = {part for part in {*found, *wanted} if found.get(part) != wanted.get(part)}
    new = {part.table for part in differing if part.kind == "table" and part not in found}
    gone = {part.table for part in differing if part.kind == "table" and part not in wanted}
    for table in metadata.sorted_tables:
        if table.name in new:
            yield from table_text(table)
    for table in metadata.sorted_tables:
        parts = sorted(part for part in differing if part.table == table.name)
        if parts and table.name not in new:
            yield from _table_changes(table, parts, found)
    for name in sorted(gone):
        yield f"op.drop_table({name!r})"


def _table_changes(table: Table, parts: list[Part], found: Shape) -> Iterator[str]:
    if any(part.kind == "table" for part in parts):
        raise CannotWrite(f"options of {table.name}: SQLite cannot change them; by hand")
    indexes = {str(index.name): index for index in table.indexes}
    changed = {part.name for part in parts if part.kind == "index"}
    for name in sorted(changed):
        if Part("index", table.name, name) in found and not _is_key(table, name):
            yield f"op.drop_index({name!r}, {table.name!r})"
    steps = list(_batch(table, parts, found))
    options, lost = recreated_text(table)
    lost = [index for index in lost if str(index.name) not in changed] if steps else []
    for index in lost:
        yield f"op.drop_index({str(index.name)!r}, {table.name!r})"
    if steps:
        body = "".join(f"\n    {step}" for step in steps)
        yield f"with op.batch_alter_table({table.name!r}{options}) as batch:{body}"
    for index in lost:
        yield index_text(index)
    for name in sorted(changed & set(indexes)):
        yield index_text(indexes[name])


def _batch(table: Table, parts: list[Part], found: Shape) -> Iterator[str]:
    keys = {str(key.name): key for key in table.constraints}
    for part in parts:
        if part.kind == "column" and part.name not in table.columns:
            yield f"batch.drop_column({part.name!r})"
        elif part.kind == "column" and part in found:
            column = table.columns[part.name]
            yield (
                f"batch.alter_column({part.name!r}, type_={type_text(column.type)},"
                f" nullable={column.nullable!r}, server_default={default_text(column)})"
            )
        elif part.kind == "column":
            column = table.columns[part.name]
            if not column.nullable and column.server_default is None:
                problem = "rows that are there would have no value: give it a default"
                raise CannotWrite(f"{column}: {problem}")
            yield f"batch.add_column({column_text(column)})"
        elif part.kind == "key" and part in found and part.name != "(count)":
            yield f"batch.drop_constraint({part.name!r})"
    fresh = {part.name for part in parts if part.kind == "column" and part not in found}
    for part in parts:
        key: Any = keys.get(part.name)
        if part.kind == "key" and key is not None and not _of_new_column(key, fresh):
            yield _key_step(key)


def _key_step(key: Any) -> str:
    columns = [column.name for column in key.columns]
    name = str(key.name)
    if hasattr(key, "elements"):
        target, _, of = key.elements[0].target_fullname.partition(".")
        rule = f", ondelete={key.ondelete!r}" if key.ondelete else ""
        return f"batch.create_foreign_key({name!r}, {target!r}, {columns!r}, [{of!r}]{rule})"
    if constraint_text(key).startswith("sa.UniqueConstraint"):
        return f"batch.create_unique_constraint({name!r}, {columns!r})"
    raise CannotWrite(f"key {name}: by hand")


def _of_new_column(key: Any, fresh: set[str]) -> bool:
    return hasattr(key, "elements") and {column.name for column in key.columns} <= fresh


def _is_key(table: Table, name: str) -> bool:
    """Tell whether an index belongs to a key, with which it comes and goes."""
    return any(str(key.name) == name for key in table.constraints) or name.endswith("_pkey")


def text_of(message: str, revision: str, before: str | None, operations: list[str]) -> str:
    """Return a migration's file."""
    body = "\n".join(operations)
    constants = [line for name, line in CONSTANTS.items() if re.search(rf"\b{name}\b", body)]
    return str(
        Template(filename=str(MIGRATIONS / "script.py.mako")).render(  # noqa: S702 - makes Python
            message=message,
            up_revision=revision,
            down_revision=before,
            upgrades=body.replace("\n", "\n    "),
            constants=constants,
            postgresql="postgresql.JSONB" in "".join(constants),
        )
    )


# -- scratch databases ------------------------------------------------------------------------


def on_sqlite(folder: Path, name: str, work: Callable[[Connection], Any]) -> Any:
    """Run work on a database file."""
    engine = sqlite.upgrading_engine(folder / f"{name}.db")
    with engine.begin() as connection:
        return work(connection)


def on_postgresql(server: PostgresServer, name: str, work: Callable[[Connection], Any]) -> Any:
    """Run work on a new database of a server."""
    url = DatabaseAddress.of(server.create(name)).url
    if url is None:
        raise ValueError("a server has an address")

    async def run() -> Any:
        engine = postgresql.engine(url)
        try:
            async with engine.begin() as connection:
                return await connection.run_sync(work)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def wanted_shape(connection: Connection) -> Shape:
    """Make all tables at once; return their shape."""
    metadata.create_all(connection)
    return shape_of(connection)


def migrated_shape(head: str | None, folder: Path) -> Callable[[Connection], Shape]:
    """Return work that runs the migrations; its result is the shape."""

    def work(connection: Connection) -> Shape:
        if head is not None:
            migrate(connection, head, folder)
        return shape_of(connection)

    return work


def main() -> int:
    """Write the file; exit code 1 when the two databases do not agree that it is right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("message", nargs="?", default="All tables")
    parser.add_argument("--initial", action="store_true", help="write 0001 anew")
    given = parser.parse_args()
    known = files()
    if given.initial and len(known) > 1:
        sys.exit(f"{known[1].name} is there already: 0001 is history")
    if not given.initial and not known:
        sys.exit("there is no migration yet: use --initial")
    before = None if given.initial else known[-1].name[:4]
    revision = "0001" if before is None else f"{int(before) + 1:04d}"
    with (
        tempfile.TemporaryDirectory() as scratch,
        PostgresServer(Path(scratch) / "pg", settings=FOR_TRIALS) as server,
    ):
        return _write(given.message, revision, before, Path(scratch), server)


def _write(
    message: str, revision: str, before: str | None, scratch: Path, server: PostgresServer
) -> int:
    wanted = on_sqlite(scratch, "wanted", wanted_shape)
    wanted_too = on_postgresql(server, "wanted", wanted_shape)
    try:
        if before is None:
            operations = initial()
        else:
            run = migrated_shape(before, VERSIONS)
            found, found_too = on_sqlite(scratch, "old", run), on_postgresql(server, "old", run)
            steps = [*changes(found, wanted), *changes(found_too, wanted_too)]
            operations = list(dict.fromkeys(steps))
    except CannotWrite as error:
        sys.exit(f"this cannot be written by itself: {error}")
    if not operations:
        print("nothing has changed")
        return 0
    slug = "_".join(re.findall(r"[a-z0-9]+", message.lower()))[:40]
    path = VERSIONS / f"{revision}_{slug}.py"
    if before is None:
        for old in files():
            old.unlink()
    path.write_text(text_of(message, revision, before, operations), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)
    head = Path(opening.__file__)
    head.write_text(_HEAD.sub(f'HEAD: Final = "{revision}"', head.read_text("utf-8")), "utf-8")
    print(f"wrote {path}, and HEAD in {head.name}")
    run = migrated_shape(revision, VERSIONS)
    left = [
        *(f"SQLite: {line}" for line in differences(on_sqlite(scratch, "new", run), wanted)),
        *(
            f"PostgreSQL: {line}"
            for line in differences(on_postgresql(server, "new", run), wanted_too)
        ),
    ]
    for line in left:
        print(f"complete it by hand: {line}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
