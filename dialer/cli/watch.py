"""`outpace campaigns watch`: a live wallboard of one campaign in the terminal.

What the engine tells unasked has it drawn anew, at most a few times a second; so does each second.
Refuses to know what is shown (`wallboard`).
"""

import asyncio
import json
import os
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.live import Live

from dialer.adapters.control_socket import ControlClient
from dialer.cli.told import Home, errors_told
from dialer.cli.wallboard import board
from dialer.cli.who import AsJson
from dialer.errors import BadInput

EVERY_S: Final = 1.0
"""Longest time between two pictures."""

LEAST_S: Final = 0.25
"""Shortest time between two pictures."""


def watch(
    home: Home,
    name: Annotated[str, typer.Argument(help="The campaign's name or id.")],
    as_json: AsJson = False,
) -> None:
    """Show a campaign as it runs; q or Ctrl-C ends. With --json a line for each picture."""
    console = Console()
    with errors_told():
        if not as_json and not (console.is_terminal and sys.stdin.isatty()):
            raise BadInput("terminal", "there is none to draw on", "use --json")
        with suppress(KeyboardInterrupt):
            asyncio.run(_watch(home, name, None if as_json else console))


async def _watch(home: Path, name: str, console: Console | None) -> None:
    async with ControlClient.connect(home) as client:
        ended, news = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(_hear(client, news), name="facts")
            try:
                if console is None:
                    await _print(client, name, news)
                else:
                    with (
                        _keys(ended),
                        Live(console=console, screen=True, auto_refresh=False) as live,
                    ):
                        await _draw(client, name, live, news, ended)
            finally:
                hearing.cancel()


async def _hear(client: ControlClient, news: asyncio.Event) -> None:
    async for topic, _ in client.facts():
        if topic in ("agent", "call", "node"):
            news.set()
    news.set()  # the engine is gone: asking it says so


async def _draw(
    client: ControlClient, name: str, live: Live, news: asyncio.Event, ended: asyncio.Event
) -> None:
    while not ended.is_set():
        floor = await _floor(client, name)
        live.update(board(floor, name, height=live.console.height), refresh=True)
        await _next(news, ended)


async def _print(client: ControlClient, name: str, news: asyncio.Event) -> None:
    while True:
        floor = await _floor(client, name)
        floor["campaigns"] = [
            one for one in floor["campaigns"] if name in (one["name"], one["campaign"])
        ]
        typer.echo(json.dumps(floor))
        await _next(news, asyncio.Event())


async def _floor(client: ControlClient, name: str) -> Any:
    floor = await client.ask("status")
    if not any(name in (one["name"], one["campaign"]) for one in floor["campaigns"]):
        raise BadInput("campaign", f"{name!r} is not in the engine's memory", "start it first")
    return floor


async def _next(news: asyncio.Event, ended: asyncio.Event) -> None:
    """Wait until there is something new to show, or somebody does not want to see more."""
    with suppress(TimeoutError):
        async with asyncio.timeout(LEAST_S):
            await ended.wait()
            return
    with suppress(TimeoutError):
        async with asyncio.timeout(EVERY_S - LEAST_S):
            await news.wait()
    news.clear()


@contextmanager
def _keys(ended: asyncio.Event) -> Iterator[None]:
    """Read single keys while the block lasts: q sets `ended`."""
    stdin = sys.stdin.fileno()
    before = termios.tcgetattr(stdin)
    loop = asyncio.get_running_loop()

    def pressed() -> None:
        if os.read(stdin, 64)[:1].lower() in (b"q", b""):
            ended.set()

    tty.setcbreak(stdin)
    loop.add_reader(stdin, pressed)
    try:
        yield
    finally:
        loop.remove_reader(stdin)
        termios.tcsetattr(stdin, termios.TCSADRAIN, before)
