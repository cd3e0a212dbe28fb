"""What is said of trunks over REST."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from dialer.domain.trunk import Trunk


class TrunkLine(BaseModel):
    """How a trunk stands on one node."""

    node: str = Field(examples=["node"])
    lines: int = Field(description="In use.", examples=[12])
    max_lines: int = Field(examples=[60])
    calls_per_second: float = Field(examples=[10.0])
    state: Literal["closed", "open", "half_open"] = Field(
        description="Of its circuit breaker: closed, calls flow; open, it is taken out; half_open, "
        "one call tries it.",
        examples=["closed"],
    )
    since: float = Field(description="Epoch seconds; 0: since the start.", examples=[1798761600.0])
    reason: str = Field(description="Why it is not closed.", examples=[""])
    tried_at: float | None = Field(
        default=None, description="When it is tried again, epoch seconds.", examples=[None]
    )
    reachable: bool = Field(description="Whether it answers OPTIONS.")
    ended: int = Field(description="Calls since the engine's start.", examples=[200])
    answered: int = Field(examples=[38])
    answer_rate: float | None = Field(
        default=None, description="Of its last calls; null: there were none.", examples=[0.19]
    )
    short_calls: int = Field(description="Answered, and over within 6 s.", examples=[4])
    faults: int = Field(description="Failed by the carrier's fault.", examples=[0])


class TrunkShown(BaseModel):
    """One trunk: what its carrier allows and takes, and how it stands."""

    name: str = Field(examples=["west"])
    host: str = Field(examples=["sip.example.com"])
    port: int = Field(examples=[5060])
    max_lines: int = Field(examples=[60])
    calls_per_second: float = Field(examples=[10.0])
    countries: list[str] = Field(description="That may be called.", examples=[["US", "CA"]])
    rates: dict[str, Any] = Field(examples=[{"+1": 0.01}])
    minutes_max_day: float | None = Field(default=None, examples=[None])
    spend_max_day: float | None = Field(default=None, examples=[50.0])
    nodes: list[TrunkLine] = Field(description="The nodes that dial on it and can be asked.")

    @classmethod
    def of(cls, trunk: Trunk, live: Mapping[str, Sequence[Mapping[str, Any]]]) -> Self:
        """Return what is shown of a trunk.

        Args:
            trunk: as on record.
            live: of each node, what its engine tells of its trunks.
        """
        nodes = [
            TrunkLine(node=node, **{key: row[key] for key in TrunkLine.model_fields if key in row})
            for node, rows in live.items()
            for row in rows
            if row["trunk"] == trunk.name
        ]
        return cls(
            name=trunk.name,
            host=trunk.host,
            port=trunk.port,
            max_lines=trunk.max_lines,
            calls_per_second=trunk.calls_per_second,
            countries=list(trunk.countries),
            rates=trunk.rates.written(),
            minutes_max_day=trunk.minutes_max_day,
            spend_max_day=trunk.spend_max_day,
            nodes=nodes,
        )
