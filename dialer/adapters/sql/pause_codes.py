"""Pause codes in SQL, each tenant's own.

Knows rows. Refuses to know what a code is good for (`dialer.domain.pause_code`).
"""

from typing import Final

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.people import pause_codes
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.pause_code import PauseCode, checked_code
from dialer.errors import NoSuch, Taken

_ADD: Final = insert(pause_codes).on_conflict_do_nothing().returning(pause_codes.c.id)
_OF: Final = pause_codes.c.tenant_id == bindparam("tenant")
_REMOVE: Final = delete(pause_codes).where(_OF, pause_codes.c.code == bindparam("which"))
_ALL: Final = select(pause_codes).where(_OF).order_by(pause_codes.c.code)


class SqlPauseCodes:
    """A `PauseCodes` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def add(
        self, code: PauseCode, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Add a code.

        Args:
            code: what it is.
            by: who adds it.
            at: now, epoch seconds.
            tenant_id: whose code.

        Raises:
            BadInput: it cannot be kept, or is there already.
        """
        checked_code(code)
        row = {
            "tenant_id": tenant_id,
            "code": code.code,
            "label": code.label,
            "paid": code.paid,
            "limit_s": code.limit_s,
        }

        def work(connection: Connection) -> None:
            if connection.execute(_ADD, row).first() is None:
                raise Taken("code", f"{code.code!r} exists already", "choose another")
            detail = {"label": code.label, "paid": code.paid, "limit_s": code.limit_s}
            subject = f"pause code {code.code}"
            note_in(
                connection, "pause_code_add", subject, detail, by=by, at=at, tenant_id=tenant_id
            )

        await self._writer.transact(work)

    async def remove(self, code: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> None:
        """Remove a code; pauses of before keep it on record.

        Raises:
            BadInput: there is no such code.
        """

        def work(connection: Connection) -> None:
            if connection.execute(_REMOVE, {"tenant": tenant_id, "which": code}).rowcount == 0:
                raise NoSuch("code", f"{code!r} does not exist", "see outpace pause-codes list")
            subject = f"pause code {code}"
            note_in(connection, "pause_code_remove", subject, {}, by=by, at=at, tenant_id=tenant_id)

        await self._writer.transact(work)

    async def list(self, tenant_id: str = MAIN_TENANT) -> list[PauseCode]:
        """Return the codes of a tenant, by code."""
        async with self._reader.connect() as connection:
            return [
                PauseCode(row.code, row.label, row.paid, row.limit_s)
                for row in await connection.execute(_ALL, {"tenant": tenant_id})
            ]
