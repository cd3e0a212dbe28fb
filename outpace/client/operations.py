"""The operations of the service. Made by `python -m tools.make_client`."""

from typing import cast

import httpx

from outpace.client import types
from outpace.client.transport import Transport, part


class Campaigns:
    """Operations on campaigns."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        state: types.CampaignState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageCampaignShown:
        """List the campaigns, oldest first."""
        answer = await self._transport.request(
            "GET", "/api/v1/campaigns", query={"state": state, "limit": limit, "cursor": cursor}
        )
        return cast("types.PageCampaignShown", answer.json())

    async def create(
        self, body: types.NewCampaign, *, idempotency_key: str | None = None
    ) -> types.CampaignShown:
        """Create a campaign in state draft."""
        answer = await self._transport.request(
            "POST", "/api/v1/campaigns", body=body, idempotency_key=idempotency_key
        )
        return cast("types.CampaignShown", answer.json())

    async def stop_all(self, *, idempotency_key: str | None = None) -> types.Stopped:
        """Stop every campaign of the tenant that runs, at once."""
        answer = await self._transport.request(
            "POST", "/api/v1/campaigns/stop-all", idempotency_key=idempotency_key
        )
        return cast("types.Stopped", answer.json())

    async def get(self, campaign_id: str) -> types.CampaignShown:
        """Show a campaign with its settings."""
        answer = await self._transport.request("GET", f"/api/v1/campaigns/{part(campaign_id)}")
        return cast("types.CampaignShown", answer.json())

    async def archive(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """Put a campaign that is over out of sight; its record stays."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/archive",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def drain(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """Stop, but let lines ring on: agents still take whoever answers."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/drain",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def explain(self, campaign_id: str) -> types.ExplanationShown:
        """Say what holds a campaign back: as a whole, and its leads, with times."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/explanation"
        )
        return cast("types.ExplanationShown", answer.json())

    async def pause(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """Start no new lines; lines that rang long enough are taken back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/pause",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def restore(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """Bring an archived campaign back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/restore",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def schedule(
        self,
        campaign_id: str,
        body: types.Schedule,
        *,
        node: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.Moved:
        """Have a campaign start by itself at a time."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/schedule",
            query={"node": node},
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def update(
        self, campaign_id: str, body: types.CampaignSettings, *, if_match: str | None = None
    ) -> types.CampaignShown:
        """Set all settings; of a campaign that runs only its pacing may differ, and holds at once."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/campaigns/{part(campaign_id)}/settings", body=body, if_match=if_match
        )
        return cast("types.CampaignShown", answer.json())

    async def start(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """Start or resume a campaign."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/start",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())

    async def stop(
        self, campaign_id: str, *, node: str | None = None, idempotency_key: str | None = None
    ) -> types.Moved:
        """As pause, and the leads that were held are given back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/stop",
            query={"node": node},
            idempotency_key=idempotency_key,
        )
        return cast("types.Moved", answer.json())


class Pacing:
    """Operations on pacing."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self, campaign_id: str) -> types.PacingShown:
        """Show how a campaign is paced, what holds it back, and what is expected."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/pacing"
        )
        return cast("types.PacingShown", answer.json())

    async def update(
        self, campaign_id: str, body: types.PacingChange, *, if_match: str | None = None
    ) -> types.PacingSet:
        """Change the pacing; of a campaign that runs it holds within a second."""
        answer = await self._transport.request(
            "PATCH", f"/api/v1/campaigns/{part(campaign_id)}/pacing", body=body, if_match=if_match
        )
        return cast("types.PacingSet", answer.json())

    async def decisions(
        self, campaign_id: str, *, limit: int | None = None
    ) -> list[types.DecisionShown]:
        """Show the last decisions that were sampled, newest first, with reasons and forecast."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/pacing/decisions", query={"limit": limit}
        )
        return cast("list[types.DecisionShown]", answer.json())


class Outpace(Transport):
    """A service, by nouns; see `Transport`."""

    def __init__(
        self,
        url: str,
        *,
        token: str = "",
        http: httpx.AsyncClient | None = None,
        timeout_s: float = 60.0,
    ) -> None:
        super().__init__(url, token=token, http=http, timeout_s=timeout_s)
        self.campaigns = Campaigns(self)
        self.pacing = Pacing(self)
