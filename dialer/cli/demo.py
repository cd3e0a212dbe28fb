"""`outpace demo`: a real campaign on this machine, from nothing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def demo(
    scenario: Annotated[
        str, typer.Option("--scenario", help="Name of a scenario that ships, or a .toml file.")
    ] = "demo",
    home: Annotated[
        Path | None,
        typer.Option("--home", help="New folder of the run; below var/demo when not given."),
    ] = None,
) -> None:
    """Run a campaign against a simulated telephone network, and report; Ctrl-C stops cleanly.

    Installs Asterisk when there is none. Exit code 0 means that every check at the end holds.
    """
    from simulation.demo.run import run_demo  # noqa: PLC0415 - spares other commands its weight

    raise typer.Exit(run_demo(scenario, home, Console(highlight=False)))
