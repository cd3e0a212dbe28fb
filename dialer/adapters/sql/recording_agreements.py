"""That a person agreed to be recorded, or was told of it, in SQL: the ground of the attempt.

Refuses to know when a recording begins.
"""

from sqlalchemy import Connection, select, update

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.domain.ids import AttemptId
from dialer.domain.legal_limits import Ground
from dialer.errors import WrongState


def announce_in(connection: Connection, attempt_id: AttemptId) -> None:
    """Put it on record that the person of a talk was told that it is recorded.

    Raises:
        WrongState: the attempt is over, or on no record.
    """
    _found_in(connection, attempt_id, Ground.ANNOUNCED)


def agree_in(connection: Connection, attempt_id: AttemptId, *, by: str, at: float) -> None:
    """Put it on record that the person of a talk has agreed, and who heard it said.

    Raises:
        WrongState: the attempt is over, or on no record.
    """
    _found_in(connection, attempt_id, Ground.OPT_IN)
    whose = (
        select(attempts.c.campaign_id, attempts.c.agent_id, campaigns.c.tenant_id)
        .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
        .where(attempts.c.id == attempt_id)
    )
    row = connection.execute(whose).one()
    note_in(
        connection,
        "recording_opt_in",
        f"attempt {attempt_id}",
        {"campaign": row.campaign_id, "agent": row.agent_id},
        by=by,
        at=at,
        tenant_id=row.tenant_id,
    )


def _found_in(connection: Connection, attempt_id: AttemptId, ground: Ground) -> None:
    live = update(attempts).where(attempts.c.id == attempt_id, attempts.c.ended_at.is_(None))
    if not connection.execute(live.values(ground=ground.value)).rowcount:
        raise WrongState("call", "is over", "ask in the next talk")
