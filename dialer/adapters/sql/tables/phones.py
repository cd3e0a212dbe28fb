"""Agents' phones. Knows how each reaches the switch. Refuses to know secrets: a digest of one."""

from typing import Final

from sqlalchemy import Boolean, Column, Table, Text, text

from dialer.adapters.sql.tables.kinds import metadata, moment, of_tenant, row_id

phones: Final = Table(
    "phones",
    metadata,
    row_id(),
    of_tenant(),
    # the agent's: one switch serves all tenants, so it is nobody else's
    Column("name", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("transport", Text, nullable=False),
    Column("srtp", Boolean, nullable=False, server_default=text("false")),
    Column("ha1", Text, nullable=False),
    Column("leg", Text, nullable=False, server_default=text("'standing'")),
    moment("secret_at"),
)
