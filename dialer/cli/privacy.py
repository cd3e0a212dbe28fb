"""`outpace privacy`: a copy of what is known of a person, and its erasure."""

import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.recording_places import shelf_of
from dialer.adapters.sql.known import known_of
from dialer.adapters.sql.privacy import Erased, SqlPrivacy
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import By, Region, number_said
from dialer.errors import BadInput
from dialer.settings import load_settings

app = typer.Typer(help="Requests of people about what is known of them.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="The person's telephone number.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, such as a reference.")]


@app.command()
def export(
    home: Home,
    by: By,
    number: Number,
    file: Annotated[Path, typer.Argument(help="JSON to write; must not exist.")],
    region: Region = "",
) -> None:
    """Write everything known of a number into a file."""
    with errors_told():
        wanted = number_said(number, region)
        if file.exists():
            raise BadInput(str(file), "is there already", "name another file")
        if not file.parent.is_dir():
            raise BadInput(str(file), "is in no folder that exists", "name another file")

    async def work(stores: SqlStores) -> dict[str, Any]:
        privacy = SqlPrivacy(stores.writer, stores.reader, privacy_key(home))
        await privacy.note_export(wanted, by=by, at=time.time(), file=file.name)
        known = await known_of(stores.reader, wanted, privacy.stand_in(wanted))
        known["erased"] = bool(await privacy.suppressed([wanted]))
        return known

    known: dict[str, Any] = with_stores(home, work)
    with errors_told():
        _write(file, known)
    typer.echo(f"{sum(len(rows) for rows in known.values() if isinstance(rows, list))} rows")


@app.command()
def erase(home: Home, by: By, number: Number, reason: Reason, region: Region = "") -> None:
    """Erase what is known of a number, for good; it is never called or imported again."""
    with errors_told():
        wanted = number_said(number, region)
        if not reason.strip():
            raise BadInput("--reason", "is empty", "say why")

    async def work(stores: SqlStores) -> Erased:
        privacy = SqlPrivacy(stores.writer, stores.reader, privacy_key(home))
        return await privacy.erase(wanted, by=by, reason=reason, at=time.time())

    erased: Erased = with_stores(home, work)
    with errors_told():
        deleted = shelf_of(load_settings(home)).delete(erased.files)
    typer.echo(
        f"erased: {erased.leads} leads, {erased.attempts} attempts, {deleted} files; "
        f"it is {erased.stand_in} now"
    )


@app.command()
def hold(home: Home, by: By, number: Number, reason: Reason, region: Region = "") -> None:
    """Keep what is known of a number from being erased."""
    with errors_told():
        wanted = number_said(number, region)

    async def work(stores: SqlStores) -> bool:
        privacy = SqlPrivacy(stores.writer, stores.reader, privacy_key(home))
        return await privacy.hold(wanted, by=by, reason=reason, at=time.time())

    typer.echo("held" if with_stores(home, work) else "held already for that reason")


@app.command()
def lift(home: Home, by: By, number: Number, region: Region = "") -> None:
    """End the legal holds of a number."""
    with errors_told():
        wanted = number_said(number, region)

    async def work(stores: SqlStores) -> int:
        privacy = SqlPrivacy(stores.writer, stores.reader, privacy_key(home))
        return await privacy.lift(wanted, by=by, at=time.time())

    typer.echo(f"{with_stores(home, work)} holds lifted")


def _write(file: Path, known: dict[str, Any]) -> None:
    """Write a document for its owner only, whole or not at all."""
    part = file.with_name(f".{file.name}.part")
    try:
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as text:
            json.dump(known, text, ensure_ascii=False, indent=2)
            text.write("\n")
        part.rename(file)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadInput(str(file), problem, "name another file") from None
    finally:
        part.unlink(missing_ok=True)
