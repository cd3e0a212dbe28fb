"""How the command line says what went wrong: one line on stderr, exit code 1."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from dialer.adapters.control_socket import ControlClient
from dialer.errors import BadInput, OutpaceError

Home = Annotated[
    Path,
    typer.Option("--home", envvar="OUTPACE_HOME", help="Folder of the node."),
]


@contextmanager
def errors_told() -> Iterator[None]:
    """Turn an error an operator can act on into its one line and exit code 1."""
    try:
        yield
    except* OutpaceError as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        typer.echo(f"outpace: {error}", err=True)
        raise typer.Exit(1) from None


def time_said(text: str, option: str) -> datetime:
    """Read a time; one without a zone is of this machine's.

    Raises:
        BadInput: it is none.
    """
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise BadInput(option, f"{text!r} is no time", "write 2026-12-01T08:30+01:00") from None


def ask(home: Path, do: str, **arguments: object) -> Any:
    """Ask the node's engine one thing; an error ends the command with its one line."""

    async def once(client: ControlClient) -> Any:
        return await client.ask(do, **arguments)

    return with_engine(home, once)


def ask_if_running(home: Path, do: str, **arguments: object) -> Any:
    """Ask the node's engine one thing, as `ask`; None when no engine runs."""

    async def once() -> Any:
        async with AsyncExitStack() as open_:
            try:
                client = await open_.enter_async_context(ControlClient.connect(home))
            except BadInput:
                return None
            return await client.ask(do, **arguments)

    with errors_told():
        return asyncio.run(once())


def with_engine(home: Path, work: Callable[[ControlClient], Awaitable[Any]]) -> Any:
    """Connect to the node's engine and do some work with it."""

    async def connected() -> Any:
        async with ControlClient.connect(home) as client:
            return await work(client)

    with errors_told():
        return asyncio.run(connected())
