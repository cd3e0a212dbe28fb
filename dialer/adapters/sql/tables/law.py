"""Who may not be called, who agreed to be, and what must be kept.

Knows rows. Refuses to know the rules that ask for them (`dialer.domain.calling_rules`).
"""

from typing import Final

from sqlalchemy import Column, Double, ForeignKey, Index, Table, Text, UniqueConstraint

from dialer.adapters.sql.tables.kinds import (
    count,
    document,
    metadata,
    moment,
    row_id,
    words,
)

EVERYWHERE: Final = "*"
"""Scope of an entry that holds for all tenants."""

do_not_call: Final = Table(
    "do_not_call",
    metadata,
    row_id(),
    Column("number", Text, nullable=False),
    # "*", or "tenant:ID", or "campaign:ID"
    Column("scope", Text, nullable=False),
    Column("source", Text, nullable=False),
    moment("at"),
    moment("expires_at", known=False),
    UniqueConstraint("number", "scope"),
)

screenings: Final = Table(
    "screenings",
    metadata,
    row_id(),
    # the list of a state or association that numbers were compared with, and the date it bears
    Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
    Column("country", Text, nullable=False),
    words("name"),
    moment("dated_at"),
    count("numbers"),
    Index("screenings_by_country", "tenant_id", "country", "dated_at"),
)

consents: Final = Table(
    "consents",
    metadata,
    row_id(),
    Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
    Column("number", Text, nullable=False),
    # express, express_written
    Column("kind", Text, nullable=False),
    words("purpose"),
    # where it can be looked up: a form, a recording, a letter
    Column("proof", Text, nullable=False),
    moment("given_at"),
    moment("expires_at", known=False),
    moment("withdrawn_at", known=False),
    Index("consents_by_number", "number", "tenant_id"),
)

suppressions: Final = Table(
    "suppressions",
    metadata,
    # of a number whose data was erased: its keyed digest, so that it is never imported again
    Column("digest", Text, primary_key=True),
    Column("tenant_id", ForeignKey("tenants.id"), primary_key=True),
    moment("at"),
    words("reason"),
)

legal_holds: Final = Table(
    "legal_holds",
    metadata,
    row_id(),
    Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
    Column("number", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    moment("at"),
    moment("lifted_at", known=False),
)

usage_days: Final = Table(
    "usage_days",
    metadata,
    # what a trunk has cost a tenant on a day of UTC, against the limits of the day
    Column("tenant_id", ForeignKey("tenants.id"), primary_key=True),
    Column("trunk", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("minutes", Double, nullable=False, server_default="0"),
    Column("spend", Double, nullable=False, server_default="0"),
    document("by_country"),
)
