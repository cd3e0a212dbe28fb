"""Databases of other versions, for tests of migrations."""

import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, inspect, select, text

from dialer.adapters.sql import postgresql, sqlite
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.opening import HEAD
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables import metadata
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId
from tools import make_migration

KINDS = ("sqlite", "postgresql")
NEXT = f"{int(HEAD) + 1:04d}"
AFTER_NEXT = f"{int(HEAD) + 2:04d}"

ADD_COLOUR = """
    op.add_column("leads", sa.Column("colour", sa.Text(), nullable=True))
    op.execute("UPDATE leads SET colour = 'blue of ' || number")
"""
ADD_SKILL = """
    op.execute("INSERT INTO skills SELECT 's' || count(*), 'main', 's', true FROM skills")
"""


async def run(url: str, work: Callable[[Connection], Any]) -> Any:
    """Run work in a transaction on a database, as it is."""
    address = DatabaseAddress.of(url)
    if address.path is not None:
        engine = sqlite.upgrading_engine(address.path)
        with engine.begin() as connection:
            return work(connection)
    assert address.url is not None
    server = postgresql.engine(address.url)
    async with server.begin() as on_server:
        done = await on_server.run_sync(work)
    await server.dispose()
    return done


async def emptied(url: str) -> str:
    """Take all tables off a database."""

    def drop(connection: Connection) -> None:
        for table in inspect(connection).get_table_names():
            cascade = "" if connection.dialect.name == "sqlite" else " CASCADE"
            connection.execute(text(f'DROP TABLE "{table}"{cascade}'))

    await run(url, drop)
    return url


def chain(folder: Path, *bodies: str) -> Path:
    """Make a folder of our migrations and some more."""
    versions = folder / "versions"
    versions.mkdir()
    for path in make_migration.files():
        shutil.copy(path, versions)
    before = HEAD
    for body in bodies:
        revision = f"{int(before) + 1:04d}"
        steps = textwrap.indent(textwrap.dedent(body).strip(), "    ")
        (versions / f"{revision}_more.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            "from sqlalchemy.dialects import postgresql\n\n"
            'DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")\n'
            'ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")\n'
            f"revision = {revision!r}\ndown_revision = {before!r}\n\n"
            f"def upgrade():\n{steps}\n"
        )
        before = revision
    return versions


async def filled(url: str) -> None:
    """Put a lead with two numbers, and what belongs to it, into a database."""
    async with open_stores(url) as stores:
        await stores.campaigns.create(
            Campaign(campaign_id=CampaignId("spring"), name="spring", created_at=1.0)
        )

    def add(connection: Connection) -> None:
        for statement in (
            (
                "INSERT INTO lead_lists (id, campaign_id, name, created_at)"
                " VALUES (1, 'spring', 'a', 1)"
            ),
            "INSERT INTO places (id, key) VALUES (1, 'US')",
            (
                "INSERT INTO leads (id, campaign_id, list_id, number, place_id, state, added_at)"
                " VALUES (1, 'spring', 1, '+12025550100', 1, 'ready', 1)"
            ),
            (
                "INSERT INTO lead_numbers (lead_id, position, number, place_id)"
                " VALUES (1, 0, '+12025550100', 1), (1, 1, '+12025550101', 1)"
            ),
            (
                "INSERT INTO callbacks (campaign_id, lead_id, number, due_at, state, since)"
                " VALUES ('spring', 1, '+12025550100', 9, 'open', 1)"
            ),
        ):
            connection.execute(text(statement))

    await run(url, add)


def counted(*tables: str) -> Callable[[Connection], list[int]]:
    def count(connection: Connection) -> list[int]:
        return [
            connection.execute(
                select(func.count()).select_from(metadata.tables[table])
            ).scalar_one()
            for table in tables
        ]

    return count
