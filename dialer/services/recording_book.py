"""Finished recordings are put on record, and brought to the store; whatever is away comes back.

Each step can be done again: a recording is booked as often as its facts are found, kept as often as
its row says that it is not, and leaves the disk only after its row says that it is in the store.
Refuses to know how a recording is finished, and files.
"""

import asyncio
from typing import Final

import structlog

from dialer.domain.recording import Booked, Finished, Kept, RecordingRow, ending_of, wait_before
from dialer.domain.recording_rules import BY_ATTEMPT, RecordingRules
from dialer.errors import OutpaceError
from dialer.ports import Clock, RecordingKeeper, RecordingRecords, RecordingSpool

log = structlog.get_logger(__name__)

LOOK_S: Final = 1.0
"""How often it is looked for what was finished; seconds."""

_BATCH: Final = 20
_UNKNOWN_TRIES: Final = 4
"""An attempt is on record before it is dialed: one that is not there by now will not come."""


class RecordingBook:
    """Books and keeps the recordings of one node.

    Args:
        records: of recordings.
        spool: the disk on which they are finished.
        keeper: brings them to the store.
        store: which one that is.
        elsewhere: whether its place is another than the spool.
        node: this one.
        clock: the time.
    """

    def __init__(
        self,
        *,
        records: RecordingRecords,
        spool: RecordingSpool,
        keeper: RecordingKeeper,
        store: Kept,
        elsewhere: bool,
        node: str,
        clock: Clock,
    ) -> None:
        self._records = records
        self._spool = spool
        self._keeper = keeper
        self._store = store
        self._elsewhere = elsewhere
        self._node = node
        self._clock = clock
        self._tries: dict[str, tuple[int, float]] = {}
        self._missing: set[int] = set()
        self._store_tries = 0
        self._store_at = 0.0
        self._keeps = True

    async def run(self) -> None:
        """Look now and then, for ever."""
        recovered = False
        while True:
            try:
                if not recovered:
                    await self.recover()
                    recovered = True
                await self.look()
            except (OutpaceError, OSError) as error:
                # the database or the disk is away: all of it is still there the next time
                log.warning("recordings_wait", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def recover(self) -> None:
        """Settle what an engine before us was in the middle of."""
        for attempt_id in await asyncio.to_thread(self._spool.marked):
            row = await self._records.of_attempt(attempt_id)
            if row is not None and row.kept is self._store:
                await self._drop(row)
            await asyncio.to_thread(self._spool.unmark, attempt_id)

    async def look(self) -> None:
        """Book what was finished, then bring to the store what is not there."""
        now = self._clock.now()
        finished = await asyncio.to_thread(self._spool.finished)
        due = [one for one in finished if self._tries.get(one.attempt_id, (0, 0.0))[1] <= now]
        if due:
            rules = await self._records.rules()
            self._keeps = self._elsewhere or any(
                one.name != BY_ATTEMPT or one.names for one in rules.values()
            )
        for one in due:
            await self._book(one, now)
        if self._keeps and now >= self._store_at:
            await self._keep(now)

    async def _book(self, one: Finished, now: float) -> None:
        kept = Kept.SPOOL if self._keeps else self._store
        match await self._records.book(one, kept):
            case Booked.YES:
                await asyncio.to_thread(self._spool.booked, one.attempt_id)
                if one.problem:
                    log.warning("recording_stays_wav", attempt=one.attempt_id, problem=one.problem)
            case Booked.FORGOTTEN:
                await asyncio.to_thread(self._spool.remove, one.attempt_id)
            case Booked.EARLY | Booked.UNKNOWN as why:
                tries = self._tries.get(one.attempt_id, (0, 0.0))[0] + 1
                self._tries[one.attempt_id] = tries, now + wait_before(tries)
                if tries == _UNKNOWN_TRIES:
                    log.warning("recording_not_booked", attempt=one.attempt_id, why=why.value)
                return
        self._tries.pop(one.attempt_id, None)

    async def _keep(self, now: float) -> None:
        rules: dict[str, RecordingRules] = {}
        while rows := await self._records.to_keep(self._node, _BATCH, but=self._missing):
            rules = rules or dict(await self._records.rules())
            for row in rows:
                said = rules.get(row.tenant_id, RecordingRules())
                pattern = said.pattern(row.named_by.campaign)
                name = pattern.name(row.named_by) + ending_of(row.file)
                try:
                    await self._keep_one(row, name)
                except FileNotFoundError as error:
                    self._missing.add(row.row_id)
                    log.warning("recording_missing", attempt=row.attempt_id, error=str(error))
                except OSError as error:
                    self._store_tries += 1
                    self._store_at = now + wait_before(self._store_tries)
                    if self._store_tries == 1:
                        log.warning("recordings_store_away", error=str(error))
                    return
                else:
                    if self._store_tries:
                        log.info("recordings_store_back", tries=self._store_tries)
                    self._store_tries = 0

    async def _keep_one(self, row: RecordingRow, name: str) -> None:
        await self._keeper.keep(row.attempt_id, row.file, name)
        await asyncio.to_thread(self._spool.mark, row.attempt_id)
        if await self._records.moved(row, name, self._store):
            await self._keeper.drop(row.attempt_id, row.file, name)
        else:  # erased or pruned while it was on its way
            await self._keeper.forget(row.attempt_id, name)
            await asyncio.to_thread(self._spool.remove, row.attempt_id)
        await asyncio.to_thread(self._spool.unmark, row.attempt_id)

    async def _drop(self, row: RecordingRow) -> None:
        """Delete from the disk what is on record as being in the store."""
        finished_as = f"{row.attempt_id}{ending_of(row.file)}"
        await self._keeper.drop(row.attempt_id, finished_as, row.file)
