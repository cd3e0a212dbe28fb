"""What agents and callers see and hear, and how talks are judged.

Texts have versions: a row is added for each, and none is changed. Refuses to know how a flow runs
and how a page shows a script.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
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


def _versioned(name: str, body: Column[str]) -> Table:
    table = Table(
        name,
        metadata,
        row_id(),
        of_tenant(),
        Column("name", Text, nullable=False),
        Column("version", Integer, nullable=False),
        body,
        Column("by", Text, nullable=False),
        moment("at"),
        Column("published", Boolean, nullable=False, server_default=text("false")),
        UniqueConstraint("tenant_id", "name", "version"),
    )
    only = (table.c.tenant_id, table.c.name)
    index_where(f"{name}_one_published", table, "published", *only, unique=True)
    return table


scripts: Final = _versioned("scripts", words("body"))
articles: Final = _versioned("articles", words("body"))
flows: Final = _versioned("flows", document("body"))

prompts: Final = Table(
    "prompts",
    metadata,
    own_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    Column("file", Text, nullable=False),
    # what is said, and in which language
    words("text"),
    words("language"),
    Column("seconds", Double),
    UniqueConstraint("tenant_id", "name", "language"),
)

# what was uploaded: each engine lays it down beside its switch
prompt_sounds: Final = Table(
    "prompt_sounds",
    metadata,
    row_id(),
    of_tenant(),
    # SHA-256 of the sound, in hex
    Column("checksum", Text, nullable=False),
    Column("sound", LargeBinary, nullable=False),
    moment("at"),
    UniqueConstraint("tenant_id", "checksum"),
)

voicemails: Final = Table(
    "voicemails",
    metadata,
    row_id(),
    of_tenant(),
    Column("queue_id", ForeignKey("queues.id")),
    # empty: the caller showed none
    Column("number", Text, nullable=False),
    Column("file", Text, nullable=False, unique=True),
    moment("at"),
    Column("seconds", Double),
    Column("heard_by", Text),
    moment("heard_at", known=False),
    # the agent who sees to it
    Column("assigned_to", Text),
    # who is through with it
    Column("done_by", Text),
    moment("done_at", known=False),
    # what it is about, in a word
    words("class"),
    Index("voicemails_by_queue", "queue_id", "at"),
    Index("voicemails_by_number", "number", "at"),
)

scorecards: Final = Table(
    "scorecards",
    metadata,
    row_id(),
    of_tenant(),
    Column("name", Text, nullable=False),
    document("questions", "[]"),
    UniqueConstraint("tenant_id", "name"),
)

reviews: Final = Table(
    "reviews",
    metadata,
    row_id(),
    Column("scorecard_id", ForeignKey("scorecards.id"), nullable=False),
    Column("attempt_id", ForeignKey("attempts.id"), nullable=False),
    Column("by", Text, nullable=False),
    moment("at"),
    document("answers"),
    Column("score", Double),
    words("note"),
    # what is said of a point in time of the recording: at_s, text, at
    document("comments", "[]"),
    UniqueConstraint("attempt_id", "scorecard_id", "by"),
)

messages: Final = Table(
    "messages",
    metadata,
    row_id(),
    of_tenant(),
    Column("sent_by", Text, nullable=False),
    # agent:<id>, team:<id>, or "*"
    Column("sent_to", Text, nullable=False),
    Column("body", Text, nullable=False),
    moment("at"),
    Index("messages_by_recipient", "tenant_id", "sent_to", "at"),
)

# who has read it: a message to a team has many readers
message_reads: Final = Table(
    "message_reads",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("agent_id", Text, primary_key=True),
    moment("at"),
    sqlite_with_rowid=False,
)
