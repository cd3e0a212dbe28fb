"""What people may ask for: to be forgotten, and what forbids it; numbers that were erased.

A person is a telephone number here. An erasure is one transaction; a keyed digest stays and sees
that the number is never taken in again. Knows who may be erased. Refuses to know what each table
holds (`dialer.adapters.sql.erasure`, `dialer.adapters.sql.known`) and to delete files.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.erasure import Erasure
from dialer.adapters.sql.giving_way import transact_giving_way
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import caller_ids
from dialer.adapters.sql.tables.law import legal_holds, suppressions
from dialer.adapters.sql.traces import Trace, replace_in, traces
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.instant import written
from dialer.domain.suppression import FINGERPRINT_OF, digest_of, stand_in, without_number
from dialer.errors import BadInput

_ROUNDS: Final = 5
_SLICE: Final = 500


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did."""

    stand_in: str
    """What stands in place of the number now."""
    leads: int
    attempts: int
    files: tuple[str, ...]
    """Names of the files to delete: recordings and voicemails, those of an erasure before too."""


async def any_erased(reader: SqlReader) -> bool:
    """Tell whether any number was ever erased: without one no key is needed."""
    async with reader.connect() as connection:
        found = await connection.execute(select(suppressions.c.digest).limit(1))
        return found.first() is not None


