"""`outpace phones`: agents' phones, let in by the node's Asterisk without a reload."""

import json
import secrets
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.phone import (
    SECRET_BYTES,
    Phone,
    PhoneKind,
    PhoneLeg,
    Transport,
    checked_phone,
    ha1_of,
)
from dialer.services.phones import PHONES_RENEW, PHONES_STATE

app = typer.Typer(help="Agents' phones: add, list, leg, secret, remove.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The agent's name, by which the phone registers.")]


@app.command()
def add(
    home: Home,
    by: By,
    name: Name,
    kind: Annotated[
        PhoneKind, typer.Option("--kind", help="A SIP phone, or a page in a browser.")
    ] = PhoneKind.SIP,
    transport: Annotated[
        Transport, typer.Option("--transport", help="How a SIP phone's signalling travels.")
    ] = Transport.UDP,
    srtp: Annotated[
        bool, typer.Option("--srtp", help="Its audio must be encrypted; needs --transport tls.")
    ] = False,
    leg: Annotated[
        PhoneLeg, typer.Option("--leg", help="Called at the log-in, or for each customer.")
    ] = PhoneLeg.STANDING,
) -> None:
    """Add a phone and print its secret, which is shown this once."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with errors_told():
        phone = checked_phone(Phone(name, kind, transport, srtp, ha1_of(name, secret), leg))
    with_stores(home, lambda stores: stores.phones.add(phone, by=by, at=time.time()))
    _shown_once(home, name, secret, "added")


@app.command()
def secret(home: Home, by: By, name: Name) -> None:
    """Give a phone a new secret and print it, this once; the old one lets in no more."""
    new = secrets.token_urlsafe(SECRET_BYTES)

    async def work(stores: SqlStores) -> None:
        await stores.phones.set_secret(name, ha1_of(name, new), by=by, at=time.time())

    with_stores(home, work)
    _shown_once(home, name, new, "has a new secret")


@app.command()
def leg(
    home: Home,
    by: By,
    name: Name,
    leg: Annotated[PhoneLeg, typer.Argument(help="standing, or on_demand (SIP phones only).")],
    as_json: AsJson = False,
) -> None:
    """Say when a phone is called: at the log-in, or for each customer; from the next log-in on."""
    with_stores(home, lambda stores: stores.phones.set_leg(name, leg, by=by, at=time.time()))
    said = f"phone {name!r}: leg {leg.value}, from the next log-in on"
    say(said, as_json=as_json, phone=name, leg=leg.value)


@app.command()
def remove(home: Home, by: By, name: Name, as_json: AsJson = False) -> None:
    """Remove a phone; it is let in and called no more."""
    with_stores(home, lambda stores: stores.phones.remove(name, by=by, at=time.time()))
    say(f"phone {name!r} removed", as_json=as_json, phone=name)
    _push(home, name)


@app.command(name="list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """List the phones, and whether the node's Asterisk has each; no secret is shown."""
    found: list[Phone] = with_stores(home, lambda stores: stores.phones.list())
    state: Any = ask_if_running(home, PHONES_STATE)
    standing = {one.name: _standing(one.name, state) for one in found}
    if as_json:
        rows = [{**one.shown, "asterisk": standing[one.name]} for one in found]
        typer.echo(json.dumps(rows))
        return
    table = Table("name", "kind", "transport", "srtp", "leg", "Asterisk")
    for one in found:
        browser = one.kind is PhoneKind.WEBRTC
        transport = "websocket" if browser else one.transport.value
        encrypted = "yes" if one.srtp or browser else ""
        words = (one.name, one.kind.value, transport, encrypted, one.leg.value)
        table.add_row(*words, standing[one.name])
    Console().print(table)


def _standing(name: str, state: Any) -> str:
    if state is None:
        return "no engine runs"
    if name in state["refused"]:
        return f"refused: {state['refused'][name]}"
    if name in state["pushed"]:
        return "has it"
    return state["problem"] or "not yet"


def _shown_once(home: Path, name: str, secret: str, what: str) -> None:
    typer.echo(f"phone {name!r} {what}; keep this, it is not shown again:", err=True)
    typer.echo(secret)
    _push(home, name)


def _push(home: Path, name: str) -> None:
    told: Any = ask_if_running(home, PHONES_RENEW)
    if told is not None and name in told["refused"]:
        typer.echo(f"outpace: Asterisk refused it: {told['refused'][name]}", err=True)
        raise typer.Exit(1)
