"""The AGI script `amd`: a channel that hears what a customer says has app_amd say who that is.

Refuses to know which call it is, and what is made of the answer.
"""

from agi.server import AgiSession, Handler
from dialer.ports.listening import AmdDesk


class AmdScript:
    """The script `amd`.

    Args:
        desk: knows who asked.
    """

    def __init__(self, desk: AmdDesk) -> None:
        self._desk = desk

    def routes(self) -> dict[str, Handler]:
        """Return the handlers by script."""
        return {"amd": self.amd}

    async def amd(self, session: AgiSession) -> None:
        """Somebody is listened to, under the name that the dialplan passes."""
        name = session.environment.argument(1)
        if not self._desk.began(name):
            return
        status = cause = ""
        try:
            await session.command("EXEC", "AMD", "")
            status = (await session.command("GET", "VARIABLE", "AMDSTATUS")).data
            cause = (await session.command("GET", "VARIABLE", "AMDCAUSE")).data
        finally:
            self._desk.ended(name, status, cause)
