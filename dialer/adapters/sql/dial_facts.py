"""What is on record for attempts that are to be judged: one reading of all that the law asks.

Reads leads, places, lists of numbers that are not to be called, attempts that live, and, where
people are called, their past and consents. Refuses to judge.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, false, or_, select

from dialer.adapters.sql.listed import LISTED, listed_for
from dialer.adapters.sql.row import AnyRow
from dialer.adapters.sql.tables.attempts import attempts
from dialer.adapters.sql.tables.law import consents, screenings
from dialer.adapters.sql.tables.leads import leads, places
from dialer.domain.calling_rules.place import Place
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.dial_law import PastDials
from dialer.domain.ids import CampaignId
from dialer.domain.lead import Attempt
from dialer.domain.meaning import Meaning
from dialer.domain.outcome import Outcome

LOOK_BACK_S: Final = 400 * 86_400.0
"""How far back attempts count: longer than any rule asks."""
_LEADS: Final = (
    select(
        leads.c.id,
        leads.c.state,
        leads.c.leased_by,
        leads.c.list_id,
        leads.c.place_id,
        leads.c.number,
    )
    .where(leads.c.id.in_(bindparam("leads", expanding=True)))
    .order_by(leads.c.id)
)
_PLACES: Final = select(places).where(places.c.id.in_(bindparam("places", expanding=True)))
_LIVE: Final = select(attempts.c.number).where(
    attempts.c.number.in_(bindparam("numbers", expanding=True)), attempts.c.ended_at.is_(None)
)
_PAST: Final = select(
    attempts.c.number,
    attempts.c.lead_id,
    attempts.c.dialed_at,
    attempts.c.ended_at,
    attempts.c.outcome,
    attempts.c.charged,
    attempts.c.meaning,
).where(
    or_(
        attempts.c.number.in_(bindparam("numbers", expanding=True)),
        attempts.c.lead_id.in_(bindparam("leads", expanding=True)),
    ),
    attempts.c.dialed_at >= bindparam("since"),
    attempts.c.undialed == false(),
)
_CONSENTS: Final = select(consents.c.number, consents.c.kind, consents.c.purpose).where(
    consents.c.number.in_(bindparam("numbers", expanding=True)),
    consents.c.tenant_id == bindparam("tenant"),
    consents.c.withdrawn_at.is_(None),
    consents.c.given_at <= bindparam("now"),
    or_(consents.c.expires_at.is_(None), consents.c.expires_at > bindparam("now")),
)
_SCREENED: Final = select(screenings.c.country, screenings.c.dated_at).where(
    screenings.c.tenant_id == bindparam("tenant")
)


@dataclass(slots=True)
class Known:
    """What is on record for a group of attempts."""

    leads: Mapping[int, AnyRow]
    places: Mapping[int, Place]
    listed: Mapping[CampaignId, set[str]]
    live: set[str]
    past: Sequence[AnyRow]
    consents: Mapping[tuple[str, str, str], tuple[Consent, ...]]
    """(tenant, number, purpose); without a purpose: for any."""
    screened: Mapping[tuple[str, str], float]
    """(tenant, country) to the date of the newest list."""


def known_of(connection: Connection, wanted: Sequence[Attempt], *, lock: bool = True) -> Known:
    """Return what is on record for attempts.

    Args:
        connection: in whose transaction they are judged.
        wanted: attempts; the numbers are locked if they are to be recorded.
        lock: hold their leads; False: nothing is to be written.
    """
    numbers = sorted({attempt.number for attempt in wanted})
    lead_ids = sorted({attempt.lead_id for attempt in wanted})
    query = _LEADS.with_for_update() if lock else _LEADS
    lead_rows = {row.id: row for row in connection.execute(query, {"leads": lead_ids})}
    asked = {"places": sorted({row.place_id for row in lead_rows.values()})}
    listed: dict[CampaignId, set[str]] = {}
    for attempt in wanted:
        campaign_id, terms = attempt.campaign_id, attempt.terms
        if campaign_id not in listed:
            ask = listed_for(set(numbers), terms.tenant_id, campaign_id, attempt.dialed_at)
            listed[campaign_id] = set(connection.execute(LISTED, ask).scalars())
    known = Known(
        leads=lead_rows,
        places={
            row.id: Place(tuple(row.jurisdictions), tuple(row.zones))
            for row in connection.execute(_PLACES, asked)
        },
        listed=listed,
        live=set(connection.execute(_LIVE, {"numbers": numbers}).scalars()),
        past=(),
        consents={},
        screened={},
    )
    people = [attempt for attempt in wanted if attempt.terms.calls_people]
    if people:
        _read_law(connection, known, people)
    return known


def _read_law(connection: Connection, known: Known, people: Collection[Attempt]) -> None:
    """Read what the rules ask for where people are called."""
    numbers = sorted({attempt.number for attempt in people})
    now = max(attempt.dialed_at for attempt in people)
    lead_ids = sorted({attempt.lead_id for attempt in people})
    ask = {"numbers": numbers, "leads": lead_ids, "since": now - LOOK_BACK_S}
    known.past = connection.execute(_PAST, ask).all()
    given: dict[tuple[str, str, str], list[Consent]] = defaultdict(list)
    screened: dict[tuple[str, str], float] = {}
    for tenant in sorted({attempt.terms.tenant_id for attempt in people}):
        who = {"numbers": numbers, "tenant": tenant, "now": now}
        for row in connection.execute(_CONSENTS, who):
            given[tenant, row.number, row.purpose].append(Consent(row.kind))
        for dated in connection.execute(_SCREENED, {"tenant": tenant}):
            key = (tenant, dated.country)
            screened[key] = max(screened.get(key, 0.0), dated.dated_at)
    known.consents = {key: tuple(kinds) for key, kinds in given.items()}
    known.screened = screened


def past_of(attempt: Attempt, place: Place, known: Known) -> PastDials:
    """Return what the law asks of the past of an attempt's number and lead."""
    tenant = attempt.terms.tenant_id
    on_number = [row for row in known.past if row.number == attempt.number]
    countries = {jurisdiction.partition("-")[0] for jurisdiction in place.jurisdictions}
    dated = [known.screened.get((tenant, country)) for country in countries]
    oldest = [at for at in dated if at is not None]
    return PastDials(
        number_at=tuple(row.dialed_at for row in on_number),
        lead_at=tuple(row.dialed_at for row in known.past if row.lead_id == attempt.lead_id),
        last_abandon_at=_last(on_number, lambda row: row.charged or row.outcome == "abandoned"),
        last_machine_at=_last(
            on_number,
            lambda row: row.outcome == Outcome.MACHINE.value or row.meaning & Meaning.MACHINE,
        ),
        last_refusal_at=_last(on_number, lambda row: row.meaning & Meaning.REFUSAL),
        last_conversation_at=_last(on_number, lambda row: row.meaning & Meaning.CONTACT),
        list_dated_at=min(oldest) if dated and len(oldest) == len(dated) else None,
        consents=tuple(
            kind
            for purpose in ("", attempt.terms.purpose)  # for another purpose it does not count
            for kind in known.consents.get((tenant, attempt.number, purpose), ())
        ),
    )


def _last(rows: Sequence[AnyRow], which: Any) -> float | None:
    return max((row.ended_at for row in rows if row.ended_at and which(row)), default=None)
