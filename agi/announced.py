"""The AGI scripts `announced` and `asked`: both who talk heard of the recording, or a question.

Their channel is the prompt's own, not the customer's. Refuses to know what follows.
"""

from collections.abc import Awaitable, Callable

from agi.server import AgiSession, Handler
from dialer.domain.ids import AttemptId, is_talk_id


class AnnouncedScript:
    """The handlers of one node's announcements.

    Args:
        announced: is told on whose line an announcement was heard to its end.
        unanswered: is told on whose line a question is over to which nobody pressed a key.
    """

    def __init__(
        self,
        announced: Callable[[AttemptId], Awaitable[None]],
        unanswered: Callable[[AttemptId], None],
    ) -> None:
        self._announced = announced
        self._unanswered = unanswered

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {"announced": self.heard, "asked": self.asked}

    async def heard(self, session: AgiSession) -> None:
        """An announcement was heard to its end."""
        channel_id = session.environment.argument(1)
        if is_talk_id(channel_id):
            await self._announced(AttemptId(channel_id))

    async def asked(self, session: AgiSession) -> None:
        """The time for an answer is over."""
        channel_id = session.environment.argument(1)
        if is_talk_id(channel_id):
            self._unanswered(AttemptId(channel_id))
