"""The one writer: who shares a transaction, who fails, what is promised at the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    insert,
    select,
    update,
)

from dialer.adapters.sql.errors import RowRefused, StoreFailed, StoreOverloaded
from dialer.adapters.sql.sqlite import writing_engine
from dialer.adapters.sql.transactions import ThreadTransactions
from dialer.adapters.sql.writer import MOST_ROWS, MOST_WAITING, SqlWriter, Write
from dialer.errors import BadInput

META = MetaData()
NOTES = Table("notes", META, Column("id", Integer, primary_key=True), Column("text", Text))
ADD = insert(NOTES).values(id=bindparam("key"), text=bindparam("said"))
CHANGE = update(NOTES).where(NOTES.c.id == bindparam("key")).values(text=bindparam("said"))
SOON = 60.0
"""Seconds nobody waits for: only another commit or the end makes such a one due."""


class Book:
    """A database of notes with its writer, and the number of transactions it has seen."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.writer = SqlWriter(ThreadTransactions(engine))
        self.commits = 0
        event.listen(engine, "commit", self._count)

    def _count(self, _connection: object) -> None:
        self.commits += 1

    def notes(self) -> list[tuple[int, str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(NOTES.c.id, NOTES.c.text).order_by(NOTES.c.id))
            return [(row.id, row.text) for row in rows]


def new_book(folder: Path) -> Book:
    engine = writing_engine(folder / "notes.db")
    with engine.begin() as connection:
        META.create_all(connection)
    return Book(engine)


@asynccontextmanager
async def open_book(folder: Path) -> AsyncIterator[Book]:
    book = new_book(folder)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(book.writer.run(), name="writer")
        yield book
        book.writer.close()


def note(key: int, said: str = "x") -> Write:
    return Write(ADD, [{"key": key, "said": said}])


def change(key: int, said: str) -> Write:
    return Write(
        CHANGE, [{"key": key, "said": said}], else_raise=lambda: BadInput("note", str(key), "add")
    )


async def test_a_commit_returns_when_its_rows_can_be_read(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await book.writer.commit(note(1, "a"), change(1, "b"))
        assert book.notes() == [(1, "b")]


async def test_all_that_wait_share_one_transaction(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await asyncio.gather(*(book.writer.commit(note(key)) for key in range(50)))
        assert book.commits == 1
        assert len(book.notes()) == 50


async def test_one_in_a_hurry_takes_those_along_that_have_time(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await asyncio.gather(
            book.writer.commit(note(1), within_s=SOON),
            book.writer.transact(
                lambda connection: connection.execute(ADD, {"key": 2, "said": ""})
            ),
            book.writer.commit(note(3), within_s=SOON),
        )
        assert book.commits == 1


async def test_one_that_has_time_is_committed_when_it_is_up(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await book.writer.commit(note(1), within_s=0.001)
        assert book.notes() == [(1, "x")]


async def test_rows_of_one_statement_keep_the_order_they_came_in(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await book.writer.commit(note(1))
        await asyncio.gather(*(book.writer.commit(change(1, str(i))) for i in range(30)))
        assert book.notes() == [(1, "29")]


async def test_one_that_cannot_be_fails_alone(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        results = await asyncio.gather(
            book.writer.commit(note(1)),
            book.writer.commit(note(2), change(7, "nobody")),
            book.writer.commit(note(3), note(3)),
            book.writer.commit(change(8, "nobody")),
            book.writer.transact(lambda _connection: 1 // 0),
            book.writer.commit(note(4)),
            return_exceptions=True,
        )
        kinds = [type(result) for result in results if result is not None]
        assert kinds == [BadInput, RowRefused, BadInput, ZeroDivisionError]
        assert book.notes() == [(1, "x"), (4, "x")]


async def test_a_long_queue_is_cut_into_transactions_of_a_bounded_length(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        rows = MOST_ROWS // 2
        writes = [
            Write(ADD, [{"key": start * rows + i, "said": ""} for i in range(rows)])
            for start in range(5)
        ]
        await asyncio.gather(*(book.writer.commit(write) for write in writes))
        assert book.commits == 3
        assert len(book.notes()) == 5 * rows


async def test_nothing_to_write_is_no_transaction(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        await book.writer.commit()
        await book.writer.commit(Write(ADD, []))
        assert book.commits == 0


async def test_who_stopped_waiting_is_not_written(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        async with asyncio.TaskGroup() as tasks:
            late = tasks.create_task(book.writer.commit(note(1), within_s=SOON))
            await asyncio.sleep(0)
            late.cancel()
        await book.writer.commit(note(2))
        assert book.notes() == [(2, "x")]


async def test_closing_commits_what_waits_and_takes_no_more(tmp_path: Path) -> None:
    book = new_book(tmp_path)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(book.writer.run())
        waiting = tasks.create_task(book.writer.commit(note(1), within_s=SOON))
        await asyncio.sleep(0)
        book.writer.close()
        await waiting
        with pytest.raises(StoreFailed, match=r"closed|stopped"):
            await book.writer.commit(note(2))
    with pytest.raises(StoreFailed, match="stopped"):
        await book.writer.commit(note(3))
    assert book.notes() == [(1, "x")]


async def test_a_cancelled_writer_leaves_nobody_waiting(tmp_path: Path) -> None:
    book = new_book(tmp_path)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(book.writer.run())
        waiting = [tasks.create_task(_outcome(book, note(key), within_s=SOON)) for key in range(3)]
        await asyncio.sleep(0)
        running.cancel()
    assert [type(task.result()) for task in waiting] == [StoreFailed] * 3


async def _outcome(book: Book, write: Write, *, within_s: float = 0.0) -> Exception | None:
    try:
        await book.writer.commit(write, within_s=within_s)
    except StoreFailed as error:
        return error
    return None


async def test_a_full_disk_stops_the_writer_and_everybody_hears_of_it(tmp_path: Path) -> None:
    book = new_book(tmp_path)

    @event.listens_for(book.engine, "connect")
    def small_disk(connection: object, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 3")  # type: ignore[attr-defined]

    long = "x" * 20_000
    told = await asyncio.gather(
        *(book.writer.commit(note(key, long)) for key in range(3)),
        book.writer.run(),
        return_exceptions=True,
    )
    assert [type(error) for error in told] == [StoreFailed] * 4
    with pytest.raises(StoreFailed, match="full"):
        await book.writer.commit(note(9))
    assert book.notes() == []


async def test_a_database_that_cannot_be_opened_stops_the_writer(tmp_path: Path) -> None:
    writer = SqlWriter(ThreadTransactions(writing_engine(tmp_path / "none" / "notes.db")))
    with pytest.raises(StoreFailed, match="unable to open"):
        await writer.run()
    with pytest.raises(StoreFailed):
        await writer.commit(note(1))


async def test_more_than_the_queue_holds_is_refused(tmp_path: Path) -> None:
    async with open_book(tmp_path) as book:
        results = await asyncio.gather(
            *(book.writer.commit(note(key), within_s=SOON) for key in range(MOST_WAITING)),
            book.writer.commit(note(MOST_WAITING)),
            book.writer.transact(lambda _connection: "refused too"),
            _flush_by_closing(book),
            return_exceptions=True,
        )
        refused = [result for result in results if result is not None]
        assert [type(result) for result in refused] == [StoreOverloaded, StoreOverloaded]
        assert len(book.notes()) == MOST_WAITING


async def _flush_by_closing(book: Book) -> None:
    book.writer.close()
