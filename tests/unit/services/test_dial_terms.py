"""On what terms a campaign dials: next to none where nobody is called, all of them elsewhere."""

from pathlib import Path

import pytest
from node import PROMPTS

from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import DialTerms
from dialer.domain.far_side import FarSide
from dialer.domain.ids import CampaignId
from dialer.domain.phone import Transport
from dialer.domain.trunk_route import TrunkRoute, Way
from dialer.errors import BadInput
from dialer.services.dial_terms import CampaignWays, TrunkAddress, TrunkTerms

OWN_MESSAGE = str(PROMPTS / "abandon")
TRUNK = TrunkAddress("203.0.113.7", 5060, frozenset({"US", "CA"}), 600.0, 50.0)


async def terms(far_side: FarSide, at: TrunkAddress = TRUNK, /, **settings: object) -> DialTerms:
    async def probe(_host: str, _port: int, _transport: Transport) -> FarSide:
        return far_side

    campaign = Campaign(
        campaign_id=CampaignId("ca-1"),
        name="spring",
        settings=CampaignSettings.model_validate(settings),
    )
    known = TrunkTerms({"trunk": at}, probe, default_prompt=PROMPTS / "abandon")
    return await known.of(campaign)


async def test_on_a_simulated_network_nobody_is_called() -> None:
    found = await terms(FarSide.SIMULATED, TrunkAddress("127.0.0.1", 5070))
    assert not found.calls_people
    assert found.countries is None
    assert found.trial_prefixes == ("+1999",)


async def test_the_rules_may_be_rehearsed_there() -> None:
    found = await terms(FarSide.SIMULATED, obey_rules="always", purpose="research")
    assert found.calls_people
    assert found.purpose is Purpose.RESEARCH


async def test_elsewhere_people_are_called_on_all_terms() -> None:
    found = await terms(
        FarSide.CARRIER, caller_id="+12025550199", abandon_prompt=OWN_MESSAGE, purpose="debt"
    )
    assert found == DialTerms(
        purpose=Purpose.DEBT,
        caller_id="+12025550199",
        message_ready=True,
        message_opt_out=True,
        countries=frozenset({"US", "CA"}),
        trial_prefixes=(),
        minutes_max_day=600.0,
        spend_max_day=50.0,
        calls_people=True,
    )


@pytest.mark.parametrize(
    ("far_side", "trunk", "settings", "field"),
    [
        (FarSide.CARRIER, TRUNK, {"abandon_prompt": OWN_MESSAGE}, "caller_id"),
        (
            FarSide.CARRIER,
            TRUNK,
            {"abandon_prompt": OWN_MESSAGE, "caller_id": "Outpace <5550199>"},
            "caller_id",
        ),
        (FarSide.CARRIER, TRUNK, {"caller_id": "+12025550199"}, "abandon_prompt"),
        (
            FarSide.CARRIER,
            TrunkAddress("203.0.113.7", 5060),
            {"caller_id": "+12025550199", "abandon_prompt": OWN_MESSAGE},
            "OUTPACE_TRUNK_COUNTRIES",
        ),
        (FarSide.SIMULATED, TRUNK, {"abandon_prompt": "/nowhere/message"}, "abandon_prompt"),
        (FarSide.SIMULATED, TRUNK, {"machine_message": "/nowhere/message"}, "machine_message"),
        (FarSide.SIMULATED, TRUNK, {"lost_prompt": "/srv/lost,m"}, "lost_prompt"),
        (FarSide.NOBODY, TRUNK, {}, "trunk"),
        (FarSide.SIMULATED, TRUNK, {"trunk": "another"}, "trunk"),
    ],
)
async def test_what_is_missing_is_named(
    far_side: FarSide, trunk: TrunkAddress, settings: dict[str, object], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        await terms(far_side, trunk, **settings)
    assert refused.value.field == field
    assert Path(OWN_MESSAGE + ".wav").is_file()


BOTH = TrunkRoute("both", (Way("east", 1), Way("west", 2)))
WEST = TrunkAddress("203.0.113.8", 5060, frozenset({"GB"}))


async def ways(sides: dict[str, FarSide], **settings: object) -> CampaignWays:
    async def probe(host: str, _port: int, _transport: Transport) -> FarSide:
        return sides["east" if host == TRUNK.host else "west"]

    async def route(name: str, _tenant: str) -> TrunkRoute | None:
        return BOTH if name == "both" else None

    given = {
        "trunk": "both",
        "caller_id": "+12025550199",
        "abandon_prompt": OWN_MESSAGE,
        **settings,
    }
    campaign = Campaign(
        campaign_id=CampaignId("ca-1"),
        name="spring",
        settings=CampaignSettings.model_validate(given),
    )
    trunks = {"east": TRUNK, "west": WEST}
    known = TrunkTerms(trunks, probe, default_prompt=PROMPTS / "abandon", routes=route)
    return await known.ways(campaign)


async def test_a_route_dials_on_each_trunk_by_its_own_terms() -> None:
    found = await ways({"east": FarSide.CARRIER, "west": FarSide.CARRIER})
    assert found.route == BOTH
    assert found.by_trunk["east"].countries == {"US", "CA"}
    assert found.by_trunk["east"].minutes_max_day == 600.0
    assert found.by_trunk["west"].countries == {"GB"}
    assert found.by_trunk["west"].minutes_max_day is None
    assert found.terms.countries == {"US", "CA", "GB"}
    assert not found.alike


async def test_where_one_trunk_of_a_route_calls_people_all_rules_hold_for_the_campaign() -> None:
    found = await ways({"east": FarSide.SIMULATED, "west": FarSide.CARRIER})
    assert found.terms.calls_people
    assert found.terms.trial_prefixes == ()
    assert not found.by_trunk["east"].calls_people


async def test_a_silent_trunk_of_a_route_stops_nothing_and_is_taken_for_a_carrier() -> None:
    found = await ways({"east": FarSide.NOBODY, "west": FarSide.CARRIER})
    assert found.by_trunk["east"].calls_people
    with pytest.raises(BadInput, match="does not answer"):
        await ways({"east": FarSide.NOBODY, "west": FarSide.NOBODY})


async def test_a_name_that_is_neither_trunk_nor_route_is_told() -> None:
    with pytest.raises(BadInput, match="'home' is not configured: this node has 'east', 'west'"):
        await ways({"east": FarSide.CARRIER, "west": FarSide.CARRIER}, trunk="home")
