"""Who sees what of the engines' live state: one function for values, one for those who look. Pure.

A value is told to audiences; a view is what somebody wants of them. Refuses to know how they are
told, and whether a campaign is one's tenant's: that is asked before a view of it is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api.access import STAFF
from dialer.domain.live_state import Value
from dialer.domain.principal import Principal
from dialer.domain.roles import Role
from dialer.errors import Denied

ALL: Final = "*"
"""In place of a tenant: everybody's."""

Audience = tuple[str, str]
"""(kind, whose)."""


class Topic(StrEnum):
    """What can be subscribed to."""

    FLOOR = "floor"
    CAMPAIGN = "campaign"
    SESSION = "session"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class View:
    """What somebody looks at."""

    topic: Topic
    wants: frozenset[Audience]
    campaign: str = ""
    tenant: str = ""
    """Of a session: whose people are shown."""
    role: Role | None = None
    """Of a session: how much of a number is shown."""


def audiences(topic: str, key: str, value: Value | None) -> frozenset[Audience]:
    """Return to whom a value of the engines' state is told; nobody, if there is none."""
    if value is None:
        return frozenset()
    tenants = value.get("tenants")
    whose: Iterable[str] = (ALL,) if tenants is None else tenants
    match topic:
        case "agents":
            told = [("floor", one) for one in whose]
            told += [("session", f"{one}/{key}") for one in whose]
            told += [("crew", one) for one in value["campaigns"]]
        case "calls":
            told = [("floor", one) for one in whose]
            agent = value["agent"] or value.get("held_for")
            told += [("session", f"{one}/{agent}") for one in whose if agent]
            told += [("crew", value["campaign"])]
        case "campaigns":
            told = [("floor", one) for one in whose] + [("campaign", key)]
        case "coaching":
            told = [("floor", one) for one in whose]
            told += [("session", f"{one}/{key}") for one in whose]
        case "alerts":
            told = [("alerts", one) for one in whose]
            agent = value.get("agent")
            told += [("session", f"{one}/{agent}") for one in whose if agent]
        case _:
            told = [("floor", one) for one in whose]
    return frozenset(told)


def view_of(principal: Principal, topic: Topic, campaign: str = "") -> View:
    """Return what somebody sees under a topic.

    Args:
        principal: who looks.
        topic: at what.
        campaign: which one, for `campaign`; it must be known to be the tenant's.

    Raises:
        Denied: their role does not see it, or they are no agent.
    """
    tenant, staff = principal.tenant_id, principal.role in STAFF
    if topic in (Topic.FLOOR, Topic.ALERTS):
        if not staff:
            named = ", ".join(sorted(STAFF))
            raise Denied("topic", f"{principal.role} may not see {topic}", f"ask one of {named}")
        return View(topic, frozenset({(topic.value, tenant), (topic.value, ALL)}))
    if topic is Topic.SESSION:
        if principal.agent_id is None:
            raise Denied("topic", "whoever asks is no agent", "ask as a user who is one")
        own = frozenset({("session", f"{tenant}/{principal.agent_id}")})
        return View(topic, own, tenant=tenant, role=principal.role)
    wants = {("campaign", campaign)}
    if staff:  # agents see how their campaign does, not what each colleague does
        wants.add(("crew", campaign))
    return View(topic, frozenset(wants), campaign)
