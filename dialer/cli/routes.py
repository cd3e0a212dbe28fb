"""`outpace routes`: numbers that people call, and where their calls go: add, list, remove."""

import time
from dataclasses import replace
from typing import Annotated, Any

import typer

from dialer.cli.after_hours import closing_terms, rule_said
from dialer.cli.campaigns import with_stores
from dialer.cli.shared_options import takes
from dialer.cli.shelf_commands import ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.inbound_route import ROUTES, InboundRoute, RouteTo
from dialer.domain.named import Key
from dialer.errors import BadInput

app = typer.Typer(help="Inbound numbers: add, list, remove.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(help="As +12025550100.")]


@app.command()
@takes(closing=closing_terms)
def add(
    home: Home,
    by: By,
    number: Number,
    flow: Annotated[str, typer.Option("--flow", help="Flow that leads the calls.")] = "",
    queue: Annotated[str, typer.Option("--queue", help="Queue in which callers wait.")] = "",
    hang_up: Annotated[bool, typer.Option("--hang-up", help="Take no calls.")] = False,
    label: Annotated[str, typer.Option("--label", help="For people.")] = "",
    *,
    closing: dict[str, Any],
    as_json: AsJson = False,
) -> None:
    """Take calls to a number; a running engine knows of it within two seconds."""
    with errors_told():
        added = _route(number, flow=flow, queue=queue, hang_up=hang_up, label=label)
        added = replace(added, after_hours=rule_said(closing))
    with_stores(home, lambda stores: stores.routes.add(added, by=by, at=time.time()))
    to = f"{added.to} {added.name}".strip()
    say(f"{number} leads to {to}", as_json=as_json, number=number, to=added.to, name=added.name)


def _by_number(number: Number) -> Key:
    return (number,)


ROUTE_COMMANDS = ShelfCommands(
    app, ROUTES, lambda stores: stores.routes, key=_by_number, word="number"
)
ROUTE_COMMANDS.list(
    lambda one: f"{one.number}\t{one.to}\t{one.name}\t{one.label}", "List the inbound numbers."
)
ROUTE_COMMANDS.remove("Take calls to a number no more.")


def _route(number: str, *, flow: str, queue: str, hang_up: bool, label: str) -> InboundRoute:
    """Return the route that the options name.

    Raises:
        BadInput: they name none, or more than one.
    """
    named = {RouteTo.FLOW: flow, RouteTo.QUEUE: queue, RouteTo.HANG_UP: hang_up}
    given = [to for to, name in named.items() if name]
    if len(given) != 1:
        problem = "leads nowhere" if not given else "leads to more than one"
        raise BadInput("route", problem, "give one of --flow, --queue and --hang-up")
    return InboundRoute(number, given[0], flow or queue, label)
