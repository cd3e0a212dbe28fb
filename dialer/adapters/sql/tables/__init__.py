"""Tables of the durable store, a file for each subject, all on one `metadata`.

Importing this package makes every table known to `metadata`.
"""

from dialer.adapters.sql.tables import (
    access,
    attempts,
    audit,
    campaigns,
    content,
    law,
    leads,
    people,
    phones,
    webhooks,
)
from dialer.adapters.sql.tables.kinds import metadata

__all__ = [
    "access",
    "attempts",
    "audit",
    "campaigns",
    "content",
    "law",
    "leads",
    "metadata",
    "people",
    "phones",
    "webhooks",
]
