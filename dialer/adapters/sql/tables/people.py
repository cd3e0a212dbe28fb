"""Tenants, their users and teams, and what agents were doing when.

Knows who exists and the agents' committed states. Refuses to know passwords' form and sessions of
the API.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dialer.adapters.sql.tables.kinds import (
    document,
    index_where,
    metadata,
    moment,
    of_tenant,
    own_id,
    row_id,
    words,
)

tenants: Final = Table(
    "tenants",
    metadata,
    own_id(),
    Column("name", Text, nullable=False, unique=True),
    document("settings"),  # allowed countries, limits of spend and minutes, retention
    moment("created_at"),
)

teams: Final = Table(
    "teams",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    UniqueConstraint("tenant_id", "name"),
)

users: Final = Table(
    "users",
    metadata,
    own_id(),
    of_tenant(),
    Column("login", Text, nullable=False),
    words("name"),
    Column("role", Text, nullable=False),
    words("password_hash"),
    # the agent that this person is on the floor, if any
    Column("agent_id", Text, unique=True),
    Column("team_id", ForeignKey("teams.id"), index=True),
    Column("leads_held_max", Integer),
    document("skills"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    moment("created_at"),
    UniqueConstraint("tenant_id", "login"),
)

pause_codes: Final = Table(
    "pause_codes",
    metadata,
    row_id(),
    of_tenant(),
    Column("code", Text, nullable=False),
    words("label"),
    Column("paid", Boolean, nullable=False, server_default=text("true")),
    Column("limit_s", Integer),
    UniqueConstraint("tenant_id", "code"),
)

agent_states: Final = Table(
    "agent_states",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("leg_id", Text),
    Column("attempt_id", Text),
    moment("since"),
    words("reason"),
    document("campaigns", "[]"),
)

agent_log: Final = Table(
    "agent_log",
    metadata,
    row_id(),
    Column("agent_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("leg_id", Text),
    Column("attempt_id", Text),
    moment("since"),
    # of a pause its code
    words("reason"),
    document("campaigns", "[]"),
    # when the agent's next row began; none of the one that is on
    moment("until", known=False),
    # the agent came, went, or served other campaigns before
    Column("turns", Boolean, nullable=False, server_default=text("false")),
    # the same state and attempt as in the row before, as an engine writes it at its start
    Column("repeats", Boolean, nullable=False, server_default=text("false")),
    # what was on when a shift began is asked of each agent
    Index("agent_log_by_agent", "agent_id", "since"),
)

# Comings and goings are few among thousands of rows of talks.
TURNS: Final = "turns"
index_where("agent_log_turns", agent_log, TURNS, agent_log.c.agent_id, agent_log.c.since)

agent_sessions: Final = Table(
    "agent_sessions",
    metadata,
    row_id(),
    Column("agent_id", Text, nullable=False),
    moment("began_at"),
    moment("ended_at", known=False),
    words("node"),
)
