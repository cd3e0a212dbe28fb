"""Who somebody is, as the agent who has them sees it: what the list says, and what was before.

Read while the line still rings, so that it is there before the first word. Pure values. Refuses to
know who may see a number, and how it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dialer.domain.ids import CampaignId, LeadId, TenantId

PAST_MOST: Final = 10
"""Attempts of the past that are shown, the newest."""


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt on a lead that is over."""

    dialed_at: float
    """Seconds since the epoch."""
    outcome: str
    agent_id: str | None
    """Who talked; None: nobody did."""
    talk_s: float
    disposition: str
    """Code that the agent chose; "": none."""
    note: str


@dataclass(frozen=True, slots=True)
class ShownScript:
    """A version of a script."""

    name: str
    version: int
    body: str


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """One lead, and its past."""

    lead_id: LeadId
    campaign_id: CampaignId
    tenant_id: TenantId
    list_name: str
    number: str
    """E.164, whole."""
    zones: tuple[str, ...]
    """Time zones in which it may be."""
    person: Mapping[str, Any]
    """What the list says."""
    attempts: int
    promised_at: float | None
    """When a call was promised, if one is open; seconds since the epoch."""
    script: ShownScript | None
    """What agents say in its campaign."""
    past: tuple[PastAttempt, ...]
    """Newest first, `PAST_MOST` at most."""
