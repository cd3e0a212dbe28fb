"""Whether a recorded voice may speak in a call: the lead's place and its consents, in SQL.

Reads and writes nothing. Refuses to know the rules: `DialLaw` says what they ask for.
"""

from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dialer.adapters.sql.dial_facts import known_of, past_of
from dialer.adapters.sql.reader import SqlReader
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.lead import Attempt
from dialer.errors import StoreUnavailable

GONE = "the lead is not on record any more, so nobody knows of a consent"


class SqlRecordedVoice:
    """A `RecordedVoice` (dialer.ports).

    Args:
        reader: for queries.
        law: says what is asked for where.
    """

    def __init__(self, reader: SqlReader, law: DialLaw) -> None:
        self._reader = reader
        self._law = law

    async def refusal(self, attempt: Attempt, terms: DialTerms, at: float) -> str:
        """Return why no recorded voice may speak in a call; "": one may."""
        asked = replace(attempt, terms=terms, dialed_at=at)

        def ask(connection: Connection) -> str:
            known = known_of(connection, [asked], lock=False)
            lead = known.leads.get(asked.lead_id)
            if lead is None:
                return GONE
            place = known.places[lead.place_id]
            consents = past_of(asked, place, known).consents
            return self._law.bars_recorded_voice(place, terms, consents, at)

        if not terms.calls_people:
            return ""
        try:
            async with self._reader.connect() as connection:
                return await connection.run_sync(ask)
        except DBAPIError as error:
            raise StoreUnavailable(str(error.orig)) from error
