"""What a durable store can refuse or suffer; each error carries its facts.

Knows nothing of SQL: the in-memory fakes raise the same errors.
"""

from dialer.errors import OutpaceError


class StoreFailed(OutpaceError):
    """The database cannot be written any more: what was waiting is not recorded."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the database failed: {reason}; check disk space and rights, and restart")


class StoreOverloaded(OutpaceError):
    """More commits wait than the writer may hold; this one was not recorded."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        super().__init__(f"{waiting} commits wait for the database; lower the dialing rate")


class RowRefused(OutpaceError):
    """A row breaks a law of the tables (a key taken, or one that does not exist)."""

    def __init__(self, law: str) -> None:
        self.law = law
        super().__init__(f"the database refused a row: {law}")
