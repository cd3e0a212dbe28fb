"""`outpace do-not-call`: numbers that are not called, and the lists they are compared with."""

import csv
import json
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.do_not_call import Entered, Entry, SqlDoNotCall
from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.adapters.sql.screenings import SqlScreenings
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, Region, instant_said, number_said, say
from dialer.domain.cellguard import guarded
from dialer.domain.columns import ColumnPlan
from dialer.domain.instant import written
from dialer.errors import BadInput
from dialer.services.import_numbers import Taken, checked_region, import_numbers

app = typer.Typer(help="Numbers that are not called.", no_args_is_help=True)

Numbers = Annotated[list[str], typer.Argument(help="Telephone numbers.")]
Scope = Annotated[str, typer.Option("--scope", help="*, tenant:ID or campaign:ID.")]
Expires = Annotated[str, typer.Option("--expires", help="Date on which it ends; never if not.")]


@app.command()
def add(
    home: Home,
    by: By,
    numbers: Numbers,
    source: Annotated[str, typer.Option("--source", help="Who asked for it, and how.")],
    scope: Scope = "*",
    region: Region = "",
    expires: Expires = "",
    as_json: AsJson = False,
) -> None:
    """Enter numbers; their leads are done with it at once."""
    with errors_told():
        wanted = [number_said(number, region) for number in numbers]
        end = instant_said(expires, "--expires")

    async def work(stores: SqlStores) -> Entered:
        listed = SqlDoNotCall(stores.writer, stores.reader)
        return await listed.add(
            wanted, scope=scope, source=source, at=time.time(), expires_at=end, by=by
        )

    done: Entered = with_stores(home, work)
    text = f"{done.new} numbers entered, {done.leads} leads done with it"
    say(text, as_json=as_json, new=done.new, leads=done.leads)


@app.command()
def remove(
    home: Home,
    by: By,
    numbers: Numbers,
    reason: Annotated[str, typer.Option("--reason", help="Why they may be called again.")],
    scope: Scope = "*",
    region: Region = "",
    as_json: AsJson = False,
) -> None:
    """Take numbers out; leads that were ended stay ended."""
    with errors_told():
        wanted = [number_said(number, region) for number in numbers]

    async def work(stores: SqlStores) -> int:
        listed = SqlDoNotCall(stores.writer, stores.reader)
        return await listed.remove(wanted, scope=scope, by=by, reason=reason, at=time.time())

    removed: int = with_stores(home, work)
    say(f"{removed} numbers taken out", as_json=as_json, removed=removed)


@app.command()
def check(
    home: Home,
    number: Annotated[str, typer.Argument(help="A telephone number.")],
    region: Region = "",
    as_json: AsJson = False,
) -> None:
    """Show what keeps a number from being called."""
    with errors_told():
        wanted = number_said(number, region)

    async def work(stores: SqlStores) -> tuple[list[Entry], bool]:
        entries = await SqlDoNotCall(stores.writer, stores.reader).check(wanted, at=time.time())
        privacy = SqlPrivacy(stores.writer, stores.reader, privacy_key(home))
        return entries, bool(await privacy.suppressed([wanted]))

    entries, erased = with_stores(home, work)
    if as_json:
        typer.echo(json.dumps({"entries": [_shown(entry) for entry in entries], "erased": erased}))
        return
    for entry in entries:
        typer.echo("\t".join(_shown(entry).values()))
    if erased:
        typer.echo("the number was erased")
    if not entries and not erased:
        typer.echo("nothing on the list")


