"""`outpace pins`: numbers and PINs by which callers log in to flows: set, list, remove, import.

A PIN comes from the terminal, without echo, or from a file, as passwords do. Refuses to know what a
PIN must be.
"""

import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.passwords import check_private, password_in
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, Region, number_said, say
from dialer.domain.caller_account import CallerAccount
from dialer.domain.columns import ColumnPlan
from dialer.domain.instant import written
from dialer.domain.pin_list import pins_from
from dialer.services.csv_list import CsvList
from dialer.services.import_numbers import checked_region
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins

T = TypeVar("T")

app = typer.Typer(help="PINs of callers: set, list, remove, import.", no_args_is_help=True)

Kind = Annotated[str, typer.Argument(help="customer or staff.")]
Number = Annotated[str, typer.Argument(help="As it is keyed in: digits.")]


@app.command(name="set")
def set_(
    home: Home,
    by: By,
    kind: Kind,
    number: Number,
    phone: Annotated[
        str, typer.Option("--phone", help="Where they are called, as +12025550100.")
    ] = "",
    label: Annotated[str, typer.Option("--label", help="For people, and for flows.")] = "",
    from_file: Annotated[
        Path | None,
        typer.Option("--from-file", help="File whose first line is the PIN; else it is asked for."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a number its PIN, in place of the one before; a lock of it ends."""
    with errors_told():
        account = CallerAccount(kind, number, "", number_said(phone, "") if phone else "", label)
        pin = password_in(from_file) if from_file is not None else typed_pin()

    async def work(stores: SqlStores) -> bool:
        return await with_pins(stores, lambda pins: pins.set(account, pin, by=by))

    new: bool = with_stores(home, work)
    how = "added" if new else "changed"
    say(f"{kind} {number} {how}", as_json=as_json, kind=kind, number=number, new=new)


@app.command(name="list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """List the numbers that have a PIN, and until when they are locked."""

    async def work(stores: SqlStores) -> list[tuple[CallerAccount, float | None]]:
        found = await stores.caller_accounts.list()

        of = [(one.kind, one.number) for one in found]
        locks = await with_pins(stores, lambda pins: pins.locks(of))
        return list(zip(found, locks, strict=True))

    rows: list[tuple[CallerAccount, float | None]] = with_stores(home, work)
    if as_json:
        told = [
            {
                "kind": one.kind,
                "number": one.number,
                "phone": one.phone,
                "label": one.label,
                "locked_until": until,
            }
            for one, until in rows
        ]
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one, until in rows:
        lock = "" if until is None else f"locked until {written(until)}"
        typer.echo(f"{one.kind}\t{one.number}\t{one.phone}\t{one.label}\t{lock}")


@app.command()
def remove(home: Home, by: By, kind: Kind, number: Number, as_json: AsJson = False) -> None:
    """Take a number and its PIN away."""
    with_stores(
        home, lambda stores: stores.caller_accounts.remove(kind, number, by=by, at=time.time())
    )
    say(f"{kind} {number} removed", as_json=as_json, kind=kind, number=number)


@app.command(name="import")
def import_(
    home: Home,
    by: By,
    file: Annotated[
        Path, typer.Argument(help="CSV: kind, number, pin, and as wanted phone and label.")
    ],
    region: Region = "",
    as_json: AsJson = False,
) -> None:
    """Give many numbers their PINs, all of a file or none, in place of those before."""
    with errors_told():
        country = checked_region(region or None)
        source = CsvList(file, ColumnPlan())
        try:
            check_private(file)
            wanted = pins_from(source.table, file.name, country)
        finally:
            source.close()

    async def work(stores: SqlStores) -> int:
        return await with_pins(stores, lambda pins: pins.set_all(wanted, by=by))

    new: int = with_stores(home, work)
    text = f"{len(wanted)} PINs set, {new} of them of new numbers"
    say(text, as_json=as_json, pins=len(wanted), new=new)


def typed_pin() -> str:
    """Ask for a PIN twice, without echo."""
    return str(typer.prompt("PIN", hide_input=True, confirmation_prompt="Once more"))


async def with_pins(stores: SqlStores, work: Callable[[Pins], Awaitable[T]]) -> T:
    """Do some work with the PINs on record."""
    passwords = Passwords()
    try:
        return await work(
            Pins(stores.caller_accounts, stores.rooms, stores.pin_guesses, passwords, SteadyClock())
        )
    finally:
        passwords.close()
