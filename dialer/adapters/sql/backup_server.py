"""Backups of PostgreSQL: its own programs, watched: nothing is taken for right unread.

A dump is read back at once and its rows are counted against the snapshot it was made of. It is put
back in one transaction, which is committed only when all of the file was read. Knows `pg_dump`,
`pg_restore` and `psql`. Refuses to know where backups are kept.
"""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, func, inspect, select, table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import HEAD, VERSIONS, version
from dialer.adapters.sql.tables.people import tenants
from dialer.errors import BadInput

Rows = dict[str, int]

_SNAPSHOT: Final = text("SELECT pg_export_snapshot()")
_PAUSE: Final = """
WITH done AS (
  UPDATE "{schema}".campaigns SET state = 'paused' WHERE state = 'running' RETURNING 1
) SELECT 'paused ' || count(*) FROM done;
"""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class _Programs:
    """The server's programs, and how they are told where to go: by what `ps` does not show."""

    folder: str | None
    environment: Mapping[str, str]

    @classmethod
    def of(cls, address: DatabaseAddress, folder: Path | None) -> "_Programs":
        url = address.url
        given: dict[str, Any] = {}
        if url is not None:
            query = {name: str(value) for name, value in url.query.items()}
            given = {
                "PGHOST": url.host or query.get("host"),
                "PGPORT": url.port or query.get("port"),
                "PGUSER": url.username,
                "PGPASSWORD": url.password,
                "PGDATABASE": url.database,
                "PGSSLMODE": query.get("sslmode") or query.get("ssl"),
            }
        set_here = {name: str(value) for name, value in given.items() if value is not None}
        return cls(None if folder is None else str(folder), {**os.environ, **set_here})

    def command(self, name: str, *words: str) -> list[str]:
        found = shutil.which(name, path=self.folder)
        if found is None:
            where = "in the PATH" if self.folder is None else f"in {self.folder}"
            fix = "install the client programs of PostgreSQL, or name their folder (--programs)"
            raise BadInput(name, f"is not {where}", fix)
        return [found, *words]

    def start(self, command: Sequence[str], **pipes: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(command, env=self.environment, **pipes)


async def write(address: DatabaseAddress, part: Path, folder: Path | None) -> tuple[str, Rows]:
    """Dump a database into an empty file; returns its version and its rows by table."""
    programs = _Programs.of(address, folder)
    programs.command("pg_restore")  # said before an hour is spent on the dump
    async with _Session(address) as connection:
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        found = await connection.run_sync(version, str(address))
        rows = await connection.run_sync(_rows)
        snapshot = (await connection.execute(_SNAPSHOT)).scalar_one()
        words = ["-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={part}"]
        command = programs.command("pg_dump", *words)
        await asyncio.to_thread(_run, programs, command)
    _, written = await asyncio.to_thread(_read, programs, part)
    if written != rows:
        raise BadInput(f"backup of {address}", "lacks rows", "try again; is the disk sound?")
    return found, rows


async def put_back(
    address: DatabaseAddress, file: Path, folder: Path | None, *, replace: bool
) -> tuple[str, Rows, int]:
    """Put a dump into a database; returns version, rows and campaigns paused."""
    programs = _Programs.of(address, folder)
    programs.command("psql")
    found, rows = await asyncio.to_thread(_read, programs, file)
    if found is None:
        raise BadInput(f"backup {file}", "holds no tables of this program", "name another one")
    if found > HEAD:
        problem = f"has tables of version {found}, this program knows {HEAD}"
        raise BadInput(f"backup {file}", problem, "upgrade Outpace")
    async with _Session(address) as connection:
        await postgresql.refuse_in_use(connection, str(address))
        there = await connection.run_sync(_rows)
        if there:
            await connection.run_sync(version, str(address))  # what is not ours is never replaced
        if not replace and any(
            count for name, count in there.items() if name not in {VERSIONS.name, tenants.name}
        ):
            problem, fix = "is not empty", "add --replace to lose what it holds"
            raise BadInput(f"database {address}", problem, fix)
        schema = (await connection.execute(text("SELECT current_schema()"))).scalar_one()
    paused = await asyncio.to_thread(_feed, programs, file, str(schema), list(there))
    return found, rows, paused


class _Session:
    """One connection for a while; what goes wrong with it is told in one line."""

    def __init__(self, address: DatabaseAddress) -> None:
        if address.url is None:
            raise BadInput("database", "none is named", "see docs/operations.md")
        self._address = address
        self._engine = postgresql.engine(address.url, name="outpace-backup", command_s=None)
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> AsyncConnection:
        try:
            self._connection = await self._engine.connect()
        except (DBAPIError, OSError) as error:
            await self._engine.dispose()
            raise self._told(error) from None
        return self._connection

    async def __aexit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if self._connection is not None:
            await self._connection.close()
        await self._engine.dispose()
        if isinstance(error, DBAPIError | OSError):
            raise self._told(error) from None

    def _told(self, error: DBAPIError | OSError) -> BadInput:
        told = error.orig if isinstance(error, DBAPIError) else error
        problem = f"cannot be used: {str(told).splitlines()[0] if str(told) else 'no answer'}"
        return BadInput(f"database {self._address}", problem, "see that it runs and lets us in")


def _rows(connection: Connection) -> Rows:
    names = inspect(connection).get_table_names()
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
    }


