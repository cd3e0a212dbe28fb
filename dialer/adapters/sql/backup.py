"""Backups: a whole database in one file, checked when it is made, put back all or nothing.

    kept = await backup("sqlite:///outpace.db", Path("monday.backup"))
    await restore("sqlite:///outpace.db", Path("monday.backup"), replace=True)

Knows what holds for both databases. Refuses to know how each writes its file.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.adapters.sql import backup_file, backup_server
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import HEAD
from dialer.errors import BadInput

_PART: Final = ".part"
_OF_SQLITE: Final = b"SQLite format 3\0"
_OF_SERVER: Final = b"PGDMP"


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in a file: the version of the tables, and how many rows each holds."""

    version: str
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back; campaigns that were running are paused."""

    backup: Backup
    paused: int

    @property
    def is_older(self) -> bool:
        """Whether the tables must be upgraded before an engine takes them."""
        return self.backup.version < HEAD


async def backup(url: str, file: Path, *, programs: Path | None = None) -> Backup:
    """Write the whole database into a new file; engines may go on.

    The file is there complete and checked, or not at all.

    Args:
        url: address of the database.
        file: to be made.
        programs: folder of `pg_dump` and its like; else they are in the PATH.

    Raises:
        BadInput: the file is there, the database cannot be read, or what was written is not right.
    """
    address = DatabaseAddress.of(url)
    if file.exists():
        raise BadInput(f"backup {file}", "is there already", "name a new file")
    part = file.with_name(file.name + _PART)
    try:
        part.unlink(missing_ok=True)  # of a backup that was interrupted
        part.touch(mode=0o600)  # it holds telephone numbers
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadInput(f"backup {file}", problem, "name a file in a folder that exists") from None
    try:
        if address.path is not None:
            version, rows = await backup_file.write(address.path, part)
        else:
            version, rows = await backup_server.write(address, part, programs)
        _keep(part, file)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Backup(version, rows)


async def restore(
    url: str, file: Path, *, replace: bool = False, programs: Path | None = None
) -> Restored:
    """Put a backup into a database; nothing is changed when it cannot be put back as a whole.

    Campaigns that were running are paused: since the backup people were called, and numbers were
    entered into the do-not-call list, of which it knows nothing.

    Args:
        url: address of the database.
        file: that `backup` wrote.
        replace: delete what the database holds.
        programs: folder of `pg_restore` and its like; else they are in the PATH.

    Raises:
        BadInput: the file is no backup of ours, of a newer version, or of the other database; the
            database is not empty, in use, or cannot be written.
    """
    address = DatabaseAddress.of(url)
    wanted = _OF_SQLITE if address.path is not None else _OF_SERVER
    _check_kind(file, wanted)
    if address.path is not None:
        version, rows, paused = await backup_file.put_back(address.path, file, replace=replace)
    else:
        version, rows, paused = await backup_server.put_back(
            address, file, programs, replace=replace
        )
    return Restored(Backup(version, rows), paused)


def _keep(part: Path, file: Path) -> None:
    """Give a complete file its name, so that a power cut leaves all or nothing of it."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _check_kind(file: Path, wanted: bytes) -> None:
    try:
        with file.open("rb") as opened:
            begins = opened.read(len(_OF_SQLITE))
    except OSError as error:
        raise BadInput(f"backup {file}", f"cannot be read: {error.strerror}", "name it") from None
    if begins.startswith(wanted):
        return
    for kind, mark in (("SQLite", _OF_SQLITE), ("PostgreSQL", _OF_SERVER)):
        if begins.startswith(mark):
            problem = f"is of {kind}, the database is not"
            raise BadInput(f"backup {file}", problem, "name a database of that kind")
    raise BadInput(f"backup {file}", "is no backup of Outpace", "name another file")
