"""The AGI script `announced`: both who talk have heard that they are recorded.

Its channel is the prompt's own, not the customer's. Refuses to know what follows.
"""

from collections.abc import Awaitable, Callable

from agi.server import AgiSession, Handler
from dialer.domain.ids import AttemptId, is_talk_id


class AnnouncedScript:
    """The handler of one node's announcements.

    Args:
        announced: is told of whose line.
    """

    def __init__(self, announced: Callable[[AttemptId], Awaitable[None]]) -> None:
        self._announced = announced

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {"announced": self.heard}

    async def heard(self, session: AgiSession) -> None:
        """An announcement was heard to its end."""
        channel_id = session.environment.argument(1)
        if is_talk_id(channel_id):
            await self._announced(AttemptId(channel_id))
