"""Who is told of an alert: supervisors, and the agent it is about."""

from api.feed.views import Topic, audiences, view_of
from dialer.domain.ids import AgentId, TenantId
from dialer.domain.principal import Principal
from dialer.domain.roles import Role


def value(kind: str, agent: str | None, tenants: list[str] | None) -> dict[str, object]:
    return {"kind": kind, "subject": agent or "node", "agent": agent, "tenants": tenants}


def sees(role: Role, topic: Topic, told: frozenset[tuple[str, str]], tenant: str = "main") -> bool:
    agent = AgentId("ann") if role is Role.AGENT else None
    principal = Principal(TenantId(tenant), role, "p", agent_id=agent)
    return bool(view_of(principal, topic).wants & told)


def test_a_dead_microphone_is_told_to_its_agent_and_to_supervisors_of_the_tenant_only() -> None:
    told = audiences("alerts", "microphone_silent:ann", value("microphone_silent", "ann", ["main"]))
    assert sees(Role.AGENT, Topic.SESSION, told)
    assert sees(Role.SUPERVISOR, Topic.ALERTS, told)
    assert not sees(Role.SUPERVISOR, Topic.ALERTS, told, "other")
    assert not sees(Role.AGENT, Topic.SESSION, told, "other")
    others = audiences("alerts", "phone_lost:bob", value("phone_lost", "bob", ["main"]))
    assert not sees(Role.AGENT, Topic.SESSION, others)


def test_what_is_wrong_with_a_node_is_told_to_no_agent() -> None:
    told = audiences("alerts", "switch_lost:node", value("switch_lost", None, None))
    assert not sees(Role.AGENT, Topic.SESSION, told)
    assert sees(Role.SUPERVISOR, Topic.ALERTS, told, "other")
