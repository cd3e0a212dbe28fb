"""`outpace api`: serve the API of a node."""

from typing import Annotated

import typer

from api.main import run_api
from dialer.cli.told import Home


def api(
    home: Home,
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = "",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Where to listen; 0: any.")
    ] = None,
) -> None:
    """Serve the API until it is told to stop (Ctrl-C or SIGTERM)."""
    code = run_api(home, host, port, ready=lambda address: typer.echo(f"api ready on {address}"))
    raise typer.Exit(code)
