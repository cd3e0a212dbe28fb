"""On which phone a supervisor is called, and as whom an engine is asked.

Refuses to know what for.
"""

from typing import Any

from api.world import World
from dialer.adapters.sql.agent_people import tenant_of
from dialer.domain.ids import AgentId
from dialer.domain.principal import Principal
from dialer.errors import BadInput, NoSuch


async def phone_of(world: World, principal: Principal, wanted: str) -> str:
    """Return the phone to call: the one that is named, or one's own.

    Raises:
        BadInput: none is named, and whoever asks is no agent.
        NoSuch: it is another tenant's.
    """
    phone = wanted or principal.agent_id
    if not phone:
        raise BadInput("phone", "is missing", "name the phone that shall be called")
    person = (await world.stores.agent_people.all()).get(AgentId(phone))
    if tenant_of(person) != principal.tenant_id:
        raise NoSuch("phone", f"{phone!r} does not exist", "name a phone of an agent of yours")
    return phone


def who(principal: Principal) -> dict[str, Any]:
    """Return who asks, as an engine wants it said."""
    return {"by": principal.who, "role": principal.role.value, "tenant": principal.tenant_id}
