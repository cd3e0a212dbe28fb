"""Which rows may be deleted, and what goes with them.

Knows what keeps a row whatever its age: a legal hold on its number, no end yet, a recording that is
kept. Refuses to know ages and transactions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    or_,
    select,
    true,
    update,
)

from dialer.adapters.sql.tables.attempts import (
    amd_verdicts,
    attempts,
    calls,
    recordings,
    refusals,
)
from dialer.adapters.sql.tables.audit import audit_log, pacing_decisions
from dialer.adapters.sql.tables.content import message_reads, messages, reviews
from dialer.adapters.sql.tables.law import legal_holds
from dialer.adapters.sql.tables.people import agent_log
from dialer.adapters.sql.tables.webhooks import outbox, webhooks
from dialer.domain.retention import Kind

Ids = Sequence[Any]


def held(number: Any) -> ColumnElement[bool]:
    """Tell that a number is under a legal hold."""
    return (
        select(legal_holds.c.id)
        .where(legal_holds.c.number == number, legal_holds.c.lifted_at.is_(None))
        .exists()
    )


def _held_attempt(attempt_id: Any) -> ColumnElement[bool]:
    return (
        select(attempts.c.id).where(attempts.c.id == attempt_id, held(attempts.c.number)).exists()
    )


_ALWAYS: Final = true()
KEPT_RECORDING: Final = recordings.c.deleted_at.is_(None)


def _forget_attempts(connection: Connection, ids: Ids) -> None:
    connection.execute(delete(reviews).where(reviews.c.attempt_id.in_(ids)))
    connection.execute(update(calls).where(calls.c.attempt_id.in_(ids)).values(attempt_id=None))
    connection.execute(delete(recordings).where(recordings.c.attempt_id.in_(ids)))
    connection.execute(delete(amd_verdicts).where(amd_verdicts.c.attempt_id.in_(ids)))


def _forget_calls(connection: Connection, ids: Ids) -> None:
    connection.execute(update(calls).where(calls.c.parent_id.in_(ids)).values(parent_id=None))
    connection.execute(delete(recordings).where(recordings.c.call_id.in_(ids)))


def _forget_messages(connection: Connection, ids: Ids) -> None:
    connection.execute(delete(message_reads).where(message_reads.c.message_id.in_(ids)))


def _nothing(_connection: Connection, _ids: Ids) -> None:
    """Nothing hangs on it."""


@dataclass(frozen=True, slots=True)
class PrunableRows:
    """One kind of rows: when they began, in which order they are looked for, what keeps them."""

    table: Table
    at: Column[Any]
    order: tuple[Column[Any], ...]
    may_go: ColumnElement[bool]
    unrecorded: ColumnElement[bool] = _ALWAYS
    """What is heard of it is gone; a dry run takes that for done."""
    of_campaign: Column[Any] | None = None
    of_tenant: Column[Any] | None = None
    forget: Callable[[Connection, Ids], None] = _nothing

    def scope(self, tenant: str, campaign: str | None) -> ColumnElement[bool] | None:
        """Return what limits the rows to a campaign or a tenant, if anything does."""
        if self.of_campaign is not None and campaign is not None:
            return self.of_campaign == campaign
        return None if self.of_tenant is None else self.of_tenant == tenant


PRUNABLE: Final[Mapping[Kind, PrunableRows]] = {
    Kind.ATTEMPTS: PrunableRows(
        attempts,
        attempts.c.dialed_at,
        (attempts.c.dialed_at, attempts.c.id),
        and_(
            attempts.c.ended_at.is_not(None),
            ~held(attempts.c.number),
        ),
        unrecorded=and_(
            attempts.c.recording == "",
            ~select(recordings.c.id)
            .where(recordings.c.attempt_id == attempts.c.id, KEPT_RECORDING)
            .exists(),
        ),
        of_campaign=attempts.c.campaign_id,
        forget=_forget_attempts,
    ),
    Kind.CALLS: PrunableRows(
        calls,
        calls.c.began_at,
        (calls.c.id,),
        and_(
            calls.c.ended_at.is_not(None),
            ~held(calls.c.number),
        ),
        unrecorded=~select(recordings.c.id)
        .where(recordings.c.call_id == calls.c.id, KEPT_RECORDING)
        .exists(),
        of_tenant=calls.c.tenant_id,
        forget=_forget_calls,
    ),
    Kind.REFUSALS: PrunableRows(
        refusals,
        refusals.c.at,
        (refusals.c.id,),
        ~held(refusals.c.number),
        of_campaign=refusals.c.campaign_id,
    ),
    Kind.AUDIT: PrunableRows(
        audit_log,
        audit_log.c.at,
        (audit_log.c.at, audit_log.c.id),
        ~held(audit_log.c.subject) & ~_held_attempt(audit_log.c.subject),
        of_tenant=audit_log.c.tenant_id,
    ),
    Kind.AGENT_LOG: PrunableRows(
        agent_log,
        agent_log.c.since,
        (agent_log.c.id,),
        or_(agent_log.c.attempt_id.is_(None), ~_held_attempt(agent_log.c.attempt_id)),
    ),
    Kind.PACING_DECISIONS: PrunableRows(
        pacing_decisions,
        pacing_decisions.c.at,
        (pacing_decisions.c.at, pacing_decisions.c.id),
        pacing_decisions.c.id.is_not(None),
        of_campaign=pacing_decisions.c.campaign_id,
    ),
    # what was given up stays until somebody asks for it, or its webhook is removed
    Kind.WEBHOOK_EVENTS: PrunableRows(
        outbox,
        outbox.c.at,
        (outbox.c.id,),
        or_(
            outbox.c.delivered_at.is_not(None),
            outbox.c.webhook_id.in_(
                select(webhooks.c.id).where(webhooks.c.removed_at.is_not(None))
            ),
        ),
    ),
    Kind.MESSAGES: PrunableRows(
        messages,
        messages.c.at,
        (messages.c.id,),
        messages.c.id.is_not(None),
        of_tenant=messages.c.tenant_id,
        forget=_forget_messages,
    ),
}
