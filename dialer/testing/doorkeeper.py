"""Who is let in, in memory: secrets and whose they are."""

from dialer.domain.principal import Principal


class MemoryDoorkeeper:
    """Knows who a secret belongs to; `api.world.Doorkeeper`."""

    def __init__(self) -> None:
        self.sessions: dict[str, Principal] = {}
        self.tokens: dict[str, Principal] = {}

    async def of_session(self, secret: str) -> Principal | None:
        """Return whose session this is."""
        return self.sessions.get(secret)

    async def of_token(self, secret: str) -> Principal | None:
        """Return whose token this is."""
        return self.tokens.get(secret)
