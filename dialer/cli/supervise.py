"""`outpace supervise`: listen to a talk, whisper to its agent, barge in, and stop."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialer.cli.told import Home, ask
from dialer.cli.who import AsJson, By, say
from dialer.domain.roles import Role

app = typer.Typer(help="Listen to talks, speak to agents, barge in.", no_args_is_help=True)

AgentName = Annotated[str, typer.Argument(help="The agent whose talk it is.")]
Phone = Annotated[
    str, typer.Option("--phone", help="Your phone, as it registers; it answers by itself.")
]


@app.command()
def listen(home: Home, agent: AgentName, phone: Phone, by: By, as_json: AsJson = False) -> None:
    """Hear both; nobody hears you."""
    _supervise(home, "listen", agent, phone, by, as_json=as_json)


@app.command()
def whisper(home: Home, agent: AgentName, phone: Phone, by: By, as_json: AsJson = False) -> None:
    """Hear both; the agent alone hears you."""
    _supervise(home, "whisper", agent, phone, by, as_json=as_json)


@app.command()
def barge(home: Home, agent: AgentName, phone: Phone, by: By, as_json: AsJson = False) -> None:
    """Hear both; both hear you."""
    _supervise(home, "barge", agent, phone, by, as_json=as_json)


@app.command()
def take(home: Home, agent: AgentName, phone: Phone, by: By, as_json: AsJson = False) -> None:
    """Take the agent's place, who writes the talk up."""
    _supervise(home, "take", agent, phone, by, as_json=as_json)


@app.command()
def coach(home: Home, agent: AgentName, phone: Phone, by: By) -> None:
    """Ask a paused agent to be coached; they accept with `outpace supervise accept`."""
    role = Role.ADMINISTRATOR.value
    ask(home, "coaching.invite", agent=agent, phone=phone, by=by, role=role)
    typer.echo(f"{agent} has a minute to accept")


@app.command()
def accept(home: Home, agent: AgentName) -> None:
    """For the agent: accept to be coached."""
    told = ask(home, "coaching.accept", agent=agent)
    typer.echo(f"{agent} is coached by {told['by']}")


@app.command()
def decline(home: Home, agent: AgentName) -> None:
    """For the agent: decline to be coached, or end it."""
    ask(home, "coaching.end", agent=agent)


@app.command()
def stop(home: Home, phone: Phone, by: By) -> None:
    """Have a phone listen no more."""
    ask(home, "supervise.stop", phone=phone, by=by, role=Role.ADMINISTRATOR.value)


@app.command("list")
def list_(home: Home, as_json: AsJson = False) -> None:
    """Show who listens to whom."""
    spies = ask(home, "supervise.list", role=Role.ADMINISTRATOR.value)
    if as_json:
        typer.echo(json.dumps(spies))
        return
    table = Table("phone", "by", "agent", "mode", "call")
    for spy in spies:
        call = spy["attempt"] or "coaching"
        table.add_row(spy["phone"], spy["by"], spy["agent"], spy["mode"], call)
    Console().print(table)


def _supervise(home: Any, mode: str, agent: str, phone: str, by: str, *, as_json: bool) -> None:
    role = Role.ADMINISTRATOR.value
    told = ask(home, f"supervise.{mode}", agent=agent, phone=phone, by=by, role=role)
    say(f"{phone} is with the talk of {agent}: {told['mode']}", as_json=as_json, **told)
