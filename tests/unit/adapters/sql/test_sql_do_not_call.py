"""The do-not-call list: entries, what they do to leads at once, and lists compared with."""

import asyncio
from pathlib import Path

import pytest
from databases import database
from sqlalchemy import func, insert, select, update
from stored import AUTUMN, KINDS, SPRING, number, rows, run, states, stored, with_leads, with_people

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.do_not_call import Entered, Entry, SqlDoNotCall
from dialer.adapters.sql.number_locks import lock_numbers
from dialer.adapters.sql.ownership import SqlOwnership
from dialer.adapters.sql.screenings import SqlScreenings
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.tables.law import do_not_call, screenings
from dialer.adapters.sql.tables.leads import lead_numbers, leads
from dialer.adapters.sql.which import Which
from dialer.domain.campaign import Campaign
from dialer.errors import BadInput

both_kinds = pytest.mark.parametrize("kind", KINDS)


def listed(stores: SqlStores) -> SqlDoNotCall:
    return SqlDoNotCall(stores.writer, stores.reader)


@both_kinds
async def test_an_entry_ends_the_leads_of_its_number_at_once(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_people(stores, ann=None)
        await with_leads(stores, 7)
        for lead, state in enumerate(("ready", "waiting", "leased", "owned", "dialing"), 1):
            changed = update(leads).where(leads.c.id == lead)
            await run(stores, changed.values(state=state, owner="ann" if lead == 4 else None))
        done = await listed(stores).add([number(i) for i in range(6)], source="letter", at=5.0)
        assert done == Entered(6, 5)
        found = [state for state, _ in await states(stores)]
        assert found == ["done"] * 4 + ["dialing", "done", "ready"]
        (ended, *_) = await rows(stores, select(leads.c.last_outcome).order_by(leads.c.id))
        assert ended.last_outcome == "do_not_call"


@both_kinds
async def test_an_entry_holds_where_its_scope_says(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 2)
        await with_leads(stores, 2, campaign=AUTUMN)
        await listed(stores).add([number(0)], scope="campaign:autumn", source="key", at=5.0)
        assert [state for state, _ in await states(stores)] == ["ready", "ready", "done", "ready"]
        await listed(stores).add([number(1)], scope="tenant:main", source="key", at=5.0)
        assert [state for state, _ in await states(stores)] == ["ready", "done", "done", "done"]
        for scope, told in (
            ("everywhere", "scope: 'everywhere' is none; use *, tenant:ID or campaign:ID"),
            ("campaign:none", "scope: there is no campaign 'none'; name one by its id"),
            ("tenant", "scope: 'tenant' is none; use *, tenant:ID or campaign:ID"),
        ):
            with pytest.raises(BadInput) as refused:
                await listed(stores).add([number(0)], scope=scope, source="key", at=5.0)
            assert str(refused.value) == told


@both_kinds
async def test_another_number_of_a_lead_is_marked_and_the_lead_stays(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        (place,) = await rows(stores, select(leads.c.place_id))
        row = {"lead_id": 1, "position": 1, "number": number(9), "place_id": place.place_id}
        await run(stores, insert(lead_numbers).values(row))
        await listed(stores).add([number(9)], source="key", at=5.0)
        assert [row.state for row in await rows(stores, select(lead_numbers.c.state))] == [
            "do_not_call"
        ]
        assert await states(stores) == [("ready", None)]


@both_kinds
async def test_entering_again_changes_nothing_but_never_ends_sooner(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        enter = listed(stores).add
        assert (await enter([number(0)] * 3, source="a", at=1.0, expires_at=50.0)).new == 1
        for expires_at, ends in ((40.0, 50.0), (60.0, 60.0), (None, None), (70.0, None)):
            again = await enter([number(0)], source="b", at=2.0, expires_at=expires_at)
            assert again.new == 0
            assert await listed(stores).check(number(0), at=39.0) == [
                Entry(number(0), "*", "a", 1.0, ends)
            ]


@both_kinds
async def test_an_expired_entry_is_not_told_and_a_removed_one_is_gone(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await listed(stores).add([number(0)], source="a", at=1.0, expires_at=50.0, by="sue")
        assert len(await listed(stores).check(number(0), at=49.0)) == 1
        assert await listed(stores).check(number(0), at=50.0) == []
        take_out = listed(stores).remove
        wanted = [number(0), number(1)]
        assert await take_out(wanted, by="sue", reason="typing error", at=2.0) == 1
        assert await take_out(wanted, by="sue", reason="typing error", at=2.0) == 0
        assert [entry async for entry in listed(stores).entries()] == []
        noted = [row async for row in SqlAudit(stores.writer, stores.reader).read()]
        assert [(row.action, row.subject) for row in noted] == [
            ("do_not_call_add", number(0)),
            ("do_not_call_remove", number(0)),
        ]


@both_kinds
async def test_many_numbers_are_entered_in_slices_and_all_read_back(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        numbers = [number(index) for index in range(2_300)]
        assert (await listed(stores).add(numbers, source="list", at=1.0)).new == 2_300
        assert (await listed(stores).add(numbers[1_000:], source="list", at=2.0)).new == 0
        assert [entry.number async for entry in listed(stores).entries(scope="*")] == numbers
        assert [entry async for entry in listed(stores).entries(scope="tenant:main")] == []


@both_kinds
async def test_a_screening_is_recorded_once_for_each_list_and_date(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        compared = SqlScreenings(stores.writer, stores.reader)
        for dated_at, numbers in ((10.0, 5), (20.0, 6), (10.0, 7)):
            await compared.record(
                name="national", country="US", dated_at=dated_at, numbers=numbers, by="s", at=30.0
            )
        found = await rows(
            stores, select(screenings.c.dated_at, screenings.c.numbers).order_by(screenings.c.id)
        )
        assert [tuple(row) for row in found] == [(10.0, 7), (20.0, 6)]
        assert await compared.newest("US") == 20.0
        assert await compared.newest("GB") is None


async def test_an_entry_waits_for_the_attempt_that_is_being_recorded(tmp_path: Path) -> None:
    async with (
        database("postgresql", tmp_path) as url,
        open_stores(url) as one,
        open_stores(url) as two,
    ):
        async with one.reader.connect() as recording:
            await recording.execution_options(isolation_level="READ COMMITTED")
            await recording.run_sync(lambda below: lock_numbers(below, [number(1), number(0)]))
            async with asyncio.TaskGroup() as tasks:
                entry = tasks.create_task(
                    listed(two).add([number(0), number(2)], source="key", at=1.0), name="entry"
                )
                done, _ = await asyncio.wait([entry], timeout=0.7)
                assert not done
                (counted,) = await rows(one, select(func.count()).select_from(do_not_call))
                assert counted[0] == 0
                await recording.rollback()
        assert entry.result().new == 2


@both_kinds
async def test_moves_and_entries_at_once_end_every_lead_that_was_entered(
    kind: str, tmp_path: Path
) -> None:
    async with database(kind, tmp_path) as url, open_stores(url) as one, open_stores(url) as two:
        await one.campaigns.create(Campaign(campaign_id=SPRING, name=SPRING))
        await with_people(one, ann=None)
        await with_leads(one, 900)
        numbers = [number(index) for index in range(900)]
        moves = SqlOwnership(two.writer, two.reader)
        await asyncio.gather(
            listed(one).add(numbers[::-1], source="list", at=1.0),
            listed(two).add(numbers, source="list", at=1.0),
            moves.assign(Which(SPRING), by="s", at=1.0, agent="ann", up_to=900),
            moves.reclaim(Which(), by="s", at=2.0),
        )
        assert {state for state, _ in await states(one)} == {"done"}
