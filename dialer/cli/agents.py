"""`outpace agents`: what an agent does, from the command line."""

from typing import Annotated

import typer

from dialer.cli.talk import add_moves
from dialer.cli.told import Home, ask, errors_told, time_said

app = typer.Typer(help="Log agents in and out, pause them, end their calls.", no_args_is_help=True)

AgentName = Annotated[str, typer.Argument(help="The agent's name, as its softphone registers.")]


@app.command()
def login(
    home: Home,
    agent: AgentName,
    campaign: Annotated[list[str], typer.Option("--campaign", help="Campaign to serve.")],
) -> None:
    """Call the agent's softphone and keep the leg; returns when the agent is idle."""
    ask(home, "agent.login", agent=agent, campaigns=campaign)
    typer.echo(f"{agent} is logged in")


@app.command()
def logout(home: Home, agent: AgentName) -> None:
    """Log out now, or after the present call."""
    ask(home, "agent.logout", agent=agent)


@app.command()
def pause(
    home: Home, agent: AgentName, code: Annotated[str, typer.Option(help="Pause code.")] = ""
) -> None:
    """Pause now, or after the present call."""
    ask(home, "agent.pause", agent=agent, code=code)


@app.command()
def resume(home: Home, agent: AgentName) -> None:
    """End the pause."""
    ask(home, "agent.resume", agent=agent)


@app.command()
def ready(
    home: Home,
    agent: AgentName,
    disposition: Annotated[
        str, typer.Option(help="What became of the talk: a code of the campaign's set.")
    ] = "",
    amount: Annotated[float | None, typer.Option(help="What the sale is worth.")] = None,
    callback_at: Annotated[
        str, typer.Option("--callback-at", help="When to call, as 2026-12-01T14:30+01:00.")
    ] = "",
    for_anyone: Annotated[
        bool, typer.Option("--for-anyone", help="Another agent may keep the promise.")
    ] = False,
    note: Annotated[str, typer.Option(help="For whoever talks to them next.")] = "",
) -> None:
    """End wrap-up with a disposition."""
    said: dict[str, object] = {"disposition": disposition, "note": note}
    if amount is not None:
        said["amount"] = amount
    if callback_at:
        with errors_told():
            said["callback_at"] = time_said(callback_at, "--callback-at").timestamp()
        said["callback_for_anyone"] = for_anyone
    ask(home, "agent.ready", agent=agent, **said)


@app.command()
def hangup(home: Home, agent: AgentName) -> None:
    """End the agent's talk."""
    ask(home, "agent.hangup", agent=agent)


add_moves(app)
