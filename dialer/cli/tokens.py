"""`outpace tokens`: machines that may use the API. Create, list, revoke."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.access import SCOPES
from dialer.cli.passwords import with_identity
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, instant_said
from dialer.domain.instant import written
from dialer.domain.roles import role_named
from dialer.ports import Token

app = typer.Typer(help="Tokens of machines: create, list, revoke.", no_args_is_help=True)


@app.command()
def create(
    home: Home,
    by: By,
    name: Annotated[str, typer.Argument(help="What it is for, such as crm.")],
    role: Annotated[
        str,
        typer.Option("--role", help="agent, supervisor, qa, campaign_manager or administrator."),
    ],
    scope: Annotated[
        list[str],
        typer.Option("--scope", help="Of what the role may do, only this: as campaigns:read."),
    ],
    ends: Annotated[str, typer.Option("--ends", help="Date (UTC) on which it ends.")] = "",
) -> None:
    """Make a token and print its secret, which is shown this once."""
    with errors_told():
        known, ends_at = role_named(role), instant_said(ends, "--ends")
    secret, _token = with_identity(
        home,
        lambda identity: identity.tokens.create(
            name, known, frozenset(scope), SCOPES, by=by, ends_at=ends_at
        ),
    )
    typer.echo(f"token {name!r} made; keep this, it is not shown again:", err=True)
    typer.echo(secret)


@app.command(name="list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """List the tokens, revoked ones too; no secret is shown."""
    found: list[Token] = with_identity(home, lambda identity: identity.tokens.list())
    if as_json:
        typer.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    table = Table("name", "role", "scopes", "made by", "last used", "ends", "")
    for one in found:
        seen = "" if one.seen_at is None else written(one.seen_at)
        ends = "" if one.ends_at is None else written(one.ends_at)
        state = "" if one.revoked_at is None else "revoked"
        scopes = ", ".join(sorted(one.scopes))
        table.add_row(one.name, one.role.value, scopes, one.created_by, seen, ends, state)
    Console().print(table)


@app.command()
def revoke(
    home: Home, by: By, name: Annotated[str, typer.Argument(help="Name or id of a token.")]
) -> None:
    """Let a token in no more; a running API hears of it within 2 s."""
    with_identity(home, lambda identity: identity.tokens.revoke(name, by=by))
    typer.echo(f"token {name!r} is revoked")


def _as_json(token: Token) -> dict[str, object]:
    return {
        "id": token.token_id,
        "name": token.name,
        "role": token.role.value,
        "scopes": sorted(token.scopes),
        "created_by": token.created_by,
        "created_at": token.created_at,
        "ends_at": token.ends_at,
        "revoked_at": token.revoked_at,
        "seen_at": token.seen_at,
    }
