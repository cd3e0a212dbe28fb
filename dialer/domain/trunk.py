"""A trunk: one way to the telephone network, what its carrier allows, and what calls cost. Pure.

Refuses to know how it is reached and dialed, and its password: that is a setting of the node.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from dialer.domain.dial_law import ANYWHERE
from dialer.domain.named import Named, check_amount
from dialer.domain.one_line import ENDPOINT_NAME
from dialer.domain.rate_table import NO_RATES, RateTable
from dialer.errors import BadInput

MOST_LINES: Final = 100_000
MOST_PER_DAY: Final = 1e9
"""Minutes, or money."""

_HOST: Final = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?|[0-9A-Fa-f:.]{2,45}")
_SLOWEST_CPS: Final = 0.01
_FASTEST_CPS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Trunk:
    """One trunk of a tenant."""

    name: str
    """As campaigns and attempts call it, and the switch."""
    host: str
    port: int = 5060
    max_lines: int = 200
    calls_per_second: float = 20.0
    countries: tuple[str, ...] = ()
    """Those that may be called (ISO 3166); a real trunk needs some."""
    rates: RateTable = NO_RATES
    minutes_max_day: float | None = None
    """Minutes of answered calls on a day of UTC, after which nothing more is dialed."""
    spend_max_day: float | None = None
    """The same in money, by the rates."""


def checked_trunk(trunk: Trunk) -> Trunk:
    """Return a trunk that can be kept.

    Raises:
        BadInput: the switch could not call it by that name, or a number is out of range.
    """
    if not ENDPOINT_NAME.fullmatch(trunk.name):
        fix = "use 1-40 letters, digits, '.', '_' or '-'"
        raise BadInput("name", f"{trunk.name!r} cannot name an endpoint", fix)
    if not _HOST.fullmatch(trunk.host):
        problem = f"{trunk.host!r} is no host"
        raise BadInput("host", problem, "give a name or an address, as sip.example.com")
    check_amount("port", trunk.port, least=1, most=65_535)
    check_amount("max_lines", trunk.max_lines, least=1, most=MOST_LINES)
    check_amount("calls_per_second", trunk.calls_per_second, least=_SLOWEST_CPS, most=_FASTEST_CPS)
    for country in trunk.countries:
        if country not in ANYWHERE:
            problem = f"{country!r} is no ISO 3166 country"
            raise BadInput("countries", problem, "write it as US; the United Kingdom is GB")
    RateTable.of(trunk.rates.written())
    for field in ("minutes_max_day", "spend_max_day"):
        limit = getattr(trunk, field)
        if limit is not None:
            check_amount(field, limit, least=0.01, most=MOST_PER_DAY)
    return trunk


def _written(trunk: Trunk) -> dict[str, Any]:
    plain = {field.name: getattr(trunk, field.name) for field in fields(trunk)}
    return {**plain, "countries": list(trunk.countries), "rates": trunk.rates.written()}


def _read(row: Mapping[str, Any]) -> Trunk:
    rates = RateTable.of(row["rates"], name=f"rates of trunk {row['name']}")
    return Trunk(**{**row, "countries": tuple(row["countries"]), "rates": rates})


TRUNKS: Final = Named(
    "trunk", Trunk, checked_trunk, write=_written, read=_read, campaign_setting="trunk"
)
