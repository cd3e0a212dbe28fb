"""What is on record of the people who are agents that queues must know.

Refuses to know what agents are doing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId


@dataclass(frozen=True, slots=True)
class AgentRoll:
    """Whose agent somebody is, and what they can do."""

    tenant_id: TenantId = MAIN_TENANT
    skills: Mapping[str, int] = field(default_factory=dict)
    """By name, how well: 1 or more."""
    team: str = ""
    """Its name; "": none."""


class AgentRolls(Protocol):
    """The people who are agents."""

    async def all(self) -> Mapping[AgentId, AgentRoll]:
        """Return everybody who is an agent, of all tenants.

        An agent who is not among them is nobody's user: of the main tenant, without skills.
        """
        ...

    async def give(
        self,
        login: str,
        skills: Mapping[str, int],
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Say all that a user can do; what is not named they cannot any more. It is noted.

        Raises:
            NoSuch: there is no such user, or no skill of that name.
            BadInput: a level is not 1 to 9.
        """
        ...
