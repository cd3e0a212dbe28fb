"""The dialing loop: decide, tell the pacer, commit, and only then send."""

import asyncio
from collections.abc import Sequence

import pytest
from node import ANN, AUTUMN, BOB, CROWD, SPRING, Node, node

from dialer.domain.campaign import CampaignState
from dialer.domain.dial_law import DialLaw, HeldAttempt, HeldBy
from dialer.domain.ids import new_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput, StoreUnavailable
from dialer.services.dialing import LIMIT_AGAIN_S, SEND_WITHIN_S
from dialer.services.recorder import FULL
from dialer.testing.attempts import MemoryAttemptStore
from dialer.testing.stores import MemoryStores
from dialer.testing.tables import Tables

VIRTUAL_TIME = True


class Attempts(MemoryAttemptStore):
    """Commits when the gate is open, or fails."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables, DialLaw())
        self.asked, self.gate = asyncio.Event(), asyncio.Event()
        self.gate.set()
        self.broken = self.lost = self.used_up = False
        self.times_asked = 0

    async def record_dialed(self, attempts: Sequence[Attempt]) -> list[HeldAttempt]:
        self.asked.set()
        await self.gate.wait()
        self.times_asked += 1
        if self.broken:
            raise OSError("disk full")
        if self.lost:
            raise StoreUnavailable("no connection")
        if self.used_up:
            for attempt in attempts:
                self._tables.leads[attempt.lead_id].state = "ready"
            return [HeldAttempt(one.attempt_id, HeldBy.DAILY_LIMIT) for one in attempts]
        return await super().record_dialed(attempts)


def gated() -> tuple[MemoryStores, Attempts]:
    stores = MemoryStores()
    stores.attempts = attempts = Attempts(stores.tables)
    return stores, attempts


def ends(at: Node) -> list[Outcome | None]:
    entries = at.stores.tables.attempts.values()
    return [entry.end.outcome if entry.end else None for entry in entries]


def leads(at: Node) -> list[str]:
    return [entry.state for entry in at.stores.tables.leads.values()]


async def test_an_idle_agent_gets_a_line_and_a_second_round_no_other() -> None:
    async with node() as at:
        await at.campaign(mode="progressive")
        assert await at.dialing.round() == 0
        await at.log_in(ANN)
        assert await at.dialing.round() == 1
        assert await at.dialing.round() == 0
        (attempt,) = at.switch.calls
        assert attempt.number == "+12020000000"
        assert at.stores.tables.attempts[attempt.attempt_id].attempt == attempt
        assert at.calls.lines("trunk") == 1


async def test_nothing_is_sent_before_the_commit_and_the_line_counts_meanwhile() -> None:
    stores, attempts = gated()
    async with node(stores=stores) as at:
        await at.campaign(mode="progressive")
        await at.log_in(ANN)
        attempts.gate.clear()
        dialing = at.tasks.create_task(at.dialing.round())
        await attempts.asked.wait()
        assert at.switch.calls == []
        assert at.calls.lines("trunk") == 1
        assert at.run().decide(at.clock.now()) == 0
        attempts.gate.set()
        assert await dialing == 1
        assert len(at.switch.calls) == 1


async def test_an_originate_is_never_sent_when_the_commit_failed() -> None:
    stores, attempts = gated()
    async with node(stores=stores) as at:
        await at.campaign(mode="progressive")
        await at.log_in(ANN)
        attempts.broken = True
        with pytest.raises(OSError, match="disk full"):
            await at.dialing.round()
        assert at.switch.calls == []


@pytest.mark.parametrize("how", ["pause", "stop", "hold", "session", "finish"])
async def test_what_was_committed_and_may_not_be_sent_any_more_is_booked_as_undialed(
    how: str,
) -> None:
    stores, attempts = gated()
    async with node(stores=stores) as at:
        run = await at.campaign(mode="progressive", ring_min_s=15)
        await at.log_in(ANN)
        attempts.gate.clear()
        dialing = at.tasks.create_task(at.dialing.round())
        await attempts.asked.wait()
        if how == "pause":
            await at.campaigns.pause(SPRING)
        elif how == "stop":
            await at.campaigns.stop(SPRING)
        elif how == "hold":
            at.dialing.held = True
        elif how == "session":
            at.switch.lose()
        else:
            run.campaign = run.campaign.model_copy(update={"state": CampaignState.FINISHED})
        attempts.gate.set()
        assert await dialing == 0
        await at.settle()
        assert at.switch.calls == []
        assert ends(at) == [Outcome.CANCELLED]
        assert leads(at)[0] in ("ready", "leased")
        assert at.stores.tables.leads[1].attempts == 0
        assert at.calls.lines("trunk") == 0
        assert run.live == set()


async def test_a_lead_withdrawn_by_do_not_call_is_not_dialed_and_holds_up_no_other() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", leads=3)
        await at.log_in(ANN, BOB)
        await at.stores.attempts.add_do_not_call("+12020000000", source="page", at=1.0)
        assert await at.dialing.round() == 1
        assert [attempt.number for attempt in at.switch.calls] == ["+12020000001"]
        assert len(at.stores.tables.attempts) == 1
        assert at.calls.lines("trunk") == 1
        await at.dialing.round()
        assert [attempt.number for attempt in at.switch.calls] == ["+12020000001", "+12020000002"]


@pytest.mark.parametrize("why", ["held", "no session", "record behind", "paused"])
async def test_no_line_is_started_while(why: str) -> None:
    async with node() as at:
        await at.campaign(mode="progressive")
        await at.log_in(ANN)
        await at.settle()
        if why == "held":
            at.dialing.held = True
        elif why == "no session":
            at.switch.lose()
        elif why == "paused":
            await at.campaigns.pause(SPRING)
        else:
            for _ in range(FULL + 1):
                at.recorder.talk_began(new_attempt_id(), ANN, at.agent(ANN).leg_id, 1.0)
        assert await at.dialing.round() == 0
        assert at.switch.calls == []
        assert at.stores.tables.attempts == {}


async def test_a_trunk_has_so_many_lines_and_no_more() -> None:
    async with node(max_lines=3) as at:
        await at.campaign(SPRING, mode="progressive")
        await at.campaign(AUTUMN, mode="progressive")
        await at.log_in(*CROWD[:8], campaigns=[SPRING, AUTUMN])
        for _ in range(5):
            await at.dialing.round()
            await asyncio.sleep(1)
        assert len(at.switch.calls) == at.calls.lines("trunk") == 3
        assert {attempt.campaign_id for attempt in at.switch.calls} == {SPRING, AUTUMN}
        at.switch.end(at.switch.calls[0].attempt_id, 17)
        assert await at.dialing.round() == 1


async def test_a_trunk_starts_so_many_calls_a_second_and_no_more() -> None:
    async with node(calls_per_second=4.0) as at:
        await at.campaign(mode="progressive", leads=100)
        await at.log_in(*CROWD)
        for _ in range(100):
            await at.dialing.round()
            await asyncio.sleep(0.02)
        began = [attempt.dialed_at for attempt in at.switch.calls]
        assert len(began) == pytest.approx(8, abs=1)
        assert all(later - first >= 0.99 for first, later in zip(began, began[4:], strict=False))


async def test_campaigns_share_a_trunk_by_weight() -> None:
    async with node(max_lines=8) as at:
        await at.campaign(SPRING, mode="progressive", weight=3.0)
        await at.campaign(AUTUMN, mode="progressive", weight=1.0)
        await at.log_in(*CROWD[:8], campaigns=[SPRING])
        await at.log_in(*CROWD[8:16], campaigns=[AUTUMN])
        for _ in range(10):
            await at.dialing.round()
            await asyncio.sleep(1)
        dialed = [attempt.campaign_id for attempt in at.switch.calls]
        assert (dialed.count(SPRING), dialed.count(AUTUMN)) == (6, 2)


async def test_no_lead_is_dialed_twice_and_the_campaign_ends_with_its_list() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", leads=7)
        await at.log_in(ANN, BOB)
        running = [
            at.tasks.create_task(at.dialing.run()),
            at.tasks.create_task(at.dialing.refill()),
        ]
        for _ in range(60):
            for attempt in at.switch.calls:
                at.switch.end(attempt.attempt_id, 17, "486")
            await asyncio.sleep(0.5)
        for task in running:
            task.cancel()
        numbers = [attempt.number for attempt in at.switch.calls]
        assert sorted(numbers) == sorted(set(numbers))
        assert len(numbers) == 7
        assert ends(at) == [Outcome.BUSY] * 7
        assert at.run().campaign.state is CampaignState.FINISHED


async def test_a_database_that_cannot_be_reached_voids_what_was_planned_and_dialing_goes_on() -> (
    None
):
    stores, attempts = gated()
    async with node(stores=stores) as at:
        await at.campaign(mode="progressive", leads=5)
        await at.log_in(ANN)
        attempts.lost = True
        assert await at.dialing.round() == 0
        await at.settle()
        assert at.switch.calls == []
        assert at.calls.lines("trunk") == 0
        assert leads(at).count("dialing") == 0
        attempts.lost = False
        assert await at.dialing.round() == 1
        (attempt,) = at.switch.calls
        assert at.stores.tables.leads[attempt.lead_id].attempts == 1


async def test_an_attempt_that_comes_late_out_of_the_database_is_void() -> None:
    stores, attempts = gated()
    async with node(stores=stores) as at:
        await at.campaign(mode="progressive", leads=5)
        await at.log_in(ANN)
        attempts.gate.clear()
        dialing = at.tasks.create_task(at.dialing.round())
        await attempts.asked.wait()
        await asyncio.sleep(SEND_WITHIN_S + 0.01)
        attempts.gate.set()
        assert await dialing == 0
        await at.settle()
        assert at.switch.calls == []
        assert at.stores.tables.leads[1].state == "ready"
        assert at.stores.tables.leads[1].attempts == 0


async def test_a_day_that_is_used_up_rests_the_trunk_and_keeps_the_leads() -> None:
    stores, attempts = gated()
    async with node(stores=stores) as at:
        await at.campaign(mode="progressive", leads=5)
        await at.log_in(ANN)
        attempts.used_up = True
        assert await at.dialing.round() == 0
        asked = attempts.times_asked
        await asyncio.sleep(LIMIT_AGAIN_S - 1)
        assert await at.dialing.round() == 0
        assert attempts.times_asked == asked
        attempts.used_up = False
        await asyncio.sleep(2)
        assert await at.dialing.round() == 1


async def test_a_scheduled_campaign_starts_when_its_time_has_come() -> None:
    async with node() as at:
        run = await at.campaign(mode="progressive")
        await at.campaigns.stop(SPRING)
        await at.campaigns.schedule(SPRING, at.clock.now() + 60)
        with pytest.raises(BadInput, match="is past"):
            await at.campaigns.schedule(SPRING, at.clock.now() - 1)
        await at.campaigns.start_scheduled()
        assert not run.dialing
        await asyncio.sleep(61)
        await at.campaigns.start_scheduled()
        assert at.run().dialing


async def test_a_scheduled_campaign_that_cannot_start_is_stopped_and_not_tried_for_ever() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", leads=1)
        await at.campaigns.stop(SPRING)
        await at.campaigns.schedule(SPRING, at.clock.now() + 60)
        at.stores.tables.leads[1].state = "done"
        await asyncio.sleep(61)
        await at.campaigns.start_scheduled()
        (campaign,) = await at.stores.campaigns.list()
        assert (campaign.state, campaign.starts_at) == (CampaignState.STOPPED, None)
