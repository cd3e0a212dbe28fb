"""What was spoken over each trunk, and what the carrier takes for it by its rate table.

Refuses to know invoices: the figures are what the calls should cost.
"""

from dataclasses import dataclass, replace

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.carrier import CarrierUse, carrier_use
from dialer.adapters.sql.reports.scope import Scope, campaigns_of, snapshot

_Rate = tuple[str | None, float]
"""Beginning and price: tenants may call trunks by one name that have rates of their own."""


@dataclass(frozen=True, slots=True)
class RateFigures:
    """Answered calls under one rate."""

    beginning: str | None
    """Of the numbers, as "+4477"; None: no rate fits, and nothing is charged."""
    per_minute: float
    calls: int
    answered_s: float
    """From the answers to the ends."""
    billed_s: int
    """The same, each call rounded up as the trunk bills."""
    cost: float


@dataclass(frozen=True, slots=True)
class TrunkFigures:
    """Answered calls of one trunk."""

    trunk: str
    rates: tuple[RateFigures, ...]

    @property
    def calls(self) -> int:
        """Calls that were answered, by people and machines."""
        return sum(rate.calls for rate in self.rates)

    @property
    def answered_s(self) -> float:
        """Seconds from answers to ends."""
        return sum(rate.answered_s for rate in self.rates)

    @property
    def billed_s(self) -> int:
        """Seconds that are paid."""
        return sum(rate.billed_s for rate in self.rates)

    @property
    def cost(self) -> float:
        """Money, by the rates that fit."""
        return sum(rate.cost for rate in self.rates)

    @property
    def unrated_s(self) -> int:
        """Seconds that no rate fits."""
        return sum(rate.billed_s for rate in self.rates if rate.beginning is None)


async def trunks_report(reader: SqlReader, scope: Scope) -> tuple[TrunkFigures, ...]:
    """Sum the answered calls that have ended, by trunk and rate, in order.

    Raises:
        BadInput: a trunk's rate table is wrong.
    """
    uses: dict[str, dict[_Rate, CarrierUse]] = {}
    async with snapshot(reader) as connection:
        found = await campaigns_of(connection, scope)
        async for use in carrier_use(connection, scope, found):
            by_rate = uses.setdefault(use.trunk, {})
            rate = (use.beginning, use.per_minute)
            by_rate[rate] = _joined(by_rate.get(rate), use)
    return tuple(
        TrunkFigures(
            trunk,
            tuple(
                RateFigures(
                    use.beginning,
                    use.per_minute,
                    use.calls,
                    use.answered_ms / 1000,
                    use.billed_s,
                    use.cost,
                )
                for _, use in sorted(by_rate.items(), key=_in_order)
            ),
        )
        for trunk, by_rate in sorted(uses.items())
    )


def _in_order(item: tuple[_Rate, CarrierUse]) -> tuple[str, float]:
    (beginning, per_minute), _ = item
    return beginning or "~", per_minute


def _joined(before: CarrierUse | None, use: CarrierUse) -> CarrierUse:
    if before is None:
        return use
    return replace(
        use,
        calls=before.calls + use.calls,
        answered_ms=before.answered_ms + use.answered_ms,
        billed_s=before.billed_s + use.billed_s,
        cost=before.cost + use.cost,
    )
