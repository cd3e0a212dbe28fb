"""What the calling rules say of people who called us."""

import pytest

from dialer.domain.calling_rules.rule import CallingRule, rule_from
from dialer.domain.dial_law import REHEARSAL, DialLaw, DialTerms
from dialer.domain.legal_limits import Ground
from dialer.errors import BadInput
from dialer.services.caller_law import CallerLaw

LONDON, BERLIN, PARIS, WITHHELD = "+442071234567", "+493012345678", "+33142685300", ""


def rule(country: str, recording: str) -> CallingRule:
    dated = {"effective_from": "2000-01-01", "source": "s", "confidence": "V"}
    return rule_from(
        {"id": country.lower(), "jurisdiction": country, "recording": recording, **dated}
    )


LAW = DialLaw((rule("GB", "one_party"), rule("DE", "announced"), rule("FR", "opt_in")))


class Today:
    """A clock that stands, at a time at which the rules hold."""

    def now(self) -> float:
        return 1_795_021_200.0


def law(terms: DialTerms | None) -> CallerLaw:
    async def way_out() -> tuple[str, DialTerms]:
        if terms is None:
            raise BadInput("trunk", "does not answer", "start it")
        return "trunk", terms

    return CallerLaw(LAW, way_out, Today())


@pytest.mark.parametrize("terms", [DialTerms(calls_people=True), None])
async def test_a_caller_is_recorded_on_the_ground_of_where_they_are(
    terms: DialTerms | None,
) -> None:
    # also where nothing can be called on the trunk: it is people who call
    grounds = [await law(terms).ground(one) for one in (LONDON, BERLIN, PARIS, WITHHELD)]
    assert grounds == [Ground.ONE_PARTY, Ground.ANNOUNCED, Ground.NONE, Ground.NONE]


async def test_on_a_simulated_network_nobody_calls() -> None:
    assert await law(REHEARSAL).ground(BERLIN) is Ground.NOBODY_CALLED
    assert (await law(REHEARSAL).listening(BERLIN)).ground is Ground.NOBODY_CALLED


async def test_who_is_told_nothing_is_listened_to_by_the_rules_alone() -> None:
    people = law(DialTerms(calls_people=True))
    assert not (await people.listening(BERLIN)).ground
    assert (await people.listening(LONDON)).ground is Ground.ONE_PARTY
    assert (await people.listening(WITHHELD)).lacks == "where the person is is not known"
