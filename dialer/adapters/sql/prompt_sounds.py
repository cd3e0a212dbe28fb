"""Sounds of prompts that were uploaded, in SQL. Refuses to know what is in them."""

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.content import prompt_sounds, prompts
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.ids import MAIN_TENANT
from dialer.domain.prompt import UPLOADED


class SqlPromptSounds:
    """A `PromptSounds` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def keep(
        self, checksum: str, sound: bytes, *, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Keep a sound; see `PromptSounds`."""
        row = {"tenant_id": tenant_id, "checksum": checksum, "sound": sound, "at": at}

        def work(connection: Connection) -> None:
            table = prompt_sounds
            adding = insert(table).values(row)
            renewed = adding.on_conflict_do_update(
                index_elements=[table.c.tenant_id, table.c.checksum], set_={"at": at}
            )
            connection.execute(renewed)

        await self._writer.transact(work)

    async def get(self, checksum: str, *, tenant_id: str = MAIN_TENANT) -> bytes | None:
        """Return a sound; see `PromptSounds`."""
        query = select(prompt_sounds.c.sound).where(
            prompt_sounds.c.tenant_id == tenant_id, prompt_sounds.c.checksum == checksum
        )
        async with self._reader.connect() as connection:
            found = (await connection.execute(query)).scalar_one_or_none()
        return None if found is None else bytes(found)

    async def forget(self, *, before: float) -> int:
        """Forget the sounds that no prompt names; see `PromptSounds`."""
        file = f"{UPLOADED}/" + prompt_sounds.c.checksum + ".wav"
        named = select(prompts.c.id).where(
            prompts.c.tenant_id == prompt_sounds.c.tenant_id, prompts.c.file == file
        )
        gone = delete(prompt_sounds).where(prompt_sounds.c.at < before, ~named.exists())
        return await self._writer.transact(
            lambda connection: int(connection.execute(gone).rowcount)
        )
