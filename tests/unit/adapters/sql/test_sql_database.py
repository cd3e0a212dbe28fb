"""Opening the database: the right file, of the right version, set to survive a power cut."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from dialer.adapters.sql.opening import HEAD
from dialer.adapters.sql.sqlite import reading_engine, writing_engine
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.errors import BadInput


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


async def refusal(url: str) -> str:
    with pytest.raises(BadInput) as refused:
        await SqlStores.open(url)
    message = str(refused.value)
    assert "\n" not in message
    return message


async def test_a_new_file_is_made_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    for _ in range(2):
        async with open_stores(url_of(path)) as stores:
            assert await stores.campaigns.list() == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("version", "fix"),
    [
        ("0000", "make a backup, then run outpace database upgrade"),
        ("9999", "upgrade Outpace"),
    ],
)
async def test_a_database_of_another_version_is_not_touched(
    version: str, fix: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.db"
    async with open_stores(url_of(path)):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    assert await refusal(url_of(path)) == (
        f"database {path}: has tables of version {version}, this program knows {HEAD}; {fix}"
    )


async def test_a_database_from_before_migrations_is_told(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE schema_version (version INTEGER)")
    connection.close()
    assert "is of a trial version" in await refusal(url_of(path))


async def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.close()
    assert "holds tables of another program" in await refusal(url_of(path))
    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == [
        ("recipes",)
    ]


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("number,name\n" * 1000)
    assert "cannot be opened: file is not a database" in await refusal(url_of(path))


async def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert "cannot be created" in await refusal(url_of(tmp_path / "none" / "new.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    path.touch(mode=0o400)
    assert "cannot be opened" in await refusal(url_of(path))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("outpace.db", "is not a URL"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("mysql://localhost/outpace", "'mysql' is not supported"),
    ],
)
async def test_a_url_of_something_else_is_told(url: str, problem: str) -> None:
    assert problem in await refusal(url)


async def test_a_commit_is_on_the_disk_and_keys_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with open_stores(url_of(path)):
        engine = writing_engine(path)
        with engine.connect() as connection:
            found = [
                connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert found == ["wal", 2, 1, 10_000]


async def test_readers_cannot_write_and_do_not_wait_for_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with open_stores(url_of(path)):
        writing, reading = writing_engine(path), reading_engine(path)
        with writing.begin() as writer:
            writer.execute(
                text("INSERT INTO skills (id, tenant_id, name) VALUES ('s', 'main', 'French')")
            )
            async with reading.connect() as reader:
                found = await reader.execute(text("SELECT count(*) FROM skills"))
                assert found.scalar() == 0
                with pytest.raises(Exception, match="readonly"):
                    await reader.execute(text("DELETE FROM skills"))
        await reading.dispose()
