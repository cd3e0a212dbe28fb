"""What was spoken over each trunk, and what the carrier takes for it by its rate table.

Refuses to know invoices: the figures are what the calls should cost.
"""

from dataclasses import dataclass

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.reports.carrier import NO_RATES, CarrierUse, carrier_use, rate_tables
from dialer.adapters.sql.reports.scope import Scope, campaigns_of, dialed_in, snapshot


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
    uses: dict[str, dict[str | None, list[CarrierUse]]] = {}
    async with snapshot(reader) as connection:
        tables = await rate_tables(connection)
        where = dialed_in(scope, await campaigns_of(connection, scope))
        async for use in carrier_use(connection, where):
            by_rate = uses.setdefault(use.trunk, {})
            by_rate[use.beginning] = [_joined(by_rate.get(use.beginning, []), use)]
    return tuple(
        TrunkFigures(
            trunk,
            tuple(
                RateFigures(
                    beginning,
                    tables.get(trunk, NO_RATES).per_minute.get(beginning or "", 0.0),
                    use.calls,
                    use.answered_ms / 1000,
                    use.billed_s,
                    use.cost,
                )
                for beginning, (use,) in sorted(by_rate.items(), key=lambda item: item[0] or "~")
            ),
        )
        for trunk, by_rate in sorted(uses.items())
    )


def _joined(before: list[CarrierUse], use: CarrierUse) -> CarrierUse:
    for other in before:
        return CarrierUse(
            use.key,
            use.trunk,
            use.beginning,
            other.calls + use.calls,
            other.answered_ms + use.answered_ms,
            other.billed_s + use.billed_s,
            other.cost + use.cost,
        )
    return use
