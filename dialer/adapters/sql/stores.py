"""All durable stores on one database: opened together, closed together.

Knows how they share the one writer and the readers. Refuses to know who uses them.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, DBAPIError

from dialer.adapters.sql import named_kinds, postgresql, sqlite
from dialer.adapters.sql.access import SqlAccess
from dialer.adapters.sql.address import DatabaseAddress
from dialer.adapters.sql.agent_people import SqlAgentPeople
from dialer.adapters.sql.agent_rolls import SqlAgentRolls
from dialer.adapters.sql.agents import SqlAgentStore
from dialer.adapters.sql.arranging import SqlArranging
from dialer.adapters.sql.attempt_record import SqlAttemptRecord
from dialer.adapters.sql.attempts import NO_RATES, SqlAttemptStore
from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.call_records import SqlCallRecords
from dialer.adapters.sql.callbacks import SqlCallbackStore
from dialer.adapters.sql.campaigns import SqlCampaignStore
from dialer.adapters.sql.decisions import SqlDecisionStore
from dialer.adapters.sql.dial_check import SqlDialCheck
from dialer.adapters.sql.do_not_call import SqlDoNotCall
from dialer.adapters.sql.hand_picked import SqlHandPicked
from dialer.adapters.sql.idempotency import SqlIdempotency
from dialer.adapters.sql.imports import SqlImportStore
from dialer.adapters.sql.lead_changes import LeadChanges
from dialer.adapters.sql.lead_lists import SqlLeadLists
from dialer.adapters.sql.lead_owner import SqlLeadOwner
from dialer.adapters.sql.lead_search import SqlLeadSearch
from dialer.adapters.sql.lead_steps import LeadSteps
from dialer.adapters.sql.leads import SqlLeadStore
from dialer.adapters.sql.messages import SqlMessages
from dialer.adapters.sql.named import SqlNamed
from dialer.adapters.sql.opening import check as check_version
from dialer.adapters.sql.opening import create_or_check
from dialer.adapters.sql.outbox import SqlOutbox
from dialer.adapters.sql.ownership import SqlOwnership
from dialer.adapters.sql.people import SqlPeople
from dialer.adapters.sql.phones import SqlPhones
from dialer.adapters.sql.pin_guesses import SqlPinGuesses
from dialer.adapters.sql.promises import SqlPromises
from dialer.adapters.sql.prompt_sounds import SqlPromptSounds
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.recorded_callers import SqlRecordedCallers
from dialer.adapters.sql.recordings import SqlRecordings
from dialer.adapters.sql.report import SqlReports
from dialer.adapters.sql.review_draws import SqlReviewDraws
from dialer.adapters.sql.reviews import SqlReviews
from dialer.adapters.sql.screen_pops import SqlScreenPops
from dialer.adapters.sql.screenings import SqlScreenings
from dialer.adapters.sql.sessions import SqlSessionStore
from dialer.adapters.sql.tokens import SqlTokens
from dialer.adapters.sql.transactions import LoopTransactions, ThreadTransactions, Transactions
from dialer.adapters.sql.upserts import SqlUpserts
from dialer.adapters.sql.verdicts import SqlVerdicts
from dialer.adapters.sql.versions import SqlArticles, SqlFlows, SqlScripts
from dialer.adapters.sql.voicemails import SqlVoicemails
from dialer.adapters.sql.webhooks import SqlWebhooks
from dialer.adapters.sql.writer import SqlWriter
from dialer.domain.dial_law import DialLaw
from dialer.domain.rate_table import RateTable
from dialer.errors import BadInput, StoreUnavailable

GATHER_S: Final = 0.02
"""How long a dial waits for others to share its commit: a third of the CPU at 100 a second."""


CONNECTIONS: Final = 4
"""Of an engine, which asks little but writes all the time."""


class SqlStores:
    """The stores of one database; `writer.run()` must be running for any change.

    ::

        stores = await SqlStores.open("sqlite:///outpace.db")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run(), name="sql-writer")
            ...
            stores.writer.close()
        await stores.close()
    """

    def __init__(
        self,
        transactions: Transactions,
        reader: SqlReader,
        *,
        gather_s: float,
        law: DialLaw,
        rates: Mapping[str, RateTable] = NO_RATES,
        engine: Engine | None = None,
    ) -> None:
        steps = LeadSteps()
        self._engine = engine
        self.reader = reader
        self.writer = SqlWriter(transactions)
        self.attempts = SqlAttemptStore(
            self.writer, reader, law=law, steps=steps, gather_s=gather_s, rates=rates
        )
        self.leads = SqlLeadStore(self.writer, reader, steps=steps)
        self.callbacks = SqlCallbackStore(self.writer, reader, steps=steps)
        self.hand_picked = SqlHandPicked(self.writer, reader)
        self.agents = SqlAgentStore(self.writer, reader)
        self.sessions = SqlSessionStore(self.writer, reader)
        self.rolls = SqlAgentRolls(self.writer, reader)
        self.pause_codes = SqlNamed(self.writer, reader, named_kinds.PAUSE_CODES_IN)
        self.trunks = SqlNamed(self.writer, reader, named_kinds.TRUNKS_IN)
        self.trunk_routes = SqlNamed(self.writer, reader, named_kinds.TRUNK_ROUTES_IN)
        self.caller_ids = SqlNamed(self.writer, reader, named_kinds.CALLER_IDS_IN)
        self.skills = SqlNamed(self.writer, reader, named_kinds.SKILLS_IN)
        self.queues = SqlNamed(self.writer, reader, named_kinds.QUEUES_IN)
        self.calling_hours = SqlNamed(self.writer, reader, named_kinds.CALLING_HOURS_IN)
        self.scorecards = SqlNamed(self.writer, reader, named_kinds.SCORECARDS_IN)
        self.prompts = SqlNamed(self.writer, reader, named_kinds.PROMPTS_IN)
        self.prompt_sounds = SqlPromptSounds(self.writer, reader)
        self.routes = SqlNamed(self.writer, reader, named_kinds.ROUTES_IN)
        self.caller_accounts = SqlNamed(self.writer, reader, named_kinds.CALLER_ACCOUNTS_IN)
        self.rooms = SqlNamed(self.writer, reader, named_kinds.ROOMS_IN)
        self.pin_guesses = SqlPinGuesses(self.writer, reader)
        self.decisions = SqlDecisionStore(self.writer, reader)
        self.ownership = SqlOwnership(self.writer, reader)
        self.lead_owner = SqlLeadOwner(self.writer)
        self.campaigns = SqlCampaignStore(self.writer, reader, outbox=steps.outbox)
        changes = LeadChanges(steps, steps.settings)
        self.imports = SqlImportStore(self.writer, reader, changes=changes)
        self.lists = SqlLeadLists(self.writer, reader)
        self.upserts = SqlUpserts(self.writer, reader)
        self.lead_search = SqlLeadSearch(self.writer, reader, changes)
        self.do_not_call = SqlDoNotCall(self.writer, reader)
        self.screenings = SqlScreenings(self.writer, reader)
        self.promises = SqlPromises(self.writer, reader, steps)
        self.dial_check = SqlDialCheck(reader)
        self.reports = SqlReports(reader)
        self.arranging = SqlArranging(self.writer)
        self.audit = SqlAudit(self.writer, reader)
        self.people = SqlPeople(self.writer, reader)
        self.phones = SqlPhones(self.writer, reader)
        self.access = SqlAccess(self.writer, reader)
        self.tokens = SqlTokens(self.writer, reader)
        self.agent_people = SqlAgentPeople(reader)
        self.attempt_record = SqlAttemptRecord(reader)
        self.screen_pops = SqlScreenPops(reader)
        self.recordings = SqlRecordings(self.writer, reader)
        self.recorded_callers = SqlRecordedCallers(self.writer, reader)
        self.idempotency = SqlIdempotency(self.writer)
        self.webhooks = SqlWebhooks(self.writer, reader, steps=steps.outbox)
        self.calls = SqlCallRecords(self.writer, reader)
        self.voicemails = SqlVoicemails(self.writer, reader, outbox=steps.outbox)
        self.reviews = SqlReviews(self.writer, reader)
        self.review_draws = SqlReviewDraws(reader)
        self.verdicts = SqlVerdicts(self.writer, reader)
        self.messages = SqlMessages(self.writer, reader)
        self.outbox = SqlOutbox(self.writer, reader, steps=steps.outbox)
        self.scripts = SqlScripts(self.writer, reader)
        self.articles = SqlArticles(self.writer, reader)
        self.flows = SqlFlows(self.writer, reader)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        gather_s: float = GATHER_S,
        law: DialLaw | None = None,
        rates: Mapping[str, RateTable] = NO_RATES,
        connections: int = CONNECTIONS,
    ) -> "SqlStores":
        """Open the database of an address such as `sqlite:///outpace.db`; a new one is prepared.

        Args:
            url: the address.
            gather_s: how long a dial waits for others to share its commit.
            law: asked for each dial; that of an empty set of rules unless given.
            rates: of trunks, by name: what an answered call costs.
            connections: most at once to a server; one of them writes.

        Raises:
            BadInput: the address or the database cannot be used, or is of another version.
        """
        address = DatabaseAddress.of(url)
        if address.path is not None:
            engine = sqlite.writing_engine(address.path)
            await asyncio.to_thread(_prepare_file, engine, address.path)
            reader = SqlReader(sqlite.reading_engine(address.path))
            return cls(
                ThreadTransactions(engine),
                reader,
                gather_s=gather_s,
                law=law or DialLaw(),
                rates=rates,
                engine=engine,
            )
        if address.url is None:
            raise BadInput("database", f"{url!r} names none", "see docs/operations.md")
        server = postgresql.engine(address.url, connections=connections)
        try:
            async with server.begin() as connection:
                await connection.run_sync(_prepare, str(address))
        except (DBAPIError, OSError) as error:
            await server.dispose()
            told = error.orig if isinstance(error, DBAPIError) else error
            problem = f"cannot be opened: {str(told).splitlines()[0]}"
            raise BadInput(
                f"database {address}", problem, "see that it runs and lets us in"
            ) from None
        except BaseException:
            await server.dispose()
            raise
        return cls(
            LoopTransactions(server),
            SqlReader(server),
            gather_s=gather_s,
            law=law or DialLaw(),
            rates=rates,
        )

    @property
    def shared(self) -> bool:
        """Whether other nodes may be on this database: a file is one node's."""
        return self._engine is None

    async def check(self) -> None:
        """Check that the database can be read, and is of this program's version.

        Raises:
            BadInput: it is of another version.
            StoreUnavailable: it cannot be read now.
        """
        try:
            async with self.reader.connect() as connection:
                await connection.run_sync(check_version, "of this node")
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error

    async def close(self) -> None:
        """Let go of the database; the writer must have returned."""
        if self._engine is not None:
            self._engine.dispose()
        await self.reader.close()


