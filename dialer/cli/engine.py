"""`outpace engine`: run the engine of a node."""

import typer

from dialer.cli.told import Home
from dialer.main import run_engine


def engine(home: Home) -> None:
    """Run the engine of a node until it is told to stop (Ctrl-C or SIGTERM)."""
    raise typer.Exit(run_engine(home, ready=lambda: typer.echo(f"engine ready in {home}")))