@app.command(name="import")
def import_(
    home: Home,
    by: By,
    file: Annotated[Path, typer.Argument(help="CSV, or a number a line.")],
    scope: Scope = "*",
    source: Annotated[str, typer.Option("--source", help="Else the list's or file's name.")] = "",
    region: Region = "",
    number_column: Annotated[
        str, typer.Option("--number-column", help="Header of the number's column.")
    ] = "",
    expires: Expires = "",
    list_name: Annotated[
        str, typer.Option("--list", help="Name of the registry whose list it is.")
    ] = "",
    dated: Annotated[str, typer.Option("--dated", help="The date that list bears.")] = "",
    country: Annotated[str, typer.Option("--country", help="Whose list it is, as US.")] = "",
    as_json: AsJson = False,
) -> None:
    """Enter all numbers of a file; may be run again, for the same file or a newer one."""
    with errors_told():
        end, dated_at = instant_said(expires, "--expires"), instant_said(dated, "--dated")
        if len({bool(list_name), bool(dated), bool(country)}) != 1:
            problem = "of --list, --dated and --country some are missing"
            raise BadInput("do-not-call", problem, "give all three, or none")
        whose = checked_region(country or None)
        if dated_at is not None and dated_at > time.time():
            raise BadInput("--dated", f"{dated} is in the future", "give the date the list bears")

    async def work(stores: SqlStores) -> tuple[Taken, Entered]:
        listed = SqlDoNotCall(stores.writer, stores.reader)
        await listed.check_scope(scope)
        total = Entered(0, 0)
        said = source or list_name or file.name

        async def enter(numbers: list[str]) -> None:
            nonlocal total
            total += await listed.add(
                numbers, scope=scope, source=said, at=time.time(), expires_at=end
            )

        taken = await import_numbers(
            file,
            lambda numbers: enter(list(numbers)),
            default_region=(region or country) or None,
            plan=ColumnPlan(number_column or None),
            rejects_file=file.with_suffix(".rejects.csv"),
        )
        detail = {"scope": scope, "source": said, "rows": taken.rows, "new": total.new}
        await SqlAudit(stores.writer, stores.reader).note(
            by=by, action="do_not_call_import", subject=file.name, detail=detail, at=time.time()
        )
        if dated_at is not None and whose is not None:
            await SqlScreenings(stores.writer, stores.reader).record(
                name=list_name,
                country=whose,
                dated_at=dated_at,
                numbers=taken.rows,
                by=by,
                at=time.time(),
            )
        return taken, total

    taken, total = with_stores(home, work)
    say(
        f"{taken.rows} numbers read, {total.new} of them new, {total.leads} leads done with it",
        as_json=as_json,
        rows=taken.rows,
        new=total.new,
        leads=total.leads,
        rejected=taken.rejected,
        rejects_file=str(taken.rejects_file) if taken.rejected else None,
    )
    if not as_json and taken.rejected:
        typer.echo(f"{taken.rejected} rows rejected, with reasons in {taken.rejects_file}")


@app.command()
def export(
    home: Home,
    by: By,
    file: Annotated[Path, typer.Argument(help="CSV to write; must not exist.")],
    scope: Annotated[str, typer.Option("--scope", help="Only this one.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write all entries into a CSV."""
    with errors_told():
        if file.exists():
            raise BadInput(str(file), "is there already", "name another file")

    async def work(stores: SqlStores) -> int:
        listed = SqlDoNotCall(stores.writer, stores.reader)
        if scope:
            await listed.check_scope(scope)
        await SqlAudit(stores.writer, stores.reader).note(
            by=by,
            action="export",
            subject="do_not_call",
            detail={"scope": scope or "all", "file": file.name},
            at=time.time(),
        )
        return await _write(file, listed, scope or None)

    entries: int = with_stores(home, work)
    text = f"{entries} entries written to {file}"
    say(text, as_json=as_json, entries=entries, file=str(file))


async def _write(file: Path, listed: SqlDoNotCall, scope: str | None) -> int:
    count = 0
    part = file.with_name(f".{file.name}.part")
    try:
        opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(["number", "scope", "source", "at", "expires_at"])
            async for entry in listed.entries(scope=scope):
                writer.writerow({**_shown(entry), "source": guarded(entry.source)}.values())
                count += 1
        part.rename(file)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise BadInput(str(file), problem, "name another file") from None
    finally:
        part.unlink(missing_ok=True)
    return count


def _shown(entry: Entry) -> dict[str, str]:
    return {
        "number": entry.number,
        "scope": entry.scope,
        "source": entry.source,
        "at": written(entry.at),
        "expires_at": written(entry.expires_at),
    }
