"""Tables of the durable store, and the version they have.

Knows names, types, keys and indexes. Refuses to know who reads or writes them. Times are seconds
since the epoch (UTC). Partial indexes keep what the engine asks all the time (who may be dialed,
what is open) as small as the answer, however long the lists grow.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

SCHEMA_VERSION: Final = 1
"""Raised with every change of these tables; a database of another version is not opened."""

metadata: Final = MetaData()

schema_version: Final = Table(
    "schema_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
)

campaigns: Final = Table(
    "campaigns",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
)

imports: Final = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("rejected", Integer, nullable=False, server_default="0"),
    # importing: its leads do not exist for anybody else; done: decided, they become ready
    Column("state", Text, nullable=False),
    Column("started_at", Double, nullable=False),
)

leads: Final = Table(
    "leads",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("import_id", ForeignKey("imports.id"), index=True),
    Column("number", Text, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_outcome", Text),
    Index("leads_by_number", "number", "campaign_id"),
)


def _leads_in_state(name: str, state: str, *columns: str) -> None:
    condition = text(f"state = '{state}'")
    Index(
        name,
        *(leads.c[column] for column in columns),
        sqlite_where=condition,
        postgresql_where=condition,
    )


_leads_in_state("leads_ready", "ready", "campaign_id", "id")
_leads_in_state("leads_leased", "leased", "campaign_id", "id")
_leads_in_state("leads_importing", "importing", "import_id", "id")

attempts: Final = Table(
    "attempts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("lead_id", ForeignKey("leads.id"), nullable=False, index=True),
    Column("number", Text, nullable=False),
    Column("trunk", Text, nullable=False),
    Column("dialed_at", Double, nullable=False),
    Column("rang_at", Double),
    Column("answered_at", Double),
    Column("connected_at", Double),
    Column("talk_ended_at", Double),
    Column("ended_at", Double),
    Column("outcome", Text),
    Column("agent_id", Text),
    Column("leg_id", Text),
    Column("cause", Integer),
    Column("tech_cause", Text, nullable=False, server_default=""),
    Column("ended_by", Text, nullable=False, server_default=""),
    Column("charged", Boolean, nullable=False, server_default=text("0")),
    Column("recording", Text, nullable=False, server_default=""),
    Column("undialed", Boolean, nullable=False, server_default=text("0")),
    Column("booked_from", Text, nullable=False, server_default=""),
    Column("disposition", Text, nullable=False, server_default=""),
    sqlite_with_rowid=False,
)

# The law "one open attempt per lead", held by the database itself; also lists what is open.
Index(
    "attempts_open",
    attempts.c.lead_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

agent_states: Final = Table(
    "agent_states",
    metadata,
    Column("agent_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("leg_id", Text),
    Column("attempt_id", Text),
    Column("since", Double, nullable=False),
    Column("campaigns", JSON, nullable=False),
)

agent_log: Final = Table(
    "agent_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("agent_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("leg_id", Text),
    Column("attempt_id", Text),
    Column("since", Double, nullable=False),
    Column("campaigns", JSON, nullable=False),
    Index("agent_log_by_agent", "agent_id", "since"),
)

do_not_call: Final = Table(
    "do_not_call",
    metadata,
    Column("number", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("at", Double, nullable=False),
)
