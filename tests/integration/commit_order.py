"""The order in which transactions on attempts and do-not-call entries commit, told by the database.

A counter is raised as the last thing before each commit; its row stays locked until the commit is
done, so the numbers are the order of the commits themselves, whatever any clock says. Triggers
write down what each transaction inserted. Works on SQLite and PostgreSQL.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import Connection, event, text

from dialer.adapters.sql import postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.transactions import LoopTransactions, ThreadTransactions
from dialer.domain.dial_law import DialLaw

_TABLES: Final = (
    "CREATE TABLE commit_counter (n BIGINT NOT NULL)",
    "INSERT INTO commit_counter VALUES (0)",
    "CREATE TABLE commit_witness (what TEXT NOT NULL, number TEXT NOT NULL, n BIGINT)",
    "CREATE INDEX commit_witness_new ON commit_witness (n) WHERE n IS NULL",
)
_SQLITE_TRIGGER: Final = (
    "CREATE TRIGGER witness_{table} AFTER INSERT ON {table} BEGIN"
    " INSERT INTO commit_witness VALUES ('{table}', NEW.number, NULL); END"
)
_FUNCTION: Final = (
    "CREATE FUNCTION witness_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " INSERT INTO commit_witness VALUES ('{table}', NEW.number, NULL); RETURN NULL; END $$"
)
_TRIGGER: Final = (
    "CREATE TRIGGER witness_{table} AFTER INSERT ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION witness_{table}()"
)
_TRIGGERS: Final[Mapping[str, tuple[str, ...]]] = {
    "sqlite": (_SQLITE_TRIGGER,),
    "postgresql": (_FUNCTION, _TRIGGER),
}


def prepare(connection: Connection) -> None:
    """Add the counter and the witnesses to a database with our tables."""
    for statement in _TABLES:
        connection.execute(text(statement))
    for table in ("attempts", "do_not_call"):
        for statement in _TRIGGERS[connection.dialect.name]:
            connection.execute(text(statement.format(table=table)))


def _number(connection: Connection) -> None:
    found = connection.exec_driver_sql(
        "SELECT count(*) FROM commit_witness WHERE n IS NULL"
    ).scalar_one()
    if not found:
        return
    connection.exec_driver_sql("UPDATE commit_counter SET n = n + 1")
    connection.exec_driver_sql(
        "UPDATE commit_witness SET n = (SELECT n FROM commit_counter) WHERE n IS NULL"
    )


@asynccontextmanager
async def witnessed(url: str) -> AsyncIterator[SqlStores]:
    """Open stores whose commits are numbered; the database was prepared."""
    address = DatabaseAddress.of(url)
    if address.path is not None:
        engine = sqlite.writing_engine(address.path)
        event.listen(engine, "commit", _number)
        stores = SqlStores(
            ThreadTransactions(engine),
            SqlReader(sqlite.reading_engine(address.path)),
            gather_s=0.0,
            law=DialLaw(),
            engine=engine,
        )
    else:
        assert address.url is not None
        server = postgresql.engine(address.url)
        event.listen(server.sync_engine, "commit", _number)
        stores = SqlStores(LoopTransactions(server), SqlReader(server), gather_s=0.0, law=DialLaw())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stores.writer.run(), name="sql-writer")
        yield stores
        stores.writer.close()
    await stores.close()


async def prepare_database(url: str) -> None:
    """Make the tables, the counter and the witnesses."""
    async with open_stores(url) as stores:
        await stores.writer.transact(prepare)


async def commits(stores: SqlStores) -> list[tuple[str, str, int]]:
    """Return (table, number, place in the order of commits) of each row, in that order."""
    async with stores.reader.connect() as connection:
        found = await connection.execute(
            text("SELECT what, number, n FROM commit_witness ORDER BY n")
        )
        return [(row.what, row.number, row.n) for row in found]


def attempts_after_their_entry(order: list[tuple[str, str, int]]) -> list[str]:
    """Return the numbers on which an attempt committed after the do-not-call entry."""
    entered: dict[str, int] = {}
    for what, number, n in order:
        if what == "do_not_call":
            entered.setdefault(number, n)
    return [
        number
        for what, number, n in order
        if what == "attempts" and number in entered and n > entered[number]
    ]
