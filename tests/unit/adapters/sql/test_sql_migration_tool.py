"""The tool that writes migrations, and what it writes."""

from pathlib import Path

import pytest
from databases import database
from migrated import chain, counted, filled, run
from sqlalchemy import Connection, text

from dialer.adapters.sql.opening import HEAD
from dialer.adapters.sql.shape import differences, shape_of
from dialer.adapters.sql.upgrading import (
    upgrade,
)
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


DAMAGE = (
    "DROP INDEX leads_ready",
    "DROP INDEX attempts_open",
    "CREATE INDEX attempts_open ON attempts (lead_id) WHERE outcome IS NULL",
    "CREATE INDEX leads_more ON leads (attempts)",
    "ALTER TABLE leads ADD COLUMN colour TEXT",
    "ALTER TABLE leads DROP COLUMN why",
    "ALTER TABLE leads DROP COLUMN attributes",
    "ALTER TABLE attempts DROP COLUMN tech_cause",
    "DROP TABLE usage_days",
    "CREATE TABLE more (id INTEGER)",
    "ALTER TABLE tenants RENAME COLUMN settings TO words",
)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_the_tool_writes_makes_one_shape_into_the_other(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url:
        await filled(url)
        wanted = await run(url, shape_of)

        def damage(connection: Connection) -> None:
            for statement in DAMAGE:
                connection.execute(text(statement))

        await run(url, damage)
        steps = list(make_migration.changes(await run(url, shape_of), wanted))
        versions = chain(tmp_path, "\n".join(steps))
        await upgrade(url, head=NEXT, versions=versions)
        assert differences(await run(url, shape_of), wanted) == []
        assert await run(url, counted("leads", "lead_numbers")) == [1, 2]


async def test_a_changed_column_keeps_what_sqlite_forgets_when_it_copies(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'outpace.db'}"
    await filled(url)
    wanted = await run(url, shape_of)
    other = tmp_path / "other"
    other.mkdir()
    body = """
        with op.batch_alter_table("leads") as batch:
            batch.alter_column("why", existing_type=sa.Text(), nullable=True, server_default=None)
        with op.batch_alter_table("attempts") as batch:
            batch.alter_column("trunk", existing_type=sa.Text(), nullable=True)
            batch.drop_constraint("attempts_rule_set_fkey")
    """
    await upgrade(url, head=NEXT, versions=chain(other, body))
    found = {
        part: law if part.kind != "table" else wanted[part]
        for part, law in (await run(url, shape_of)).items()
    }
    steps = list(make_migration.changes(found, wanted))
    versions = chain(tmp_path, body, "\n".join(steps))
    await upgrade(url, head=AFTER_NEXT, versions=versions)
    assert differences(await run(url, shape_of), wanted) == []
    assert await run(url, counted("leads", "lead_numbers", "callbacks")) == [1, 2, 1]


def test_the_tool_writes_the_first_migration_as_it_is() -> None:
    (first, *_) = make_migration.files()
    written = make_migration.text_of("All tables", "0001", None, make_migration.initial())
    if HEAD == "0001":
        assert _bare(first.read_text("utf-8")) == _bare(written)


def _bare(code: str) -> str:
    """Leave out what a formatter decides."""
    return "".join(code.split()).replace(",)", ")").replace(",]", "]").replace("'", '"')


def test_a_program_starts_without_alembic() -> None:
    import subprocess
    import sys

    ask = "import sys, dialer.cli, dialer.main; print('alembic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
