"""Events into the outbox, in the transaction of the facts that they tell.

Which webhook wants what is read at most every few seconds, so that a transaction without webhooks
asks nothing of the database. Refuses to know how events are sent.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select
from ulid import ULID

from dialer.adapters.sql.tables.people import tenants
from dialer.adapters.sql.tables.webhooks import outbox, webhooks
from dialer.domain.webhook import Event, NumbersTold, Topic, body_of

REFRESH_S: Final = 5.0
"""For how long a webhook that another process made or removed may not be noticed."""

_WANTED: Final = (
    select(webhooks.c.id, webhooks.c.tenant_id, webhooks.c.topics, tenants.c.settings)
    .join(tenants, tenants.c.id == webhooks.c.tenant_id)
    .where(webhooks.c.active.is_(True))
    .order_by(webhooks.c.id)
)
_ADD: Final = insert(outbox)


@dataclass(frozen=True, slots=True)
class _Wants:
    webhook_id: str
    numbers: NumbersTold


class OutboxSteps:
    """Writes events for whoever wants them.

    Rows of webhooks stay when they are removed, so what is remembered of one that is gone can
    break no transaction.

    Args:
        now: epoch seconds.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._read_at: float | None = None
        self._wanted: Mapping[tuple[str, Topic], tuple[_Wants, ...]] = {}

    def forget(self) -> None:
        """Have webhooks read anew: one was made or removed in this process."""
        self._read_at = None

    def wants(self, connection: Connection, topic: Topic) -> bool:
        """Tell whether any webhook of any tenant wants a topic; costs a query now and then."""
        self._refresh(connection)
        return any(wanted is topic for _, wanted in self._wanted)

    def tenants_wanting(self, connection: Connection, topic: Topic) -> list[str]:
        """Return the tenants with a webhook that wants a topic."""
        self._refresh(connection)
        return [tenant for tenant, wanted in self._wanted if wanted is topic]

    def tell(self, connection: Connection, events: Iterable[Event]) -> None:
        """Write events in the transaction of a connection: all rows at once.

        Whoever calls holds the lock of what the events are about, so that the rows of a subject
        are counted in the order in which they are committed.
        """
        self._refresh(connection)
        if not self._wanted:
            return
        now = self._now()
        rows: list[dict[str, Any]] = []
        for event in events:
            wanting = self._wanted.get((event.tenant_id, event.topic), ())
            if not wanting:
                continue
            event_id = f"ev-{event.topic}-{event.key}" if event.key else f"ev-{ULID()}"
            rows += [_row(one, event, event_id, now) for one in wanting]
        if rows:
            connection.execute(_ADD, rows)

    def time(self) -> float:
        """Return epoch seconds, for an event whose time nobody has told."""
        return self._now()

    def _refresh(self, connection: Connection) -> None:
        now = self._now()
        if self._read_at is not None and abs(now - self._read_at) < REFRESH_S:
            return
        self._read_at = now
        known = {topic.value: topic for topic in Topic}
        found: dict[tuple[str, Topic], tuple[_Wants, ...]] = defaultdict(tuple)
        for row in connection.execute(_WANTED):
            wants = _Wants(row.id, NumbersTold.of(row.settings or {}))
            for name in row.topics:
                if name in known:
                    found[row.tenant_id, known[name]] += (wants,)
        self._wanted = dict(found)


def _row(wants: _Wants, event: Event, event_id: str, now: float) -> dict[str, Any]:
    return {
        "webhook_id": wants.webhook_id,
        "event_id": event_id,
        "topic": event.topic.value,
        "subject": event.subject,
        "body": body_of(event, event_id, wants.numbers),
        "at": now,
        "due_at": now,
    }
