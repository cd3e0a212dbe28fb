"""`outpace users password`: set somebody's password; and how passwords reach a command.

From the terminal, without echo, or from a file: never from an option or the environment, which
other users of the machine can read. Refuses to know what a password must be.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.sql.stores import SqlStores
from dialer.cli.campaigns import with_stores
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.errors import BadInput
from dialer.services.identity import Identity

_MOST: Final = 4096
"""Characters that are read of a file: more than any password has."""


def password(
    home: Home,
    by: By,
    login: Annotated[str, typer.Argument(help="Name by which the person logs in.")],
    from_file: Annotated[
        Path | None,
        typer.Option("--from-file", help="File whose first line it is; else it is asked for."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set a person's password; their sessions end, and so does a lock of the login."""
    with errors_told():
        said = typed_password() if from_file is None else password_in(from_file)
    with_identity(home, lambda identity: identity.set_password(login, said, by=by))
    say(f"password of user {login!r} is set", as_json=as_json, login=login)


def typed_password() -> str:
    """Ask for a password twice, without echo."""
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt="Once more"))


def password_in(file: Path) -> str:
    """Return the first line of a file.

    Raises:
        BadInput: it cannot be read, is no text, or others may read it.
    """
    name = str(file)
    try:
        with file.open(encoding="utf-8") as opened:
            check_private(file)
            return opened.readline(_MOST).rstrip("\r\n")
    except OSError as error:
        raise BadInput(name, f"cannot be read: {error.strerror}", "name another file") from None
    except UnicodeDecodeError:
        raise BadInput(name, "is no text", "write the password in UTF-8") from None


def check_private(file: Path) -> None:
    """Check that only the owner of a file may read it.

    Raises:
        BadInput: others may.
        OSError: it is not there.
    """
    if file.stat().st_mode & 0o077:
        raise BadInput(str(file), "may be read by others", f"run chmod 600 {file}")


async def hashed(stores: SqlStores, said: str, login: str) -> str:
    """Return the hash of a password for a user to be.

    Raises:
        BadInput: it is too short, too long, or the login.
    """
    identity = Identity(stores.access, stores.tokens, SteadyClock())
    try:
        return await identity.hashed(said, login)
    finally:
        identity.close()


def with_identity(home: Path, work: Callable[[Identity], Awaitable[Any]]) -> Any:
    """Open the node's database and do some work with who may come in."""

    async def opened(stores: SqlStores) -> Any:
        identity = Identity(stores.access, stores.tokens, SteadyClock())
        try:
            return await work(identity)
        finally:
            identity.close()

    return with_stores(home, opened)
