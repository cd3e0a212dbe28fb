"""Messages to agents in memory, and who has read them; gone with the process.

Refuses to know how a message reaches a screen.
"""

from collections.abc import Mapping
from dataclasses import replace

from dialer.domain.call_record import check_time
from dialer.domain.ids import MAIN_TENANT, AgentId
from dialer.domain.message import (
    EVERYONE,
    TO_AGENT,
    TO_TEAM,
    Message,
    MessageKey,
    addressed,
    checked_message,
)
from dialer.errors import NoSuch
from dialer.testing.belonging import Belongings
from dialer.testing.newest import newest_first


class MemoryMessages:
    """A `Messages` (dialer.ports) in memory.

    Args:
        whose: what is whose.
    """

    def __init__(self, whose: Belongings) -> None:
        self._whose = whose
        self.rows: dict[int, Message] = {}
        """To be looked at by tests."""
        self.reads: dict[tuple[int, AgentId], float] = {}
        """Message and reader to when it was read."""

    async def send(self, message: Message) -> Message:
        """Send a message and return it with its id; a team is named by id or name."""
        checked_message(message)
        kind, name = addressed(message.sent_to)
        if kind == TO_AGENT:
            self._whose.check_agent(AgentId(name), message.tenant_id)
        elif kind == TO_TEAM:
            name = self._whose.team_named(name, message.tenant_id)
        number = len(self.rows) + 1
        sent = replace(message, sent_to=kind + name, message_id=number, read_at=None)
        self.rows[number] = sent
        return sent

    async def sent(
        self, *, limit: int, before: MessageKey | None = None, tenant_id: str = MAIN_TENANT
    ) -> list[Message]:
        """Return what was sent to whomever, the newest first."""
        found = [one for one in self.rows.values() if one.tenant_id == tenant_id]
        return newest_first(found, lambda one: one.key, before, limit)

    async def inbox(
        self,
        agent_id: AgentId,
        *,
        limit: int,
        unread: bool = False,
        before: MessageKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> list[Message]:
        """Return what was sent to an agent, to their present team or to everyone."""
        found = [one for one in self._to(agent_id, tenant_id) if not unread or one.read_at is None]
        return newest_first(found, lambda one: one.key, before, limit)

    async def unread_count(self, agent_id: AgentId, *, tenant_id: str = MAIN_TENANT) -> int:
        """Count what an agent has not read."""
        return sum(one.read_at is None for one in self._to(agent_id, tenant_id))

    async def mark_read(
        self, message_id: int, agent_id: AgentId, at: float, *, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record when an agent read a message; tells whether this is the first time."""
        check_time("at", at)
        if message_id not in {one.message_id for one in self._to(agent_id, tenant_id)}:
            raise _missing(message_id)
        first = (message_id, agent_id) not in self.reads
        self.reads.setdefault((message_id, agent_id), at)
        return first

    async def readers(
        self, message_id: int, *, tenant_id: str = MAIN_TENANT
    ) -> Mapping[AgentId, float]:
        """Return who has read a message, and when."""
        message = self.rows.get(message_id)
        if message is None or message.tenant_id != tenant_id:
            raise _missing(message_id)
        return {who: at for (which, who), at in self.reads.items() if which == message_id}

    def _to(self, agent_id: AgentId, tenant_id: str) -> list[Message]:
        """Return what is to an agent, with when they read it."""
        if not self._whose.is_agent_of(agent_id, tenant_id):
            return []
        addresses = {EVERYONE, TO_AGENT + agent_id}
        team_id = self._whose.team_of(agent_id)
        if team_id is not None:
            addresses.add(TO_TEAM + team_id)
        return [
            replace(one, read_at=self.reads.get((one.message_id, agent_id)))
            for one in self.rows.values()
            if one.tenant_id == tenant_id and one.sent_to in addresses
        ]


def _missing(message_id: int) -> NoSuch:
    return NoSuch("message", f"{message_id} does not exist", "name one that is listed")
