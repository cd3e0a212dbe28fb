"""Whether a database is ours and of our version; makes the tables of a new one.

A new database gets all tables at once; an older one is brought up by `outpace database upgrade`
(alembic), never by the way. Knows versions. Refuses to know what is in the tables.
"""

from typing import Final

from sqlalchemy import Column, Connection, MetaData, Table, Text, insert, inspect, select, text

from dialer.adapters.sql.tables import metadata, people
from dialer.domain.ids import MAIN_TENANT
from dialer.errors import BadInput

HEAD: Final = "0007"
"""The version of these tables: the last file in `migrations/versions`."""

VERSIONS: Final = Table(
    "alembic_version", MetaData(), Column("version_num", Text, primary_key=True)
)

_LOCK: Final = 0x6F757470
"""Of PostgreSQL: two engines that start at once do not both make the tables ("outp")."""


def create_or_check(connection: Connection, name: str, *, now: float) -> None:
    """Create the tables in an empty database, or check that it is of our version.

    Raises:
        BadInput: it is not ours, or of another version.
    """
    lock(connection)
    if not inspect(connection).get_table_names():
        create(connection, now=now)
    else:
        check(connection, name)


def lock(connection: Connection) -> None:
    """Wait until nobody else makes or upgrades tables; it ends with the transaction.

    On SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def create(connection: Connection, *, now: float) -> None:
    """Create all tables, and the tenant that everything belongs to until there are others."""
    metadata.create_all(connection)
    VERSIONS.create(connection)
    connection.execute(insert(VERSIONS).values(version_num=HEAD))
    main = {"id": MAIN_TENANT, "name": MAIN_TENANT, "created_at": now}
    connection.execute(insert(people.tenants).values(main))


def check(connection: Connection, name: str) -> None:
    """Check that a database is ours and of our version.

    Raises:
        BadInput: it is not.
    """
    found = version(connection, name)
    if found != HEAD:
        known = found < HEAD
        problem = f"has tables of version {found}, this program knows {HEAD}"
        fix = "make a backup, then run outpace database upgrade" if known else "upgrade Outpace"
        raise BadInput(f"database {name}", problem, fix)


def version(connection: Connection, name: str) -> str:
    """Return the version of a database's tables.

    Raises:
        BadInput: it has tables, and they are not ours.
    """
    tables = set(inspect(connection).get_table_names())
    found = None
    if VERSIONS.name in tables and people.tenants.name in tables:
        found = connection.execute(select(VERSIONS.c.version_num)).scalar()
    if found is None and "schema_version" in tables:
        problem = "is of a trial version, from before tables had migrations"
        raise BadInput(f"database {name}", problem, "move it away, and import the lists again")
    if found is None:
        raise BadInput(f"database {name}", "holds tables of another program", "name another one")
    return str(found)
