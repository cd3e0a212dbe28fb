"""What an engine can be asked about listening in: each command with its arguments.

Refuses to know how they arrive, and whom the API lets in: `role` is checked again here.
"""

from collections.abc import Mapping
from typing import Any

from dialer.domain.ids import MAIN_TENANT, AgentId
from dialer.domain.roles import role_named
from dialer.domain.supervision import Spy, SpyMode, check_role, shown
from dialer.errors import BadInput
from dialer.services.coaching import Coaching
from dialer.services.control import Command
from dialer.services.supervision import Supervision


class SupervisionCommands:
    """The commands of supervisors.

    Args:
        supervision: carries them out.
        coaching: those of coaching.
    """

    def __init__(self, supervision: Supervision, coaching: Coaching) -> None:
        self._supervision = supervision
        self._coaching = coaching

    def commands(self) -> dict[str, Command]:
        """Return the commands by name."""
        return {
            "supervise.listen": self.listen,
            "supervise.whisper": self.whisper,
            "supervise.barge": self.barge,
            "supervise.take": self.take_over,
            "supervise.stop": self.stop,
            "supervise.list": self.listed,
            "coaching.invite": self.invite,
            "coaching.accept": self.accept,
            "coaching.end": self.end_coaching,
        }

    async def listen(self, given: Mapping[str, Any]) -> object:
        """Hear an agent's talk on a phone."""
        return await self._supervise(SpyMode.LISTEN, given)

    async def whisper(self, given: Mapping[str, Any]) -> object:
        """Speak to the agent alone."""
        return await self._supervise(SpyMode.WHISPER, given)

    async def barge(self, given: Mapping[str, Any]) -> object:
        """Speak to both."""
        return await self._supervise(SpyMode.BARGE, given)

    async def take_over(self, given: Mapping[str, Any]) -> object:
        """Take the agent's place, who writes the talk up."""
        check_role(role_named(_text(given, "role")))
        spy = await self._supervision.take_over(
            AgentId(_text(given, "agent")),
            _text(given, "phone"),
            by=_text(given, "by"),
            tenant=given.get("tenant"),
        )
        return _shown(spy)

    async def stop(self, given: Mapping[str, Any]) -> object:
        """Have a phone listen no more."""
        check_role(role_named(_text(given, "role")))
        spy = await self._supervision.stop(
            _text(given, "phone"), by=_text(given, "by"), tenant=given.get("tenant")
        )
        return _shown(spy)

    async def listed(self, given: Mapping[str, Any]) -> object:
        """Who listens to whom now."""
        check_role(role_named(_text(given, "role")))
        tenant = given.get("tenant")
        return [_shown(spy) for spy in self._supervision.live() if tenant in (None, spy.tenant)]

    async def invite(self, given: Mapping[str, Any]) -> object:
        """Ask a paused agent to be coached."""
        check_role(role_named(_text(given, "role")))
        invitation = self._coaching.invite(
            AgentId(_text(given, "agent")),
            _text(given, "phone"),
            by=_text(given, "by"),
            tenant=str(given.get("tenant") or MAIN_TENANT),
        )
        return {"agent": invitation.agent_id, "by": invitation.by, "until": invitation.until}

    async def accept(self, given: Mapping[str, Any]) -> object:
        """The agent accepts to be coached; returns once they hear each other."""
        return _shown(await self._coaching.accept(AgentId(_text(given, "agent"))))

    async def end_coaching(self, given: Mapping[str, Any]) -> object:
        """The agent wants no coaching, or no more."""
        self._coaching.end(AgentId(_text(given, "agent")))
        return None

    async def _supervise(self, mode: SpyMode, given: Mapping[str, Any]) -> object:
        check_role(role_named(_text(given, "role")))
        spy = await self._supervision.supervise(
            mode,
            AgentId(_text(given, "agent")),
            _text(given, "phone"),
            by=_text(given, "by"),
            tenant=given.get("tenant"),
        )
        return _shown(spy)


def _shown(spy: Spy) -> dict[str, Any]:
    return {"spy": spy.spy_id, **shown(spy)}


def _text(given: Mapping[str, Any], field: str) -> str:
    value = given.get(field)
    if not isinstance(value, str) or not value:
        raise BadInput(field, "is missing", f"give {field} as text")
    return value
