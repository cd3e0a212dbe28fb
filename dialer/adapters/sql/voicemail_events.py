"""What webhooks are told of voicemails, from rows. Refuses to know how it is sent."""

from dialer.adapters.sql.row import AnyRow
from dialer.domain.webhook import Event, Topic


def of_voicemail(topic: Topic, row: AnyRow, queue: str | None, by: str, at: float) -> Event:
    """Return that something happened to a voicemail.

    Args:
        topic: what.
        row: of the voicemail, as it is now.
        queue: name of its queue; None: it has none.
        by: who did it; "": the caller.
        at: epoch seconds.
    """
    data = {
        "voicemail": row.id,
        "queue": queue,
        "class": row.class_name,
        "seconds": row.seconds,
        "left_at": row.at,
        "agent": row.assigned_to,
        "by": by,
    }
    return Event(topic, row.tenant_id, f"voicemail:{row.id}", at, data, number=row.number)
