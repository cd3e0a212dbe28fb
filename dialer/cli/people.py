"""`outpace users|teams|pause-codes`: who works here, in which team, and why they may pause."""

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialer.adapters.sql.people import SqlPeople, Team, User
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.passwords import hashed, password_in
from dialer.cli.shelf_commands import ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.named import Key
from dialer.domain.pause_code import PAUSE_CODES, PauseCode
from dialer.domain.roles import role_named

users = typer.Typer(help="People who use the program: add, list, disable.", no_args_is_help=True)
teams = typer.Typer(help="Teams of users: add, list.", no_args_is_help=True)
pause_codes = typer.Typer(help="Why agents pause: add, list, remove.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="Name by which the person logs in.")]
Code = Annotated[str, typer.Argument(help="Short name, such as lunch.")]


@users.command(name="add")
def add_user(
    home: Home,
    by: By,
    login: Login,
    role: Annotated[
        str,
        typer.Option("--role", help="agent, supervisor, qa, campaign_manager or administrator."),
    ],
    name: Annotated[str, typer.Option("--name", help="The person's name.")] = "",
    agent: Annotated[
        str, typer.Option("--agent", help="The agent's name, as its softphone registers.")
    ] = "",
    team: Annotated[str, typer.Option("--team", help="Team the person is in.")] = "",
    leads_held_max: Annotated[
        int | None, typer.Option("--leads-held-max", help="Leads held at most.", min=0)
    ] = None,
    password_from_file: Annotated[
        Path | None,
        typer.Option("--password-from-file", help="File whose first line is the password."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a person; without a password nobody logs in as it until `users password` sets one."""
    with errors_told():
        user = User(login, role_named(role), name, agent or None, team or None, leads_held_max)
        said = None if password_from_file is None else password_in(password_from_file)

    async def work(stores: SqlStores) -> None:
        password_hash = "" if said is None else await hashed(stores, said, login)
        await stores.people.add(user, by=by, at=time.time(), password_hash=password_hash)

    with_stores(home, work)
    say(f"user {login!r} added", as_json=as_json, login=login, role=user.role.value)


@users.command(name="list")
def list_users(home: Home, as_json: AsJson = False) -> None:
    """List the people, those who are disabled too."""
    found: list[User] = _people(home, lambda people: people.everybody())
    if as_json:
        _as_json(found)
        return
    table = Table("login", "name", "role", "agent", "team", "holds at most", "")
    for one in found:
        most = "" if one.leads_held_max is None else str(one.leads_held_max)
        state = "" if one.active else "disabled"
        table.add_row(
            one.login, one.name, one.role.value, one.agent_id or "", one.team or "", most, state
        )
    Console().print(table)


@users.command(name="disable")
def disable_user(home: Home, by: By, login: Login, as_json: AsJson = False) -> None:
    """Take a person's rights away; what they did stays on record."""
    held: int = _people(home, lambda people: people.disable(login, by=by, at=time.time()))
    rest = f", and still holds {held} leads: see outpace leads reclaim" if held else ""
    say(f"user {login!r} is disabled{rest}", as_json=as_json, login=login, leads_held=held)


@teams.command(name="add")
def add_team(
    home: Home,
    by: By,
    name: Annotated[str, typer.Argument(help="A name.")],
    as_json: AsJson = False,
) -> None:
    """Add a team."""
    _people(home, lambda people: people.add_team(name, by=by, at=time.time()))
    say(f"team {name!r} added", as_json=as_json, team=name)


@teams.command(name="list")
def list_teams(home: Home, as_json: AsJson = False) -> None:
    """List the teams, and how many active people each has."""
    found: list[Team] = _people(home, lambda people: people.teams())
    if as_json:
        _as_json(found)
        return
    for one in found:
        typer.echo(f"{one.name}\t{one.users}")


@pause_codes.command(name="add")
def add_code(
    home: Home,
    by: By,
    code: Code,
    label: Annotated[str, typer.Option("--label", help="What agents see.")] = "",
    paid: Annotated[bool, typer.Option("--paid/--unpaid", help="Whether it is paid.")] = True,
    limit_s: Annotated[
        int | None, typer.Option("--limit", help="Longest time, in seconds.", min=1)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a pause code; from the first one on, pauses without a known code are refused."""
    added = PauseCode(code, label, paid, limit_s)
    with_stores(home, lambda stores: stores.pause_codes.add(added, by=by, at=time.time()))
    say(f"pause code {code!r} added", as_json=as_json, code=code)


def _line(code: PauseCode) -> str:
    limit = "-" if code.limit_s is None else f"{code.limit_s} s"
    return f"{code.code}\t{code.label}\t{'paid' if code.paid else 'unpaid'}\t{limit}"


def _by_code(code: Code) -> Key:
    return (code,)


CODE_COMMANDS = ShelfCommands(
    pause_codes, PAUSE_CODES, lambda stores: stores.pause_codes, key=_by_code, word="code"
)
CODE_COMMANDS.list(_line, "List the pause codes.")
CODE_COMMANDS.remove("Remove a pause code; pauses of before keep it on record.")


def _as_json(found: Sequence[User] | Sequence[Team]) -> None:
    typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False))


def _people(home: Path, work: Callable[[SqlPeople], Awaitable[Any]]) -> Any:
    async def opened(stores: SqlStores) -> Any:
        return await work(SqlPeople(stores.writer, stores.reader))

    return with_stores(home, opened)
