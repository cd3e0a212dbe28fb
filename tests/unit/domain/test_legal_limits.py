"""What rules ask of a campaign as a whole, and of recording."""

import pytest

from dialer.adapters.rule_files import read_rules
from dialer.domain.calling_rules.place import place_of
from dialer.domain.calling_rules.rule import CallingRule, Purpose, rule_from
from dialer.domain.campaign import CampaignSettings
from dialer.domain.dial_law import REHEARSAL, DialLaw, DialTerms
from dialer.domain.legal_limits import (
    NO_LIMITS,
    Ground,
    LegalCap,
    LegalLimits,
    ground_of,
    limits_of,
    listening_of,
)
from dialer.services.campaign_run import pacing_settings

LAW = DialLaw(read_rules())
NOW = 1_795_021_200.0
PEOPLE = DialTerms(purpose=Purpose.SALES, calls_people=True)
NEW_YORK, BERLIN, LONDON = map(place_of, ("+12125550100", "+493012345678", "+442071234567"))


def capped(rate: float) -> LegalLimits:
    return LegalLimits((LegalCap("campaign", "rolling_24h", rate),))


def test_where_nobody_is_called_nothing_is_asked() -> None:
    assert limits_of(LAW, [NEW_YORK, BERLIN], REHEARSAL, NOW) == NO_LIMITS
    assert ground_of(LAW, BERLIN, REHEARSAL, NOW, announced=False) is Ground.NOBODY_CALLED


def test_the_strictest_of_all_places_holds() -> None:
    american = limits_of(LAW, [NEW_YORK], PEOPLE, NOW)
    both = limits_of(LAW, [NEW_YORK, BERLIN], PEOPLE, NOW)
    german = limits_of(LAW, [BERLIN], PEOPLE, NOW)
    assert american.abandon_rate_cap == pytest.approx(0.03)
    assert both.abandon_rate_cap == min(american.abandon_rate_cap, german.abandon_rate_cap) < 0.03
    assert both.ring_min_s == max(american.ring_min_s, german.ring_min_s) >= 20


def test_pacing_holds_the_stricter_of_setting_and_law() -> None:
    settings = CampaignSettings(mode="predictive", abandon_rate_target=0.02)
    assert pacing_settings(settings).abandon_rate_target == 0.02
    assert pacing_settings(settings, capped(0.01)).abandon_rate_target == 0.01
    assert pacing_settings(settings, capped(0.05)).abandon_rate_target == 0.02


def test_where_nobody_may_be_abandoned_nothing_is_dialed_ahead() -> None:
    settings = CampaignSettings(mode="predictive")
    assert pacing_settings(settings, capped(0.0)).mode == "progressive"


def test_a_talk_is_recorded_on_a_ground_that_holds_where_the_person_is() -> None:
    asked = {one.value for one in LAW.holds(LONDON, Purpose.SALES, NOW).recording}
    for place in (NEW_YORK, BERLIN, LONDON):
        asked = {one.value for one in LAW.holds(place, Purpose.SALES, NOW).recording}
        plain = ground_of(LAW, place, PEOPLE, NOW, announced=False)
        told = ground_of(LAW, place, PEOPLE, NOW, announced=True)
        if asked == {"one_party"}:
            assert (plain, told) == (Ground.ONE_PARTY, Ground.ONE_PARTY)
        elif asked == {"announced"}:
            assert (plain, told) == (Ground.NONE, Ground.ANNOUNCED)
        else:
            assert (plain, told) == (Ground.NONE, Ground.NONE)
    assert ground_of(LAW, None, PEOPLE, NOW, announced=True) is Ground.NONE


def rule(**fields: object) -> CallingRule:
    values = {"id": "r", "jurisdiction": "GB", "effective_from": "2000-01-01", "source": "s"}
    return rule_from(values | {"confidence": "V"} | fields)


@pytest.mark.parametrize(
    ("asked", "announced", "ground"),
    [
        ({"listening": "one_party"}, False, Ground.ONE_PARTY),
        ({"listening": "announced"}, False, Ground.NONE),
        ({"listening": "announced"}, True, Ground.ANNOUNCED),
        ({"listening": "opt_in"}, True, Ground.NONE),
        ({"recording": "one_party"}, False, Ground.ONE_PARTY),
        ({"recording": "one_party", "listening": "opt_in"}, True, Ground.NONE),
        ({"recording": "opt_in", "listening": "one_party"}, False, Ground.ONE_PARTY),
        ({}, True, Ground.NONE),
    ],
)
def test_a_supervisor_listens_on_a_ground_that_holds_where_the_person_is(
    asked: dict[str, str], announced: bool, ground: Ground
) -> None:
    law = DialLaw((rule(**asked),))
    found = listening_of(law, LONDON, PEOPLE, NOW, announced=announced)
    assert found.ground is ground


def test_the_strictest_of_all_rules_for_listening_holds_and_says_what_it_asks() -> None:
    law = DialLaw((rule(id="a", listening="one_party"), rule(id="b", listening="announced")))
    found = listening_of(law, LONDON, PEOPLE, NOW, announced=False)
    assert "announcement" in found.lacks
    assert "recording_announced" in found.fix
    strict = listening_of(LAW, BERLIN, PEOPLE, NOW, announced=True)
    assert (strict.ground, "opt_in" in strict.lacks) == (Ground.NONE, True)


def test_who_may_be_anywhere_is_not_listened_to_and_nobody_may_be() -> None:
    assert listening_of(LAW, None, PEOPLE, NOW, announced=True).ground is Ground.NONE
    rehearsed = listening_of(LAW, None, REHEARSAL, NOW, announced=False)
    assert rehearsed.ground is Ground.NOBODY_CALLED
