"""Things that go by a name, in SQL: what other tables hold, and two who change at once."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest
from databases import database
from sqlalchemy import delete, insert, select, text, update
from stored import KINDS, SPRING, number, rows, run, stored, with_leads

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.stores import open_stores
from dialer.adapters.sql.tables.attempts import calls
from dialer.adapters.sql.tables.campaigns import queues, skills, trunks
from dialer.adapters.sql.tables.content import reviews, scorecards, voicemails
from dialer.domain.ids import new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.scorecard import Question, Scorecard
from dialer.domain.skill import Skill
from dialer.domain.trunk import Trunk
from dialer.errors import BadInput, WrongState

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_scorecard_stays_while_a_talk_was_judged_by_it(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        (lead,) = await stores.leads.lease(SPRING, 1)
        dialed = Attempt(new_attempt_id(), SPRING, lead.lead_id, number(0), "trunk", 100.0)
        await stores.attempts.record_dialed([dialed])
        card = Scorecard("first call", (Question("greeted", "Was the caller greeted?"),))
        await stores.scorecards.add(card, by="sue", at=1.0)
        (kept,) = await rows(stores, select(scorecards.c.id))
        review = {"scorecard_id": kept.id, "attempt_id": dialed.attempt_id, "by": "qa", "at": 2.0}
        await run(stores, insert(reviews).values(review))
        with pytest.raises(WrongState, match="name: 'first call' is in use by a review"):
            await stores.scorecards.remove("first call", by="sue", at=3.0)
        await run(stores, delete(reviews))
        await stores.scorecards.remove("first call", by="sue", at=4.0)
        assert await stores.scorecards.list() == []


@pytest.mark.parametrize("kind", KINDS)
async def test_a_queue_stays_while_it_has_voicemails_or_calls(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await stores.queues.add(Queue("Help"), by="sue", at=1.0)
        (kept,) = await rows(stores, select(queues.c.id))
        left = {"tenant_id": "main", "queue_id": kept.id, "number": number(1), "file": "a", "at": 2}
        await run(stores, insert(voicemails).values(left))
        with pytest.raises(WrongState, match="'Help' is in use by a voicemail"):
            await stores.queues.remove("Help", by="sue", at=3.0)
        await run(stores, delete(voicemails))
        came = {"id": "ca-1", "direction": "in", "number": number(1), "began_at": 2.0}
        await run(stores, insert(calls).values({**came, "tenant_id": "main", "queue_id": kept.id}))
        with pytest.raises(WrongState, match="'Help' is in use by a call"):
            await stores.queues.remove("Help", by="sue", at=3.0)
        await run(stores, delete(calls))
        await stores.queues.remove("Help", by="sue", at=4.0)
        assert await stores.queues.list() == []


@pytest.mark.parametrize("kind", KINDS)
async def test_rates_that_were_written_past_us_are_refused_with_their_trunk(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await stores.trunks.add(Trunk("west", "192.0.2.7"), by="sue", at=1.0)
        await run(stores, update(trunks).values(rates={"44": 0.1}))
        with pytest.raises(BadInput, match="rates of trunk west: '44' begins no number"):
            await stores.trunks.list()


async def test_who_names_a_thing_waits_for_who_removes_it(tmp_path: Path) -> None:
    wanting = Queue("Help", QueueSettings(skills=("greek",)))
    async with database("postgresql", tmp_path) as url, open_stores(url) as stores:
        await stores.skills.add(Skill("greek"), by="sue", at=1.0)
        address = DatabaseAddress.of(url).url
        assert address is not None
        other = postgresql.engine(address)
        async with (
            asyncio.TaskGroup() as tasks,
            other.begin() as removing,
            other.connect() as watching,
        ):
            await removing.execute(delete(skills))
            adding = tasks.create_task(_told(stores.queues.add(wanting, by="sue", at=2.0)))
            while not adding.done() and not (await watching.execute(WAITING)).scalar():
                await watching.rollback()
                await asyncio.sleep(0.01)
        await other.dispose()
        assert adding.result() == "skills: there is no skill 'greek'; add it first"
        assert await stores.queues.list() == []


async def _told(adding: Awaitable[None]) -> str:
    try:
        await adding
    except BadInput as error:
        return str(error)
    return "added"
