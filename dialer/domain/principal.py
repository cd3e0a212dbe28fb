"""Who asks for something over the API: a person with a session, or a machine with a token. Pure.

Refuses to know how either proved it.
"""

from dataclasses import dataclass

from dialer.domain.ids import AgentId, TenantId
from dialer.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who may ask, and for whom."""

    tenant_id: TenantId
    role: Role
    name: str
    """Login of the person, or name of the token: who did it, for the audit log."""
    user_id: str = ""
    session_id: str = ""
    """Of a person; empty for a machine."""
    token_id: str = ""
    """Of a machine; empty for a person."""
    scopes: frozenset[str] | None = None
    """What a machine was given of what its role may do; None: all of it."""
    agent_id: AgentId | None = None
    """The agent that this person is on the floor."""
    csrf: str = ""
    """What a page sends along with a change, to show that it is ours."""

    @property
    def who(self) -> str:
        """A word for logs and the audit log."""
        return self.name if self.user_id else f"token {self.name}"
