"""The database server goes away, hangs and comes back under the stores."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from hanging_server import hanging
from sqlalchemy import text

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.adapters.sql.transactions import LoopTransactions
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import CampaignId
from dialer.errors import StoreUnavailable
from simulation.postgres import FOR_TRIALS, PostgresServer

AT_ONCE_S = 2.0
PATIENCE_S = 0.5


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of this test's own, to be killed.

    Not below pytest's own folder: whoever starts a second pytest closes that to other accounts.
    """
    with (
        tempfile.TemporaryDirectory(prefix="outpace-pg-") as home,
        PostgresServer(Path(home), settings=FOR_TRIALS) as started,
    ):
        yield started


def campaign(name: str) -> Campaign:
    return Campaign(campaign_id=CampaignId(name), name=name, created_at=1.0)


@asynccontextmanager
async def impatient(url: str) -> AsyncIterator[SqlStores]:
    """Open stores that wait half a second for the server, their writer running."""
    async with open_stores(url):
        pass  # the tables are made
    address = DatabaseAddress.of(url)
    assert address.url is not None
    engine = postgresql.engine(address.url, connect_s=PATIENCE_S, command_s=PATIENCE_S)
    transactions = LoopTransactions(engine, write_s=PATIENCE_S)
    stores = SqlStores(transactions, SqlReader(engine), gather_s=0.0, law=DialLaw())
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stores.writer.run(), name="sql-writer")
        yield stores
        stores.writer.close()
    await stores.close()


async def fails_at_once(work: Awaitable[object]) -> None:
    async with asyncio.timeout(AT_ONCE_S):
        with pytest.raises(StoreUnavailable):
            await work


async def until(done: Callable[[], Awaitable[object]]) -> None:
    """Try until the server is spoken to again; bounded by pytest's own limit."""
    while True:
        try:
            await done()
        except StoreUnavailable:
            await asyncio.sleep(0.05)
        else:
            return


async def names(stores: SqlStores) -> list[str]:
    return sorted(found.name for found in await stores.campaigns.list())


async def test_a_server_that_dies_fails_who_asks_and_is_found_again(
    server: PostgresServer,
) -> None:
    async with open_stores(server.url()) as stores:
        await stores.campaigns.create(campaign("before"))
        await asyncio.to_thread(server.kill)
        waiting = [stores.campaigns.create(campaign(f"lost {i}")) for i in range(20)]
        async with asyncio.timeout(AT_ONCE_S):
            told = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(error) for error in told} == {StoreUnavailable}
        assert not stores.writer.available
        for _ in range(3):
            await fails_at_once(stores.campaigns.create(campaign("new")))
            await fails_at_once(stores.campaigns.list())
        await asyncio.to_thread(server.start)
        await until(lambda: stores.campaigns.create(campaign("after")))
        await until(stores.campaigns.list)
        assert stores.writer.available
        assert await names(stores) == ["after", "before"]


async def test_a_server_that_restarts_while_nobody_asks_is_not_noticed_for_long(
    server: PostgresServer,
) -> None:
    async with open_stores(server.url()) as stores:
        await stores.campaigns.create(campaign("before"))
        for stop in (server.stop, server.kill):
            await asyncio.to_thread(stop)
            await asyncio.to_thread(server.start)
            assert "before" in await names(stores)  # a connection is looked at before it is used
            await until(lambda stop=stop: stores.campaigns.create(campaign(stop.__name__)))  # type: ignore[misc]
        assert await names(stores) == ["before", "kill", "stop"]


async def test_one_backend_that_is_ended_costs_one_answer(server: PostgresServer) -> None:
    async with open_stores(server.url()) as stores:
        await stores.campaigns.create(campaign("before"))

        def end_me(connection):  # type: ignore[no-untyped-def]
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        await fails_at_once(stores.writer.transact(end_me))
        await until(lambda: stores.campaigns.create(campaign("after")))
        assert await names(stores) == ["after", "before"]


async def test_closing_while_the_server_is_away_ends_in_order(server: PostgresServer) -> None:
    async with open_stores(server.url()) as stores:
        await stores.campaigns.create(campaign("before"))
        await asyncio.to_thread(server.kill)
        await fails_at_once(stores.campaigns.create(campaign("lost")))


async def test_a_server_that_hangs_is_taken_for_gone_and_found_again(
    server: PostgresServer,
) -> None:
    async with impatient(server.url()) as stores:
        await stores.campaigns.create(campaign("before"))
        await names(stores)
        with hanging(server):
            started = asyncio.get_running_loop().time()
            await fails_at_once(stores.campaigns.create(campaign("lost")))
            assert asyncio.get_running_loop().time() - started >= PATIENCE_S
            await fails_at_once(stores.campaigns.create(campaign("new")))
            for _ in range(6):  # more than there are connections
                await fails_at_once(stores.campaigns.list())
            assert not stores.writer.available
        await until(lambda: stores.campaigns.create(campaign("after")))
        await until(stores.campaigns.list)
        # whether the first one was written is not known: it was, or was not, as a whole
        assert set(await names(stores)) in ({"after", "before"}, {"after", "before", "lost"})


async def test_a_reader_who_is_cancelled_does_not_wait_for_a_server_that_hangs(
    server: PostgresServer,
) -> None:
    async with impatient(server.url()) as stores:
        await names(stores)
        with hanging(server):
            async with asyncio.timeout(AT_ONCE_S):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.1):
                        await stores.campaigns.list()
        await until(stores.campaigns.list)


async def test_closing_while_the_server_hangs_does_not_take_for_ever(
    server: PostgresServer,
) -> None:
    with hanging_later(server) as hang:
        async with asyncio.timeout(10), impatient(server.url()) as stores:
            await stores.campaigns.create(campaign("before"))
            hang()


@contextmanager
def hanging_later(server: PostgresServer) -> Iterator[Callable[[], None]]:
    """Give the moment of the stop to the test; the server goes on after the block."""
    held = hanging(server)
    begun = False

    def begin() -> None:
        nonlocal begun
        begun = True
        held.__enter__()

    try:
        yield begin
    finally:
        if begun:
            held.__exit__(None, None, None)


async def test_of_two_in_each_others_way_none_is_lost(server: PostgresServer) -> None:
    async with open_stores(server.url()) as stores:
        for name in ("one", "two"):
            await stores.campaigns.create(campaign(name))
        address = DatabaseAddress.of(server.url())
        assert address.url is not None
        other = postgresql.engine(address.url)
        rename = "UPDATE campaigns SET mode = mode WHERE name = "
        held = asyncio.Event()

        def ours(connection):  # type: ignore[no-untyped-def]
            connection.execute(text("SET LOCAL deadlock_timeout = '50ms'"))
            connection.execute(text(rename + "'two'"))
            loop.call_soon_threadsafe(held.set)
            connection.execute(text(rename + "'one'"))
            return "done"

        loop = asyncio.get_running_loop()
        async with other.begin() as theirs:
            await theirs.execute(text("SET LOCAL deadlock_timeout = '60s'"))
            await theirs.execute(text(rename + "'one'"))
            async with asyncio.TaskGroup() as tasks:
                mine = tasks.create_task(stores.writer.transact(ours))
                await held.wait()
                # ours is the one that looks for deadlocks first: it is undone, and tried again
                await theirs.execute(text(rename + "'two'"))
                await theirs.commit()
        assert mine.result() == "done"
        await other.dispose()
