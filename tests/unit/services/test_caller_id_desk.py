"""Caller ids of campaigns that dial: proven, shown, and at rest."""

from collections.abc import Sequence

import pytest
from node import CROWD, node

from dialer.domain.caller_id import CallerId, complained
from dialer.domain.campaign import CampaignSettings
from dialer.domain.ids import MAIN_TENANT
from dialer.errors import BadInput
from dialer.services.caller_id_desk import CallerIdDesk

VIRTUAL_TIME = True

OURS = CallerId("+12025550100", verified_at=1.0, proof="letter")
OTHER = CallerId("+12125550100", verified_at=1.0, proof="letter")


class Kept:
    """Caller ids on record."""

    def __init__(self, *known: CallerId) -> None:
        self.known = list(known)

    async def look(self, _tenant: str) -> Sequence[CallerId]:
        return self.known


async def test_people_are_called_only_with_numbers_that_are_proven_to_be_ours() -> None:
    kept = Kept(OURS, CallerId("+12025550177"))
    desk = CallerIdDesk(kept.look)
    await desk.check(MAIN_TENANT, CampaignSettings(caller_id=OURS.number), True)
    for settings, field in (
        (CampaignSettings(caller_id="+12025550199"), "caller_id"),
        (CampaignSettings(caller_ids=(OURS.number, "+12025550199")), "caller_ids"),
        (CampaignSettings(caller_id="+12025550177"), "caller_id"),
    ):
        with pytest.raises(BadInput) as refused:
            await desk.check(MAIN_TENANT, settings, True)
        assert refused.value.field == field
        assert "outpace caller-ids add" in refused.value.fix
        await desk.check(MAIN_TENANT, settings, False)


async def test_each_call_shows_the_number_of_its_area_and_it_is_on_record() -> None:
    kept = Kept(OURS, OTHER)
    async with node() as at:
        pool = [OTHER.number, OURS.number]
        await at.campaign(mode="progressive", caller_ids=pool)
        await at.desk_of(kept.look)
        await at.log_in(*CROWD[:2])
        await at.dialing.round()
        for attempt in at.switch.calls:
            assert at.switch.options[attempt.attempt_id].caller_id == OURS.number
            assert attempt.terms.caller_id == OURS.number


async def test_after_a_complaint_the_number_is_not_shown_and_without_another_nobody_is_called() -> (
    None
):
    kept = Kept(OURS)
    async with node() as at:
        await at.campaign(mode="progressive", caller_ids=[OURS.number])
        desk = await at.desk_of(kept.look)
        await at.log_in(*CROWD[:2])
        kept.known = [complained(OURS, at.clock.now(), 14)]
        await desk.commands()["caller-ids.renew"]({})
        assert await at.dialing.round() == 0
        kept.known = [OURS]
        await desk.commands()["caller-ids.renew"]({})
        assert await at.dialing.round() == 2
