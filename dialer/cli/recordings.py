"""`outpace recordings`: whether they are what was recorded, and the keys they are sealed with."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.recording_checks import fault_of, reseal
from dialer.adapters.recording_keys import SETTING, add_key
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.domain.recording import Kept, RecordingRow, RecordingUnreadable
from dialer.errors import BadInput
from dialer.settings import NodeSettings, load_settings

app = typer.Typer(help="Recordings: verify them, rotate their keys.", no_args_is_help=True)

Day = Annotated[
    str, typer.Option("--day", help="Only those that began on this day (UTC), as 2026-11-27.")
]


@app.command()
def verify(home: Home, day: Day = "") -> None:
    """Compare each recording with its checksum; exit code 1 when one is damaged or missing."""
    with errors_told():
        settings = load_settings(home)
        since, until = _range(day)
    shelf = shelf_of(settings)
    counted = {"sound": 0, "faulty": 0, "unfinished": 0, "elsewhere": 0}

    async def work(stores: SqlStores) -> None:
        async for row in stores.recordings.all(since=since, until=until):
            if _is_elsewhere(row, settings):
                counted["elsewhere"] += 1
            elif not row.sha256:
                counted["unfinished"] += 1
            elif fault := await asyncio.to_thread(fault_of, shelf, row):
                counted["faulty"] += 1
                typer.echo(f"{row.file}: {fault}")
            else:
                counted["sound"] += 1

    with_stores(home, work)
    told = f"{counted['sound']} sound, {counted['faulty']} faulty"
    if counted["unfinished"]:
        told += f", {counted['unfinished']} without a checksum yet"
    if counted["elsewhere"]:
        told += f", {counted['elsewhere']} on other nodes' disks"
    typer.echo(told)
    if counted["faulty"]:
        raise typer.Exit(1)


@app.command()
def rekey(home: Home) -> None:
    """Seal what older master keys seal with the first one of the file; those can go then."""
    with errors_told():
        settings = load_settings(home)
        shelf = shelf_of(settings)
        current = shelf.keys().current
        if not current:
            raise BadInput(SETTING, "names no file", "recordings are not encrypted on this node")
    done, failed = [0], [0]

    async def work(stores: SqlStores) -> None:
        async for row in _sealed_otherwise(stores, settings, current):
            try:
                key_id = await asyncio.to_thread(reseal, shelf, row)
            except (OSError, RecordingUnreadable) as error:
                failed[0] += 1
                typer.echo(f"{row.file}: {error}", err=True)
            else:
                await stores.recordings.resealed(row, key_id)
                done[0] += 1

    with_stores(home, work)
    typer.echo(f"{done[0]} sealed with {current!r}, {failed[0]} not")
    if failed[0]:
        raise typer.Exit(1)


@app.command()
def new_key(
    file: Annotated[Path, typer.Argument(help="File of keys; made if it is not there.")],
    name: Annotated[str, typer.Argument(help="Name of the new key, such as 2026-11.")],
) -> None:
    """Make a master key and put it first into a file: new recordings are sealed with it."""
    with errors_told():
        add_key(file, name)
    typer.echo(f"{name!r} seals from now on; keep a copy of {file} where the recordings are not")


async def _sealed_otherwise(
    stores: SqlStores, settings: NodeSettings, current: str
) -> AsyncIterator[RecordingRow]:
    async for row in stores.recordings.all():
        if row.key_id not in {"", current} and not _is_elsewhere(row, settings):
            yield row


def _is_elsewhere(row: RecordingRow, settings: NodeSettings) -> bool:
    return row.kept is not Kept.S3 and row.node not in {"", settings.name}


def _range(day: str) -> tuple[float | None, float | None]:
    if not day:
        return None, None
    try:
        begins = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("--day", f"{day!r} is no day", "write it as 2026-11-27") from None
    return begins.timestamp(), (begins + timedelta(days=1)).timestamp()
