"""A campaign that is started again goes by the settings it has by then."""

import pytest
from node import SPRING, node

from dialer.domain.campaign import CampaignSettings
from dialer.domain.lead_order import LeadOrder, OrderBy
from dialer.errors import BadInput

VIRTUAL_TIME = True


async def test_settings_hold_from_the_next_start_on() -> None:
    async with node() as at:
        run = await at.campaign(mode="progressive", max_lines=5, leads=30)
        with pytest.raises(BadInput, match="is running; pause it first"):
            await at.stores.campaigns.set_settings(
                SPRING, CampaignSettings(trunk="other"), by="sue", at=0.0
            )
        await at.campaigns.pause(SPRING)
        held = run.hopper
        assert held.ready > 0
        changed = run.campaign.settings.model_copy(
            update={"max_lines": 9, "order": LeadOrder(by=OrderBy.NEWEST)}
        )
        await at.stores.campaigns.set_settings(SPRING, changed, by="sue", at=0.0)
        assert run.pacer.settings.max_lines == 5
        await at.campaigns.stop(SPRING)  # another move in between
        await at.campaigns.start(SPRING)
        assert at.run() is run
        assert run.pacer.settings.max_lines == 9
        assert (run.campaign.settings, run.taken) == (changed, changed)
        assert (held.ready, run.hopper is held) == (0, False)
        assert run.hopper.ready > 0


async def test_a_start_without_a_change_keeps_the_leads_it_holds() -> None:
    async with node() as at:
        run = await at.campaign()
        await at.campaigns.pause(SPRING)
        held, ready = run.hopper, run.hopper.ready
        await at.campaigns.start(SPRING)
        assert (run.hopper, run.hopper.ready) == (held, ready)


async def test_leads_are_given_back_only_while_the_campaign_does_not_dial() -> None:
    async with node() as at:
        run = await at.campaign()
        await at.campaigns.give_back(SPRING)
        assert run.hopper.ready > 0
        await at.campaigns.pause(SPRING)
        await at.campaigns.give_back(SPRING)
        assert run.hopper.ready == 0
        assert {lead.state for lead in at.stores.tables.leads.values()} == {"ready"}


async def test_the_pacing_of_a_running_campaign_changes_at_once_and_its_leads_stay() -> None:
    async with node() as at:
        run = await at.campaign(mode="progressive", max_lines=5, leads=60)
        held, ready = run.hopper, run.hopper.ready
        changed = run.campaign.settings.model_copy(
            update={"mode": "power", "power_ratio": 2.0, "wrap_up_limit_s": 4.0}
        )
        await at.stores.campaigns.set_settings(SPRING, changed, by="sue", at=0.0)
        assert await at.campaigns.renew(SPRING) is run
        assert (run.pacer.settings.mode, run.pacer.settings.power_ratio) == ("power", 2.0)
        assert run.campaign.settings == run.taken == changed
        assert (run.hopper is held, held.ready) == (True, ready)
        await at.campaigns.pause(SPRING)
        assert await at.campaigns.renew(SPRING) is None
