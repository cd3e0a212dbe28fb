"""Campaigns in SQL: what was set, and the state they were last put into.

Knows rows and the port it fills. Refuses to know which state may follow which, or what the
settings mean.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.errors import RowRefused
from dialer.adapters.sql.outbox_steps import OutboxSteps
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.tables.kinds import DOCUMENT
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.campaign import (
    Campaign,
    CampaignSettings,
    CampaignState,
    check_change,
    only_one,
    settings_changed,
    settings_from,
)
from dialer.domain.ids import CampaignId, TenantId
from dialer.domain.webhook import Event, Topic, campaign_subject
from dialer.errors import BadInput, NoSuch, Taken

_ALL: Final = select(campaigns).order_by(campaigns.c.created_at, campaigns.c.id)
_BY_ID: Final = select(campaigns).where(campaigns.c.id == bindparam("campaign"))
_BY_NAME: Final = select(campaigns).where(campaigns.c.name == bindparam("called"))
_INSERT: Final = insert(campaigns)
_LOCKED: Final = _BY_ID.with_for_update()
_SET_STATE: Final = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("campaign"))
    .values(state=bindparam("new_state"), starts_at=bindparam("new_time"))
)
_SET_SETTINGS: Final = (
    update(campaigns)
    .where(campaigns.c.id == bindparam("campaign"))
    .values(mode=bindparam("new_mode"), settings=bindparam("new_settings", type_=DOCUMENT))
)


class SqlCampaignStore:
    """A `CampaignStore` in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
        outbox: tells whom it concerns.
    """

    def __init__(
        self, writer: SqlWriter, reader: SqlReader, *, outbox: OutboxSteps | None = None
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._outbox = outbox or OutboxSteps()
        self._understood: dict[str, tuple[Any, CampaignSettings]] = {}
        self._tenants: dict[CampaignId, TenantId] = {}

    async def create(self, campaign: Campaign) -> None:
        """Add a campaign; see `CampaignStore`."""
        row = {
            "id": campaign.campaign_id,
            "tenant_id": campaign.tenant_id,
            "name": campaign.name,
            "state": campaign.state.value,
            "mode": campaign.settings.mode,
            "settings": campaign.settings.model_dump(mode="json"),
            "created_at": campaign.created_at,
            "starts_at": campaign.starts_at,
        }
        try:
            await self._writer.commit(Write(_INSERT, [row]))
        except RowRefused:
            raise campaign_taken(campaign) from None

    async def get(self, campaign_id: CampaignId) -> Campaign | None:
        """Return a campaign, or None."""
        async with self._reader.connect() as connection:
            row = (await connection.execute(_BY_ID, {"campaign": campaign_id})).first()
        return None if row is None else self._record(row)

    async def tenant_of(self, campaign_id: CampaignId) -> TenantId | None:
        """Return whose a campaign is, or None.

        A campaign stays for ever, and with its tenant: what was found is not looked up again.
        """
        known = self._tenants.get(campaign_id)
        if known is not None:
            return known
        found = await self.get(campaign_id)
        if found is None:
            return None
        self._tenants[campaign_id] = found.tenant_id
        return found.tenant_id

    async def find(self, name: str) -> Campaign | None:
        """Return the campaign of that name; see `CampaignStore`."""
        async with self._reader.connect() as connection:
            rows = (await connection.execute(_BY_NAME, {"called": name})).all()
        return only_one(name, [self._record(row) for row in rows])

    async def list(self) -> list[Campaign]:
        """Return all campaigns, oldest first."""
        async with self._reader.connect() as connection:
            return [self._record(row) for row in await connection.execute(_ALL)]

    async def set_state(
        self, campaign_id: CampaignId, state: CampaignState, *, starts_at: float | None = None
    ) -> None:
        """Change the state; see `CampaignStore`."""
        row = {"campaign": campaign_id, "new_state": state.value, "new_time": starts_at}
        await self._writer.commit(
            Write(_SET_STATE, [row], else_raise=lambda: unknown_campaign(campaign_id)),
            then=lambda connection: self._tell_state(connection, row),
        )

    async def set_settings(
        self,
        campaign_id: CampaignId,
        settings: CampaignSettings,
        *,
        by: str,
        at: float,
        expected: CampaignSettings | None = None,
    ) -> Mapping[str, tuple[Any, Any]]:
        """Change the settings; see `CampaignStore`."""
        row = {
            "campaign": campaign_id,
            "new_mode": settings.mode,
            "new_settings": settings.model_dump(mode="json"),
        }

        def work(connection: Connection) -> Mapping[str, tuple[Any, Any]]:
            found = connection.execute(_LOCKED, {"campaign": campaign_id}).first()
            if found is None:
                raise unknown_campaign(campaign_id)
            campaign = self._record(found)
            changed = settings_changed(campaign.settings, settings)
            check_change(campaign, expected, changed)
            if changed:
                connection.execute(_SET_SETTINGS, row)
                detail = {key: list(values) for key, values in changed.items()}
                subject, tenant_id = f"campaign {campaign_id}", campaign.tenant_id
                note_in(connection, "settings", subject, detail, by=by, at=at, tenant_id=tenant_id)
            return changed

        return await self._writer.transact(work)

    def _record(self, row: Row[Any]) -> Campaign:
        """Return a campaign; settings that are as they were are not understood again."""
        raw, settings = self._understood.get(row.id, (None, None))
        if settings is None or raw != row.settings:
            settings = settings_from(row.settings)
            self._understood[row.id] = (row.settings, settings)
        return _record(row, settings)

    def _tell_state(self, connection: Connection, row: Mapping[str, Any]) -> None:
        if not self._outbox.wants(connection, Topic.CAMPAIGN_STATE):
            return
        campaign_id = row["campaign"]
        found = connection.execute(_BY_ID, {"campaign": campaign_id}).one()
        data = {
            "campaign": campaign_id,
            "name": found.name,
            "state": row["new_state"],
            "starts_at": row["new_time"],
        }
        event = Event(
            Topic.CAMPAIGN_STATE,
            found.tenant_id,
            campaign_subject(campaign_id),
            self._outbox.time(),
            data,
        )
        self._outbox.tell(connection, [event])


def campaign_taken(campaign: Campaign) -> BadInput:
    """Return the error for an id or name that is in use."""
    return Taken("campaign", f"{campaign.name!r} exists already", "choose another name")


def unknown_campaign(campaign_id: CampaignId) -> BadInput:
    """Return the error for a campaign that does not exist."""
    return NoSuch("campaign", f"there is no {campaign_id!r}", "create it first")


def _record(row: Row[Any], settings: CampaignSettings) -> Campaign:
    return Campaign(
        campaign_id=CampaignId(row.id),
        name=row.name,
        tenant_id=TenantId(row.tenant_id),
        state=CampaignState(row.state),
        settings=settings,
        created_at=row.created_at,
        starts_at=row.starts_at,
    )
