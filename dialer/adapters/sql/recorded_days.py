"""A campaign's recorded calls and its agents' recorded states, read only: to learn from them.

Knows rows. Refuses to know what is learned, and writes nothing: an engine may run beside it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, Self

from sqlalchemy import bindparam, false, or_, select
from sqlalchemy.exc import DatabaseError

from dialer.adapters.sql import postgresql
from dialer.adapters.sql.address import DatabaseAddress, sqlite_path
from dialer.adapters.sql.opening import check
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.sqlite import reading_engine
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.people import agent_log
from dialer.domain.campaign import CampaignSettings, settings_from
from dialer.domain.ids import CampaignId
from dialer.errors import BadInput

MOST_CALLS: Final = 50_000
"""The latest calls that are read; what is older says little about tomorrow."""

_FIND: Final = select(campaigns.c.id, campaigns.c.settings).where(
    or_(campaigns.c.id == bindparam("called"), campaigns.c.name == bindparam("called"))
)
_CALLS: Final = (
    select(
        attempts.c.dialed_at,
        attempts.c.answered_at,
        attempts.c.connected_at,
        attempts.c.talk_ended_at,
        attempts.c.ended_at,
        attempts.c.outcome,
        attempts.c.agent_id,
    )
    .where(
        attempts.c.campaign_id == bindparam("campaign"),
        attempts.c.undialed == false(),
        attempts.c.ended_at.is_not(None),
    )
    .order_by(attempts.c.dialed_at.desc())
    .limit(MOST_CALLS)
)
_LOG: Final = (
    select(agent_log.c.agent_id, agent_log.c.state, agent_log.c.since, agent_log.c.campaigns)
    .where(agent_log.c.since >= bindparam("begin"), agent_log.c.since <= bindparam("end"))
    .order_by(agent_log.c.since, agent_log.c.id)
)


class RecordedCampaign(NamedTuple):
    """A campaign as it was set."""

    campaign_id: CampaignId
    settings: CampaignSettings


class RecordedCall(NamedTuple):
    """One ended attempt; times are seconds since the epoch, None where it did not happen."""

    dialed_at: float
    answered_at: float | None
    connected_at: float | None
    talk_ended_at: float | None
    ended_at: float
    outcome: str
    agent_id: str | None


class RecordedState(NamedTuple):
    """An agent is in this state from then on."""

    agent_id: str
    state: str
    since: float
    serves: bool
    """Whether the campaign is one of the agent's."""


class RecordedDays:
    """What the database has of past days; see `opened`."""

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        """Open an existing database for reading, for as long as the block lasts.

        Raises:
            BadInput: there is none, it is not ours, or it has another schema version.
        """
        address = DatabaseAddress.of(url)
        if address.path is not None and not address.path.is_file():
            problem = f"there is no {address.path}"
            raise BadInput("database", problem, "name the node's folder with --home")
        if address.url is not None:
            reader = SqlReader(postgresql.engine(address.url, command_s=None))
        else:
            reader = SqlReader(reading_engine(sqlite_path(url)))
        try:
            async with reader.connect() as connection:
                await connection.run_sync(check, str(address))
            yield cls(reader)
        except DatabaseError as error:
            problem = f"cannot be read: {error.orig}"
            raise BadInput(f"database {address}", problem, "name another one") from None
        finally:
            await reader.close()

    async def find(self, name: str) -> RecordedCampaign | None:
        """Return the campaign of that name or id."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_FIND, {"called": name})).first()
        if row is None:
            return None
        return RecordedCampaign(CampaignId(row.id), settings_from(row.settings))

    async def calls(self, campaign_id: CampaignId) -> list[RecordedCall]:
        """Return the latest ended calls, oldest first; what was certainly never sent is left out.

        At most `MOST_CALLS`.
        """
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_CALLS, {"campaign": campaign_id})).all()
        return [RecordedCall(*row) for row in reversed(rows)]

    async def states(
        self, campaign_id: CampaignId, begin: float, end: float
    ) -> list[RecordedState]:
        """Return the states that agents came into between two times, oldest first."""
        async with self._reader.connect() as connection:
            rows = await connection.execute(_LOG, {"begin": begin, "end": end})
            return [
                RecordedState(row.agent_id, row.state, row.since, campaign_id in row.campaigns)
                for row in rows
            ]