def _prepare(connection: Connection, name: str) -> None:
    create_or_check(connection, name, now=time.time())


def _prepare_file(engine: Engine, path: Path) -> None:
    """Create the tables in a new file, or check that an old one is of our version.

    Raises:
        BadInput: the file cannot be opened, is no database of ours, or of another version.
    """
    try:
        if not path.exists():
            path.touch(mode=0o600)  # it holds telephone numbers
        with engine.begin() as connection:
            _prepare(connection, str(path))
    except OSError as error:
        problem = f"cannot be created: {error.strerror}"
        raise BadInput(f"database {path}", problem, "name a file in a folder that exists") from None
    except DatabaseError as error:
        problem = f"cannot be opened: {error.orig}"
        raise BadInput(f"database {path}", problem, "name another file") from None


@asynccontextmanager
async def open_stores(
    url: str,
    *,
    gather_s: float = GATHER_S,
    law: DialLaw | None = None,
    rates: Mapping[str, RateTable] = NO_RATES,
    connections: int = CONNECTIONS,
) -> AsyncIterator[SqlStores]:
    """Open the stores with their writer running, for as long as the block lasts.

    Raises:
        BadInput: see `SqlStores.open`.
        StoreFailed: the writer died; the block was cancelled.
    """
    stores = await SqlStores.open(
        url, gather_s=gather_s, law=law, rates=rates, connections=connections
    )
    failed: Exception | None = None
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run(), name="sql-writer")
            try:
                yield stores
            except Exception as error:  # noqa: BLE001 - raised below, outside of the group
                failed = error
            finally:
                stores.writer.close()
        if failed is not None:
            raise failed
    except BaseExceptionGroup as group:  # the writer died; it is the only task
        raise group.exceptions[0] from None
    finally:
        await stores.close()
