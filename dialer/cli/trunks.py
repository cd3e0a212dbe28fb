"""`outpace trunk`: the ways to the telephone network of a node, added, listed and taken out.

Settings are written into the node's `outpace.toml`; a password never stands in a command line.
Refuses to know what Asterisk makes of them.
"""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.trunk_file import add_trunk, remove_trunk
from dialer.bootstrap.trunks import record_of
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, ask_if_running, errors_told
from dialer.cli.trunk_routes import app as routes
from dialer.cli.who import AsJson, By, say
from dialer.domain.phone import Transport
from dialer.domain.trunk import checked_trunk
from dialer.errors import BadInput, Taken
from dialer.setting_sources import TOML_NAME, toml_path
from dialer.settings import load_settings
from dialer.trunk_settings import TLS_PORT, AnotherTrunk, TrunkFields

RESTART: Final = "restart Asterisk and the engine to dial on it"

app = typer.Typer(help="Trunks: the ways to the telephone network.", no_args_is_help=True)
app.add_typer(routes, name="route")

Name = Annotated[str, typer.Argument(help="Of the trunk, as campaigns call it.")]


@app.command()
def add(
    home: Home,
    by: By,
    name: Name,
    host: Annotated[str, typer.Option("--host", help="The carrier's address or name.")],
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="5060 unless given; of tls 5061.")
    ] = None,
    transport: Annotated[
        Transport, typer.Option("--transport", help="How SIP gets there: udp, tcp or tls.")
    ] = Transport.UDP,
    srtp: Annotated[
        bool, typer.Option("--srtp", help="Audio must be encrypted; with --transport tls.")
    ] = False,
    username: Annotated[
        str, typer.Option("--username", help="Who we are there; none where the address is enough.")
    ] = "",
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="File with the password; else it is asked for."),
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Register there, by username and password.")
    ] = False,
    from_domain: Annotated[
        str, typer.Option("--from-domain", help="Domain of From, where the carrier wants its own.")
    ] = "",
    verified_in: Annotated[
        str,
        typer.Option("--verified-in", help="Header in which it tells what it found of callers."),
    ] = "",
    inbound_from: Annotated[
        list[str] | None,
        typer.Option("--inbound-from", help="Address or network it calls from; repeatable."),
    ] = None,
    max_lines: Annotated[int, typer.Option("--max-lines", help="Calls at once.", min=1)] = 200,
    cps: Annotated[float, typer.Option("--cps", help="Calls started a second.", min=0.01)] = 20.0,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", help="Country (ISO 3166) that may be called; repeatable."),
    ] = None,
    style: Annotated[
        str, typer.Option("--number-style", help="digits, plus or national.")
    ] = "digits",
    number_home: Annotated[
        str, typer.Option("--number-home", help="Country of national numbers.")
    ] = "",
    prefix: Annotated[str, typer.Option("--number-prefix", help="Put before each number.")] = "",
    rates: Annotated[
        str, typer.Option("--rates", help='As JSON: {"+1": 0.01, "+4477": 0.03}.')
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Add a trunk to the node's settings."""
    with errors_told():
        wanted: dict[str, Any] = {
            "name": name,
            "host": host,
            "port": port or (TLS_PORT if transport is Transport.TLS else 5060),
            "transport": "" if transport is Transport.UDP else transport.value,
            "srtp": srtp,
            "username": username,
            "register_there": register,
            "from_domain": from_domain,
            "verified_in": verified_in,
            "inbound_from": inbound_from or [],
            "max_lines": max_lines,
            "calls_per_second": cps,
            "countries": country or [],
            "number_style": style,
            "number_home": number_home,
            "number_prefix": prefix,
            "rates": _rates(rates),
        }
        fields = {
            key: value
            for key, value in wanted.items()
            if key in ("name", "host", "port") or value not in ("", [], {}, False)
        }
        trunk = checked_trunk(record_of(_checked(fields)))
        known = load_settings(home)
        named = {one.name for one in known.trunks}
        if name in named or (known.trunk.model_fields_set and name == known.trunk.name):
            raise Taken("name", f"{name!r} exists already", "choose another")
        if username:
            fields["password_file"] = str(_password_file(home, name, password_file))
        add_trunk(home_file(home), fields)
        load_settings(home)

    async def keep(stores: SqlStores) -> None:
        with suppress(Taken):
            await stores.trunks.add(trunk, by=by, at=time.time())

    with_stores(home, keep)
    told = f"trunk {name!r} added to {home_file(home)}; {RESTART}"
    say(told, as_json=as_json, trunk=name, file=str(home_file(home)))


@app.command("list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """List the node's trunks, and how they stand if its engine runs."""
    with errors_told():
        trunks = load_settings(home).all_trunks
    floor = ask_if_running(home, "status")
    live = {row["trunk"]: row for row in (floor or {}).get("trunks", ())}
    rows = [_row(trunk, live.get(trunk.name)) for trunk in trunks]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        state = row["state"] or "-"
        reason = f"\t{row['reason']}" if row["reason"] else ""
        lines = f"{row['lines'] or 0}/{row['max_lines']} lines, {row['calls_per_second']:g}/s"
        countries = ",".join(row["countries"]) or "no country"
        typer.echo(
            f"{row['name']}\t{row['host']}:{row['port']}{_way(row)}\t{lines}\t{countries}\t{state}{reason}"
        )


@app.command()
def remove(home: Home, name: Name, as_json: AsJson = False) -> None:
    """Take a trunk out of the node's settings; its calls of before stay on record."""
    with errors_told():
        remove_trunk(home_file(home), name)
    say(f"trunk {name!r} taken out; restart Asterisk and the engine", as_json=as_json, trunk=name)


# -- inside ---------------------------------------------------------------------------------------


def home_file(home: Path) -> Path:
    """Return the file that trunks are written to."""
    return toml_path(home) or home / TOML_NAME


def _checked(fields: dict[str, Any]) -> AnotherTrunk:
    try:
        return AnotherTrunk.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        named = "_".join(str(part) for part in first["loc"]) or "trunk"
        raise BadInput(named, str(first["msg"]), "correct it") from None


def _password_file(home: Path, name: str, given: Path | None) -> Path:
    if given is not None:
        if not given.is_file():
            raise BadInput("--password-file", f"there is no file {given}", "name one")
        return given.resolve()
    secret = typer.prompt(f"Password of {name}", hide_input=True)
    home.mkdir(parents=True, exist_ok=True)
    path = home.resolve() / f"trunk-{name}.password"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(str(secret) + "\n", encoding="utf-8")
    return path


def _rates(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        rates = json.loads(text)
    except json.JSONDecodeError:
        rates = None
    if not isinstance(rates, dict):
        raise BadInput("--rates", "is no JSON object", 'write {"+1": 0.01}')
    return rates


def _way(row: dict[str, Any]) -> str:
    """Return what is said of how a trunk is reached, where it is not as usual."""
    way = "" if row["transport"] == Transport.UDP else f" {row['transport']}"
    return f"{way} srtp" if row["srtp"] else way


def _row(trunk: TrunkFields, live: dict[str, Any] | None) -> dict[str, Any]:
    told = live or {}
    return {
        "name": trunk.name,
        "host": trunk.host,
        "port": trunk.port,
        "transport": trunk.transport.value,
        "srtp": trunk.srtp,
        "max_lines": trunk.max_lines,
        "calls_per_second": trunk.calls_per_second,
        "countries": list(trunk.countries),
        "registers": trunk.register_there,
        "lines": told.get("lines"),
        "state": told.get("state", ""),
        "reason": told.get("reason", ""),
        "answer_rate": told.get("answer_rate"),
        "short_calls": told.get("short_calls"),
    }
