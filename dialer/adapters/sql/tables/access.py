"""Who may come in: sessions, tokens of machines, accounts of callers, and who is locked out.

No row holds a secret: sessions and tokens are found by a digest of theirs, PINs are hashed. Refuses
to know what somebody may do once inside (`dialer.domain.roles`).
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
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

api_sessions: Final = Table(
    "api_sessions",
    metadata,
    own_id(),
    of_tenant(),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    # SHA-256 of the cookie
    Column("digest", Text, nullable=False, unique=True),
    moment("began_at"),
    moment("seen_at"),
    moment("ends_at"),
    words("address"),
    words("program"),
)

api_tokens: Final = Table(
    "api_tokens",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    document("scopes", "[]"),
    Column("created_by", Text, nullable=False),
    moment("created_at"),
    moment("ends_at", known=False),
    moment("revoked_at", known=False),
    moment("seen_at", known=False),
)

# a name may be given again when its token is revoked
index_where(
    "api_tokens_one_live_name",
    api_tokens,
    "revoked_at IS NULL",
    api_tokens.c.tenant_id,
    api_tokens.c.name,
    unique=True,
)

login_failures: Final = Table(
    "login_failures",
    metadata,
    # an address, or the digest of a login or of an account: people type passwords where logins
    # belong, and PINs where numbers do
    Column("subject", Text, primary_key=True),
    # when each of the last ones was, seconds since the epoch
    document("failed_at", "[]"),
    moment("last_at"),
    moment("locked_until", known=False),
)

caller_accounts: Final = Table(
    "caller_accounts",
    metadata,
    row_id(),
    of_tenant(),
    # customer or staff, and the digits that a caller keys in
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    # Argon2id
    Column("pin_hash", Text, nullable=False),
    words("phone"),
    words("label"),
    UniqueConstraint("tenant_id", "kind", "number"),
)

rooms: Final = Table(
    "rooms",
    metadata,
    row_id(),
    of_tenant(),
    # the digits that a caller keys in
    Column("number", Text, nullable=False),
    # Argon2id
    Column("pin_hash", Text, nullable=False),
    Column("max_members", Integer, nullable=False),
    words("label"),
    UniqueConstraint("tenant_id", "number"),
)

idempotency_keys: Final = Table(
    "idempotency_keys",
    metadata,
    Column("tenant_id", ForeignKey("tenants.id"), nullable=False),
    Column("who", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("operation", Text, nullable=False),
    # SHA-256 of what was asked
    Column("digest", Text, nullable=False),
    Column("status", Integer),
    document("answer"),
    Column("done", Boolean, nullable=False, server_default=text("false")),
    moment("at"),
    PrimaryKeyConstraint("tenant_id", "who", "key"),
)
