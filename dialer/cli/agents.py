"""`outpace agents`: what an agent does, from the command line."""

from typing import Annotated

import typer

from dialer.cli.told import Home, ask

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
    disposition: Annotated[str, typer.Option(help="What became of the talk.")] = "",
) -> None:
    """End wrap-up with a disposition."""
    ask(home, "agent.ready", agent=agent, disposition=disposition)


@app.command()
def hangup(home: Home, agent: AgentName) -> None:
    """End the agent's talk."""
    ask(home, "agent.hangup", agent=agent)
