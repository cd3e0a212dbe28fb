"""Screenings in SQL: that numbers are compared with a registry's do-not-call list of a date.

Refuses to know the numbers (`dialer.adapters.sql.do_not_call`) and how old a list may be.
"""

from sqlalchemy import Connection, and_, func, insert, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.law import screenings
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT


class SqlScreenings:
    """What numbers were compared with.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def record(
        self,
        *,
        name: str,
        country: str,
        dated_at: float,
        numbers: int,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Record that numbers are compared with a list of this date; once for each list and date.

        Args:
            name: of the list, such as "national".
            country: ISO 3166 code of the country whose list it is.
            dated_at: the date it bears, epoch seconds.
            numbers: how many it holds.
            by: who imported it.
            at: now, epoch seconds.
            tenant_id: whose numbers.
        """
        of_it = and_(
            screenings.c.tenant_id == tenant_id,
            screenings.c.country == country,
            screenings.c.name == name,
            screenings.c.dated_at == dated_at,
        )

        def work(connection: Connection) -> None:
            again = update(screenings).where(of_it).values(numbers=numbers)
            if connection.execute(again).rowcount == 0:
                row: dict[str, object] = {
                    "tenant_id": tenant_id,
                    "country": country,
                    "name": name,
                    "dated_at": dated_at,
                    "numbers": numbers,
                }
                connection.execute(insert(screenings), row)
            note_in(
                connection,
                by=by,
                action="screening",
                subject=f"{country} {name}",
                detail={"dated_at": dated_at, "numbers": numbers},
                at=at,
                tenant_id=tenant_id,
            )

        await self._writer.transact(work)

    async def newest(self, country: str, *, tenant_id: str = MAIN_TENANT) -> float | None:
        """Return the date of the newest list of a country that numbers were compared with."""
        query = select(func.max(screenings.c.dated_at)).where(
            screenings.c.tenant_id == tenant_id, screenings.c.country == country
        )
        async with self._reader.connect() as connection:
            found: float | None = (await connection.execute(query)).scalar()
        return found
