"""Puts together what explains a node's campaigns, for the command and for the API.

Names adapters, as `dialer.bootstrap` does for the engine; an engine is not needed for it.
"""

from dialer.adapters.asterisk.trunk_probe import is_loopback
from dialer.adapters.sql.standings import SqlStandings
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.dial_law import DialLaw
from dialer.ports import Clock
from dialer.services.dial_terms import TrunkAddress
from dialer.services.explaining import Explaining
from dialer.settings import NodeSettings


def explaining_of(
    settings: NodeSettings, stores: SqlStores, law: DialLaw, clock: Clock
) -> Explaining:
    """Return what explains the campaigns of a node."""
    trunk = settings.trunk
    return Explaining(
        standings=SqlStandings(stores.reader),
        law=law,
        trunks={trunk.name: TrunkAddress(trunk.host, trunk.port, frozenset(trunk.countries))},
        local=is_loopback(trunk.host),
        default_prompt=settings.prompts / "abandon",
        clock=clock,
    )
