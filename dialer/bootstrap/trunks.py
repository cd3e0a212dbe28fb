"""A node's trunks as its settings say, made into what each part needs to know of them.

The settings are the truth of how a trunk is reached and what its carrier allows and takes. The
engine puts its trunks on record at its start, so that reports price calls, and routes and caller
ids can name them. Refuses to know how calls are made.
"""

from contextlib import suppress
from typing import Final

import structlog

from dialer.adapters.sql.stores import SqlStores
from dialer.domain.calling_rules.place import place_of
from dialer.domain.dial_law import DialTerms
from dialer.domain.rate_table import RateTable
from dialer.domain.trunk import Trunk
from dialer.errors import Taken
from dialer.ports import Clock
from dialer.services.dial_terms import TrunkAddress
from dialer.services.trunk_lines import TrunkLimits
from dialer.settings import NodeSettings
from dialer.trunk_settings import TrunkFields

log = structlog.get_logger(__name__)

BY: Final = "engine"
"""Who puts trunks on record, for the audit log."""


def addresses_of(settings: NodeSettings) -> dict[str, TrunkAddress]:
    """Return what the terms of a dial need to know of each trunk."""
    return {
        trunk.name: TrunkAddress(
            trunk.host,
            trunk.port,
            frozenset(trunk.countries),
            trunk.minutes_max_day,
            trunk.spend_max_day,
            trunk.transport,
        )
        for trunk in settings.all_trunks
    }


def rates_of(settings: NodeSettings) -> dict[str, RateTable]:
    """Return what calls cost on each trunk.

    Raises:
        BadInput: a table is wrong.
    """
    return {trunk.name: _rates(trunk) for trunk in settings.all_trunks}


def limits_of(settings: NodeSettings) -> dict[str, TrunkLimits]:
    """Return what the carrier of each trunk allows, and takes.

    Raises:
        BadInput: a rate table is wrong.
    """
    return {
        trunk.name: TrunkLimits(trunk.max_lines, trunk.calls_per_second, _rates(trunk))
        for trunk in settings.all_trunks
    }


def record_of(trunk: TrunkFields) -> Trunk:
    """Return a trunk as it is put on record: no username, no password.

    Raises:
        BadInput: its rate table is wrong.
    """
    return Trunk(
        trunk.name,
        trunk.host,
        trunk.port,
        trunk.max_lines,
        trunk.calls_per_second,
        trunk.countries,
        _rates(trunk),
        trunk.minutes_max_day,
        trunk.spend_max_day,
    )


async def keep_trunks(settings: NodeSettings, stores: SqlStores, clock: Clock) -> None:
    """Put a node's trunks on record as its settings have them; others stay as they are.

    Raises:
        BadInput: one that cannot be kept.
    """
    for fields in settings.all_trunks:
        trunk = record_of(fields)
        known = await stores.trunks.get(trunk.name)
        if known is None:
            with suppress(Taken):  # another node that has it starts in the same instant
                await stores.trunks.add(trunk, by=BY, at=clock.now())
        elif known != trunk:
            await stores.trunks.change(trunk, by=BY, at=clock.now())
            log.info("trunk_changed", trunk=trunk.name)


class TestCallRecord:
    """A `TestRecord` (dialer.services.trunk_test_call) on the node's database."""

    __test__ = False  # no test of pytest's

    def __init__(self, stores: SqlStores) -> None:
        self._stores = stores

    async def listed(self, number: str, at: float) -> bool:
        """Return whether a number is on a do-not-call list that holds for all or for us."""
        terms = DialTerms(calls_people=True)
        place = place_of(number)
        facts = await self._stores.dial_check.facts(
            number, place, terms, campaign_id=None, lead_id=None, at=at
        )
        return facts.listed

    async def note(self, *, trunk: str, number: str, by: str, at: float) -> None:
        """Commit that a test call is about to be made."""
        await self._stores.audit.note(
            by=by or BY,
            action="trunk_test_call",
            subject=f"trunk {trunk}",
            detail={"number": number},
            at=at,
        )


def _rates(trunk: TrunkFields) -> RateTable:
    return RateTable.of(trunk.rates, name=f"rates of trunk {trunk.name}")
