"""Which trunk of a route a call takes, and why: by priority, price or share. Pure.

Deterministic: shares are kept by a credit, as in `dialer.domain.sharing`, not by chance. A trunk
that is out, full, not for the number, or was tried for this lead just now does not come into
question. Refuses to know how trunks come to stand as they do.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Final

from dialer.domain.trunk_route import Policy, TrunkRoute, Way

_EVEN: Final = 1e-9
"""Credits that differ by less are equal: sums of shares are not exact."""


@dataclass(frozen=True, slots=True)
class TrunkStanding:
    """What matters of one trunk for one number, now."""

    free: int
    """Lines that may be started now, by its limits of lines and calls per second."""
    out: str = ""
    """Why it is taken out; "" while calls may be sent there."""
    barred: str = ""
    """Why this number is never dialed there; "" if it may be."""
    price: float | None = None
    """Money a minute for this number; None: no rate says."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The trunk that is taken, or why none is."""

    trunk: str | None
    why: str
    passed: tuple[tuple[str, str], ...] = ()
    """The trunks that did not come into question, each with the reason."""


@dataclass(slots=True)
class TrunkChooser:
    """Chooses among the trunks of one route; remembers who had his share."""

    _credit: dict[str, float] = field(default_factory=dict)

    def choose(
        self,
        route: TrunkRoute,
        standing: Mapping[str, TrunkStanding],
        tried: Collection[str] = (),
    ) -> Choice:
        """Return the trunk for one call.

        Args:
            route: of the campaign.
            standing: of each trunk of the route that this node has.
            tried: trunks that failed for this lead just now.
        """
        passed = [(way.trunk, _against(way, standing, tried)) for way in route.ways]
        against = {trunk: why for trunk, why in passed if why}
        fit = [way for way in route.ways if way.trunk not in against]
        refused = tuple(against.items())
        if not fit:
            # the law shall refuse a number that no trunk may dial, with its own words
            barred = [w.trunk for w in route.ways if w.trunk in standing]
            if barred and all(standing[trunk].barred for trunk in barred):
                return Choice(route.trunks[0], "no trunk may dial this number", refused)
            return Choice(None, "; ".join(f"{t}: {why}" for t, why in refused), refused)
        equal, why = _best(route.policy, fit, standing)
        taken = self._by_share(equal)
        if len(equal) > 1:
            share = taken.weight / sum(way.weight for way in equal)
            why = f"{why}, a share of {share:.0%}"
        return Choice(taken.trunk, why, refused)

    def _by_share(self, equal: Sequence[Way]) -> Way:
        """Take the one with the most credit; who is out of question keeps none for later."""
        if len(equal) == 1:
            return equal[0]
        total = sum(way.weight for way in equal)
        names = {way.trunk for way in equal}
        self._credit = {t: c for t, c in self._credit.items() if t in names}
        for way in equal:
            self._credit[way.trunk] = self._credit.get(way.trunk, 0.0) + way.weight / total
        most = max(self._credit.values())
        taken = next(way for way in equal if self._credit[way.trunk] >= most - _EVEN)
        self._credit[taken.trunk] -= 1.0
        return taken


def _against(way: Way, standing: Mapping[str, TrunkStanding], tried: Collection[str]) -> str:
    """Return why a trunk does not come into question; "" if it does."""
    stands = standing.get(way.trunk)
    if stands is None:
        return "not configured on this node"
    if stands.barred:
        return stands.barred
    if way.trunk in tried:
        return "failed for this call already"
    if stands.out:
        return f"out: {stands.out}"
    return "" if stands.free > 0 else "full"


def _best(
    policy: Policy, fit: Sequence[Way], standing: Mapping[str, TrunkStanding]
) -> tuple[list[Way], str]:
    """Return the ways that come first, all equally, and why they do."""
    if policy is Policy.PERCENTAGE:
        return list(fit), "by percentage"
    if policy is Policy.LEAST_COST:
        prices = {way.trunk: standing[way.trunk].price for way in fit}
        known = {trunk: inf if price is None else price for trunk, price in prices.items()}
        least = min(known.values())
        cheapest = [way for way in fit if known[way.trunk] == least]
        first = min(way.priority for way in cheapest)
        why = "no rate known" if least == inf else f"cheapest, {least:g} a minute"
        return [way for way in cheapest if way.priority == first], why
    first = min(way.priority for way in fit)
    return [way for way in fit if way.priority == first], f"priority {first}"
