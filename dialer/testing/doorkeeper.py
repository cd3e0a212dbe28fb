"""Who is let in, in memory: secrets and whose they are."""

from typing import Protocol

from dialer.domain.principal import Principal


class Door(Protocol):
    """What may stand behind it."""

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is."""
        ...

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is."""
        ...


class MemoryDoorkeeper:
    """Knows who a secret belongs to; `api.world.Doorkeeper`."""

    def __init__(self) -> None:
        self.sessions: dict[str, Principal] = {}
        self.tokens: dict[str, Principal] = {}
        self.behind: Door | None = None
        """Asked about whoever is not known here."""

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is."""
        found = self.sessions.get(secret)
        if found is None and self.behind is not None:
            return await self.behind.of_session(secret)
        return found

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is."""
        found = self.tokens.get(secret)
        if found is None and self.behind is not None:
            return await self.behind.of_token(secret)
        return found
