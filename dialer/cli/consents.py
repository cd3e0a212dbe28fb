"""`outpace consents`: who agreed to be called, for what, and where the proof is."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dialer.adapters.sql.consents import SqlConsents
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, Region, number_said
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven, consent_from
from dialer.domain.instant import written
from dialer.services.import_numbers import Taken, import_consents

app = typer.Typer(help="Consents to be called.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="A telephone number.")]


@app.command()
def add(
    home: Home,
    by: By,
    number: Number,
    kind: Annotated[Consent, typer.Option("--kind", help="What was agreed to.")],
    proof: Annotated[str, typer.Option("--proof", help="Where it can be looked up.")],
    purpose: Annotated[
        str, typer.Option("--purpose", help="sales, research, debt or service; any if not.")
    ] = "",
    given: Annotated[str, typer.Option("--given", help="Date it was given; now if not.")] = "",
    expires: Annotated[str, typer.Option("--expires", help="Date on which it ends.")] = "",
    region: Region = "",
) -> None:
    """Record a consent."""
    with errors_told():
        consent = consent_from(
            {
                "number": number_said(number, region),
                "kind": kind.value,
                "proof": proof,
                "purpose": purpose,
                "given_at": given,
                "expires_at": expires,
            },
            default_region=None,
            now=time.time(),
        )

    async def work(stores: SqlStores) -> int:
        consents = SqlConsents(stores.writer, stores.reader)
        return await consents.add([consent], by=by, at=time.time())

    typer.echo("recorded" if with_stores(home, work) else "on record already")


@app.command()
def withdraw(
    home: Home,
    by: By,
    number: Number,
    kind: Annotated[Consent | None, typer.Option("--kind", help="Only these.")] = None,
    purpose: Annotated[str, typer.Option("--purpose", help="Only those that name it.")] = "",
    region: Region = "",
) -> None:
    """Let the consents of a number count no longer; they stay on record."""
    with errors_told():
        wanted = number_said(number, region)

    async def work(stores: SqlStores) -> int:
        consents = SqlConsents(stores.writer, stores.reader)
        return await consents.withdraw(
            wanted, by=by, at=time.time(), kind=kind, purpose=purpose or None
        )

    typer.echo(f"{with_stores(home, work)} consents withdrawn")


@app.command(name="import")
def import_(
    home: Home,
    by: By,
    file: Annotated[
        Path, typer.Argument(help="CSV: number, kind, purpose, proof, given_at, expires_at.")
    ],
    region: Region = "",
) -> None:
    """Record all consents of a file; may be run again."""

    async def work(stores: SqlStores) -> tuple[Taken, int]:
        consents = SqlConsents(stores.writer, stores.reader)
        added = 0

        async def take(given: Sequence[ConsentGiven]) -> None:
            nonlocal added
            added += await consents.add(given, by=by, at=time.time())

        taken = await import_consents(
            file,
            take,
            now=time.time(),
            default_region=region or None,
            rejects_file=file.with_suffix(".rejects.csv"),
        )
        return taken, added

    taken, added = with_stores(home, work)
    typer.echo(f"{taken.rows} consents read, {added} of them new")
    if taken.rejected:
        typer.echo(f"{taken.rejected} rows rejected, with reasons in {taken.rejects_file}")


@app.command(name="list")
def list_(
    home: Home,
    number: Annotated[str, typer.Argument(help="Only of this number.")] = "",
    region: Region = "",
    as_json: AsJson = False,
) -> None:
    """List consents, withdrawn and expired ones too; with --json an object a line."""
    with errors_told():
        wanted = number_said(number, region) if number else None

    async def work(stores: SqlStores) -> None:
        async for one in SqlConsents(stores.writer, stores.reader).of(wanted):
            shown = {
                "number": one.number,
                "kind": one.kind.value,
                "purpose": one.purpose,
                "proof": one.proof,
                "given_at": written(one.given_at),
                "expires_at": written(one.expires_at),
                "withdrawn_at": written(one.withdrawn_at),
            }
            typer.echo(json.dumps(shown) if as_json else "\t".join(shown.values()))

    with_stores(home, work)