def _run(programs: _Programs, command: Sequence[str]) -> None:
    with tempfile.TemporaryFile() as said:
        process = programs.start(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        if process.wait():
            raise _failed(command, said)


def _read(programs: _Programs, file: Path) -> tuple[str | None, Rows]:
    """Read all of a dump: its version, and its rows by table."""
    command = programs.command("pg_restore", "--data-only", "--file=-", str(file))
    with tempfile.TemporaryFile() as said:
        process = programs.start(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said
        )
        if process.stdout is None:
            raise _failed(command, said)
        with process.stdout as lines:
            found, rows = _counted(lines)
        if process.wait():
            raise _failed(command, said)
    return found, rows


def _counted(lines: Iterator[bytes]) -> tuple[str | None, Rows]:
    """Count the rows of each COPY; one row is one line."""
    rows: Rows = {}
    name: str | None = None
    found: str | None = None
    for line in lines:
        if name is None:
            if line.startswith(b"COPY "):
                name = line.split(b" ")[1].decode().rpartition(".")[2].strip('"')
                rows[name] = 0
        elif line == b"\\.\n":
            name = None
        else:
            rows[name] += 1
            if name == VERSIONS.name:
                found = line.decode().strip()
    return found, rows


def _feed(programs: _Programs, file: Path, schema: str, tables: Sequence[str]) -> int:
    """Put a dump back in one transaction, committed only when all of it was read.

    Returns how many campaigns were paused.
    """
    unpack = programs.command("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file))
    fill = programs.command("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align")
    fill.append("--set=ON_ERROR_STOP=1")
    with (
        tempfile.TemporaryFile() as unpack_said,
        tempfile.TemporaryFile() as fill_said,
        tempfile.TemporaryFile() as answers,
    ):
        reading = programs.start(
            unpack, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=unpack_said
        )
        writing = programs.start(fill, stdin=subprocess.PIPE, stdout=answers, stderr=fill_said)
        if reading.stdout is None or writing.stdin is None:
            raise _failed(unpack, unpack_said)
        try:
            with reading.stdout as unpacked, writing.stdin as filled:
                filled.write(b"BEGIN;\n")
                for name in tables:
                    filled.write(f'DROP TABLE "{schema}"."{name}" CASCADE;\n'.encode())
                while chunk := unpacked.read(_CHUNK):
                    filled.write(chunk)
                if reading.wait() == 0:
                    filled.write(_PAUSE.format(schema=schema).encode())
                    filled.write(b"COMMIT;\n")
        except BrokenPipeError:
            reading.kill()  # psql has said why
        wrote = writing.wait()
        read = reading.wait()
        if wrote:
            raise _failed(fill, fill_said)
        if read:
            raise _failed(unpack, unpack_said)
        answers.seek(0)
        told = [line for line in answers if line.startswith(b"paused ")]
        return int(told[-1].split()[1])


def _failed(command: Sequence[str], said: IO[bytes]) -> BadInput:
    said.seek(0)
    lines = said.read(_CHUNK).decode(errors="replace").strip().splitlines()
    telling = [line for line in lines if "error" in line.lower()] or lines or ["it said nothing"]
    name = Path(command[0]).name
    return BadInput(name, telling[0].removeprefix(f"{name}: ").strip(), "nothing was changed")
