"""`outpace serve`: a node's engine and its API, each a process of its own, under one command."""

import asyncio
import signal

import typer

from dialer.adapters.parts import Part, run_parts
from dialer.cli.told import Home, errors_told


def serve(home: Home) -> None:
    """Run engine and API of a node until they are told to stop (Ctrl-C or SIGTERM)."""
    with errors_told():
        asyncio.run(_serve(home))


async def _serve(home: Home) -> None:
    place = ["--home", str(home)]
    parts = [
        Part("the engine", ["engine", *place], ready="engine ready", say=typer.echo),
        Part("the API", ["api", *place], ready="api ready", say=typer.echo),
    ]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_parts(parts, stop)
