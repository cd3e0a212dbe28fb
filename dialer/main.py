"""The engine as a process: settings, signals, exit code. Nothing else lives here."""

import asyncio
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop

from dialer.bootstrap import open_engine
from dialer.errors import OutpaceError
from dialer.settings import NodeSettings, load_settings
from dialer.telemetry import configure_logging


def run_engine(home: Path, *, ready: Callable[[], None] = lambda: None) -> int:
    """Run a node's engine until SIGTERM or SIGINT; returns the exit code.

    One clear line on stderr and 1 when something an operator must mend stops it.
    """
    failed: BaseException | None = None
    try:
        settings = load_settings(home)
        settings.home.mkdir(parents=True, exist_ok=True)
        with (settings.home / "engine.log").open("a", buffering=1) as stream:
            configure_logging(stream=stream, level=settings.log_level)
            uvloop.run(_serve(settings, ready))
    except* OutpaceError as group:
        failed = _first(group)
    if failed is None:
        return 0
    print(f"outpace: {failed}", file=sys.stderr)
    return 1


async def _serve(settings: NodeSettings, ready: Callable[[], None]) -> None:
    engine = await open_engine(settings)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, engine.stop)
    await engine.run(ready)


def _first(group: BaseException) -> BaseException:
    while isinstance(group, BaseExceptionGroup):
        group = group.exceptions[0]
    return group
