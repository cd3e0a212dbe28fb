"""What an engine does now and then: owners' time, long pauses, samples of pacing."""

import asyncio

import pytest
from node import ANN, SPRING, Node, node
from structlog.testing import capture_logs

from dialer.domain.agentflow import AgentState
from dialer.domain.pause_code import PauseCode
from dialer.errors import BadInput, StoreUnavailable
from dialer.ports import DecisionSample
from dialer.services.upkeep import Upkeep
from pacing import Decision, LimitedBy

VIRTUAL_TIME = True


class Owners:
    """An `Ownership` that remembers when it was asked, and fails when told to."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.lost = False

    async def expire(self, *, at: float) -> object:
        self.asked.append(at)
        if self.lost:
            raise StoreUnavailable("gone")
        return None


def upkeep(at: Node, owners: Owners) -> Upkeep:
    return Upkeep(
        ownership=owners,
        agents=at.agents,
        pause_codes=at.stores.pause_codes,
        campaigns=at.campaigns,
        decisions=at.stores.decisions,
        recorder=at.recorder,
        feed=at.feed,
        clock=at.clock,
    )


async def test_every_minute_leads_are_let_go_whose_time_with_their_owner_is_over() -> None:
    async with node() as at:
        owners = Owners()
        task = at.tasks.create_task(upkeep(at, owners).run())
        begun = at.clock.now()
        await asyncio.sleep(150)
        assert [round(one - begun) for one in owners.asked] == [0, 60, 120]
        task.cancel()


async def test_a_database_that_is_lost_is_logged_and_asked_again() -> None:
    async with node() as at:
        owners = Owners()
        owners.lost = True
        with capture_logs() as logs:
            task = at.tasks.create_task(upkeep(at, owners).run())
            await asyncio.sleep(70)
        assert [log["event"] for log in logs] == ["upkeep_failed", "upkeep_failed"]
        assert len(owners.asked) == 2
        task.cancel()


async def test_a_pause_over_its_limit_is_told_once_and_nobody_is_forced_back() -> None:
    async with node() as at:
        at.stores.pause_codes.codes = [PauseCode("lunch", limit_s=90), PauseCode("break")]
        await at.log_in(ANN)
        await at.agents.pause(ANN, "lunch")
        kept = upkeep(at, Owners())
        await kept.round()
        assert at.feed.of("pause_over_limit") == []
        await asyncio.sleep(91)
        with capture_logs() as logs:
            await kept.round()
            await kept.round()
        (told,) = at.feed.of("pause_over_limit")
        assert (told["agent"], told["code"], told["limit_s"]) == (ANN, "lunch", 90)
        assert [log["event"] for log in logs] == ["pause_over_limit"]
        assert at.agent(ANN).state is AgentState.PAUSED
        await at.agents.resume(ANN)
        await at.agents.pause(ANN, "lunch")
        await asyncio.sleep(91)
        await kept.round()
        assert len(at.feed.of("pause_over_limit")) == 2


async def test_an_unknown_code_is_refused_and_the_code_goes_on_record() -> None:
    async with node() as at:
        at.stores.pause_codes.codes = [PauseCode("lunch")]
        await at.log_in(ANN)
        with pytest.raises(BadInput, match=r"'nap' is no pause code; use one of lunch"):
            await at.agents.pause(ANN, "nap")
        assert at.agent(ANN).state is AgentState.IDLE
        await at.agents.pause(ANN, "lunch")
        await at.agents.resume(ANN)
        await at.agents.log_out(ANN)
        await at.settle()
        reasons = [(row.state, row.reason) for row in at.stores.tables.agent_log]
        assert reasons[-3:] == [("paused", "lunch"), ("idle", ""), ("offline", "logged out")]


async def test_while_the_database_is_away_the_codes_of_before_hold() -> None:
    async with node() as at:
        codes = at.stores.pause_codes
        codes.codes = [PauseCode("lunch")]
        await at.log_in(ANN)
        await at.agents.pause(ANN, "lunch")
        await at.agents.resume(ANN)
        codes.lost = True
        with pytest.raises(BadInput, match="'nap' is no pause code"):
            await at.agents.pause(ANN, "nap")
        await at.agents.pause(ANN, "lunch")
        assert at.agent(ANN).state is AgentState.PAUSED


# -- samples of pacing -------------------------------------------------------------------------


def decide(at: Node, limited_by: LimitedBy, lines: int = 1) -> None:
    at.run().decision = Decision(lines=lines, limited_by=limited_by)


async def samples(at: Node) -> list[DecisionSample]:
    await at.settle()
    return at.stores.decisions.samples


async def test_decisions_are_sampled_every_ten_seconds_and_at_each_change() -> None:
    async with node() as at:
        await at.campaign()
        kept = upkeep(at, Owners())
        begun = at.clock.now()
        for second in range(25):
            decide(at, LimitedBy.LINES if second == 13 else LimitedBy.AGENTS)
            kept.look()
            await asyncio.sleep(1)
        told = [(round(one.at - begun), one.limited_by) for one in await samples(at)]
        agents, lines = "agents", "lines"
        assert told == [(0, agents), (10, agents), (13, lines), (14, agents), (24, agents)]


async def test_what_was_not_decided_anew_is_not_sampled_again() -> None:
    async with node() as at:
        await at.campaign()
        kept = upkeep(at, Owners())
        kept.look()
        decide(at, LimitedBy.LINES)
        for _ in range(30):
            kept.look()
            await asyncio.sleep(1)
        (one,) = await samples(at)
        assert (one.campaign_id, one.lines, one.forecast["beta"]) == (SPRING, 1, 0.0)
        await at.campaigns.pause(SPRING)
        decide(at, LimitedBy.AGENTS)
        kept.look()
        assert len(await samples(at)) == 1


async def test_what_is_not_finite_is_left_out() -> None:
    async with node() as at:
        await at.campaign()
        at.run().decision = Decision(3, LimitedBy.LINES, abandon_room=float("inf"), beta=0.5)
        upkeep(at, Owners()).look()
        (one,) = await samples(at)
        assert "abandon_room" not in one.forecast
        assert one.forecast["beta"] == 0.5
