"""Moves within an agent's talk, from the command line: a part of `outpace agents`."""

from collections.abc import Callable
from typing import Annotated, Any, Final

import typer

from dialer.cli.told import Home, ask

AgentName = Annotated[str, typer.Argument(help="The agent's name, as its softphone registers.")]
To = Annotated[str, typer.Option("--to", help="Another agent.")]
Number = Annotated[str, typer.Option("--number", help="An outside number, +12065550100.")]

PLAIN: Final = {
    "hold": "Put the customer on hold, with music.",
    "unhold": "Come back to the customer.",
    "complete": "Hand the customer to who was consulted.",
    "cancel": "Send away who was consulted, and come back to the customer.",
    "three-way": "Have customer, agent and who was consulted hear each other.",
    "leave-message": "Leave the campaign's message on the machine that answered.",
    "leave": "Leave a talk of three; the other two go on.",
    "drop": "Send the third of a talk of three away.",
    "record-start": "Record from now on: the customer has agreed.",
    "record-pause": "Record silence, as while card data is said.",
    "record-resume": "Record what is said again.",
}
"""Commands without arguments, and what they do."""

_ENGINES: Final = {"unhold": "resume"}
"""Where the engine's word is another: `resume` ends a pause here."""


def add_moves(app: typer.Typer) -> None:
    """Add the commands to a group."""
    for name, text in PLAIN.items():
        app.command(name, help=text)(_plain(_ENGINES.get(name, name)))
    app.command()(park)
    app.command("pick-up")(pick_up)
    app.command()(parked)
    app.command()(transfer)
    app.command()(consult)
    app.command()(mute)
    app.command()(unmute)
    app.command()(dtmf)
    app.command()(dial)
    app.command("dial-cancel")(dial_cancel)


def _plain(move: str) -> Callable[[Any, Any], None]:
    def command(home: Home, agent: AgentName) -> None:
        _said(ask(home, f"call.{move}", agent=agent))

    return command


def park(
    home: Home,
    agent: AgentName,
    slot: Annotated[str, typer.Option("--slot", help="Its name; a free number if left out.")] = "",
) -> None:
    """Park the customer, with music; the agent is free, and any agent may pick them up."""
    _said(ask(home, "call.park", agent=agent, slot=slot))


def pick_up(
    home: Home,
    agent: AgentName,
    slot: Annotated[str, typer.Argument(help="The slot in which the customer is parked.")],
) -> None:
    """Give an idle agent a customer who is parked."""
    _said(ask(home, "call.pick-up", agent=agent, slot=slot))


def parked(home: Home, agent: AgentName) -> None:
    """List the customers whom an agent may pick up."""
    for one in ask(home, "call.parked", agent=agent):
        back = ", returning" if one["returning"] else ""
        typer.echo(f"{one['slot']}: {one['attempt']}, parked by {one['by']}{back}")


def transfer(
    home: Home,
    agent: AgentName,
    to: To = "",
    number: Number = "",
    queue: Annotated[str, typer.Option("--queue", help="A queue: they wait there.")] = "",
    team: Annotated[str, typer.Option("--team", help="A team: they wait for its agents.")] = "",
) -> None:
    """Hand the customer to an agent, an outside number, a queue or a team, unannounced."""
    whom = {"to": to, "number": number, "queue": queue, "team": team}
    _said(ask(home, "call.transfer", agent=agent, **whom))


def consult(
    home: Home,
    agent: AgentName,
    to: To = "",
    number: Number = "",
    queue: Annotated[str, typer.Option("--queue", help="Who is idle of a queue.")] = "",
    team: Annotated[str, typer.Option("--team", help="Who is idle of a team.")] = "",
) -> None:
    """Talk to an agent, an outside number, or who is idle of a queue or team; customer on hold."""
    whom = {"to": to, "number": number, "queue": queue, "team": team}
    _said(ask(home, "call.consult", agent=agent, **whom))


def mute(home: Home, agent: AgentName) -> None:
    """Have the customer not hear the agent."""
    _said(ask(home, "call.mute", agent=agent, muted=True))


def unmute(home: Home, agent: AgentName) -> None:
    """Have the customer hear the agent again."""
    _said(ask(home, "call.mute", agent=agent, muted=False))


def dtmf(
    home: Home, agent: AgentName, digits: Annotated[str, typer.Argument(help="0-9, * and #.")]
) -> None:
    """Send telephone keys to the customer."""
    _said(ask(home, "call.dtmf", agent=agent, digits=digits))


def _said(talk: Any) -> None:
    company = "" if talk["company"] == "alone" else f", {talk['company']}"
    slot = f", slot {talk['slot']}" if talk.get("slot") else ""
    typer.echo(
        f"{talk['attempt']}: {talk['state']}{slot}{company}, agent {talk['agent'] or 'none'}"
    )


def dial(
    home: Home,
    agent: AgentName,
    lead: Annotated[int | None, typer.Option("--lead", help="Id of the lead.")] = None,
    campaign: Annotated[str, typer.Option("--campaign", help="With --number: its campaign.")] = "",
    number: Annotated[str, typer.Option("--number", help="Of a lead, +12025550100.")] = "",
) -> None:
    """Dial a lead by hand; the agent gets the person who answers."""
    given = {"lead": lead} if lead is not None else {"campaign": campaign, "number": number}
    typer.echo(ask(home, "call.dial", agent=agent, **given)["attempt"])


def dial_cancel(home: Home, agent: AgentName) -> None:
    """Take back a call that was dialed by hand and not answered yet."""
    typer.echo(ask(home, "call.dial-cancel", agent=agent)["attempt"])
