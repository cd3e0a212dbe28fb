"""Webhooks, and the outbox: what they are still to be told, in order.

A row of the outbox is written with the fact it tells. Refuses to know how a webhook is reached.
"""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Table, Text, text

from dialer.adapters.sql.tables.kinds import (
    count,
    document,
    index_where,
    metadata,
    moment,
    of_tenant,
    own_id,
    row_id,
    words,
)

webhooks: Final = Table(
    "webhooks",
    metadata,
    own_id(),
    of_tenant(),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    document("topics", "[]"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    # why it is not active
    words("why"),
    Column("created_by", Text, nullable=False),
    moment("created_at"),
    # its row stays, without address and secret: an engine may not have noticed yet
    moment("removed_at", known=False),
)

outbox: Final = Table(
    "outbox",
    metadata,
    row_id(),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    # the same for every webhook that is told of it
    Column("event_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    # what it is about: events of one subject are delivered in order
    Column("subject", Text, nullable=False),
    document("body"),
    # since when it is to be told; when it happened is in the body
    moment("at"),
    count("tries"),
    moment("due_at"),
    moment("delivered_at", known=False),
    # given up: after too many tries, visible until it is asked for again
    moment("dead_at", known=False),
    words("problem"),
    # the sender that holds it while it sends, and until when
    words("held_by"),
    moment("held_until", known=False),
)

index_where(
    "outbox_due",
    outbox,
    "delivered_at IS NULL AND dead_at IS NULL",
    outbox.c.webhook_id,
    outbox.c.subject,
    outbox.c.id,
)

index_where(
    "outbox_dead",
    outbox,
    "dead_at IS NOT NULL",
    outbox.c.webhook_id,
    outbox.c.id,
)
