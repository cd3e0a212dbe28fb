"""Verdicts on who answered, and the labels of the same calls, in SQL.

A row is its attempt's, and so the tenant's whose campaign it was. Knows rows. Refuses to know what
counts of them mean.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.audit import note_in
from dialer.adapters.sql.reader import SqlReader
from dialer.adapters.sql.tables.attempts import LABELLED, RECORDED, amd_verdicts, attempts
from dialer.adapters.sql.tables.campaigns import campaigns
from dialer.adapters.sql.writer import SqlWriter, Write
from dialer.domain.amd.labels import CallLabel, LabelCounts, check_heard
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.amd.trust import SCREENING_BY_S
from dialer.domain.ids import MAIN_TENANT, AttemptId
from dialer.ports.verdicts import DrawnCall

_PATIENCE_S: Final = 0.2
"""How long a verdict may wait to share a commit: nobody waits for it."""

_SLICE: Final = 500
"""Ids in one question."""

_HEARD: Final = upsert(amd_verdicts).on_conflict_do_nothing(index_elements=["attempt_id"])
_LABEL: Final = (
    update(amd_verdicts)
    .where(amd_verdicts.c.attempt_id == bindparam("attempt"))
    .values(label=bindparam("said"), labelled_by=bindparam("by"), labelled_at=bindparam("at"))
)
_OF_TENANT: Final = (
    select(amd_verdicts.c.attempt_id, amd_verdicts.c.label)
    .join(attempts, attempts.c.id == amd_verdicts.c.attempt_id)
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .where(
        campaigns.c.tenant_id == bindparam("tenant"),
        amd_verdicts.c.attempt_id.in_(bindparam("of", expanding=True)),
    )
)


def _count(*conditions: Any) -> Any:
    return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)


_RELEASED: Final = amd_verdicts.c.answerer == Answerer.MACHINE.value
_PERSON: Final = amd_verdicts.c.label == Answerer.PERSON.value
_WHOSE: Final = (
    select(campaigns.c.tenant_id)
    .select_from(amd_verdicts)
    .join(attempts, attempts.c.id == amd_verdicts.c.attempt_id)
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
)
_LABELS: Final = (
    _WHOSE.add_columns(
        func.count(),
        _count(_RELEASED),
        _count(_PERSON),
        _count(_PERSON, _RELEASED),
        _count(_PERSON, amd_verdicts.c.screened_s <= SCREENING_BY_S),
        func.min(amd_verdicts.c.attempt_id),
        func.max(amd_verdicts.c.attempt_id),
    )
    .where(text(f"amd_verdicts.{LABELLED}"), amd_verdicts.c.detector == bindparam("detector"))
    .group_by(campaigns.c.tenant_id)
)
"""By tenant: labelled, released of these, persons, false positives, in time, first and last."""
_MEANWHILE: Final = _WHOSE.with_only_columns(func.count(), _count(_RELEASED)).where(
    campaigns.c.tenant_id == bindparam("tenant"),
    amd_verdicts.c.detector == bindparam("detector"),
    amd_verdicts.c.attempt_id >= bindparam("first"),
    amd_verdicts.c.attempt_id <= bindparam("last"),
)
_DRAW: Final = (
    select(attempts.c.id, attempts.c.answered_at, attempts.c.recording)
    .join(amd_verdicts, amd_verdicts.c.attempt_id == attempts.c.id)
    .join(campaigns, campaigns.c.id == attempts.c.campaign_id)
    .where(
        campaigns.c.tenant_id == bindparam("tenant"),
        text(f"attempts.{RECORDED}"),
        amd_verdicts.c.label == "",
        attempts.c.dialed_at >= bindparam("since"),
    )
    .order_by(func.random())
)


class SqlVerdicts:
    """A `Verdicts` (dialer.ports) in SQL.

    Args:
        writer: commits; must be running.
        reader: for queries.
    """

    def __init__(self, writer: SqlWriter, reader: SqlReader) -> None:
        self._writer = writer
        self._reader = reader

    async def heard(self, attempt_id: AttemptId, verdict: Verdict) -> None:
        """Record a verdict, its times since the answer; the first of an attempt holds."""
        row = {
            "attempt_id": attempt_id,
            "answerer": verdict.answerer.value,
            "reason": verdict.reason,
            "at_s": verdict.at_s,
            "screened_s": verdict.screened_at_s,
            "detector": verdict.detector.value,
        }
        await self._writer.commit(Write(_HEARD, [row]), within_s=_PATIENCE_S)

    async def label(
        self,
        labels: Sequence[CallLabel],
        name: str,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> int:
        """Label calls, all or none; see `Verdicts`."""
        rows = [
            {"attempt": one.attempt_id, "said": one.answer.value, "by": by, "at": at}
            for one in labels
        ]
        persons = sum(1 for one in labels if one.answer is Answerer.PERSON)

        def work(connection: Connection) -> int:
            before = dict(_labels_of(connection, [one.attempt_id for one in labels], tenant_id))
            check_heard(labels, before, name)
            connection.execute(_LABEL, rows)
            new = sum(1 for label in before.values() if not label)
            detail = {"calls": len(labels), "persons": persons, "new": new}
            note_in(connection, "amd_label", name, detail, by=by, at=at, tenant_id=tenant_id)
            return new

        return await self._writer.transact(work)

    async def counts(self, detector: AmdDetector = AmdDetector.OWN) -> Mapping[str, LabelCounts]:
        """Return what labels come to, by tenant, of the calls that a detector heard."""
        found: dict[str, LabelCounts] = {}
        async with self._reader.connect() as connection:
            by = {"detector": detector.value}
            for tenant, *counts, first, last in (await connection.execute(_LABELS, by)).all():
                labelled, labelled_released, persons, false_positives, in_time = map(int, counts)
                asked = {"tenant": tenant, "first": first, "last": last, **by}
                heard, released = (await connection.execute(_MEANWHILE, asked)).one()
                found[tenant] = LabelCounts(
                    heard=int(heard),
                    released=int(released),
                    labelled=labelled,
                    labelled_released=labelled_released,
                    persons=persons,
                    false_positives=false_positives,
                    in_time=in_time,
                )
        return found

    async def draw(
        self, count: int, *, since: float, tenant_id: str = MAIN_TENANT
    ) -> Sequence[DrawnCall]:
        """Return recorded calls without a label by lot; see `Verdicts`."""
        asked = {"tenant": tenant_id, "since": since}
        async with self._reader.connect() as connection:
            rows = await connection.execute(_DRAW.limit(count), asked)
            return [DrawnCall(AttemptId(row[0]), row[1], row[2]) for row in rows]


def _labels_of(
    connection: Connection, attempt_ids: Sequence[str], tenant_id: str
) -> Iterator[tuple[str, str]]:
    for begin in range(0, len(attempt_ids), _SLICE):
        asked = {"tenant": tenant_id, "of": attempt_ids[begin : begin + _SLICE]}
        found: Iterable[Any] = connection.execute(_OF_TENANT, asked)
        yield from ((row.attempt_id, row.label) for row in found)
