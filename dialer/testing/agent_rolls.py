"""What agents can do, in memory. Gone with the process."""

from collections.abc import Mapping

from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.skill import checked_levels
from dialer.ports import AgentRoll


class MemoryAgentRolls:
    """An `AgentRolls` (dialer.ports) in memory; every login is an agent of the same name."""

    def __init__(self) -> None:
        self.rows: dict[AgentId, AgentRoll] = {}

    async def all(self) -> Mapping[AgentId, AgentRoll]:
        """Return everybody of whom something was said."""
        return dict(self.rows)

    async def give(
        self,
        login: str,
        skills: Mapping[str, int],
        *,
        by: str,  # noqa: ARG002 - nothing is noted here
        at: float,  # noqa: ARG002
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Say all that an agent can do."""
        self.rows[AgentId(login)] = AgentRoll(TenantId(tenant_id), checked_levels(skills))