class SqlPrivacy:
    """Requests of people about what is known of their number.

    Args:
        writer: commits; must be running.
        reader: for queries.
        key: of digests; the same one for as long as the database lives.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader, key: bytes) -> None:
        self._writer = writer
        self._reader = reader
        self._key = key

    def stand_in(self, number: str) -> str:
        """Return what stands in place of a number (E.164) once it is erased, and in the audit."""
        return stand_in(number, self._key)

    async def suppressed(self, numbers: Iterable[str]) -> set[str]:
        """Return those of the numbers (E.164) that were erased: they are never taken in again.

        Raises:
            BadInput: the key is not the one that numbers were erased with.
        """
        by_digest = {digest_of(number, self._key): number for number in numbers}
        digests = sorted(by_digest)
        found: set[str] = set()
        async with self._reader.connect() as connection:
            await connection.run_sync(self._check_key)
            for start in range(0, len(digests), _SLICE):
                part = digests[start : start + _SLICE]
                query = select(suppressions.c.digest).where(suppressions.c.digest.in_(part))
                found |= {by_digest[digest] for digest in await connection.scalars(query)}
        return found

    async def hold(
        self, number: str, *, by: str, reason: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Keep what is known of a number from being erased; False if that is so already.

        Args:
            number: E.164.
            by: who says so.
            reason: why, such as the reference of a case.
            at: now, epoch seconds.
            tenant_id: who must keep it.
        """

        def work(connection: Connection) -> bool:
            lock_numbers(connection, [number])
            same = (legal_holds.c.reason == reason, legal_holds.c.tenant_id == tenant_id)
            if connection.execute(_holds(number).where(*same)).first() is not None:
                return False
            row = {"tenant_id": tenant_id, "number": number, "reason": reason, "by": by, "at": at}
            connection.execute(insert(legal_holds), row)
            self._note(connection, "hold", number, {"reason": reason}, by, at, tenant_id)
            return True

        return await transact_giving_way(self._writer, work)

    async def lift(self, number: str, *, by: str, at: float, tenant_id: str = MAIN_TENANT) -> int:
        """End the legal holds of a number (E.164); returns how many there were."""

        def work(connection: Connection) -> int:
            lock_numbers(connection, [number])
            these = update(legal_holds).where(
                legal_holds.c.number == number,
                legal_holds.c.tenant_id == tenant_id,
                legal_holds.c.lifted_at.is_(None),
            )
            lifted = int(connection.execute(these.values(lifted_at=at)).rowcount)
            if lifted:
                self._note(connection, "lift", number, {"holds": lifted}, by, at, tenant_id)
            return lifted

        return await transact_giving_way(self._writer, work)

    async def note_export(
        self, number: str, *, by: str, at: float, file: str, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Note that what is known of a number (E.164) is given out, in a file of this name."""

        def work(connection: Connection) -> None:
            said = {"file": without_number(file, number, self.stand_in(number))}
            self._note(connection, "export", number, said, by, at, tenant_id)

        await self._writer.transact(work)

    async def erase(
        self, number: str, *, by: str, reason: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> Erased:
        """Erase what is known of a number, in all campaigns and lists; again, nothing more changes.

        Args:
            number: E.164.
            by: who does it.
            reason: why, such as "request of 2026-11-02".
            at: now, epoch seconds.
            tenant_id: in whose log it is noted.

        Raises:
            BadInput: a legal hold forbids it, a call with the number is going on, it is a caller
                id of ours, or the key is not the one that numbers were erased with.
        """
        found = await traces(self._reader, number)

        def work(connection: Connection) -> Erased:
            return self._erase(connection, number, found, by, reason, at, tenant_id)

        erased = await transact_giving_way(self._writer, work)
        for _ in range(_ROUNDS):  # what others wrote of it meanwhile, such as an audit row
            late = await traces(self._reader, number)
            if not late:
                break

            def once_more(connection: Connection, late: Sequence[Trace] = late) -> None:
                replace_in(connection, late, number, erased.stand_in)

            await transact_giving_way(self._writer, once_more)
        return erased

    def _erase(
        self,
        connection: Connection,
        number: str,
        found: Sequence[Trace],
        by: str,
        reason: str,
        at: float,
        tenant_id: str,
    ) -> Erased:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")  # no remains in free pages
        lock_numbers(connection, [number])
        self._check_key(connection)
        erasure = Erasure(connection, number, self._key, at)
        _check_erasable(connection, number, erasure)
        files = tuple(sorted(erasure.run()))
        replace_in(connection, found, number, erasure.instead)
        why = str(without_number(reason, number, erasure.instead))
        rows = [
            {"digest": digest_of(text, self._key), "tenant_id": tenant_id, "at": at, "reason": said}
            for text, said in ((number, why), (FINGERPRINT_OF, FINGERPRINT_OF))
        ]
        connection.execute(upsert(suppressions).on_conflict_do_nothing(), rows)
        leads, attempts = len(erasure.lead_ids), len(erasure.attempt_ids)
        detail = {"reason": why, "leads": leads, "attempts": attempts, "files": list(files)}
        self._note(connection, "erase", number, detail, by, at, tenant_id)
        return Erased(erasure.instead, leads, attempts, files)

    def _check_key(self, connection: Connection) -> None:
        if connection.execute(select(suppressions.c.digest).limit(1)).first() is None:
            return
        ours = suppressions.c.digest == digest_of(FINGERPRINT_OF, self._key)
        if connection.execute(select(suppressions.c.digest).where(ours)).first() is None:
            problem = "is not the one that numbers of this database were erased with"
            raise BadInput("privacy.key", problem, "restore it from a backup")

    def _note(
        self,
        connection: Connection,
        action: str,
        number: str,
        detail: Mapping[str, Any],
        by: str,
        at: float,
        tenant_id: str,
    ) -> None:
        """Note something under the number's stand-in: the log must not keep what is erased."""
        subject = self.stand_in(number)
        note_in(connection, action, subject, detail, by=by, at=at, tenant_id=tenant_id)


def _holds(number: str) -> Any:
    return select(legal_holds.c.by, legal_holds.c.reason, legal_holds.c.at).where(
        legal_holds.c.number == number, legal_holds.c.lifted_at.is_(None)
    )


def _check_erasable(connection: Connection, number: str, erasure: Erasure) -> None:
    held = connection.execute(_holds(number)).first()
    if held is not None:
        problem = f"{held.by} has put it under a legal hold on {written(held.at)}: {held.reason}"
        raise BadInput("privacy", problem, "lift the hold first")
    if erasure.is_in_a_call():
        raise BadInput("privacy", "a call with it is going on", "try again after the call")
    ours = select(caller_ids.c.id).where(caller_ids.c.number == number)
    if connection.execute(ours).first() is not None:
        raise BadInput(
            "privacy", "it is a caller id of ours", "take it out of the caller ids first"
        )
