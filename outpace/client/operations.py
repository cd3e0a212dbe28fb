"""The operations of the service. Made by `python -m tools.make_client`."""

from collections.abc import AsyncIterable
from typing import Literal, cast

import httpx

from outpace.client import types
from outpace.client.transport import Transport, part


class Agents:
    """Operations on agents."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        state: types.AgentState | None = None,
        campaign: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageAgentShown:
        """List the agents of all engines, by id; users who are agents and not there are offline."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/agents",
            query={"state": state, "campaign": campaign, "limit": limit, "cursor": cursor},
        )
        return cast("types.PageAgentShown", answer.json())

    async def get(self, agent_id: str) -> types.AgentShown:
        """Show an agent."""
        answer = await self._transport.request("GET", f"/api/v1/agents/{part(agent_id)}")
        return cast("types.AgentShown", answer.json())

    async def hang_up(
        self, agent_id: str, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """End an agent's talk."""
        answer = await self._transport.request(
            "POST", f"/api/v1/agents/{part(agent_id)}/hang-up", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def log_in(
        self,
        agent_id: str,
        body: types.apiagentsschemasLogIn,
        *,
        node: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.AgentShown:
        """Call an agent's softphone, which answers by itself; returns when the agent is there."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/agents/{part(agent_id)}/log-in",
            query={"node": node},
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.AgentShown", answer.json())

    async def log_out(
        self, agent_id: str, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """Log an agent out, now or after the present call."""
        answer = await self._transport.request(
            "POST", f"/api/v1/agents/{part(agent_id)}/log-out", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def pause(
        self, agent_id: str, body: types.Pause, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """Have an agent pause, now or after the present call."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/agents/{part(agent_id)}/pause",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.AgentShown", answer.json())

    async def ready(
        self, agent_id: str, body: types.ReadyInput, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """End an agent's wrap-up, with what became of the talk."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/agents/{part(agent_id)}/ready",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.AgentShown", answer.json())

    async def resume(
        self, agent_id: str, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """End an agent's pause."""
        answer = await self._transport.request(
            "POST", f"/api/v1/agents/{part(agent_id)}/resume", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())


class Amd:
    """Operations on amd."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def labels(self, *, detector: types.AmdDetector | None = None) -> types.LabelsShown:
        """Show what the labelled calls come to, and what detection is charged for them."""
        answer = await self._transport.request(
            "GET", "/api/v1/amd/labels", query={"detector": detector}
        )
        return cast("types.LabelsShown", answer.json())

    async def label(
        self,
        body: types.LabelsSaid,
        *,
        detector: types.AmdDetector | None = None,
        idempotency_key: str | None = None,
    ) -> types.LabelsShown:
        """Label calls, all or none; a label of before is replaced, and the charge follows at once."""
        answer = await self._transport.request(
            "POST",
            "/api/v1/amd/labels",
            query={"detector": detector},
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.LabelsShown", answer.json())

    async def draw(
        self, *, count: int | None = None, days: float | None = None
    ) -> list[types.DrawnShown]:
        """Draw recorded calls by lot, to be labelled; released ones are among them."""
        answer = await self._transport.request(
            "GET", "/api/v1/amd/labels/draw", query={"count": count, "days": days}
        )
        return cast("list[types.DrawnShown]", answer.json())


class Articles:
    """Operations on articles."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.TextListed]:
        """By name; which version is the newest, and which is published."""
        answer = await self._transport.request("GET", "/api/v1/articles")
        return cast("list[types.TextListed]", answer.json())

    async def create(
        self, body: types.NewText, *, idempotency_key: str | None = None
    ) -> types.TextAdded:
        """Under a new name. It waits for approval: somebody who may has to publish it."""
        answer = await self._transport.request(
            "POST", "/api/v1/articles", body=body, idempotency_key=idempotency_key
        )
        return cast("types.TextAdded", answer.json())

    async def get(self, name: str) -> types.TextShown:
        """With its versions. The ETag is of which is the newest and which is published."""
        answer = await self._transport.request("GET", f"/api/v1/articles/{part(name)}")
        return cast("types.TextShown", answer.json())

    async def publish(
        self,
        name: str,
        body: types.Publication,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TextShown:
        """In the place of the one that is; that is its approval. An older one is a way back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/articles/{part(name)}/publish",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())

    async def add(
        self,
        name: str,
        body: types.PlainText,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TextAdded:
        """It waits for approval: what is published stays so until somebody publishes another."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/articles/{part(name)}/versions",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextAdded", answer.json())

    async def version(self, name: str, version: str) -> types.TextVersion:
        """With its text."""
        answer = await self._transport.request(
            "GET", f"/api/v1/articles/{part(name)}/versions/{part(version)}"
        )
        return cast("types.TextVersion", answer.json())

    async def withdraw(
        self, name: str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> types.TextShown:
        """Leave a name without a published version; its versions stay."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/articles/{part(name)}/withdraw",
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())


class Attempts:
    """Operations on attempts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        campaign: str | None = None,
        lead: int | None = None,
        agent: str | None = None,
        outcome: types.Outcome | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageAttemptShown:
        """List attempts by the time they were dialed, newest first: from `since`, before `until`."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/attempts",
            query={
                "campaign": campaign,
                "lead": lead,
                "agent": agent,
                "outcome": outcome,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageAttemptShown", answer.json())

    async def get(self, attempt_id: str) -> types.AttemptShown:
        """Show an attempt."""
        answer = await self._transport.request("GET", f"/api/v1/attempts/{part(attempt_id)}")
        return cast("types.AttemptShown", answer.json())


class Audit:
    """Operations on audit."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        by: str | None = None,
        action: str | None = None,
        subject: str | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageAuditShown:
        """List what was done in the tenant, newest first: from `since`, before `until`."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/audit",
            query={
                "by": by,
                "action": action,
                "subject": subject,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageAuditShown", answer.json())


class Auth:
    """Operations on auth."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def log_in(
        self, body: types.apiauthschemasLogIn, *, idempotency_key: str | None = None
    ) -> types.Me:
        """Log in; the answer sets the cookie of the session."""
        answer = await self._transport.request(
            "POST", "/api/v1/auth/login", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Me", answer.json())

    async def log_out(self, *, idempotency_key: str | None = None) -> None:
        """End the session."""
        await self._transport.request(
            "POST", "/api/v1/auth/logout", idempotency_key=idempotency_key
        )

    async def me(self) -> types.Me:
        """Show who asks, what it may do, and the `csrf` of the session."""
        answer = await self._transport.request("GET", "/api/v1/auth/me")
        return cast("types.Me", answer.json())

    async def change_password(
        self, body: types.PasswordChange, *, idempotency_key: str | None = None
    ) -> types.Me:
        """Change one's own password; all other sessions end, this one goes on under a new cookie."""
        answer = await self._transport.request(
            "POST", "/api/v1/auth/password", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Me", answer.json())


class CallRecords:
    """Operations on call records."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        direction: types.Direction | None = None,
        number: str | None = None,
        agent: str | None = None,
        campaign: str | None = None,
        queue: str | None = None,
        outcome: types.Outcome | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageCallRecordShown:
        """List calls by the time they began, newest first: from `since`, before `until`."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/call-records",
            query={
                "direction": direction,
                "number": number,
                "agent": agent,
                "campaign": campaign,
                "queue": queue,
                "outcome": outcome,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageCallRecordShown", answer.json())

    async def get(self, call_id: str) -> types.CallRecordWhole:
        """Show a call, and the calls that were transferred from it."""
        answer = await self._transport.request("GET", f"/api/v1/call-records/{part(call_id)}")
        return cast("types.CallRecordWhole", answer.json())


class Callbacks:
    """Operations on callbacks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        campaign: str | None = None,
        owner: str | None = None,
        closed: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageCallbackShown:
        """List promised calls, the earliest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/callbacks",
            query={
                "campaign": campaign,
                "owner": owner,
                "closed": closed,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageCallbackShown", answer.json())

    async def close(
        self, callback_id: str, body: types.Why, *, idempotency_key: str | None = None
    ) -> types.CallbackShown:
        """End a promise; its lead goes back to where it then belongs."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/callbacks/{part(callback_id)}/close",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.CallbackShown", answer.json())


class CallerIds:
    """Operations on caller ids."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.CallerIdShown]:
        """List the caller ids, by number."""
        answer = await self._transport.request("GET", "/api/v1/caller-ids")
        return cast("list[types.CallerIdShown]", answer.json())

    async def create(
        self, body: types.NewCallerId, *, idempotency_key: str | None = None
    ) -> types.CallerIdShown:
        """Put a number on record; with its proof it may be shown to people."""
        answer = await self._transport.request(
            "POST", "/api/v1/caller-ids", body=body, idempotency_key=idempotency_key
        )
        return cast("types.CallerIdShown", answer.json())

    async def health(self, *, days: float | None = None) -> list[types.HealthShown]:
        """Tell how the calls went that showed each number."""
        answer = await self._transport.request(
            "GET", "/api/v1/caller-ids/health", query={"days": days}
        )
        return cast("list[types.HealthShown]", answer.json())

    async def update(self, number: str, body: types.CallerIdChange) -> types.CallerIdShown:
        """Change a number's label, trunk and proof."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/caller-ids/{part(number)}", body=body
        )
        return cast("types.CallerIdShown", answer.json())

    async def remove(self, number: str) -> None:
        """Take a number off the record."""
        await self._transport.request("DELETE", f"/api/v1/caller-ids/{part(number)}")

    async def complain(
        self, number: str, body: types.Complaint, *, idempotency_key: str | None = None
    ) -> types.CallerIdShown:
        """Record a complaint: the number rests, longer with each one."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/caller-ids/{part(number)}/complaints",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.CallerIdShown", answer.json())


class CallingHours:
    """Operations on calling hours."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.HoursShown]:
        """List the calling hours, by name."""
        answer = await self._transport.request("GET", "/api/v1/calling-hours")
        return cast("list[types.HoursShown]", answer.json())

    async def create(
        self, body: types.HoursShown, *, idempotency_key: str | None = None
    ) -> types.HoursShown:
        """Add calling hours."""
        answer = await self._transport.request(
            "POST", "/api/v1/calling-hours", body=body, idempotency_key=idempotency_key
        )
        return cast("types.HoursShown", answer.json())

    async def get(self, name: str) -> types.HoursShown:
        """Show calling hours."""
        answer = await self._transport.request("GET", f"/api/v1/calling-hours/{part(name)}")
        return cast("types.HoursShown", answer.json())

    async def update(self, name: str, body: types.HoursTerms) -> types.HoursShown:
        """Change calling hours."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/calling-hours/{part(name)}", body=body
        )
        return cast("types.HoursShown", answer.json())

    async def remove(self, name: str) -> None:
        """Remove calling hours."""
        await self._transport.request("DELETE", f"/api/v1/calling-hours/{part(name)}")


class Calls:
    """Operations on calls."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        campaign: str | None = None,
        state: types.CallState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageCallShown:
        """List the live calls of all engines, oldest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/calls",
            query={"campaign": campaign, "state": state, "limit": limit, "cursor": cursor},
        )
        return cast("types.PageCallShown", answer.json())

    async def hang_up(self, attempt_id: str, *, idempotency_key: str | None = None) -> types.HungUp:
        """End a talk, or take back a line that rang its minimum."""
        answer = await self._transport.request(
            "POST", f"/api/v1/calls/{part(attempt_id)}/hang-up", idempotency_key=idempotency_key
        )
        return cast("types.HungUp", answer.json())

    async def move(
        self,
        attempt_id: str,
        body: types.apitalksschemasWanted,
        *,
        idempotency_key: str | None = None,
    ) -> types.TalkState:
        """Make a move within a talk of the floor; it is noted in the audit log."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/calls/{part(attempt_id)}/moves",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.TalkState", answer.json())


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


class Coaching:
    """Operations on coaching."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def invite(
        self, body: types.Invite, *, idempotency_key: str | None = None
    ) -> types.InvitationShown:
        """Ask a paused agent to be coached; they have a minute to accept."""
        answer = await self._transport.request(
            "POST", "/api/v1/coaching", body=body, idempotency_key=idempotency_key
        )
        return cast("types.InvitationShown", answer.json())

    async def accept(self, *, idempotency_key: str | None = None) -> types.SpyShown:
        """Accept: the supervisor's phone is called; returns once you hear each other."""
        answer = await self._transport.request(
            "POST", "/api/v1/coaching/accept", idempotency_key=idempotency_key
        )
        return cast("types.SpyShown", answer.json())

    async def end(self, *, idempotency_key: str | None = None) -> None:
        """Decline an invitation, or end the session."""
        await self._transport.request(
            "POST", "/api/v1/coaching/end", idempotency_key=idempotency_key
        )


class Dispositions:
    """Operations on dispositions."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self, campaign_id: str) -> list[types.Disposition]:
        """List the dispositions of a campaign, with what each means and what it does to the lead."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/dispositions"
        )
        return cast("list[types.Disposition]", answer.json())


class DoNotCall:
    """Operations on do not call."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, scope: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> types.PageEntryShown:
        """List the entries, in the order in which they were made."""
        answer = await self._transport.request(
            "GET", "/api/v1/do-not-call", query={"scope": scope, "limit": limit, "cursor": cursor}
        )
        return cast("types.PageEntryShown", answer.json())

    async def add(
        self, body: types.Addition, *, idempotency_key: str | None = None
    ) -> types.Entered:
        """Enter numbers; their leads are done with it at once."""
        answer = await self._transport.request(
            "POST", "/api/v1/do-not-call", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Entered", answer.json())

    async def check(
        self, body: types.Question, *, idempotency_key: str | None = None
    ) -> types.Answer:
        """Say what keeps a number from being called."""
        answer = await self._transport.request(
            "POST", "/api/v1/do-not-call/check", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Answer", answer.json())

    async def imported(
        self,
        content: bytes | AsyncIterable[bytes],
        content_type: Literal["application/octet-stream", "text/csv", "text/plain"],
        *,
        file: str | None = None,
        scope: str | None = None,
        source: str | None = None,
        region: str | None = None,
        number_column: str | None = None,
        expires: str | None = None,
        list_: str | None = None,
        dated: str | None = None,
        country: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TakenIn:
        """Enter all numbers of a CSV, or of one number a line; may be done again for a newer one."""
        answer = await self._transport.request(
            "POST",
            "/api/v1/do-not-call/import",
            query={
                "file": file,
                "scope": scope,
                "source": source,
                "region": region,
                "number_column": number_column,
                "expires": expires,
                "list": list_,
                "dated": dated,
                "country": country,
            },
            content=content,
            content_type=content_type,
            idempotency_key=idempotency_key,
        )
        return cast("types.TakenIn", answer.json())

    async def remove(
        self, body: types.Removal, *, idempotency_key: str | None = None
    ) -> types.Removed:
        """Take numbers out of a scope; leads that were ended stay ended."""
        answer = await self._transport.request(
            "POST", "/api/v1/do-not-call/remove", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Removed", answer.json())


class Exports:
    """Operations on exports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def calls(
        self,
        *,
        campaign: str | None,
        list_: str | None = None,
        reveal: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> bytes:
        """Send a campaign's attempts, by the time they were dialed."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/exports/calls",
            query={
                "campaign": campaign,
                "list": list_,
                "reveal": reveal,
                "from": from_,
                "to": to,
                "zone": zone,
            },
        )
        return answer.content

    async def leads(
        self,
        *,
        campaign: str | None,
        list_: str | None = None,
        reveal: bool | None = None,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> bytes:
        """Send a campaign's leads with what came of them; with times, those last called then."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/exports/leads",
            query={
                "campaign": campaign,
                "list": list_,
                "reveal": reveal,
                "from": from_,
                "to": to,
                "zone": zone,
            },
        )
        return answer.content


class Feed:
    """Operations on feed."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def events(self, *, topics: str | None) -> bytes:
        """Live feed as server-sent events: snapshot, then delta, as over the WebSocket."""
        answer = await self._transport.request("GET", "/api/v1/events", query={"topics": topics})
        return answer.content

    async def subscribe(self) -> None:
        """Live feed over WebSocket: open `wss://.../api/v1/feed`."""
        await self._transport.request("GET", "/api/v1/feed")


class Flows:
    """Operations on flows."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def steps(self) -> list[types.StepForm]:
        """List the kinds of steps and their fields, for a form; docs/ivr.md says what they do."""
        answer = await self._transport.request("GET", "/api/v1/flow-steps")
        return cast("list[types.StepForm]", answer.json())

    async def list_(self) -> list[types.TextListed]:
        """List the flows, by name."""
        answer = await self._transport.request("GET", "/api/v1/flows")
        return cast("list[types.TextListed]", answer.json())

    async def create(
        self, body: types.NewFlow, *, idempotency_key: str | None = None
    ) -> types.VersionAdded:
        """Add a flow; one that is wrong is refused with its lines. It is not published by that."""
        answer = await self._transport.request(
            "POST", "/api/v1/flows", body=body, idempotency_key=idempotency_key
        )
        return cast("types.VersionAdded", answer.json())

    async def check(
        self, body: types.FlowText, *, idempotency_key: str | None = None
    ) -> types.FlowCheck:
        """Say all that is wrong with a flow, by line; nothing is kept."""
        answer = await self._transport.request(
            "POST", "/api/v1/flows/check", body=body, idempotency_key=idempotency_key
        )
        return cast("types.FlowCheck", answer.json())

    async def get(self, flow: str) -> types.TextShown:
        """Show a flow and its versions. The ETag is of which is the newest and which is published."""
        answer = await self._transport.request("GET", f"/api/v1/flows/{part(flow)}")
        return cast("types.TextShown", answer.json())

    async def publish(
        self,
        flow: str,
        body: types.Publication,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TextShown:
        """Publish a version in the place of the one that is; an older one is a way back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/flows/{part(flow)}/publish",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())

    async def add(
        self,
        flow: str,
        body: types.FlowText,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.VersionAdded:
        """Add a version to a flow; one that is wrong is refused with its lines."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/flows/{part(flow)}/versions",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.VersionAdded", answer.json())

    async def version(self, flow: str, version: str) -> types.VersionShown:
        """Show a version with its text."""
        answer = await self._transport.request(
            "GET", f"/api/v1/flows/{part(flow)}/versions/{part(version)}"
        )
        return cast("types.VersionShown", answer.json())

    async def drawing(self, flow: str, version: str) -> bytes:
        """Draw a version, as SVG that runs nothing."""
        answer = await self._transport.request(
            "GET", f"/api/v1/flows/{part(flow)}/versions/{part(version)}/drawing"
        )
        return answer.content

    async def withdraw(
        self, flow: str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> types.TextShown:
        """Leave a flow without a published version; its versions stay."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/flows/{part(flow)}/withdraw",
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())


class Health:
    """Operations on health."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def alive(self) -> types.Alive:
        """Tell that the process serves requests; asks nobody else."""
        answer = await self._transport.request("GET", "/healthz")
        return cast("types.Alive", answer.json())

    async def metrics(self) -> bytes:
        """Return what the engines and this process measure, for Prometheus."""
        answer = await self._transport.request("GET", "/metrics")
        return answer.content

    async def ready(self) -> types.ReadyOutput:
        """Tell whether the database and at least one engine can do their work, and what is missing."""
        answer = await self._transport.request("GET", "/readyz")
        return cast("types.ReadyOutput", answer.json())


class Knowledge:
    """Operations on knowledge."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def search(
        self, *, words: str | None, most: int | None = None
    ) -> list[types.TextVersion]:
        """Find published articles by their words; those whose name says it come first."""
        answer = await self._transport.request(
            "GET", "/api/v1/knowledge", query={"words": words, "most": most}
        )
        return cast("list[types.TextVersion]", answer.json())

    async def get(self, name: str) -> types.TextVersion:
        """Read the published version of an article."""
        answer = await self._transport.request("GET", f"/api/v1/knowledge/{part(name)}")
        return cast("types.TextVersion", answer.json())


class Leads:
    """Operations on leads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def upsert(
        self,
        campaign_id: str,
        content: bytes | AsyncIterable[bytes],
        *,
        list_: str | None = None,
        region: str | None = None,
        partial: bool | None = None,
        idempotency_key: str | None = None,
    ) -> types.UpsertShown:
        """Add leads and change those that are there: all lines, or none."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/leads",
            query={"list": list_, "region": region, "partial": partial},
            content=content,
            content_type="application/x-ndjson",
            idempotency_key=idempotency_key,
        )
        return cast("types.UpsertShown", answer.json())

    async def assign(
        self, campaign_id: str, body: types.Assignment, *, idempotency_key: str | None = None
    ) -> types.MovedLeads:
        """Give leads that are nobody's to an agent, or evenly to a team; they are its own then."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/leads/assign",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.MovedLeads", answer.json())

    async def reclaim(
        self, campaign_id: str, body: types.Reclaim, *, idempotency_key: str | None = None
    ) -> types.MovedLeads:
        """Take leads back from an agent, a team or everybody; whoever is in a call keeps its lead."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/leads/reclaim",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.MovedLeads", answer.json())

    async def reconsider(
        self, campaign_id: str, *, idempotency_key: str | None = None
    ) -> types.Reconsidered:
        """Make leads ready that a calling rule holds back; each is judged anew at its dial."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/leads/reconsider",
            idempotency_key=idempotency_key,
        )
        return cast("types.Reconsidered", answer.json())

    async def list_(
        self,
        *,
        campaign: str | None = None,
        list_id: int | None = None,
        state: types.LeadState | None = None,
        number: str | None = None,
        region: str | None = None,
        external_id: str | None = None,
        owner: str | None = None,
        q: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageLeadShown:
        """List leads by their ids; with none of `campaign` and `number` it reads those of all."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/leads",
            query={
                "campaign": campaign,
                "list_id": list_id,
                "state": state,
                "number": number,
                "region": region,
                "external_id": external_id,
                "owner": owner,
                "q": q,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageLeadShown", answer.json())

    async def get(self, lead_id: str) -> types.LeadWhole:
        """Show a lead: its attempts, and why it is dialed or not, in words."""
        answer = await self._transport.request("GET", f"/api/v1/leads/{part(lead_id)}")
        return cast("types.LeadWhole", answer.json())

    async def update(
        self, lead_id: str, body: types.LeadPatch, *, if_match: str | None = None
    ) -> types.LeadWhole:
        """Change attributes and priority; noted in the audit log."""
        answer = await self._transport.request(
            "PATCH", f"/api/v1/leads/{part(lead_id)}", body=body, if_match=if_match
        )
        return cast("types.LeadWhole", answer.json())

    async def do_not_call(
        self, lead_id: str, body: types.NoCalls, *, idempotency_key: str | None = None
    ) -> types.Entered:
        """Enter all numbers of a lead in the do-not-call list; whoever asks need not see them."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/leads/{part(lead_id)}/do-not-call",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.Entered", answer.json())

    async def own(self, lead_id: str, body: types.OwnerSet) -> types.LeadShown:
        """Make a lead an agent's or nobody's; refused while it is held for a call, and when done."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/leads/{part(lead_id)}/owner", body=body
        )
        return cast("types.LeadShown", answer.json())

    async def reveal(
        self, lead_id: str, body: types.Why, *, idempotency_key: str | None = None
    ) -> types.Revealed:
        """Show the numbers of a lead whole; noted in the audit log before they are shown."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/leads/{part(lead_id)}/reveal",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.Revealed", answer.json())


class Lists:
    """Operations on lists."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def imports(self, campaign_id: str) -> list[types.ImportListed]:
        """List the newest twenty imports, and how far each has come; those given up are left out."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/imports"
        )
        return cast("list[types.ImportListed]", answer.json())

    async def list_(
        self, campaign_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageListShown:
        """List the lists of a campaign, oldest first, with their leads by state."""
        answer = await self._transport.request(
            "GET",
            f"/api/v1/campaigns/{part(campaign_id)}/lists",
            query={"limit": limit, "cursor": cursor},
        )
        return cast("types.PageListShown", answer.json())

    async def imported(
        self,
        campaign_id: str,
        content: bytes | AsyncIterable[bytes],
        content_type: Literal[
            "application/octet-stream",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/csv",
        ],
        *,
        file: str | None = None,
        region: str | None = None,
        number_column: str | None = None,
        map_: list[str] | None = None,
        sheet: str | None = None,
        encoding: str | None = None,
        duplicates: types.Duplicates | None = None,
        list_: str | None = None,
        source: str | None = None,
        cost: float | None = None,
        dry_run: bool | None = None,
        rejects: bool | None = None,
        idempotency_key: str | None = None,
    ) -> types.ImportShown | types.PreviewShown:
        """Import all leads of a file, or none; rows without a usable number are rejected."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/campaigns/{part(campaign_id)}/lists",
            query={
                "file": file,
                "region": region,
                "number_column": number_column,
                "map": map_,
                "sheet": sheet,
                "encoding": encoding,
                "duplicates": duplicates,
                "list": list_,
                "source": source,
                "cost": cost,
                "dry_run": dry_run,
                "rejects": rejects,
            },
            content=content,
            content_type=content_type,
            idempotency_key=idempotency_key,
        )
        return cast("types.ImportShown | types.PreviewShown", answer.json())

    async def get(self, campaign_id: str, list_id: str) -> types.ListShown:
        """Show a list: source, cost, leads by state. The ETag is of its source and cost."""
        answer = await self._transport.request(
            "GET", f"/api/v1/campaigns/{part(campaign_id)}/lists/{part(list_id)}"
        )
        return cast("types.ListShown", answer.json())

    async def update(
        self, campaign_id: str, list_id: str, body: types.ListChange, *, if_match: str | None = None
    ) -> types.ListShown:
        """Change where a list is from and what it cost; noted in the audit log."""
        answer = await self._transport.request(
            "PATCH",
            f"/api/v1/campaigns/{part(campaign_id)}/lists/{part(list_id)}",
            body=body,
            if_match=if_match,
        )
        return cast("types.ListShown", answer.json())


class Messages:
    """Operations on messages."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageMessageShown:
        """List what was sent to whomever, the newest first."""
        answer = await self._transport.request(
            "GET", "/api/v1/messages", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageMessageShown", answer.json())

    async def send(
        self, body: types.NewMessage, *, idempotency_key: str | None = None
    ) -> types.MessageShown:
        """Send a line to an agent, a team or everyone."""
        answer = await self._transport.request(
            "POST", "/api/v1/messages", body=body, idempotency_key=idempotency_key
        )
        return cast("types.MessageShown", answer.json())

    async def inbox(
        self, *, unread: bool | None = None, limit: int | None = None, cursor: str | None = None
    ) -> types.Inbox:
        """List what was sent to you, to your team and to everyone, the newest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/messages/inbox",
            query={"unread": unread, "limit": limit, "cursor": cursor},
        )
        return cast("types.Inbox", answer.json())

    async def read(self, message_id: str, *, idempotency_key: str | None = None) -> None:
        """Say that you have read a message; again, nothing changes."""
        await self._transport.request(
            "POST", f"/api/v1/messages/{part(message_id)}/read", idempotency_key=idempotency_key
        )


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


class PauseCodes:
    """Operations on pause codes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.Code]:
        """List the codes; none: a pause needs no code, and any is accepted."""
        answer = await self._transport.request("GET", "/api/v1/pause-codes")
        return cast("list[types.Code]", answer.json())

    async def create(self, body: types.Code, *, idempotency_key: str | None = None) -> types.Code:
        """Add a code; from the first one on, pauses without a known code are refused."""
        answer = await self._transport.request(
            "POST", "/api/v1/pause-codes", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Code", answer.json())

    async def remove(self, code: str) -> None:
        """Remove a code; pauses of before keep it on record."""
        await self._transport.request("DELETE", f"/api/v1/pause-codes/{part(code)}")


class Phones:
    """Operations on phones."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PagePhoneShown:
        """List the phones by name; no secret is shown. Those of the node's settings are not here."""
        answer = await self._transport.request(
            "GET", "/api/v1/phones", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PagePhoneShown", answer.json())

    async def create(
        self, body: types.NewPhone, *, idempotency_key: str | None = None
    ) -> types.PhoneMade:
        """Add an agent's phone; its secret is shown this once."""
        answer = await self._transport.request(
            "POST", "/api/v1/phones", body=body, idempotency_key=idempotency_key
        )
        return cast("types.PhoneMade", answer.json())

    async def update(self, name: str, body: types.PhoneChange) -> types.PhoneShown:
        """Say when a phone is called: at the log-in, or for each customer."""
        answer = await self._transport.request("PATCH", f"/api/v1/phones/{part(name)}", body=body)
        return cast("types.PhoneShown", answer.json())

    async def remove(self, name: str) -> None:
        """Remove a phone; it is let in and called no more."""
        await self._transport.request("DELETE", f"/api/v1/phones/{part(name)}")

    async def renew_secret(
        self, name: str, *, idempotency_key: str | None = None
    ) -> types.PhoneMade:
        """Give a phone a new secret, shown this once; the old one lets in no more."""
        answer = await self._transport.request(
            "POST", f"/api/v1/phones/{part(name)}/secret", idempotency_key=idempotency_key
        )
        return cast("types.PhoneMade", answer.json())


class Pins:
    """Operations on pins."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.PinShown]:
        """List the numbers that have a PIN, and until when they are locked."""
        answer = await self._transport.request("GET", "/api/v1/pins")
        return cast("list[types.PinShown]", answer.json())

    async def put(self, kind: str, number: str, body: types.PinSet) -> types.PinShown:
        """Give a number its PIN, in place of the one before; a lock of it ends."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/pins/{part(kind)}/{part(number)}", body=body
        )
        return cast("types.PinShown", answer.json())

    async def remove(self, kind: str, number: str) -> None:
        """Take a number and its PIN away."""
        await self._transport.request("DELETE", f"/api/v1/pins/{part(kind)}/{part(number)}")


class Prompts:
    """Operations on prompts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.PromptShown]:
        """List the prompts, by name and language."""
        answer = await self._transport.request("GET", "/api/v1/prompts")
        return cast("list[types.PromptShown]", answer.json())

    async def create(
        self, body: types.PromptNew, *, idempotency_key: str | None = None
    ) -> types.PromptShown:
        """Add a prompt; flows play it within a few seconds."""
        answer = await self._transport.request(
            "POST", "/api/v1/prompts", body=body, idempotency_key=idempotency_key
        )
        return cast("types.PromptShown", answer.json())

    async def get(self, name: str, language: str) -> types.PromptShown:
        """Show a prompt."""
        answer = await self._transport.request(
            "GET", f"/api/v1/prompts/{part(name)}/{part(language)}"
        )
        return cast("types.PromptShown", answer.json())

    async def update(self, name: str, language: str, body: types.PromptTerms) -> types.PromptShown:
        """Change a prompt; calls that begin from now on hear it."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/prompts/{part(name)}/{part(language)}", body=body
        )
        return cast("types.PromptShown", answer.json())

    async def remove(self, name: str, language: str) -> None:
        """Remove a prompt; flows that play it take their fallback."""
        await self._transport.request("DELETE", f"/api/v1/prompts/{part(name)}/{part(language)}")

    async def sound(self, name: str, language: str) -> bytes:
        """Return the sound of a prompt as callers hear it; only of one that was uploaded."""
        answer = await self._transport.request(
            "GET", f"/api/v1/prompts/{part(name)}/{part(language)}/sound"
        )
        return answer.content

    async def upload(
        self,
        name: str,
        language: str,
        content: bytes | AsyncIterable[bytes],
        content_type: Literal["application/octet-stream", "audio/wav"],
        *,
        text: str | None = None,
    ) -> types.PromptShown:
        """Put a sound in place of a prompt's, or add the prompt; the engines fetch it by themselves."""
        answer = await self._transport.request(
            "PUT",
            f"/api/v1/prompts/{part(name)}/{part(language)}/sound",
            query={"text": text},
            content=content,
            content_type=content_type,
        )
        return cast("types.PromptShown", answer.json())


class Queues:
    """Operations on queues."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.QueueShown]:
        """List the queues by name."""
        answer = await self._transport.request("GET", "/api/v1/queues")
        return cast("list[types.QueueShown]", answer.json())

    async def create(
        self, body: types.QueueShown, *, idempotency_key: str | None = None
    ) -> types.QueueShown:
        """Add a queue."""
        answer = await self._transport.request(
            "POST", "/api/v1/queues", body=body, idempotency_key=idempotency_key
        )
        return cast("types.QueueShown", answer.json())

    async def get(self, name: str) -> types.QueueShown:
        """Show a queue."""
        answer = await self._transport.request("GET", f"/api/v1/queues/{part(name)}")
        return cast("types.QueueShown", answer.json())

    async def update(self, name: str, body: types.QueueTerms) -> types.QueueShown:
        """Change how a queue is served; it holds for who calls from now on."""
        answer = await self._transport.request("PUT", f"/api/v1/queues/{part(name)}", body=body)
        return cast("types.QueueShown", answer.json())

    async def remove(self, name: str) -> None:
        """Remove a queue in which nobody ever waited; one that calls are on record of stays."""
        await self._transport.request("DELETE", f"/api/v1/queues/{part(name)}")


class Recordings:
    """Operations on recordings."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        campaign: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        direction: types.Direction | None = None,
        number: str | None = None,
        region: str | None = None,
        since: float | None = None,
        until: float | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.PageRecordingShown:
        """List the recorded talks by the time they were dialed or came in, newest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/recordings",
            query={
                "campaign": campaign,
                "agent": agent,
                "queue": queue,
                "direction": direction,
                "number": number,
                "region": region,
                "since": since,
                "until": until,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.PageRecordingShown", answer.json())

    async def play(self, attempt_id: str) -> bytes:
        """Return a recording in stereo: the customer left, the agent right. The ETag is its SHA-256."""
        answer = await self._transport.request("GET", f"/api/v1/recordings/{part(attempt_id)}")
        return answer.content

    async def download(self, attempt_id: str) -> bytes:
        """Return a recording to be saved, under the name that the tenant's rule gives it."""
        answer = await self._transport.request("GET", f"/api/v1/recordings/{part(attempt_id)}/file")
        return answer.content

    async def peaks(self, attempt_id: str) -> types.WaveformShown:
        """Return the waveform of a recording: least and greatest sample of each channel in 50 ms."""
        answer = await self._transport.request(
            "GET", f"/api/v1/recordings/{part(attempt_id)}/peaks"
        )
        return cast("types.WaveformShown", answer.json())


class Reports:
    """Operations on reports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(
        self,
        name: str,
        *,
        campaign: str | None = None,
        list_: str | None = None,
        agent: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        zone: str | None = None,
    ) -> types.ReportShown:
        """Answer with the figures of `outpace report NAME --json`."""
        answer = await self._transport.request(
            "GET",
            f"/api/v1/reports/{part(name)}",
            query={
                "campaign": campaign,
                "list": list_,
                "agent": agent,
                "from": from_,
                "to": to,
                "zone": zone,
            },
        )
        return cast("types.ReportShown", answer.json())


class Reviews:
    """Operations on reviews."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        agent: str | None = None,
        campaign: str | None = None,
        attempt: str | None = None,
        scorecard: str | None = None,
        by: str | None = None,
        state: Literal["any", "begun", "answered"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.ReviewPage:
        """List reviews by the time they began, newest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/reviews",
            query={
                "agent": agent,
                "campaign": campaign,
                "attempt": attempt,
                "scorecard": scorecard,
                "by": by,
                "state": state,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.ReviewPage", answer.json())

    async def create(
        self, body: types.NewReview, *, idempotency_key: str | None = None
    ) -> types.ReviewShown:
        """Begin a review of a talk; with answers it is answered at once."""
        answer = await self._transport.request(
            "POST", "/api/v1/reviews", body=body, idempotency_key=idempotency_key
        )
        return cast("types.ReviewShown", answer.json())

    async def calibration(
        self, *, attempt: str | None, scorecard: str | None
    ) -> types.CalibrationShown:
        """Show the reviews of a talk side by side; to who has begun one, once it is answered."""
        answer = await self._transport.request(
            "GET", "/api/v1/reviews/calibration", query={"attempt": attempt, "scorecard": scorecard}
        )
        return cast("types.CalibrationShown", answer.json())

    async def compared(
        self, *, scorecard: str | None, limit: int | None = None
    ) -> list[types.ComparedShown]:
        """List talks that several have reviewed by a scorecard, those furthest apart first."""
        answer = await self._transport.request(
            "GET", "/api/v1/reviews/compared", query={"scorecard": scorecard, "limit": limit}
        )
        return cast("list[types.ComparedShown]", answer.json())

    async def draw(
        self,
        *,
        scorecard: str | None,
        count: int | None = None,
        again: bool | None = None,
        campaign: str | None = None,
        agent: str | None = None,
        disposition: str | None = None,
        least_talk_s: float | None = None,
        since: float | None = None,
        until: float | None = None,
    ) -> list[types.RecordingShown]:
        """Draw recorded talks by lot, which you have not reviewed by a scorecard."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/reviews/draw",
            query={
                "scorecard": scorecard,
                "count": count,
                "again": again,
                "campaign": campaign,
                "agent": agent,
                "disposition": disposition,
                "least_talk_s": least_talk_s,
                "since": since,
                "until": until,
            },
        )
        return cast("list[types.RecordingShown]", answer.json())

    async def due(
        self, *, campaign: str | None = None, since: float | None = None, limit: int | None = None
    ) -> list[types.RecordingShown]:
        """List the talks that go to review and of which nobody has begun one; oldest first."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/reviews/due",
            query={"campaign": campaign, "since": since, "limit": limit},
        )
        return cast("list[types.RecordingShown]", answer.json())

    async def own(
        self, *, scorecard: str | None = None, limit: int | None = None, cursor: str | None = None
    ) -> types.ReviewPage:
        """List what reviewers said of your own talks, newest first, once it is answered."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/reviews/own",
            query={"scorecard": scorecard, "limit": limit, "cursor": cursor},
        )
        return cast("types.ReviewPage", answer.json())

    async def get(self, review_id: str) -> types.ReviewShown:
        """Show a review."""
        answer = await self._transport.request("GET", f"/api/v1/reviews/{part(review_id)}")
        return cast("types.ReviewShown", answer.json())

    async def discard(self, review_id: str) -> None:
        """Take a review of yours that has only begun off the record."""
        await self._transport.request("DELETE", f"/api/v1/reviews/{part(review_id)}")

    async def answer(self, review_id: str, body: types.AnswersSaid) -> types.ReviewShown:
        """Answer all questions of a review of yours, for the first time or anew."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/reviews/{part(review_id)}/answers", body=body
        )
        return cast("types.ReviewShown", answer.json())

    async def comment(
        self, review_id: str, body: types.NewComment, *, idempotency_key: str | None = None
    ) -> types.ReviewShown:
        """Say something of one moment of the talk, in a review of yours."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/reviews/{part(review_id)}/comments",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.ReviewShown", answer.json())


class Rooms:
    """Operations on rooms."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.RoomShown]:
        """List the rooms, and until when they are locked."""
        answer = await self._transport.request("GET", "/api/v1/rooms")
        return cast("list[types.RoomShown]", answer.json())

    async def put(self, number: str, body: types.RoomSet) -> types.RoomShown:
        """Give a room its PIN, in place of what was set before; a lock of it ends."""
        answer = await self._transport.request("PUT", f"/api/v1/rooms/{part(number)}", body=body)
        return cast("types.RoomShown", answer.json())

    async def remove(self, number: str) -> None:
        """Take a room away; who is there stays."""
        await self._transport.request("DELETE", f"/api/v1/rooms/{part(number)}")


class Routes:
    """Operations on routes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.Route]:
        """List the inbound numbers."""
        answer = await self._transport.request("GET", "/api/v1/routes")
        return cast("list[types.Route]", answer.json())

    async def create(self, body: types.Route, *, idempotency_key: str | None = None) -> types.Route:
        """Add an inbound number; calls to a number without a route are refused."""
        answer = await self._transport.request(
            "POST", "/api/v1/routes", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Route", answer.json())

    async def get(self, number: str) -> types.Route:
        """Show an inbound number."""
        answer = await self._transport.request("GET", f"/api/v1/routes/{part(number)}")
        return cast("types.Route", answer.json())

    async def update(self, number: str, body: types.apiroutesschemasRouteSaid) -> types.Route:
        """Let the calls of a number go elsewhere; calls that are here stay where they are."""
        answer = await self._transport.request("PUT", f"/api/v1/routes/{part(number)}", body=body)
        return cast("types.Route", answer.json())

    async def remove(self, number: str) -> None:
        """Take a number's calls no more."""
        await self._transport.request("DELETE", f"/api/v1/routes/{part(number)}")


class Rules:
    """Operations on rules."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, on: str | None = None, jurisdiction: str | None = None, every: bool | None = None
    ) -> list[types.RuleShown]:
        """List the calling rules that are in force, by their ids."""
        answer = await self._transport.request(
            "GET", "/api/v1/rules", query={"on": on, "jurisdiction": jurisdiction, "every": every}
        )
        return cast("list[types.RuleShown]", answer.json())

    async def check(
        self, body: types.DialQuestion, *, idempotency_key: str | None = None
    ) -> types.DialAnswer:
        """Say whether a number may be dialed at a time, and why not; nothing is dialed."""
        answer = await self._transport.request(
            "POST", "/api/v1/rules/check", body=body, idempotency_key=idempotency_key
        )
        return cast("types.DialAnswer", answer.json())

    async def get(self, rule_id: str, *, on: str | None = None) -> types.RuleShown:
        """Show a calling rule."""
        answer = await self._transport.request(
            "GET", f"/api/v1/rules/{part(rule_id)}", query={"on": on}
        )
        return cast("types.RuleShown", answer.json())


class Scorecards:
    """Operations on scorecards."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.ScorecardShown]:
        """List the scorecards, by name."""
        answer = await self._transport.request("GET", "/api/v1/scorecards")
        return cast("list[types.ScorecardShown]", answer.json())

    async def create(
        self, body: types.ScorecardShown, *, idempotency_key: str | None = None
    ) -> types.ScorecardShown:
        """Add a scorecard."""
        answer = await self._transport.request(
            "POST", "/api/v1/scorecards", body=body, idempotency_key=idempotency_key
        )
        return cast("types.ScorecardShown", answer.json())

    async def get(self, name: str) -> types.ScorecardShown:
        """Show a scorecard."""
        answer = await self._transport.request("GET", f"/api/v1/scorecards/{part(name)}")
        return cast("types.ScorecardShown", answer.json())

    async def update(self, name: str, body: types.ScorecardTerms) -> types.ScorecardShown:
        """Change the questions of a scorecard; reviews keep the score they were given."""
        answer = await self._transport.request("PUT", f"/api/v1/scorecards/{part(name)}", body=body)
        return cast("types.ScorecardShown", answer.json())

    async def remove(self, name: str) -> None:
        """Remove a scorecard by which nothing was reviewed."""
        await self._transport.request("DELETE", f"/api/v1/scorecards/{part(name)}")


class Scripts:
    """Operations on scripts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.TextListed]:
        """By name; which version is the newest, and which is published."""
        answer = await self._transport.request("GET", "/api/v1/scripts")
        return cast("list[types.TextListed]", answer.json())

    async def create(
        self, body: types.NewText, *, idempotency_key: str | None = None
    ) -> types.TextAdded:
        """Under a new name. It waits for approval: somebody who may has to publish it."""
        answer = await self._transport.request(
            "POST", "/api/v1/scripts", body=body, idempotency_key=idempotency_key
        )
        return cast("types.TextAdded", answer.json())

    async def check(
        self, body: types.ScriptAsked, *, idempotency_key: str | None = None
    ) -> types.ScriptChecked:
        """Say what is wrong with a script, by line, and how an agent would see it; nothing is kept."""
        answer = await self._transport.request(
            "POST", "/api/v1/scripts/check", body=body, idempotency_key=idempotency_key
        )
        return cast("types.ScriptChecked", answer.json())

    async def get(self, name: str) -> types.TextShown:
        """With its versions. The ETag is of which is the newest and which is published."""
        answer = await self._transport.request("GET", f"/api/v1/scripts/{part(name)}")
        return cast("types.TextShown", answer.json())

    async def publish(
        self,
        name: str,
        body: types.Publication,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TextShown:
        """In the place of the one that is; that is its approval. An older one is a way back."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/scripts/{part(name)}/publish",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())

    async def published(self, name: str) -> types.TextVersion:
        """Read the published version."""
        answer = await self._transport.request("GET", f"/api/v1/scripts/{part(name)}/published")
        return cast("types.TextVersion", answer.json())

    async def add(
        self,
        name: str,
        body: types.PlainText,
        *,
        if_match: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.TextAdded:
        """It waits for approval: what is published stays so until somebody publishes another."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/scripts/{part(name)}/versions",
            body=body,
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextAdded", answer.json())

    async def version(self, name: str, version: str) -> types.TextVersion:
        """With its text."""
        answer = await self._transport.request(
            "GET", f"/api/v1/scripts/{part(name)}/versions/{part(version)}"
        )
        return cast("types.TextVersion", answer.json())

    async def withdraw(
        self, name: str, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> types.TextShown:
        """Leave a name without a published version; its versions stay."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/scripts/{part(name)}/withdraw",
            if_match=if_match,
            idempotency_key=idempotency_key,
        )
        return cast("types.TextShown", answer.json())


class Session:
    """Operations on session."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def get(self) -> types.SessionShown:
        """Show one's own agent, and the talk that it is in or writes up."""
        answer = await self._transport.request("GET", "/api/v1/session")
        return cast("types.SessionShown", answer.json())

    async def call_back(
        self, callback_id: str, *, idempotency_key: str | None = None
    ) -> types.CallbackShown:
        """Keep a promise now, one's own or anyone's: the call comes as soon as one is idle."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/session/callbacks/{part(callback_id)}/call",
            idempotency_key=idempotency_key,
        )
        return cast("types.CallbackShown", answer.json())

    async def dial(self, body: types.Dial, *, idempotency_key: str | None = None) -> types.Dialed:
        """Dial a lead by hand, judged as any call; one gets the person who answers."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/dial", body=body, idempotency_key=idempotency_key
        )
        return cast("types.Dialed", answer.json())

    async def dial_cancel(self, *, idempotency_key: str | None = None) -> types.Dialed:
        """Take back the call that one dialed by hand, before it is answered."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/dial-cancel", idempotency_key=idempotency_key
        )
        return cast("types.Dialed", answer.json())

    async def extend(self, *, idempotency_key: str | None = None) -> types.AgentShown:
        """Have as long again to write the talk up; three times at most."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/extend", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def hang_up(self, *, idempotency_key: str | None = None) -> types.AgentShown:
        """End the talk."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/hang-up", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def ice(self) -> types.IceServers:
        """Give one's own page STUN and TURN servers anew, before its login to TURN ends."""
        answer = await self._transport.request("GET", "/api/v1/session/ice")
        return cast("types.IceServers", answer.json())

    async def log_in(
        self,
        body: types.apiagentsschemasLogIn,
        *,
        node: str | None = None,
        idempotency_key: str | None = None,
    ) -> types.AgentShown:
        """Have one's own softphone called, which answers by itself; returns when it is up."""
        answer = await self._transport.request(
            "POST",
            "/api/v1/session/log-in",
            query={"node": node},
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.AgentShown", answer.json())

    async def log_out(self, *, idempotency_key: str | None = None) -> types.AgentShown:
        """Log out, now or after the present call."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/log-out", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def move(
        self, body: types.apitalksschemasWanted, *, idempotency_key: str | None = None
    ) -> types.TalkState:
        """Make a move within one's own talk."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/moves", body=body, idempotency_key=idempotency_key
        )
        return cast("types.TalkState", answer.json())

    async def parked(self) -> types.ParkedList:
        """List the customers whom one may pick up (move `pick-up`), the longest parked first."""
        answer = await self._transport.request("GET", "/api/v1/session/parked")
        return cast("types.ParkedList", answer.json())

    async def pause(
        self, body: types.Pause, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """Pause, now or after the present call."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/pause", body=body, idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def phone(self, *, idempotency_key: str | None = None) -> types.Softphone:
        """Give one's own page what it needs to be one's phone: with a new secret each time."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/phone", idempotency_key=idempotency_key
        )
        return cast("types.Softphone", answer.json())

    async def preview_dial(self, *, idempotency_key: str | None = None) -> types.Dialed:
        """Dial the lead that one looks at, judged as any call; one gets the person who answers."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/preview/dial", idempotency_key=idempotency_key
        )
        return cast("types.Dialed", answer.json())

    async def preview_skip(
        self, body: types.PreviewSkip, *, idempotency_key: str | None = None
    ) -> types.PreviewSkipped:
        """Put off the lead that one looks at; the reason is noted, and the next lead comes."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/preview/skip", body=body, idempotency_key=idempotency_key
        )
        return cast("types.PreviewSkipped", answer.json())

    async def ready(
        self, body: types.ReadyInput, *, idempotency_key: str | None = None
    ) -> types.AgentShown:
        """End wrap-up, with what became of the talk."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/ready", body=body, idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def resume(self, *, idempotency_key: str | None = None) -> types.AgentShown:
        """End the pause."""
        answer = await self._transport.request(
            "POST", "/api/v1/session/resume", idempotency_key=idempotency_key
        )
        return cast("types.AgentShown", answer.json())

    async def today(self, *, zone: str | None = None) -> types.Today:
        """Show what one did today, and where one stands in the team; half a minute old at most."""
        answer = await self._transport.request("GET", "/api/v1/session/today", query={"zone": zone})
        return cast("types.Today", answer.json())


class Simulation:
    """Operations on simulation."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def run(
        self, body: types.apisimulationschemasWanted, *, idempotency_key: str | None = None
    ) -> types.RehearsalShown:
        """Rehearse a scenario, or a campaign like one on record; takes up to a minute."""
        answer = await self._transport.request(
            "POST", "/api/v1/simulation", body=body, idempotency_key=idempotency_key
        )
        return cast("types.RehearsalShown", answer.json())

    async def scenarios(self) -> list[types.ScenarioShown]:
        """List the scenarios that ship."""
        answer = await self._transport.request("GET", "/api/v1/simulation/scenarios")
        return cast("list[types.ScenarioShown]", answer.json())


class Skills:
    """Operations on skills."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.SkillShown]:
        """List the skills by name."""
        answer = await self._transport.request("GET", "/api/v1/skills")
        return cast("list[types.SkillShown]", answer.json())

    async def create(
        self, body: types.SkillShown, *, idempotency_key: str | None = None
    ) -> types.SkillShown:
        """Add a skill."""
        answer = await self._transport.request(
            "POST", "/api/v1/skills", body=body, idempotency_key=idempotency_key
        )
        return cast("types.SkillShown", answer.json())

    async def given(self, login: str) -> types.SkillsGiven:
        """Show what a user can do as an agent."""
        answer = await self._transport.request("GET", f"/api/v1/skills/of/{part(login)}")
        return cast("types.SkillsGiven", answer.json())

    async def give(self, login: str, body: types.SkillsGiven) -> types.SkillsGiven:
        """Say all that a user can do as an agent; queues go by it within some seconds."""
        answer = await self._transport.request("PUT", f"/api/v1/skills/of/{part(login)}", body=body)
        return cast("types.SkillsGiven", answer.json())

    async def remove(self, name: str) -> None:
        """Remove a skill that no queue asks for."""
        await self._transport.request("DELETE", f"/api/v1/skills/{part(name)}")


class Supervision:
    """Operations on supervision."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageSpyShown:
        """List who listens now, on all engines, in the order in which they began."""
        answer = await self._transport.request(
            "GET", "/api/v1/supervision", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageSpyShown", answer.json())

    async def begin(
        self, body: types.Supervise, *, idempotency_key: str | None = None
    ) -> types.SpyShown:
        """Listen to an agent's talk, or do so in another way on the same phone."""
        answer = await self._transport.request(
            "POST", "/api/v1/supervision", body=body, idempotency_key=idempotency_key
        )
        return cast("types.SpyShown", answer.json())

    async def stop(self, body: types.Stop, *, idempotency_key: str | None = None) -> types.SpyShown:
        """Have a phone listen no more, whoever began it."""
        answer = await self._transport.request(
            "POST", "/api/v1/supervision/stop", body=body, idempotency_key=idempotency_key
        )
        return cast("types.SpyShown", answer.json())


class Teams:
    """Operations on teams."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageTeamShown:
        """List the teams by name."""
        answer = await self._transport.request(
            "GET", "/api/v1/teams", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageTeamShown", answer.json())

    async def create(
        self, body: types.NewTeam, *, idempotency_key: str | None = None
    ) -> types.TeamShown:
        """Add a team."""
        answer = await self._transport.request(
            "POST", "/api/v1/teams", body=body, idempotency_key=idempotency_key
        )
        return cast("types.TeamShown", answer.json())


class Tokens:
    """Operations on tokens."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageTokenShown:
        """List the tokens, oldest first; revoked ones too. No secret is shown."""
        answer = await self._transport.request(
            "GET", "/api/v1/tokens", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageTokenShown", answer.json())

    async def create(
        self, body: types.NewToken, *, idempotency_key: str | None = None
    ) -> types.TokenMade:
        """Make a token; its secret is shown this once. A token gives no scope that it has not."""
        answer = await self._transport.request(
            "POST", "/api/v1/tokens", body=body, idempotency_key=idempotency_key
        )
        return cast("types.TokenMade", answer.json())

    async def revoke(self, token_id: str) -> None:
        """Let a token in no more; holds at once here, in other processes within 2 s."""
        await self._transport.request("DELETE", f"/api/v1/tokens/{part(token_id)}")


class TrunkRoutes:
    """Operations on trunk routes."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.RouteSaidOutput]:
        """List the routes, by name."""
        answer = await self._transport.request("GET", "/api/v1/trunk-routes")
        return cast("list[types.RouteSaidOutput]", answer.json())

    async def create(
        self, body: types.apitrunkroutesschemasRouteSaid, *, idempotency_key: str | None = None
    ) -> types.RouteSaidOutput:
        """Add a route."""
        answer = await self._transport.request(
            "POST", "/api/v1/trunk-routes", body=body, idempotency_key=idempotency_key
        )
        return cast("types.RouteSaidOutput", answer.json())

    async def get(self, name: str) -> types.RouteSaidOutput:
        """Look at one route."""
        answer = await self._transport.request("GET", f"/api/v1/trunk-routes/{part(name)}")
        return cast("types.RouteSaidOutput", answer.json())

    async def update(self, name: str, body: types.RouteChange) -> types.RouteSaidOutput:
        """Change a route; campaigns go by it from their next start."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/trunk-routes/{part(name)}", body=body
        )
        return cast("types.RouteSaidOutput", answer.json())

    async def remove(self, name: str) -> None:
        """Remove a route that no campaign names."""
        await self._transport.request("DELETE", f"/api/v1/trunk-routes/{part(name)}")


class Trunks:
    """Operations on trunks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(self) -> list[types.TrunkShown]:
        """List the trunks, by name."""
        answer = await self._transport.request("GET", "/api/v1/trunks")
        return cast("list[types.TrunkShown]", answer.json())

    async def get(self, name: str) -> types.TrunkShown:
        """Look at one trunk."""
        answer = await self._transport.request("GET", f"/api/v1/trunks/{part(name)}")
        return cast("types.TrunkShown", answer.json())


class Users:
    """Operations on users."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageUserShown:
        """List the users by login; those who are disabled too."""
        answer = await self._transport.request(
            "GET", "/api/v1/users", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageUserShown", answer.json())

    async def create(
        self, body: types.NewUser, *, idempotency_key: str | None = None
    ) -> types.UserShown:
        """Add a user."""
        answer = await self._transport.request(
            "POST", "/api/v1/users", body=body, idempotency_key=idempotency_key
        )
        return cast("types.UserShown", answer.json())

    async def rights(self) -> list[types.RightShown]:
        """List what can be done over this API, and which roles may."""
        answer = await self._transport.request("GET", "/api/v1/users/rights")
        return cast("list[types.RightShown]", answer.json())

    async def disable(self, user_id: str, *, idempotency_key: str | None = None) -> types.Disabled:
        """Take a user's rights away for good; its sessions end at once."""
        answer = await self._transport.request(
            "POST", f"/api/v1/users/{part(user_id)}/disable", idempotency_key=idempotency_key
        )
        return cast("types.Disabled", answer.json())

    async def set_password(self, user_id: str, body: types.PasswordSet) -> None:
        """Set a user's password; its sessions end, and so does a lock of the login."""
        await self._transport.request("PUT", f"/api/v1/users/{part(user_id)}/password", body=body)


class Voicemails:
    """Operations on voicemails."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self,
        *,
        queue: str | None = None,
        number: str | None = None,
        class_name: str | None = None,
        state: Literal["any", "heard", "unheard"] | None = None,
        work: Literal["any", "done", "open"] | None = None,
        agent: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> types.VoicemailPage:
        """List voicemails, the newest first; an agent those that they see to."""
        answer = await self._transport.request(
            "GET",
            "/api/v1/voicemails",
            query={
                "queue": queue,
                "number": number,
                "class_name": class_name,
                "state": state,
                "work": work,
                "agent": agent,
                "limit": limit,
                "cursor": cursor,
            },
        )
        return cast("types.VoicemailPage", answer.json())

    async def get(self, voicemail_id: str) -> types.VoicemailShown:
        """Show a voicemail."""
        answer = await self._transport.request("GET", f"/api/v1/voicemails/{part(voicemail_id)}")
        return cast("types.VoicemailShown", answer.json())

    async def remove(self, voicemail_id: str) -> None:
        """Take a voicemail off the record and delete its sound; not while its number is held."""
        await self._transport.request("DELETE", f"/api/v1/voicemails/{part(voicemail_id)}")

    async def assign(self, voicemail_id: str, body: types.Assignee) -> types.VoicemailShown:
        """Give a voicemail to an agent who sees to it, or to nobody."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/voicemails/{part(voicemail_id)}/assignee", body=body
        )
        return cast("types.VoicemailShown", answer.json())

    async def classify(self, voicemail_id: str, body: types.VoicemailClass) -> types.VoicemailShown:
        """Say what a voicemail is about, in a word."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/voicemails/{part(voicemail_id)}/class", body=body
        )
        return cast("types.VoicemailShown", answer.json())

    async def done(self, voicemail_id: str, body: types.Through) -> types.VoicemailShown:
        """Say that you are through with a voicemail, or that it is to be seen to after all."""
        answer = await self._transport.request(
            "PUT", f"/api/v1/voicemails/{part(voicemail_id)}/done", body=body
        )
        return cast("types.VoicemailShown", answer.json())

    async def heard(
        self, voicemail_id: str, *, idempotency_key: str | None = None
    ) -> types.VoicemailShown:
        """Say that you have heard a voicemail; the first who says so is on record."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/voicemails/{part(voicemail_id)}/heard",
            idempotency_key=idempotency_key,
        )
        return cast("types.VoicemailShown", answer.json())

    async def play(self, voicemail_id: str) -> bytes:
        """Return the sound of a voicemail. Whether it counts as heard is said apart."""
        answer = await self._transport.request(
            "GET", f"/api/v1/voicemails/{part(voicemail_id)}/sound"
        )
        return answer.content


class Webhooks:
    """Operations on webhooks."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageWebhookShown:
        """List the webhooks, oldest first, with how much each was not told."""
        answer = await self._transport.request(
            "GET", "/api/v1/webhooks", query={"limit": limit, "cursor": cursor}
        )
        return cast("types.PageWebhookShown", answer.json())

    async def create(
        self, body: types.NewWebhook, *, idempotency_key: str | None = None
    ) -> types.WebhookMade:
        """Create a webhook: it is told what happens from now on. Its secret is shown this once."""
        answer = await self._transport.request(
            "POST", "/api/v1/webhooks", body=body, idempotency_key=idempotency_key
        )
        return cast("types.WebhookMade", answer.json())

    async def remove(self, webhook_id: str) -> None:
        """Remove a webhook, with all that it was still to be told."""
        await self._transport.request("DELETE", f"/api/v1/webhooks/{part(webhook_id)}")

    async def dead_letters(
        self, webhook_id: str, *, limit: int | None = None, cursor: str | None = None
    ) -> types.PageDeadLetterShown:
        """List the events that were given up, in the order in which they happened."""
        answer = await self._transport.request(
            "GET",
            f"/api/v1/webhooks/{part(webhook_id)}/dead-letters",
            query={"limit": limit, "cursor": cursor},
        )
        return cast("types.PageDeadLetterShown", answer.json())

    async def ping(self, webhook_id: str, *, idempotency_key: str | None = None) -> types.Pinged:
        """Send an event with the topic `ping` now, once, and show how the receiver answers."""
        answer = await self._transport.request(
            "POST", f"/api/v1/webhooks/{part(webhook_id)}/ping", idempotency_key=idempotency_key
        )
        return cast("types.Pinged", answer.json())

    async def retry(
        self,
        webhook_id: str,
        body: types.apiwebhooksschemasRetry,
        *,
        idempotency_key: str | None = None,
    ) -> types.Retried:
        """Tell events after all that were given up; what followed them may have been told."""
        answer = await self._transport.request(
            "POST",
            f"/api/v1/webhooks/{part(webhook_id)}/retry",
            body=body,
            idempotency_key=idempotency_key,
        )
        return cast("types.Retried", answer.json())


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
        self.agents = Agents(self)
        self.amd = Amd(self)
        self.articles = Articles(self)
        self.attempts = Attempts(self)
        self.audit = Audit(self)
        self.auth = Auth(self)
        self.call_records = CallRecords(self)
        self.callbacks = Callbacks(self)
        self.caller_ids = CallerIds(self)
        self.calling_hours = CallingHours(self)
        self.calls = Calls(self)
        self.campaigns = Campaigns(self)
        self.coaching = Coaching(self)
        self.dispositions = Dispositions(self)
        self.do_not_call = DoNotCall(self)
        self.exports = Exports(self)
        self.feed = Feed(self)
        self.flows = Flows(self)
        self.health = Health(self)
        self.knowledge = Knowledge(self)
        self.leads = Leads(self)
        self.lists = Lists(self)
        self.messages = Messages(self)
        self.pacing = Pacing(self)
        self.pause_codes = PauseCodes(self)
        self.phones = Phones(self)
        self.pins = Pins(self)
        self.prompts = Prompts(self)
        self.queues = Queues(self)
        self.recordings = Recordings(self)
        self.reports = Reports(self)
        self.reviews = Reviews(self)
        self.rooms = Rooms(self)
        self.routes = Routes(self)
        self.rules = Rules(self)
        self.scorecards = Scorecards(self)
        self.scripts = Scripts(self)
        self.session = Session(self)
        self.simulation = Simulation(self)
        self.skills = Skills(self)
        self.supervision = Supervision(self)
        self.teams = Teams(self)
        self.tokens = Tokens(self)
        self.trunk_routes = TrunkRoutes(self)
        self.trunks = Trunks(self)
        self.users = Users(self)
        self.voicemails = Voicemails(self)
        self.webhooks = Webhooks(self)
