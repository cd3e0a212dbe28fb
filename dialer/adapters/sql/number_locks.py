"""Numbers locked for a transaction, so that no attempt commits after what forbids it.

Whoever records an attempt and whoever enters a number takes the same lock. Refuses to know what is
written under it.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ARRAY, Connection, Text, bindparam, text

_LOCK: Final = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(number, 0)) FROM unnest(:numbers) AS number"
).bindparams(bindparam("numbers", type_=ARRAY(Text)))


def lock_numbers(connection: Connection, numbers: Iterable[str]) -> None:
    """Wait for the numbers and hold them until the transaction ends.

    They are taken in sorted order, so that two who want the same ones never wait for each other.
    On SQLite there is nothing to do: a transaction that writes is the only one.

    Args:
        connection: in the transaction that writes.
        numbers: E.164; a few hundred at most (each is an entry in the server's table of locks).
    """
    wanted = sorted(set(numbers))
    if wanted and connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"numbers": wanted}).all()
