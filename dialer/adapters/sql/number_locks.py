"""One lock for each telephone number, held to the end of a transaction.

Who records an attempt and who enters a number into the do-not-call list both take it first: so no
attempt on a number commits after the entry's commit. SQLite needs none: it has one writer.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(key) FROM ("
    "SELECT DISTINCT hashtextextended(number, 0) AS key "
    "FROM unnest(CAST(:numbers AS text[])) AS asked(number) ORDER BY key) AS keys"
)


def lock_numbers(connection: Connection, numbers: Iterable[str]) -> None:
    """Lock numbers (E.164) until the transaction ends, in one order, so that nobody deadlocks."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"numbers": sorted(set(numbers))})
