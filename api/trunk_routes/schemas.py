"""What is said of routes over REST."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from api.words import Words
from dialer.domain.named import Key
from dialer.domain.trunk_route import MOST_PRIORITY, MOST_WAYS, MOST_WEIGHT, Policy, TrunkRoute, Way


class WaySaid(BaseModel):
    """One trunk of a route."""

    model_config = ConfigDict(extra="forbid")

    trunk: str = Field(min_length=1, max_length=40, examples=["west"])
    priority: int = Field(
        default=1, ge=1, le=MOST_PRIORITY, description="1 is first.", examples=[1]
    )
    weight: float = Field(
        default=1.0,
        ge=0.001,
        le=MOST_WEIGHT,
        description="Share among those that come equally into question.",
        examples=[70.0],
    )


class RouteChange(BaseModel):
    """What a route is to be."""

    model_config = ConfigDict(extra="forbid")

    policy: Literal["priority", "least_cost", "percentage"] = Field(
        default="priority",
        description="priority: the first that has a line; least_cost: the cheapest for the number; "
        "percentage: each its share by weight.",
        examples=["priority"],
    )
    ways: list[WaySaid] = Field(min_length=1, max_length=MOST_WAYS)

    def thing(self, key: Key) -> TrunkRoute:
        """Return the route of this name."""
        ways = tuple(Way(way.trunk, way.priority, way.weight) for way in self.ways)
        return TrunkRoute(key[0], ways, Policy(self.policy))


class RouteSaid(RouteChange):
    """Several trunks under one name; a campaign's setting `trunk` may name it."""

    name: Words = Field(min_length=1, examples=["home"])

    @classmethod
    def of(cls, route: TrunkRoute) -> Self:
        """Return what is shown of a route."""
        ways = [
            WaySaid(trunk=way.trunk, priority=way.priority, weight=way.weight) for way in route.ways
        ]
        return cls(name=route.name, policy=route.policy.value, ways=ways)
