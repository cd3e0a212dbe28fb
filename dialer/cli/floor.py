"""`outpace status|stop-all`: look at the floor of a node, and stop every campaign on it."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dialer.cli.told import Home, ask
from dialer.cli.who import say


def status(
    home: Home,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show agents, campaigns and calls as they are now."""
    floor = ask(home, "status")
    if as_json:
        typer.echo(json.dumps(floor))
        return
    console = Console()
    campaigns = Table("campaign", "state", "mode", "lines", "dialed", "answered", "abandon rate")
    for row in floor["campaigns"]:
        campaigns.add_row(
            row["name"],
            row["state"],
            row["mode"],
            str(row["lines"]),
            str(row["dialed"]),
            str(row["answered"]),
            f"{row['abandon_rate']:.2%}",
        )
    console.print(campaigns)
    agents = Table("agent", "state", "campaign", "talks")
    for row in floor["agents"]:
        agents.add_row(row["agent"], row["state"], row["campaign"] or "", str(row["talks"]))
    console.print(agents)


def stop_all(
    home: Home,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Stop every campaign at once."""
    stopped = ask(home, "stop-all")["stopped"]
    text = f"stopped: {', '.join(stopped) if stopped else 'none was running'}"
    say(text, as_json=as_json, stopped=stopped)
