"""Attempts and calls: what was dialed, under which rules, and how it ended.

Knows rows. Refuses to know when a lead is tried again.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
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

rule_sets: Final = Table(
    "rule_sets",
    metadata,
    # a digest of the ids: millions of attempts obeyed the same few sets
    Column("id", Text, primary_key=True),
    document("rule_ids", "[]"),
)

attempts: Final = Table(
    "attempts",
    metadata,
    own_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("lead_id", ForeignKey("leads.id"), nullable=False, index=True),
    Column("list_id", ForeignKey("lead_lists.id"), nullable=False),
    Column("number", Text, nullable=False),
    Column("trunk", Text, nullable=False),
    words("caller_id"),
    # the engine that made it
    words("node"),
    # an agent was held for it before it was dialed
    Column("agent_guaranteed", Boolean, nullable=False, server_default=text("false")),
    Column("rule_set", ForeignKey("rule_sets.id")),
    moment("dialed_at"),
    moment("rang_at", known=False),
    moment("answered_at", known=False),
    moment("connected_at", known=False),
    moment("talk_ended_at", known=False),
    moment("ended_at", known=False),
    Column("outcome", Text),
    Column("agent_id", Text),
    Column("leg_id", Text),
    Column("cause", Integer),
    words("tech_cause"),
    words("ended_by"),
    Column("charged", Boolean, nullable=False, server_default=text("false")),
    words("recording"),
    # on what ground the talk was recorded (dialer.domain.legal_limits.Ground)
    words("ground"),
    Column("undialed", Boolean, nullable=False, server_default=text("false")),
    words("booked_from"),
    words("disposition"),
    # what the disposition meant when it was said (dialer.domain.disposition.Meaning)
    Column("meaning", Integer, nullable=False, server_default="0"),
    Column("amount", Double),
    moment("disposed_at", known=False),
    # a time agreed on with the person, and the agent who promised it
    moment("callback_at", known=False),
    Column("callback_owner", Text),
    # what the agent wrote of the talk
    words("note"),
    # the script that was open, "name/version", and the numbers of the statements said of it
    words("script"),
    document("statements", "[]"),
    Index("attempts_by_campaign", "campaign_id", "dialed_at"),
    Index("attempts_by_number", "number", "dialed_at"),
    sqlite_with_rowid=False,
)

# The laws "one open attempt per lead" and "one live attempt per number", held by the database.
index_where("attempts_open", attempts, "ended_at IS NULL", attempts.c.lead_id, unique=True)
index_where("attempts_live", attempts, "ended_at IS NULL", attempts.c.number, unique=True)

# Few attempts are talks, and fewer still are recorded: neither is looked for among all of them.
index_where(
    "attempts_by_agent",
    attempts,
    "agent_id IS NOT NULL",
    attempts.c.agent_id,
    attempts.c.campaign_id,
    attempts.c.dialed_at,
)
RECORDED: Final = "recording <> ''"
index_where(
    "attempts_recorded",
    attempts,
    RECORDED,
    attempts.c.campaign_id,
    attempts.c.undialed,
    attempts.c.dialed_at,
)

amd_verdicts: Final = Table(
    "amd_verdicts",
    metadata,
    Column("attempt_id", ForeignKey("attempts.id"), primary_key=True),
    # who answered, as detection heard it, and the law's word for why (dialer.domain.amd.law)
    Column("answerer", Text, nullable=False),
    words("reason"),
    # who heard it (dialer.domain.amd.law.AmdDetector): labels are held against one detector
    Column("detector", Text, nullable=False, server_default=text("'own'")),
    # seconds since the answer: of the verdict, and when screening's law would have known
    Column("at_s", Double, nullable=False),
    Column("screened_s", Double),
    # who answered, as somebody says who listened: person or machine; empty: nobody did
    words("label"),
    words("labelled_by"),
    moment("labelled_at", known=False),
)

# those that were labelled: few, and counted at each start of a campaign
LABELLED: Final = "label <> ''"
index_where("amd_labelled", amd_verdicts, LABELLED, amd_verdicts.c.attempt_id)

refusals: Final = Table(
    "refusals",
    metadata,
    row_id(),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("lead_id", ForeignKey("leads.id"), nullable=False, index=True),
    Column("number", Text, nullable=False),
    moment("at"),
    # why it was not dialed: rule, field and sentence of each reason
    document("reasons", "[]"),
    moment("dialable_again_at", known=False),
    Index("refusals_by_number", "number", "at"),
)

calls: Final = Table(
    "calls",
    metadata,
    own_id(),
    of_tenant(),
    # null: it came in, or was made by hand
    Column("attempt_id", ForeignKey("attempts.id"), index=True),
    Column("campaign_id", ForeignKey("campaigns.id")),
    Column("queue_id", ForeignKey("queues.id")),
    # whose agents were asked for, by its name; empty: not those of a team
    words("team"),
    Column("direction", Text, nullable=False),
    # empty: it came in and showed none
    Column("number", Text, nullable=False),
    Column("agent_id", Text),
    words("trunk"),
    # what the carrier said of the caller's number (dialer.domain.verification): passed, failed or
    # none, and A, B or C; empty: nothing
    words("verified"),
    words("attestation"),
    # the engine that has it
    words("node"),
    moment("began_at"),
    moment("answered_at", known=False),
    moment("ended_at", known=False),
    Column("outcome", Text),
    # the call that this one was transferred from
    Column("parent_id", ForeignKey("calls.id"), index=True),
    Index("calls_by_number", "number", "began_at"),
    Index("calls_by_tenant", "tenant_id", "began_at", "id"),
)

index_where("calls_open", calls, "ended_at IS NULL", calls.c.node)

recordings: Final = Table(
    "recordings",
    metadata,
    row_id(),
    Column("attempt_id", ForeignKey("attempts.id"), index=True),
    Column("call_id", ForeignKey("calls.id"), index=True),
    Column("file", Text, nullable=False, unique=True),
    moment("began_at"),
    Column("seconds", Double),
    # the ground on which it was recorded: one_party, announced or opt_in
    words("ground"),
    moment("deleted_at", known=False),
    # from here on: known once its file is finished
    moment("finished_at", known=False),
    # of the audio as it is delivered, and its SHA-256 in hex
    Column("bytes", BigInteger),
    words("sha256"),
    words("codec"),
    # the master key under which it is encrypted; empty: it is not
    words("key_id"),
    # which store has it (dialer.domain.recording.Kept); empty: the disk of its node
    words("kept"),
    # why it is not in the form that was asked for
    words("problem"),
    Index("recordings_by_began_at", "began_at"),
)

# those that wait for their store: few, and asked for every second
index_where(
    "recordings_to_keep",
    recordings,
    "kept = '' AND finished_at IS NOT NULL AND deleted_at IS NULL",
    recordings.c.id,
)
