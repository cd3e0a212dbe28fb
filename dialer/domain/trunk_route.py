"""A route: several trunks under one name, and by what rule a call takes one of them. Pure.

Refuses to know how the choice is made (`dialer.domain.trunk_choice`), and what the trunks are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.named import Named, Refers, check_amount, checked_name
from dialer.domain.trunk import TRUNKS
from dialer.errors import BadInput

MOST_WAYS: Final = 50
MOST_PRIORITY: Final = 1000
MOST_WEIGHT: Final = 1000.0


class Policy(StrEnum):
    """By what rule a trunk is taken."""

    PRIORITY = "priority"  # the first that has a line; among equals by weight
    LEAST_COST = "least_cost"  # the cheapest for the number; one without a rate comes last
    PERCENTAGE = "percentage"  # each its share of the calls, by weight


@dataclass(frozen=True, slots=True)
class Way:
    """One trunk of a route."""

    trunk: str
    priority: int = 1
    """1 is first."""
    weight: float = 1.0
    """Share among those that come equally into question."""


@dataclass(frozen=True, slots=True)
class TrunkRoute:
    """One route of a tenant; a campaign's setting `trunk` may name it."""

    name: str
    ways: tuple[Way, ...]
    policy: Policy = Policy.PRIORITY

    @property
    def trunks(self) -> tuple[str, ...]:
        """The trunks, in the order of their priority."""
        return tuple(way.trunk for way in sorted(self.ways, key=lambda way: way.priority))


def only(trunk: str) -> TrunkRoute:
    """Return the route of a campaign that names one trunk."""
    return TrunkRoute(trunk, (Way(trunk),))


def checked_route(route: TrunkRoute) -> TrunkRoute:
    """Return a route that can be kept.

    Raises:
        BadInput: it has no trunk, one twice, or a number is out of range.
    """
    checked_name(route.name)
    if not 1 <= len(route.ways) <= MOST_WAYS:
        raise BadInput("ways", f"{len(route.ways)} trunks are no route", f"give 1 to {MOST_WAYS}")
    names = [way.trunk for way in route.ways]
    for name in names:
        if names.count(name) > 1:
            raise BadInput("ways", f"{name!r} is named twice", "name each trunk once")
    for way in route.ways:
        check_amount("priority", way.priority, least=1, most=MOST_PRIORITY)
        check_amount("weight", way.weight, least=0.001, most=MOST_WEIGHT)
    return route


def _written(route: TrunkRoute) -> dict[str, Any]:
    ways = [
        {"trunk": way.trunk, "priority": way.priority, "weight": way.weight} for way in route.ways
    ]
    return {"name": route.name, "ways": ways, "policy": route.policy.value}


def _read(row: Mapping[str, Any]) -> TrunkRoute:
    ways = tuple(Way(way["trunk"], way["priority"], way["weight"]) for way in row["ways"])
    return TrunkRoute(row["name"], ways, Policy(row["policy"]))


TRUNK_ROUTES: Final = Named(
    "trunk route",
    TrunkRoute,
    checked_route,
    write=_written,
    read=_read,
    refers=(Refers("ways", TRUNKS, lambda route: [way.trunk for way in route.ways]),),
    campaign_setting="trunk",
)
