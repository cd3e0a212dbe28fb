"""`outpace demo`: a real campaign on this machine, from nothing."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dialer.cli.told import errors_told


def demo(
    scenario: Annotated[
        str, typer.Option("--scenario", help="Name of a scenario that ships, or a .toml file.")
    ] = "demo",
    shape: Annotated[
        str,
        typer.Option(
            "--shape", help="Of the service: one host, or several with PostgreSQL and Redis."
        ),
    ] = "one",
    home: Annotated[
        Path | None,
        typer.Option("--home", help="New folder of the run; below var/demo when not given."),
    ] = None,
) -> None:
    """Run a campaign against a simulated telephone network, and report; Ctrl-C stops cleanly.

    Installs Asterisk when there is none. Exit code 0 means that every check at the end holds.
    """
    # imported here, to spare other commands its weight
    from simulation.demo.run import run_demo  # noqa: PLC0415
    from simulation.demo.shape import shape_named  # noqa: PLC0415

    with errors_told():
        wanted = shape_named(shape)
    raise typer.Exit(run_demo(scenario, wanted, home, Console(highlight=False)))
