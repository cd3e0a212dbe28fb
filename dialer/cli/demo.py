"""`outpace demo`: a real campaign on this machine, from nothing."""

import typer


def demo() -> None:
    """Not built yet."""
    raise typer.Exit(1)
