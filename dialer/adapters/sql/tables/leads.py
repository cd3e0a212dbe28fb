"""Lists and their leads, where these may be, and what was promised to them.

A lead that may be dialed now is in one narrow index, in the order in which it is taken: by pool and
place, then by priority and rank. So a lease costs the same whatever the lists hold. Refuses to know
who is next: rank and state are written by those who know.
"""

from typing import Final

from sqlalchemy import (
    DDL,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)

from dialer.adapters.sql.tables.kinds import (
    ROW_ID,
    count,
    document,
    index_where,
    metadata,
    moment,
    of_tenant,
    row_id,
    words,
)

places: Final = Table(
    "places",
    metadata,
    row_id(),
    # jurisdictions and zones as one text, so that a place is there once
    Column("key", Text, nullable=False, unique=True),
    document("jurisdictions", "[]"),
    document("zones", "[]"),
)

lead_lists: Final = Table(
    "lead_lists",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("name", Text, nullable=False),
    words("source"),
    # what the list cost, for the cost of a contact
    Column("cost", Double, nullable=False, server_default="0"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    moment("created_at"),
    UniqueConstraint("campaign_id", "name"),
)

imports: Final = Table(
    "imports",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("list_id", ForeignKey("lead_lists.id"), nullable=False, index=True),
    Column("file", Text, nullable=False),
    count("rows"),
    count("rejected"),
    # importing: its leads do not exist for anybody else; done: decided, they become ready;
    # deleting: given up, they are deleted
    Column("state", Text, nullable=False),
    moment("started_at"),
    # of one that is importing: how long its process is taken for alive
    Column("alive_until", Double, nullable=False, server_default="0"),
)

leads: Final = Table(
    "leads",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("list_id", ForeignKey("lead_lists.id"), nullable=False),
    Column("import_id", ForeignKey("imports.id")),
    # the number that is dialed next, and where it may be; with others: in lead_numbers
    Column("number", Text, nullable=False),
    Column("place_id", ForeignKey("places.id"), nullable=False),
    document("attributes"),
    # what another program calls it: one lead of a campaign
    Column("external_id", Text),
    # of a lead that may be dialed and has a living owner: owned (dialer.domain.ownership)
    Column("state", Text, nullable=False),
    # the rule that put it into this state (dialer.domain.recycling_step.Why), or what holds it
    words("why"),
    # of a waiting lead: when it may be dialed again
    Column("due_at", Double, nullable=False, server_default="0"),
    # what is drawn from: 0 the campaign as a whole, else the list, where lists are mixed by share
    Column("pool", ROW_ID, nullable=False, server_default="0"),
    count("priority"),
    Column("rank", Double, nullable=False, server_default="0"),
    count("attempts"),
    Column("last_outcome", Text),
    moment("last_call_at", known=False),
    moment("added_at"),
    # whose lead it is, and until when; null: anybody's
    Column("owner", Text),
    Column("team_id", ForeignKey("teams.id")),
    moment("assigned_until", known=False),
    # the engine that holds it, and until when
    words("leased_by"),
    moment("lease_ends_at", known=False),
    Index("leads_by_number", "number", "campaign_id"),
)

index_where(
    "leads_ready",
    leads,
    "state = 'ready'",
    leads.c.campaign_id,
    leads.c.pool,
    leads.c.place_id,
    leads.c.priority.desc(),
    leads.c.rank,
    leads.c.id,
)
index_where("leads_waiting", leads, "state = 'waiting'", leads.c.campaign_id, leads.c.due_at)
index_where("leads_busy", leads, "state IN ('dialing', 'callback', 'owned')", leads.c.campaign_id)
index_where("leads_leased", leads, "state = 'leased'", leads.c.campaign_id, leads.c.lease_ends_at)
index_where("leads_importing", leads, "state = 'importing'", leads.c.import_id, leads.c.id)
index_where(
    "leads_external",
    leads,
    "external_id IS NOT NULL",
    leads.c.campaign_id,
    leads.c.external_id,
    unique=True,
)
index_where("leads_owned", leads, "owner IS NOT NULL", leads.c.owner, leads.c.state)
index_where("leads_assigned", leads, "assigned_until IS NOT NULL", leads.c.assigned_until)

# Leads leave `leads_ready` at its heads, and what left is stepped over by each lease until it is
# vacuumed away. By the server's own measure that is after a fifth of the table, and an index with
# few dead entries is left as it is; measured by `make bench-leads` (docs/adr/0011-leasing.md).
VACUUMED: Final = DDL(  # type: ignore[no-untyped-call]
    "ALTER TABLE leads SET (autovacuum_vacuum_scale_factor = 0,"
    " autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_limit = 1000,"
    " vacuum_index_cleanup = on)"
)
event.listen(leads, "after_create", VACUUMED.execute_if(dialect="postgresql"))

lead_numbers: Final = Table(
    "lead_numbers",
    metadata,
    # all numbers of a lead that has more than one, in the order in which they are dialed
    Column("lead_id", ROW_ID, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("number", Text, nullable=False, index=True),
    Column("place_id", ForeignKey("places.id"), nullable=False),
    # what the list calls it: mobile, work, ...
    words("kind"),
    # dialer.domain.recycling_history.NumberState
    Column("state", Text, nullable=False, server_default="usable"),
)

lead_changes: Final = Table(
    "lead_changes",
    metadata,
    # what is to be changed of leads that are there once the import is decided
    # (dialer.adapters.sql.lead_changes); gone when it is done
    Column("import_id", ROW_ID, ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "lead_id",
        ROW_ID,
        ForeignKey("leads.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    ),
    document("change"),
)

campaign_places: Final = Table(
    "campaign_places",
    metadata,
    Column("campaign_id", ForeignKey("campaigns.id"), primary_key=True),
    Column("pool", ROW_ID, primary_key=True, autoincrement=False),
    Column("place_id", ForeignKey("places.id"), primary_key=True),
)

callbacks: Final = Table(
    "callbacks",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("lead_id", ForeignKey("leads.id"), nullable=False, index=True),
    Column("number", Text, nullable=False),
    # the attempt in which it was promised
    Column("attempt_id", Text),
    moment("due_at"),
    moment("dial_at", known=False),
    Column("owner", Text),
    Column("state", Text, nullable=False),
    moment("since"),
    Column("agent_id", Text),
    Column("misses", Integer, nullable=False, server_default="0"),
    words("note"),
)

index_where(
    "callbacks_open",
    callbacks,
    "state NOT IN ('kept', 'returned', 'expired', 'cancelled')",
    callbacks.c.campaign_id,
    callbacks.c.due_at,
)

lead_moves: Final = Table(
    "lead_moves",
    metadata,
    row_id(),
    of_tenant(),
    moment("at"),
    Column("by", Text, nullable=False),
    # assign, reclaim, hand_over or expire
    Column("move", Text, nullable=False),
    Column("from_owner", Text),
    Column("to_owner", Text),
    Column("leads", Integer, nullable=False),
    document("which"),
)
