"""All tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Change the tables; the way back is a restored backup."""
    op.create_table(
        "agent_log",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.Text()),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("campaigns", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="agent_log_pkey"),
    )
    op.create_index("agent_log_by_agent", "agent_log", ["agent_id", "since"])
    op.create_table(
        "agent_sessions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double()),
        sa.Column("node", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="agent_sessions_pkey"),
    )
    op.create_table(
        "agent_states",
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.Text()),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("campaigns", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("agent_id", name="agent_states_pkey"),
    )
    op.create_table(
        "do_not_call",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="do_not_call_pkey"),
        sa.UniqueConstraint("number", "scope", name="do_not_call_one_number_scope"),
    )
    op.create_table(
        "login_failures",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failed_at", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.Column("locked_until", sa.Double()),
        sa.PrimaryKeyConstraint("subject", name="login_failures_pkey"),
    )
    op.create_table(
        "places",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("jurisdictions", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("zones", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="places_pkey"),
        sa.UniqueConstraint("key", name="places_one_key"),
    )
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("rule_ids", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="rule_sets_pkey"),
    )
    op.create_table(
        "tenants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="tenants_pkey"),
        sa.UniqueConstraint("name", name="tenants_one_name"),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="api_tokens_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("ends_at", sa.Double()),
        sa.Column("revoked_at", sa.Double()),
        sa.Column("seen_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="api_tokens_pkey"),
        sa.UniqueConstraint("digest", name="api_tokens_one_digest"),
    )
    op.create_index("api_tokens_by_tenant_id", "api_tokens", ["tenant_id"])
    op.create_index(
        "api_tokens_one_live_name",
        "api_tokens",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
        sqlite_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "articles",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="articles_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name="articles_pkey"),
        sa.UniqueConstraint(
            "tenant_id", "name", "version", name="articles_one_tenant_id_name_version"
        ),
    )
    op.create_index("articles_by_tenant_id", "articles", ["tenant_id"])
    op.create_index(
        "articles_one_published",
        "articles",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("published"),
        sqlite_where=sa.text("published"),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="audit_log_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, server_default=""),
        sa.Column("detail", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("id", name="audit_log_pkey"),
    )
    op.create_index("audit_log_by_tenant", "audit_log", ["tenant_id", "at"])
    op.create_table(
        "caller_accounts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="caller_accounts_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False, server_default=""),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="caller_accounts_pkey"),
        sa.UniqueConstraint(
            "tenant_id", "kind", "number", name="caller_accounts_one_tenant_id_kind_number"
        ),
    )
    op.create_index("caller_accounts_by_tenant_id", "caller_accounts", ["tenant_id"])
    op.create_table(
        "calling_hours",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="calling_hours_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("week", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("closed_holidays", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="calling_hours_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="calling_hours_one_tenant_id_name"),
    )
    op.create_index("calling_hours_by_tenant_id", "calling_hours", ["tenant_id"])
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="campaigns_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("starts_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="campaigns_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="campaigns_one_tenant_id_name"),
    )
    op.create_index("campaigns_by_tenant_id", "campaigns", ["tenant_id"])
    op.create_table(
        "consents",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="consents_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, server_default=""),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("given_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double()),
        sa.Column("withdrawn_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="consents_pkey"),
    )
    op.create_index("consents_by_number", "consents", ["number", "tenant_id"])
    op.create_table(
        "flows",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="flows_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name="flows_pkey"),
        sa.UniqueConstraint(
            "tenant_id", "name", "version", name="flows_one_tenant_id_name_version"
        ),
    )
    op.create_index("flows_by_tenant_id", "flows", ["tenant_id"])
    op.create_index(
        "flows_one_published",
        "flows",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("published"),
        sqlite_where=sa.text("published"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="idempotency_keys_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("answer", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("done", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "who", "key", name="idempotency_keys_pkey"),
    )
    op.create_table(
        "inbound_routes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="inbound_routes_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("after_hours", DOCUMENT),
        sa.PrimaryKeyConstraint("id", name="inbound_routes_pkey"),
        sa.UniqueConstraint("tenant_id", "number", name="inbound_routes_one_tenant_id_number"),
    )
    op.create_index("inbound_routes_by_tenant_id", "inbound_routes", ["tenant_id"])
    op.create_table(
        "lead_moves",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="lead_moves_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("move", sa.Text(), nullable=False),
        sa.Column("from_owner", sa.Text()),
        sa.Column("to_owner", sa.Text()),
        sa.Column("leads", sa.Integer(), nullable=False),
        sa.Column("which", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("id", name="lead_moves_pkey"),
    )
    op.create_index("lead_moves_by_tenant_id", "lead_moves", ["tenant_id"])
    op.create_table(
        "legal_holds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="legal_holds_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("lifted_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="legal_holds_pkey"),
    )
    op.create_index("legal_holds_by_number", "legal_holds", ["number"])
    op.create_table(
        "messages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="messages_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="messages_pkey"),
    )
    op.create_index("messages_by_recipient", "messages", ["tenant_id", "sent_to", "at"])
    op.create_index("messages_by_tenant_id", "messages", ["tenant_id"])
    op.create_table(
        "pause_codes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="pause_codes_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("paid", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("limit_s", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pause_codes_pkey"),
        sa.UniqueConstraint("tenant_id", "code", name="pause_codes_one_tenant_id_code"),
    )
    op.create_index("pause_codes_by_tenant_id", "pause_codes", ["tenant_id"])
    op.create_table(
        "phones",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="phones_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("transport", sa.Text(), nullable=False),
        sa.Column("srtp", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("ha1", sa.Text(), nullable=False),
        sa.Column("secret_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="phones_pkey"),
        sa.UniqueConstraint("name", name="phones_one_name"),
    )
    op.create_index("phones_by_tenant_id", "phones", ["tenant_id"])
    op.create_table(
        "prompts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="prompts_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("language", sa.Text(), nullable=False, server_default=""),
        sa.Column("seconds", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="prompts_pkey"),
        sa.UniqueConstraint(
            "tenant_id", "name", "language", name="prompts_one_tenant_id_name_language"
        ),
    )
    op.create_index("prompts_by_tenant_id", "prompts", ["tenant_id"])
    op.create_table(
        "queues",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="queues_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("id", name="queues_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="queues_one_tenant_id_name"),
    )
    op.create_index("queues_by_tenant_id", "queues", ["tenant_id"])
    op.create_table(
        "rooms",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="rooms_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("max_members", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="rooms_pkey"),
        sa.UniqueConstraint("tenant_id", "number", name="rooms_one_tenant_id_number"),
    )
    op.create_index("rooms_by_tenant_id", "rooms", ["tenant_id"])
    op.create_table(
        "scorecards",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="scorecards_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("questions", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="scorecards_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="scorecards_one_tenant_id_name"),
    )
    op.create_index("scorecards_by_tenant_id", "scorecards", ["tenant_id"])
    op.create_table(
        "screenings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="screenings_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("dated_at", sa.Double(), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="screenings_pkey"),
    )
    op.create_index("screenings_by_country", "screenings", ["tenant_id", "country", "dated_at"])
    op.create_table(
        "scripts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="scripts_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name="scripts_pkey"),
        sa.UniqueConstraint(
            "tenant_id", "name", "version", name="scripts_one_tenant_id_name_version"
        ),
    )
    op.create_index("scripts_by_tenant_id", "scripts", ["tenant_id"])
    op.create_index(
        "scripts_one_published",
        "scripts",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where=sa.text("published"),
        sqlite_where=sa.text("published"),
    )
    op.create_table(
        "skills",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="skills_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.PrimaryKeyConstraint("id", name="skills_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="skills_one_tenant_id_name"),
    )
    op.create_index("skills_by_tenant_id", "skills", ["tenant_id"])
    op.create_table(
        "suppressions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="suppressions_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("digest", "tenant_id", name="suppressions_pkey"),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="teams_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="teams_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="teams_one_tenant_id_name"),
    )
    op.create_index("teams_by_tenant_id", "teams", ["tenant_id"])
    op.create_table(
        "trunk_routes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="trunk_routes_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("ways", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="trunk_routes_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="trunk_routes_one_tenant_id_name"),
    )
    op.create_index("trunk_routes_by_tenant_id", "trunk_routes", ["tenant_id"])
    op.create_table(
        "trunks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="trunks_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("max_lines", sa.Integer(), nullable=False),
        sa.Column("calls_per_second", sa.Double(), nullable=False),
        sa.Column("countries", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("rates", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("spend_max_day", sa.Double()),
        sa.Column("minutes_max_day", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="trunks_pkey"),
        sa.UniqueConstraint("tenant_id", "name", name="trunks_one_tenant_id_name"),
    )
    op.create_index("trunks_by_tenant_id", "trunks", ["tenant_id"])
    op.create_table(
        "usage_days",
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="usage_days_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("trunk", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=False, server_default="0"),
        sa.Column("spend", sa.Double(), nullable=False, server_default="0"),
        sa.Column("by_country", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("tenant_id", "trunk", "day", name="usage_days_pkey"),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="webhooks_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("topics", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("removed_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="webhooks_pkey"),
    )
    op.create_index("webhooks_by_tenant_id", "webhooks", ["tenant_id"])
    op.create_table(
        "caller_ids",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="caller_ids_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column(
            "trunk_id", sa.Text(), sa.ForeignKey("trunks.id", name="caller_ids_trunk_id_fkey")
        ),
        sa.Column("verified_at", sa.Double()),
        sa.Column("proof", sa.Text(), nullable=False, server_default=""),
        sa.Column("rests_until", sa.Double()),
        sa.Column("complaints", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="caller_ids_pkey"),
        sa.UniqueConstraint("tenant_id", "number", name="caller_ids_one_tenant_id_number"),
    )
    op.create_index("caller_ids_by_tenant_id", "caller_ids", ["tenant_id"])
    op.create_table(
        "campaign_places",
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="campaign_places_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column("pool", ROW_ID, autoincrement=False, nullable=False),
        sa.Column(
            "place_id",
            ROW_ID,
            sa.ForeignKey("places.id", name="campaign_places_place_id_fkey"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("campaign_id", "pool", "place_id", name="campaign_places_pkey"),
    )
    op.create_table(
        "lead_lists",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="lead_lists_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, server_default=""),
        sa.Column("cost", sa.Double(), nullable=False, server_default="0"),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="lead_lists_pkey"),
        sa.UniqueConstraint("campaign_id", "name", name="lead_lists_one_campaign_id_name"),
    )
    op.create_table(
        "message_reads",
        sa.Column(
            "message_id",
            ROW_ID,
            sa.ForeignKey("messages.id", name="message_reads_message_id_fkey"),
            nullable=False,
        ),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "agent_id", name="message_reads_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outbox",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "webhook_id",
            sa.Text(),
            sa.ForeignKey("webhooks.id", name="outbox_webhook_id_fkey"),
            nullable=False,
        ),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("delivered_at", sa.Double()),
        sa.Column("dead_at", sa.Double()),
        sa.Column("problem", sa.Text(), nullable=False, server_default=""),
        sa.Column("held_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("held_until", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="outbox_pkey"),
    )
    op.create_index(
        "outbox_dead",
        "outbox",
        ["webhook_id", "id"],
        postgresql_where=sa.text("dead_at IS NOT NULL"),
        sqlite_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "outbox_due",
        "outbox",
        ["webhook_id", "subject", "id"],
        postgresql_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("delivered_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "pacing_decisions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="pacing_decisions_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("limited_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("forecast", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("id", name="pacing_decisions_pkey"),
    )
    op.create_index("pacing_decisions_by_campaign", "pacing_decisions", ["campaign_id", "at"])
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="users_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, server_default=""),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False, server_default=""),
        sa.Column("agent_id", sa.Text()),
        sa.Column("team_id", sa.Text(), sa.ForeignKey("teams.id", name="users_team_id_fkey")),
        sa.Column("leads_held_max", sa.Integer()),
        sa.Column("skills", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="users_pkey"),
        sa.UniqueConstraint("agent_id", name="users_one_agent_id"),
        sa.UniqueConstraint("tenant_id", "login", name="users_one_tenant_id_login"),
    )
    op.create_index("users_by_team_id", "users", ["team_id"])
    op.create_index("users_by_tenant_id", "users", ["tenant_id"])
    op.create_table(
        "voicemails",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="voicemails_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "queue_id", sa.Text(), sa.ForeignKey("queues.id", name="voicemails_queue_id_fkey")
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.Column("heard_by", sa.Text()),
        sa.Column("heard_at", sa.Double()),
        sa.Column("assigned_to", sa.Text()),
        sa.Column("done_by", sa.Text()),
        sa.Column("done_at", sa.Double()),
        sa.Column("class", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="voicemails_pkey"),
        sa.UniqueConstraint("file", name="voicemails_one_file"),
    )
    op.create_index("voicemails_by_number", "voicemails", ["number", "at"])
    op.create_index("voicemails_by_queue", "voicemails", ["queue_id", "at"])
    op.create_index("voicemails_by_tenant_id", "voicemails", ["tenant_id"])
    op.create_table(
        "api_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="api_sessions_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "user_id",
            sa.Text(),
            sa.ForeignKey("users.id", name="api_sessions_user_id_fkey"),
            nullable=False,
        ),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.Column("ends_at", sa.Double(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, server_default=""),
        sa.Column("program", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="api_sessions_pkey"),
        sa.UniqueConstraint("digest", name="api_sessions_one_digest"),
    )
    op.create_index("api_sessions_by_tenant_id", "api_sessions", ["tenant_id"])
    op.create_index("api_sessions_by_user_id", "api_sessions", ["user_id"])
    op.create_table(
        "imports",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="imports_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "list_id",
            ROW_ID,
            sa.ForeignKey("lead_lists.id", name="imports_list_id_fkey"),
            nullable=False,
        ),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rejected", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("alive_until", sa.Double(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="imports_pkey"),
    )
    op.create_index("imports_by_list_id", "imports", ["list_id"])
    op.create_table(
        "leads",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="leads_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "list_id",
            ROW_ID,
            sa.ForeignKey("lead_lists.id", name="leads_list_id_fkey"),
            nullable=False,
        ),
        sa.Column("import_id", ROW_ID, sa.ForeignKey("imports.id", name="leads_import_id_fkey")),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "place_id",
            ROW_ID,
            sa.ForeignKey("places.id", name="leads_place_id_fkey"),
            nullable=False,
        ),
        sa.Column("attributes", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("external_id", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False, server_default=""),
        sa.Column("due_at", sa.Double(), nullable=False, server_default="0"),
        sa.Column("pool", ROW_ID, nullable=False, server_default="0"),
        sa.Column("priority", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("rank", sa.Double(), nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_outcome", sa.Text()),
        sa.Column("last_call_at", sa.Double()),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.Column("owner", sa.Text()),
        sa.Column("team_id", sa.Text(), sa.ForeignKey("teams.id", name="leads_team_id_fkey")),
        sa.Column("assigned_until", sa.Double()),
        sa.Column("leased_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("lease_ends_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="leads_pkey"),
    )
    op.create_index(
        "leads_assigned",
        "leads",
        ["assigned_until"],
        postgresql_where=sa.text("assigned_until IS NOT NULL"),
        sqlite_where=sa.text("assigned_until IS NOT NULL"),
    )
    op.create_index(
        "leads_busy",
        "leads",
        ["campaign_id"],
        postgresql_where=sa.text("state IN ('dialing', 'callback', 'owned')"),
        sqlite_where=sa.text("state IN ('dialing', 'callback', 'owned')"),
    )
    op.create_index("leads_by_number", "leads", ["number", "campaign_id"])
    op.create_index(
        "leads_external",
        "leads",
        ["campaign_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
        sqlite_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "leads_importing",
        "leads",
        ["import_id", "id"],
        postgresql_where=sa.text("state = 'importing'"),
        sqlite_where=sa.text("state = 'importing'"),
    )
    op.create_index(
        "leads_leased",
        "leads",
        ["campaign_id", "lease_ends_at"],
        postgresql_where=sa.text("state = 'leased'"),
        sqlite_where=sa.text("state = 'leased'"),
    )
    op.create_index(
        "leads_owned",
        "leads",
        ["owner", "state"],
        postgresql_where=sa.text("owner IS NOT NULL"),
        sqlite_where=sa.text("owner IS NOT NULL"),
    )
    op.create_index(
        "leads_ready",
        "leads",
        ["campaign_id", "pool", "place_id", sa.text("priority DESC"), "rank", "id"],
        postgresql_where=sa.text("state = 'ready'"),
        sqlite_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "leads_waiting",
        "leads",
        ["campaign_id", "due_at"],
        postgresql_where=sa.text("state = 'waiting'"),
        sqlite_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="attempts_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            ROW_ID,
            sa.ForeignKey("leads.id", name="attempts_lead_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "list_id",
            ROW_ID,
            sa.ForeignKey("lead_lists.id", name="attempts_list_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("trunk", sa.Text(), nullable=False),
        sa.Column("caller_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("node", sa.Text(), nullable=False, server_default=""),
        sa.Column(
            "agent_guaranteed", sa.Boolean(), nullable=False, server_default=sa.text("false")
        ),
        sa.Column(
            "rule_set", sa.Text(), sa.ForeignKey("rule_sets.id", name="attempts_rule_set_fkey")
        ),
        sa.Column("dialed_at", sa.Double(), nullable=False),
        sa.Column("rang_at", sa.Double()),
        sa.Column("answered_at", sa.Double()),
        sa.Column("connected_at", sa.Double()),
        sa.Column("talk_ended_at", sa.Double()),
        sa.Column("ended_at", sa.Double()),
        sa.Column("outcome", sa.Text()),
        sa.Column("agent_id", sa.Text()),
        sa.Column("leg_id", sa.Text()),
        sa.Column("cause", sa.Integer()),
        sa.Column("tech_cause", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("charged", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("recording", sa.Text(), nullable=False, server_default=""),
        sa.Column("ground", sa.Text(), nullable=False, server_default=""),
        sa.Column("undialed", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.Column("booked_from", sa.Text(), nullable=False, server_default=""),
        sa.Column("disposition", sa.Text(), nullable=False, server_default=""),
        sa.Column("meaning", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("amount", sa.Double()),
        sa.Column("disposed_at", sa.Double()),
        sa.Column("callback_at", sa.Double()),
        sa.Column("callback_owner", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("script", sa.Text(), nullable=False, server_default=""),
        sa.Column("statements", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="attempts_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "attempts_by_agent",
        "attempts",
        ["agent_id", "campaign_id", "dialed_at"],
        postgresql_where=sa.text("agent_id IS NOT NULL"),
        sqlite_where=sa.text("agent_id IS NOT NULL"),
    )
    op.create_index("attempts_by_campaign", "attempts", ["campaign_id", "dialed_at"])
    op.create_index("attempts_by_lead_id", "attempts", ["lead_id"])
    op.create_index("attempts_by_number", "attempts", ["number", "dialed_at"])
    op.create_index(
        "attempts_live",
        "attempts",
        ["number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "attempts_open",
        "attempts",
        ["lead_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "attempts_recorded",
        "attempts",
        ["campaign_id", "undialed", "dialed_at"],
        postgresql_where=sa.text("recording <> ''"),
        sqlite_where=sa.text("recording <> ''"),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="callbacks_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            ROW_ID,
            sa.ForeignKey("leads.id", name="callbacks_lead_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("attempt_id", sa.Text()),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("dial_at", sa.Double()),
        sa.Column("owner", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("agent_id", sa.Text()),
        sa.Column("misses", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="callbacks_pkey"),
    )
    op.create_index("callbacks_by_lead_id", "callbacks", ["lead_id"])
    op.create_index(
        "callbacks_open",
        "callbacks",
        ["campaign_id", "due_at"],
        postgresql_where=sa.text("state NOT IN ('kept', 'returned', 'expired', 'cancelled')"),
        sqlite_where=sa.text("state NOT IN ('kept', 'returned', 'expired', 'cancelled')"),
    )
    op.create_table(
        "lead_changes",
        sa.Column(
            "import_id",
            ROW_ID,
            sa.ForeignKey("imports.id", name="lead_changes_import_id_fkey", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            ROW_ID,
            sa.ForeignKey("leads.id", name="lead_changes_lead_id_fkey", ondelete="CASCADE"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("change", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.PrimaryKeyConstraint("import_id", "lead_id", name="lead_changes_pkey"),
    )
    op.create_index("lead_changes_by_lead_id", "lead_changes", ["lead_id"])
    op.create_table(
        "lead_numbers",
        sa.Column(
            "lead_id",
            ROW_ID,
            sa.ForeignKey("leads.id", name="lead_numbers_lead_id_fkey", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column(
            "place_id",
            ROW_ID,
            sa.ForeignKey("places.id", name="lead_numbers_place_id_fkey"),
            nullable=False,
        ),
        sa.Column("kind", sa.Text(), nullable=False, server_default=""),
        sa.Column("state", sa.Text(), nullable=False, server_default="usable"),
        sa.PrimaryKeyConstraint("lead_id", "position", name="lead_numbers_pkey"),
    )
    op.create_index("lead_numbers_by_number", "lead_numbers", ["number"])
    op.create_table(
        "refusals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "campaign_id",
            sa.Text(),
            sa.ForeignKey("campaigns.id", name="refusals_campaign_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "lead_id",
            ROW_ID,
            sa.ForeignKey("leads.id", name="refusals_lead_id_fkey"),
            nullable=False,
        ),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.Column("dialable_again_at", sa.Double()),
        sa.PrimaryKeyConstraint("id", name="refusals_pkey"),
    )
    op.create_index("refusals_by_lead_id", "refusals", ["lead_id"])
    op.create_index("refusals_by_number", "refusals", ["number", "at"])
    op.create_table(
        "amd_verdicts",
        sa.Column(
            "attempt_id",
            sa.Text(),
            sa.ForeignKey("attempts.id", name="amd_verdicts_attempt_id_fkey"),
            nullable=False,
        ),
        sa.Column("answerer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("at_s", sa.Double(), nullable=False),
        sa.Column("screened_s", sa.Double()),
        sa.Column("label", sa.Text(), nullable=False, server_default=""),
        sa.Column("labelled_by", sa.Text(), nullable=False, server_default=""),
        sa.Column("labelled_at", sa.Double()),
        sa.PrimaryKeyConstraint("attempt_id", name="amd_verdicts_pkey"),
    )
    op.create_index(
        "amd_labelled",
        "amd_verdicts",
        ["attempt_id"],
        postgresql_where=sa.text("label <> ''"),
        sqlite_where=sa.text("label <> ''"),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column(
            "tenant_id",
            sa.Text(),
            sa.ForeignKey("tenants.id", name="calls_tenant_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "attempt_id", sa.Text(), sa.ForeignKey("attempts.id", name="calls_attempt_id_fkey")
        ),
        sa.Column(
            "campaign_id", sa.Text(), sa.ForeignKey("campaigns.id", name="calls_campaign_id_fkey")
        ),
        sa.Column("queue_id", sa.Text(), sa.ForeignKey("queues.id", name="calls_queue_id_fkey")),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text()),
        sa.Column("trunk", sa.Text(), nullable=False, server_default=""),
        sa.Column("verified", sa.Text(), nullable=False, server_default=""),
        sa.Column("attestation", sa.Text(), nullable=False, server_default=""),
        sa.Column("node", sa.Text(), nullable=False, server_default=""),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("answered_at", sa.Double()),
        sa.Column("ended_at", sa.Double()),
        sa.Column("outcome", sa.Text()),
        sa.Column("parent_id", sa.Text(), sa.ForeignKey("calls.id", name="calls_parent_id_fkey")),
        sa.PrimaryKeyConstraint("id", name="calls_pkey"),
    )
    op.create_index("calls_by_attempt_id", "calls", ["attempt_id"])
    op.create_index("calls_by_number", "calls", ["number", "began_at"])
    op.create_index("calls_by_parent_id", "calls", ["parent_id"])
    op.create_index("calls_by_tenant", "calls", ["tenant_id", "began_at", "id"])
    op.create_index("calls_by_tenant_id", "calls", ["tenant_id"])
    op.create_index(
        "calls_open",
        "calls",
        ["node"],
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "scorecard_id",
            ROW_ID,
            sa.ForeignKey("scorecards.id", name="reviews_scorecard_id_fkey"),
            nullable=False,
        ),
        sa.Column(
            "attempt_id",
            sa.Text(),
            sa.ForeignKey("attempts.id", name="reviews_attempt_id_fkey"),
            nullable=False,
        ),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False, server_default=sa.text("'{}'")),
        sa.Column("score", sa.Double()),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("comments", DOCUMENT, nullable=False, server_default=sa.text("'[]'")),
        sa.PrimaryKeyConstraint("id", name="reviews_pkey"),
        sa.UniqueConstraint(
            "attempt_id", "scorecard_id", "by", name="reviews_one_attempt_id_scorecard_id_by"
        ),
    )
    op.create_table(
        "recordings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column(
            "attempt_id", sa.Text(), sa.ForeignKey("attempts.id", name="recordings_attempt_id_fkey")
        ),
        sa.Column("call_id", sa.Text(), sa.ForeignKey("calls.id", name="recordings_call_id_fkey")),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("began_at", sa.Double(), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.Column("ground", sa.Text(), nullable=False, server_default=""),
        sa.Column("deleted_at", sa.Double()),
        sa.Column("finished_at", sa.Double()),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("sha256", sa.Text(), nullable=False, server_default=""),
        sa.Column("codec", sa.Text(), nullable=False, server_default=""),
        sa.Column("key_id", sa.Text(), nullable=False, server_default=""),
        sa.Column("kept", sa.Text(), nullable=False, server_default=""),
        sa.Column("problem", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="recordings_pkey"),
        sa.UniqueConstraint("file", name="recordings_one_file"),
    )
    op.create_index("recordings_by_attempt_id", "recordings", ["attempt_id"])
    op.create_index("recordings_by_began_at", "recordings", ["began_at"])
    op.create_index("recordings_by_call_id", "recordings", ["call_id"])
    op.create_index(
        "recordings_to_keep",
        "recordings",
        ["id"],
        postgresql_where=sa.text("kept = '' AND finished_at IS NOT NULL AND deleted_at IS NULL"),
        sqlite_where=sa.text("kept = '' AND finished_at IS NOT NULL AND deleted_at IS NULL"),
    )
