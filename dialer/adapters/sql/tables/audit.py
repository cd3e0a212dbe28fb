"""What was done by whom, and why the pacer dialed as it did.

Rows are added and never changed, but for a number in them that is erased. Refuses to know who may
look.
"""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from dialer.adapters.sql.tables.kinds import document, metadata, moment, row_id, words

audit_log: Final = Table(
    "audit_log",
    metadata,
    row_id(),
    Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
    moment("at"),
    Column("by", Text, nullable=False),
    # reveal, export, playback, assign, erase, settings, ...
    Column("action", Text, nullable=False),
    words("subject"),
    document("detail"),
    Index("audit_log_by_tenant", "tenant_id", "at"),
)

pacing_decisions: Final = Table(
    "pacing_decisions",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    moment("at"),
    Column("lines", Integer, nullable=False),
    words("limited_by"),
    document("forecast"),
    Index("pacing_decisions_by_campaign", "campaign_id", "at"),
)
