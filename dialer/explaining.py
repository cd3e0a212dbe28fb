"""Puts together what explains a node's campaigns, for the command and for the API.

Names adapters, as `dialer.bootstrap` does for the engine; an engine is not needed for it.
"""

from dialer.adapters.asterisk.trunk_probe import is_loopback
from dialer.adapters.sql.standings import SqlStandings
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap.trunks import addresses_of
from dialer.domain.dial_law import DialLaw
from dialer.ports import Clock
from dialer.services.explaining import Explaining
from dialer.settings import NodeSettings


def explaining_of(
    settings: NodeSettings, stores: SqlStores, law: DialLaw, clock: Clock
) -> Explaining:
    """Return what explains the campaigns of a node."""
    return Explaining(
        standings=SqlStandings(stores.reader),
        law=law,
        trunks=addresses_of(settings),
        local=all(is_loopback(trunk.host) for trunk in settings.all_trunks),
        default_prompt=settings.prompts / "abandon",
        routes=lambda name, tenant: stores.trunk_routes.get(name, tenant_id=tenant),
        inbound=stores.routes.list,
        clock=clock,
    )
