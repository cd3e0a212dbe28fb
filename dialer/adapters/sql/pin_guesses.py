"""Wrong guesses at PINs, in SQL. Refuses to know PINs."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.guesses import all_locked, count_failure, forget_failures, locked_until
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import GuessLimit

BY_CALLER = "a caller"
"""Who did it, in the audit log."""


class SqlPinGuesses:
    """A `PinGuesses` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def locked_until(self, subjects: Sequence[str], at: float) -> float | None:
        """Return until when guesses are not taken; see `PinGuesses`."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(locked_until, subjects, at)

    async def locks(self, subjects: Collection[str], at: float) -> Mapping[str, float]:
        """Return which of these are locked, and until when; see `PinGuesses`."""
        async with self._reader.connect() as connection:
            locked = await connection.run_sync(all_locked, at)
        return {name: locked[name] for name in subjects if name in locked}

    async def failed(
        self,
        guessed: Mapping[str, GuessLimit],
        account: str,
        *,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> float | None:
        """Count a wrong guess; see `PinGuesses`."""
        first = next(iter(guessed))

        def work(connection: Connection) -> float | None:
            counted = count_failure(connection, guessed, at)
            if counted.refused_until is not None:
                return counted.refused_until
            if account and first in counted.locked:
                detail = {"until": counted.locked[first]}
                note_in(
                    connection,
                    "pin_locked",
                    account,
                    detail,
                    by=BY_CALLER,
                    at=at,
                    tenant_id=tenant_id,
                )
            return max(counted.locked.values(), default=None)

        return await self._writer.transact(work)

    async def succeeded(self, subjects: Sequence[str], at: float) -> float | None:
        """Forget the wrong guesses of the first; see `PinGuesses`."""

        def work(connection: Connection) -> float | None:
            locked = locked_until(connection, subjects, at)
            if locked is None:
                forget_failures(connection, subjects[0])
            return locked

        return await self._writer.transact(work)

    async def forget(self, subject: str) -> None:
        """Forget the wrong guesses for a name, and its lock."""
        await self._writer.transact(lambda connection: forget_failures(connection, subject))
