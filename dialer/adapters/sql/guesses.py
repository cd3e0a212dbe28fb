"""Wrong guesses in SQL: counted in the transaction of a connection, by the law of `lockout`.

Locks are taken by name, so that two who guess at once wait for each other and are both counted.
Refuses to know what was guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.tables.access import login_failures as failures
from dialer.domain.lockout import Failures, GuessLimit, with_failure

_SUBJECT: Final = upsert(failures).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a wrong guess came to."""

    refused_until: float | None
    """It was locked already, and the guess is not counted; None: it is."""
    locked: Mapping[str, float]
    """What this guess has locked, and until when; epoch seconds."""


def count_failure(connection: Connection, guessed: Mapping[str, GuessLimit], at: float) -> Counted:
    """Count a wrong guess for each of some names; of their kinds, what says nothing more goes."""
    for subject, limit in guessed.items():
        kind = failures.c.subject.startswith(f"{subject.partition(' ')[0]} ")
        old = failures.c.last_at < at - limit.within_s - limit.locked_s
        connection.execute(delete(failures).where(kind, old))
    before = _failures(connection, guessed, at)
    until = [one.locked_until for one in before.values() if one.is_locked(at)]
    if until:
        return Counted(max(one for one in until if one is not None), {})
    locked: dict[str, float] = {}
    for subject, limit in guessed.items():
        kept = with_failure(before[subject].failed_at, at, limit)
        values = {"failed_at": list(kept.failed_at), "locked_until": kept.locked_until}
        this = update(failures).where(failures.c.subject == subject)
        connection.execute(this.values(last_at=at, **values))
        if kept.locked_until is not None:
            locked[subject] = kept.locked_until
    return Counted(None, locked)


def forget_failures(connection: Connection, subject: str) -> None:
    """Forget the wrong guesses for a name, and its lock."""
    connection.execute(delete(failures).where(failures.c.subject == subject))


def all_locked(connection: Connection, at: float) -> Mapping[str, float]:
    """Return every name that is locked, and until when: they are few."""
    query = select(failures.c.subject, failures.c.locked_until).where(failures.c.locked_until > at)
    return {row.subject: row.locked_until for row in connection.execute(query)}


def locked_until(connection: Connection, subjects: Sequence[str], at: float) -> float | None:
    """Return until when guesses for some names are not taken; None: they are."""
    query = select(failures.c.locked_until).where(
        failures.c.subject.in_(subjects), failures.c.locked_until > at
    )
    return max(connection.execute(query).scalars(), default=None)


def _failures(
    connection: Connection, subjects: Mapping[str, GuessLimit], at: float
) -> dict[str, Failures]:
    """Return what is known of the failures of some, and hold them until the end."""
    found: dict[str, Failures] = {}
    for subject in sorted(subjects):
        connection.execute(_SUBJECT, {"subject": subject, "failed_at": [], "last_at": at})
        this = select(failures).where(failures.c.subject == subject).with_for_update()
        row = connection.execute(this).one()
        found[subject] = Failures(tuple(row.failed_at), row.locked_until)
    return found
