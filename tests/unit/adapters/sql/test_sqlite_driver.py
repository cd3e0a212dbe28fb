"""A reader's thread takes one turn for a statement and all its rows."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.sqlite import reading_engine

ALL = text("SELECT n FROM numbers ORDER BY n")


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[SqlReader]:
    file = tmp_path / "numbers.db"
    with sqlite3.connect(file) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("CREATE TABLE numbers (n INTEGER)")
        made.executemany("INSERT INTO numbers VALUES (?)", [(n,) for n in range(100)])
    made.close()
    opened = SqlReader(reading_engine(file))
    async with opened.connect() as connection:  # the pool has a connection from here on
        await connection.execute(text("SELECT 1"))
    yield opened
    await opened.close()


@pytest.fixture
def turns(reader: SqlReader, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the thread was asked to do, since the connection is open."""
    taken: list[str] = []
    before = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, work: Any, *args: Any, **named: Any) -> Any:
        taken.append(getattr(work, "__name__", "?"))
        return await before(self, work, *args, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return taken


async def test_a_query_and_its_rows_are_one_turn(reader: SqlReader, turns: list[str]) -> None:
    async with reader.connect() as connection:
        rows = (await connection.execute(ALL)).all()
    assert [row.n for row in rows] == list(range(100))
    assert len(turns) == 1


async def test_one_moment_takes_a_turn_to_begin_and_one_to_end(
    reader: SqlReader, turns: list[str]
) -> None:
    async with reader.snapshot() as connection:
        for _ in range(3):
            await connection.execute(ALL)
    assert len(turns) == 5


async def test_a_refused_statement_leaves_the_connection_fit_for_the_next(
    reader: SqlReader, turns: list[str]
) -> None:
    with pytest.raises(OperationalError, match="no such column"):
        async with reader.connect() as connection:
            await connection.execute(text("SELECT missing"))
    async with reader.connect() as connection:
        assert (await connection.execute(ALL)).scalars().first() == 0
    assert len(turns) == 2


async def test_what_is_streamed_comes_whole(reader: SqlReader) -> None:
    async with reader.snapshot() as connection:
        rows = await connection.stream(ALL.execution_options(yield_per=7))
        assert [row.n async for row in rows] == list(range(100))
