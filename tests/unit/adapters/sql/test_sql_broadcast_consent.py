"""A recorded voice is for who agreed to one: asked in the transaction that records the dial."""

from dataclasses import replace
from pathlib import Path

import pytest
from databases import database
from stored import KINDS, SPRING, number, with_leads

from dialer.adapters.sql.consents import SqlConsents
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.calling_rules.rule import Consent, rule_from
from dialer.domain.campaign import Campaign
from dialer.domain.consent import ConsentGiven
from dialer.domain.dial_law import DialLaw, DialTerms, HeldBy
from dialer.domain.ids import new_attempt_id
from dialer.domain.lead import Attempt, Draw

NOON = 1_795_021_200.0
RULE = rule_from(
    {
        "id": "us-prerecorded",
        "jurisdiction": "US",
        "effective_from": "2000-01-01",
        "source": "a law",
        "confidence": "V",
        "prerecorded_consent": ["express_written"],
    }
)
TERMS = DialTerms(calls_people=True, countries=frozenset({"US"}), broadcast="offer")


async def dials(stores: SqlStores, terms: DialTerms, **how: bool) -> str:
    """Dial the lead; returns why that was not recorded, "" if it was."""
    (lead,) = await stores.leads.lease(SPRING, 1, Draw(NOON))
    attempt = Attempt(
        new_attempt_id(), SPRING, lead.lead_id, lead.number, "t", NOON, terms=terms, **how
    )
    held = await stores.attempts.record_dialed([attempt])
    if not held:
        return ""
    assert held[0].held_by is HeldBy.RULES
    return held[0].text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("given", "terms", "held"),
    [
        (None, TERMS, True),
        (None, replace(TERMS, broadcast=""), False),
        ((Consent.EXPRESS_WRITTEN, ""), TERMS, False),
        ((Consent.EXPRESS_WRITTEN, "sales"), TERMS, False),
        ((Consent.EXPRESS_WRITTEN, "service"), TERMS, True),  # agreed to something else
        ((Consent.EXPRESS, ""), TERMS, True),  # of another kind
    ],
)
async def test_a_lead_without_the_consent_is_held_with_the_reason(
    kind: str,
    tmp_path: Path,
    given: tuple[Consent, str] | None,
    terms: DialTerms,
    held: bool,
) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0, law=DialLaw((RULE,))) as stores,
    ):
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name=SPRING))
        await with_leads(stores, 1)
        if given is not None:
            of, purpose = given
            consent = ConsentGiven(number(0), of, "form 7", NOON - 9, purpose)
            await SqlConsents(stores.writer, stores.reader).add([consent], by="sue", at=NOON)
        reason = await dials(stores, terms)
        assert bool(reason) is held
        if held:
            assert "a recorded or artificial voice needs consent: express_written" in reason


@pytest.mark.parametrize("kind", KINDS)
async def test_who_is_promised_an_agent_hears_no_recorded_voice_and_needs_no_such_consent(
    kind: str, tmp_path: Path
) -> None:
    async with (
        database(kind, tmp_path) as url,
        open_stores(url, gather_s=0.0, law=DialLaw((RULE,))) as stores,
    ):
        await stores.campaigns.create(Campaign(campaign_id=SPRING, name=SPRING))
        await with_leads(stores, 1)
        assert await dials(stores, TERMS, agent_guaranteed=True) == ""
