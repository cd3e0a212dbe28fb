"""Campaigns, and what calls are made with: trunks, caller ids, queues, hours, skills.

Knows rows. Refuses to know which state may follow which, and what the settings mean.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dialer.adapters.sql.tables.kinds import (
    DOCUMENT,
    count,
    document,
    metadata,
    moment,
    of_tenant,
    own_id,
    row_id,
    words,
)

campaigns: Final = Table(
    "campaigns",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("mode", Text, nullable=False),
    document("settings"),
    moment("created_at"),
    # of a scheduled campaign: when it starts by itself
    moment("starts_at", known=False),
    UniqueConstraint("tenant_id", "name"),
)

trunks: Final = Table(
    "trunks",
    metadata,
    own_id(),
    of_tenant(),
    # as attempts and campaigns call it
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("port", Integer, nullable=False),
    Column("max_lines", Integer, nullable=False),
    Column("calls_per_second", Double, nullable=False),
    document("countries", "[]"),
    # money by the beginning of a number and the minute: what a call is expected to cost
    document("rates"),
    Column("spend_max_day", Double),
    Column("minutes_max_day", Double),
    UniqueConstraint("tenant_id", "name"),
)

trunk_routes: Final = Table(
    "trunk_routes",
    metadata,
    own_id(),
    of_tenant(),
    # a campaign's setting `trunk` may name it
    Column("name", Text, nullable=False),
    Column("policy", Text, nullable=False),
    # trunks by name, each with priority and weight
    document("ways", "[]"),
    UniqueConstraint("tenant_id", "name"),
)

caller_ids: Final = Table(
    "caller_ids",
    metadata,
    row_id(),
    of_tenant(),
    Column("number", Text, nullable=False),
    words("label"),
    # who may show it, and since when it is known to be ours
    Column("trunk_id", ForeignKey("trunks.id")),
    moment("verified_at", known=False),
    words("proof"),
    # not shown before: somebody complained of it
    moment("rests_until", known=False),
    count("complaints"),
    UniqueConstraint("tenant_id", "number"),
)

# numbers that people call
inbound_routes: Final = Table(
    "inbound_routes",
    metadata,
    row_id(),
    of_tenant(),
    Column("number", Text, nullable=False),
    # what takes the calls: flow, queue or hang_up, and its name
    Column("to", Text, nullable=False),
    words("name"),
    words("label"),
    # what becomes of callers when it is closed; null: it never is
    Column("after_hours", DOCUMENT),
    UniqueConstraint("tenant_id", "number"),
)

queues: Final = Table(
    "queues",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    document("settings"),
    UniqueConstraint("tenant_id", "name"),
)

calling_hours: Final = Table(
    "calling_hours",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    document("week"),
    document("closed_holidays", "[]"),
    UniqueConstraint("tenant_id", "name"),
)

skills: Final = Table(
    "skills",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("tenant_id", "name"),
)
