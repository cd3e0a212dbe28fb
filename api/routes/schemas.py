"""What is said of inbound numbers over REST."""

from pydantic import BaseModel, ConfigDict, Field

from api.queues.after_hours import AfterHoursSaid
from api.words import Words
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.named import Key


class RouteSaid(BaseModel):
    """Where the calls of a number go."""

    model_config = ConfigDict(extra="forbid")

    to: RouteTo = Field(
        description="What takes the calls; hang_up refuses them.", examples=[RouteTo.FLOW]
    )
    name: Words = Field(
        default="", max_length=100, description="Of the flow or queue.", examples=["main-menu"]
    )
    label: Words = Field(default="", description="For people.", examples=["Front desk"])
    after_hours: AfterHoursSaid | None = Field(
        default=None, description="What becomes of callers when it is closed; null: it never is."
    )

    def thing(self, key: Key) -> InboundRoute:
        """Return the route of a number that was said."""
        rule = self.after_hours.rule() if self.after_hours else None
        return InboundRoute(key[0], self.to, self.name, self.label, rule)


class Route(RouteSaid):
    """A number that people call."""

    number: str = Field(max_length=20, description="E.164.", examples=["+12025550100"])

    @classmethod
    def of(cls, route: InboundRoute) -> "Route":
        """Return what is shown of a route."""
        return cls.model_construct(
            number=route.number,
            to=route.to,
            name=route.name,
            label=route.label,
            after_hours=AfterHoursSaid.of(route.after_hours),
        )
