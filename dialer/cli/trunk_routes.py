"""`outpace trunk route`: several trunks under one name, for the setting `trunk` of campaigns.

Refuses to know how one of them is chosen.
"""

import time
from typing import Annotated

import typer

from dialer.cli.campaigns import with_stores
from dialer.cli.shelf_commands import ShelfCommands
from dialer.cli.told import Home, errors_told
from dialer.cli.who import AsJson, By, say
from dialer.domain.trunk_route import TRUNK_ROUTES, Policy, TrunkRoute, Way
from dialer.errors import BadInput

app = typer.Typer(help="Routes: several trunks under one name.", no_args_is_help=True)

RouteName = Annotated[str, typer.Argument(help="Of the route, as campaigns call it.")]


@app.command("add")
def add_route(
    home: Home,
    by: By,
    name: RouteName,
    way: Annotated[
        list[str],
        typer.Option("--way", help="TRUNK, or TRUNK:PRIORITY:WEIGHT; repeatable, in order."),
    ],
    policy: Annotated[
        str, typer.Option("--policy", help="priority, least_cost or percentage.")
    ] = "priority",
    as_json: AsJson = False,
) -> None:
    """Add a route; campaigns name it in their setting trunk."""
    with errors_told():
        ways = tuple(_way(text, place) for place, text in enumerate(way, start=1))
        if policy not in list(Policy):
            raise BadInput("--policy", f"{policy!r} is unknown", f"use {', '.join(Policy)}")
        route = TrunkRoute(name, ways, Policy(policy))
    with_stores(home, lambda stores: stores.trunk_routes.add(route, by=by, at=time.time()))
    say(f"route {name!r} added", as_json=as_json, route=name)


def _line(route: TrunkRoute) -> str:
    ways = " ".join(f"{way.trunk}:{way.priority}:{way.weight:g}" for way in route.ways)
    return f"{route.name}\t{route.policy.value}\t{ways}"


ROUTE_COMMANDS = ShelfCommands(app, TRUNK_ROUTES, lambda stores: stores.trunk_routes, word="route")
ROUTE_COMMANDS.list(_line, "List the routes.")
ROUTE_COMMANDS.remove("Remove a route that no campaign names.")


def _way(text: str, place: int) -> Way:
    trunk, *numbers = text.split(":")
    try:
        priority = int(numbers[0]) if numbers else place
        weight = float(numbers[1]) if len(numbers) > 1 else 1.0
    except ValueError:
        raise BadInput("--way", f"{text!r} is no way", "write TRUNK:PRIORITY:WEIGHT") from None
    return Way(trunk, priority, weight)
