"""Whether a number might be dialed, asked of the same facts that an attempt is judged by.

Reads and writes nothing. Refuses to know the rules.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from dialer.adapters.sql.dial_facts import known_of, past_of
from dialer.adapters.sql.reader import SqlReader
from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import DialTerms, PastDials
from dialer.domain.ids import AttemptId, CampaignId, LeadId
from dialer.domain.lead import Attempt


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """What is on record of a number."""

    listed: bool
    """On a do-not-call list that holds."""
    live: bool
    """An attempt on it has no end yet."""
    past: PastDials


class SqlDialCheck:
    """Looks numbers up.

    Args:
        reader: for queries.
    """

    def __init__(self, reader: SqlReader) -> None:
        self._reader = reader

    async def facts(
        self,
        number: str,
        place: Place,
        terms: DialTerms,
        *,
        campaign_id: CampaignId | None,
        lead_id: LeadId | None,
        at: float,
    ) -> NumberFacts:
        """Return what an attempt at an instant would be judged by.

        Args:
            number: E.164.
            place: where it may be.
            terms: on which it would be dialed; people must be called by them.
            campaign_id: which would dial it; None: lists of single campaigns do not count.
            lead_id: whose number it is; None: nobody's.
            at: epoch seconds.
        """
        attempt = Attempt(
            AttemptId("at-check"),
            campaign_id or CampaignId(""),
            lead_id or LeadId(0),
            number,
            trunk="",
            dialed_at=at,
            terms=terms,
        )

        def ask(connection: Connection) -> NumberFacts:
            known = known_of(connection, [attempt], lock=False)
            return NumberFacts(
                number in known.listed[attempt.campaign_id],
                number in known.live,
                past_of(attempt, place, known),
            )

        async with self._reader.connect() as connection:
            return await connection.run_sync(ask)
