"""A process that is killed in the middle of an import leaves nothing that anybody sees."""

import asyncio
import signal
import sys
import time
from pathlib import Path

import pytest
from databases import database
from sqlalchemy import text

from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign
from dialer.domain.ids import CampaignId

SPRING = CampaignId("spring")

IMPORTER = """
import asyncio, os, signal, sys
from pathlib import Path
from dialer.adapters.sql.stores import open_stores
from dialer.services.import_leads import import_leads

def say(progress):
    if progress.taken >= 3000:
        os.kill(os.getpid(), signal.SIGKILL)

async def run():
    async with open_stores(sys.argv[1]) as stores:
        await import_leads(stores.imports, Path(sys.argv[2]), "spring", at=1.0, say=say)

asyncio.run(run())
"""


async def count(stores: SqlStores, query: str) -> int:
    async with stores.reader.connect() as connection:
        return int((await connection.execute(text(query))).scalar_one())


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_killed_import_is_not_seen_and_is_gone_after_a_later_start(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("phone,mobile\n" + "".join(f"+1202555{i:04d},\n" for i in range(5_000)))
    async with database(kind, tmp_path) as url:
        async with open_stores(url) as stores:
            await stores.campaigns.create(Campaign(campaign_id=SPRING, name="spring"))
        words = (sys.executable, "-c", IMPORTER, url, str(path))
        importer = await asyncio.create_subprocess_exec(*words)
        assert await importer.wait() == -signal.SIGKILL
        async with open_stores(url) as stores:
            assert await count(stores, "SELECT count(*) FROM leads") >= 3_000
            assert await stores.leads.remaining(SPRING) == 0
            assert await stores.imports.recover() == 0  # it may still be alive
            assert await stores.imports.recover(at=time.time() + 61) == 1
            assert await count(stores, "SELECT count(*) FROM leads") == 0
            assert await count(stores, "SELECT count(*) FROM imports") == 0
