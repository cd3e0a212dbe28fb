"""The steps of an erasure, all in one transaction: what goes, what stays under another name.

Attempts and calls stay: their times and outcomes are what the law of calling asks for. Their number
becomes a stand-in, the same one for the same number, so that counts stay right. Refuses to know who
may ask for it and why, and to delete files.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from dialer.adapters.sql.tables.access import caller_accounts
from dialer.adapters.sql.tables.attempts import attempts, calls, recordings, refusals
from dialer.adapters.sql.tables.audit import audit_log
from dialer.adapters.sql.tables.content import reviews, voicemails
from dialer.adapters.sql.tables.law import EVERYWHERE, consents, do_not_call, legal_holds
from dialer.adapters.sql.tables.leads import callbacks, lead_changes, lead_numbers, leads
from dialer.adapters.sql.voicemails import PATH_OF_VOICEMAIL
from dialer.domain.callback import CLOSED, CallbackState
from dialer.domain.suppression import is_stand_in, stand_in

ERASED: Final = "erased"
"""Why an erased lead is done, and the source of the entry that stays for its number."""


@dataclass(slots=True)
class Erasure:
    """One number, to be erased in the transaction of a connection.

    Args:
        connection: in the transaction.
        number: E.164.
        key: of digests.
        at: now, epoch seconds.
    """

    connection: Connection
    number: str
    key: bytes
    at: float
    instead: str = field(init=False)
    lead_ids: list[int] = field(init=False)
    """Leads that have the number, or were dialed on it."""
    attempt_ids: list[str] = field(init=False)
    """Attempts of these, and those of an erasure before."""

    def __post_init__(self) -> None:
        self.instead = stand_in(self.number, self.key)
        self.lead_ids = self._ids(
            select(leads.c.id).where(leads.c.number == self.number),
            select(lead_numbers.c.lead_id).where(lead_numbers.c.number == self.number),
            select(attempts.c.lead_id).where(attempts.c.number == self.number),
        )
        of_person = or_(
            attempts.c.number.in_([self.number, self.instead]),
            attempts.c.lead_id.in_(self.lead_ids),
        )
        self.attempt_ids = self._ids(select(attempts.c.id).where(of_person))

    def is_in_a_call(self) -> bool:
        """Tell whether an attempt or a call with the number has not ended."""
        queries = (
            select(attempts.c.id).where(
                attempts.c.id.in_(self.attempt_ids), attempts.c.ended_at.is_(None)
            ),
            select(calls.c.id).where(calls.c.number == self.number, calls.c.ended_at.is_(None)),
        )
        return any(self.connection.execute(query.limit(1)).first() for query in queries)

    def run(self) -> set[str]:
        """Erase; returns the names of the files to delete, those of an erasure before as well."""
        files = self._take_files()
        self._rename(attempts, attempts.c.lead_id)
        self._rename(refusals, refusals.c.lead_id)
        self._rename(callbacks, callbacks.c.lead_id)
        self._rename_calls()
        self._cancel_callbacks()
        self._forget_leads()
        run = self.connection.execute
        run(delete(consents).where(consents.c.number == self.number))
        run(delete(voicemails).where(voicemails.c.number == self.number))
        run(delete(caller_accounts).where(caller_accounts.c.phone == self.number))
        self._forget_said()
        self._keep_do_not_call()
        held = update(legal_holds).where(legal_holds.c.number == self.number)
        run(held.values(number=self.instead))
        return files

    def _take_files(self) -> set[str]:
        """Mark recordings as deleted and return their files' names, and those of voicemails."""
        run = self.connection.execute
        recorded = run(
            select(attempts.c.id, attempts.c.recording, attempts.c.dialed_at).where(
                attempts.c.id.in_(self.attempt_ids), attempts.c.recording != ""
            )
        ).all()
        rows = [
            {"attempt_id": row.id, "file": row.recording, "began_at": row.dialed_at}
            for row in recorded
        ]
        if rows:  # the mark stays when the attempt does not name its file any more
            run(upsert(recordings).on_conflict_do_nothing(), rows)
            run(update(attempts).where(attempts.c.id.in_(self.attempt_ids)).values(recording=""))
        with_person = select(calls.c.id).where(
            or_(
                calls.c.number.in_([self.number, self.instead]),
                calls.c.attempt_id.in_(self.attempt_ids),
            )
        )
        of_person = or_(
            recordings.c.attempt_id.in_(self.attempt_ids), recordings.c.call_id.in_(with_person)
        )
        files = set(run(select(recordings.c.file).where(of_person)).scalars())
        run(
            update(recordings)
            .where(of_person, recordings.c.deleted_at.is_(None))
            .values(deleted_at=self.at)
        )
        heard = select(PATH_OF_VOICEMAIL).where(voicemails.c.number == self.number)
        files |= set(run(heard).scalars())
        before = select(audit_log.c.detail).where(
            audit_log.c.action == "erase", audit_log.c.subject == self.instead
        )
        for detail in run(before).scalars():
            files |= set(detail.get("files", ()))
        return files

    def _rename(self, table: Table, lead_id: Any) -> None:
        """Replace the numbers of a table's rows: this one, and others of its leads."""
        of_person = or_(table.c.number == self.number, lead_id.in_(self.lead_ids))
        self._replace(table, of_person)

    def _rename_calls(self) -> None:
        of_person = or_(calls.c.number == self.number, calls.c.attempt_id.in_(self.attempt_ids))
        self._replace(calls, of_person)

    def _replace(self, table: Table, of_person: Any) -> None:
        run = self.connection.execute
        for number in run(select(table.c.number).where(of_person).distinct()).scalars().all():
            if not is_stand_in(number):
                these = update(table).where(of_person, table.c.number == number)
                run(these.values(number=stand_in(number, self.key)))

    def _cancel_callbacks(self) -> None:
        of_person = or_(callbacks.c.number == self.instead, callbacks.c.lead_id.in_(self.lead_ids))
        run = self.connection.execute
        run(update(callbacks).where(of_person).values(note=""))
        closed = sorted(state.value for state in CLOSED)
        run(
            update(callbacks)
            .where(of_person, callbacks.c.state.not_in(closed))
            .values(state=CallbackState.CANCELLED.value, since=self.at)
        )

    def _forget_leads(self) -> None:
        these = self.lead_ids
        self.connection.execute(delete(lead_numbers).where(lead_numbers.c.lead_id.in_(these)))
        self.connection.execute(delete(lead_changes).where(lead_changes.c.lead_id.in_(these)))
        self.connection.execute(
            update(leads)
            .where(leads.c.id.in_(these))
            .values(
                number=self.instead,
                attributes={},
                external_id=None,
                state="done",
                why=ERASED,
                owner=None,
                team_id=None,
                assigned_until=None,
                leased_by="",
                lease_ends_at=None,
            )
        )

    def _forget_said(self) -> None:
        """Take the words out of notes and reviews of talks; figures and scores stay."""
        run = self.connection.execute
        run(update(attempts).where(attempts.c.id.in_(self.attempt_ids)).values(note=""))
        of_person = reviews.c.attempt_id.in_(self.attempt_ids)
        run(update(reviews).where(of_person).values(note="", comments=[]))

    def _keep_do_not_call(self) -> None:
        """Let entries stay under the stand-in, and see that there is one for everywhere."""
        other = do_not_call.alias()
        run = self.connection.execute
        there = exists(other).where(
            other.c.number == self.instead, other.c.scope == do_not_call.c.scope
        )
        run(delete(do_not_call).where(do_not_call.c.number == self.number, there))
        mine = update(do_not_call).where(do_not_call.c.number == self.number)
        run(mine.values(number=self.instead))
        row = {"number": self.instead, "scope": EVERYWHERE, "source": ERASED, "at": self.at}
        enter = upsert(do_not_call).on_conflict_do_update(
            index_elements=["number", "scope"], set_={"expires_at": None}
        )
        run(enter, [row])

    def _ids(self, *queries: Any) -> list[Any]:
        found: set[Any] = set()
        for query in queries:
            found |= set(self.connection.execute(query).scalars())
        return sorted(found)
