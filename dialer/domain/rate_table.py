"""What a carrier takes for a call: a price a minute by the beginning of the number. Pure.

A trunk's rates are written as `{"+1": 0.01, "+4477": 0.03, "billing": {"first_s": 60,
"increment_s": 60}}`: the longest beginning holds, the first seconds are paid in any case, and what
follows is paid in whole increments. Refuses to know currencies.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any, Final, Self

from dialer.errors import BadInput

BILLING: Final = "billing"
"""The one key that is no beginning of a number."""

_BEGINNING: Final = re.compile(r"\+\d{1,15}", re.ASCII)
_MOST_S: Final = 3600
_FIX: Final = 'write {"+1": 0.01, "billing": {"first_s": 60, "increment_s": 60}}'


@dataclass(frozen=True, slots=True)
class Billing:
    """How seconds are rounded; whole seconds."""

    first_s: int = 0
    """Paid even by the shortest call."""
    increment_s: int = 1
    """What follows is paid in pieces of this, each begun one whole."""

    def billed_s(self, answered_ms: int) -> int:
        """Return the seconds that are paid for a call; 0 when it was not answered.

        Args:
            answered_ms: whole milliseconds from the answer to the end, so that the error of a
                subtraction of times begins no further increment.
        """
        if answered_ms <= 0:
            return 0
        rest = max(0, answered_ms - self.first_s * 1000)
        return self.first_s + -(-rest // (self.increment_s * 1000)) * self.increment_s


@dataclass(frozen=True, slots=True)
class RateTable:
    """The rates of one trunk."""

    per_minute: Mapping[str, float]
    """Money a minute by the beginning of a number, as "+4477"."""
    billing: Billing = Billing()

    @classmethod
    def of(cls, rates: Mapping[str, Any], *, name: str = "rates") -> Self:
        """Read a table as it is stored.

        Args:
            rates: see the module.
            name: what to call it when it is wrong.

        Raises:
            BadInput: a beginning, a price or a number of seconds cannot be.
        """
        prices: dict[str, float] = {}
        for beginning, price in rates.items():
            if beginning == BILLING:
                continue
            if not _BEGINNING.fullmatch(beginning):
                raise BadInput(name, f"{beginning!r} begins no number", _FIX)
            if isinstance(price, bool) or not isinstance(price, int | float):
                raise BadInput(name, f"{beginning}: {price!r} is no price", _FIX)
            if not isfinite(price) or price < 0:
                raise BadInput(name, f"{beginning}: {price!r} is no price", _FIX)
            prices[beginning] = float(price)
        return cls(prices, _billing(rates.get(BILLING, {}), name))

    def written(self) -> dict[str, Any]:
        """Return the table as it is stored."""
        return {**self.per_minute, BILLING: asdict(self.billing)}

    @property
    def longest(self) -> int:
        """Characters of the longest beginning; 0 in an empty table."""
        return max(map(len, self.per_minute), default=0)

    def beginning_of(self, number: str) -> str | None:
        """Return the longest beginning that has a price, or None.

        Args:
            number: E.164, or as much of it as `longest` characters.
        """
        for length in range(min(self.longest, len(number)), 1, -1):
            if number[:length] in self.per_minute:
                return number[:length]
        return None

    def cost(self, number: str, answered_ms: int) -> float | None:
        """Return what a call costs; None when no rate says."""
        beginning = self.beginning_of(number)
        if beginning is None:
            return None
        return self.billing.billed_s(answered_ms) / 60 * self.per_minute[beginning]


NO_RATES: Final = RateTable({})
"""Of a trunk of which nothing is known."""


def _billing(said: Any, name: str) -> Billing:
    if not isinstance(said, Mapping):
        raise BadInput(name, f"billing: {said!r} names no seconds", _FIX)
    least = {"first_s": 0, "increment_s": 1}
    for key, value in said.items():
        if key not in least:
            raise BadInput(name, f"billing: {key!r} is not known", _FIX)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(name, f"billing: {key} = {value!r} is no whole number", _FIX)
        if not least[key] <= value <= _MOST_S:
            raise BadInput(name, f"billing: {key} = {value} is out of range", _FIX)
    return Billing(**said)
