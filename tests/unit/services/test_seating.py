"""Who gets which customer, and who counts which agent."""

from dataclasses import dataclass, field

import pytest
from node import ANN, AUTUMN, BOB, CID, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId

VIRTUAL_TIME = True


@dataclass
class Seats:
    """People who seek an agent, and the order in which they were seated."""

    at: Node
    given: list[tuple[str, AgentId]] = field(default_factory=list)

    def seek(self, name: str, campaign_id: CampaignId = SPRING, answered_at: float = 0.0) -> None:
        def seated(agent_id: AgentId, _leg_id: LegId) -> None:
            self.given.append((name, agent_id))

        self.at.seating.seek(AttemptId(name), campaign_id, answered_at, seated)

    def stop(self, name: str) -> None:
        self.at.seating.stop_seeking(AttemptId(name))

    def leave(self, agent_id: AgentId) -> None:
        """The customer of an agent is gone."""
        leg_id = self.at.agent(agent_id).leg_id
        assert leg_id is not None
        self.at.agents.freed(leg_id, wrap_up_s=0.0)


async def test_a_free_agent_is_given_at_once() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        seats = Seats(at)
        seats.seek("first")
        assert seats.given == [("first", ANN)]
        assert at.agent(ANN).attempt_id == "first"
        assert at.seating.waiting == 0


async def test_who_waits_longest_is_served_first() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        seats = Seats(at)
        for name in ("talks", "one", "two", "three"):
            seats.seek(name)
        assert at.seating.waiting == 3
        for _ in range(3):
            seats.leave(ANN)
        assert [name for name, _ in seats.given] == ["talks", "one", "two", "three"]


async def test_who_lost_an_agent_is_served_before_those_who_answered_later() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        seats = Seats(at)
        seats.seek("talks", answered_at=1.0)
        seats.seek("later", answered_at=8.0)
        seats.seek("had a dead phone", answered_at=5.0)
        seats.leave(ANN)
        assert seats.given[-1] == ("had a dead phone", ANN)


async def test_who_stopped_seeking_is_passed_over() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        seats = Seats(at)
        for name in ("talks", "left", "stays"):
            seats.seek(name)
        seats.stop("left")
        seats.stop("left")
        seats.leave(ANN)
        assert seats.given[-1] == ("stays", ANN)
        assert at.seating.waiting == 0


async def test_an_agent_who_comes_takes_who_waits() -> None:
    async with node() as at:
        await at.campaign()
        seats = Seats(at)
        seats.seek("waits")
        await at.log_in(ANN)
        assert seats.given == [("waits", ANN)]


async def test_the_agent_who_is_idle_longest_takes_the_next() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.settle()
        await at.log_in(BOB)
        seats = Seats(at)
        seats.seek("first")
        await at.settle()
        seats.leave(ANN)
        seats.seek("second")
        assert seats.given == [("first", ANN), ("second", BOB)]


async def test_nobody_gets_an_agent_of_another_campaign() -> None:
    async with node() as at:
        await at.campaign(SPRING)
        await at.campaign(AUTUMN)
        await at.log_in(ANN, campaigns=[AUTUMN])
        seats = Seats(at)
        seats.seek("spring", SPRING)
        assert seats.given == []
        seats.seek("autumn", AUTUMN)
        assert seats.given == [("autumn", ANN)]
        seats.leave(ANN)
        assert at.agent(ANN).state is AgentState.IDLE


@pytest.mark.parametrize("state", ["paused", "wrap_up", "talking", "offline"])
async def test_only_an_idle_agent_is_given(state: str) -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        seats = Seats(at)
        leg_id = at.agent(ANN).leg_id
        assert leg_id is not None
        if state == "paused":
            await at.agents.pause(ANN)
        elif state == "offline":
            await at.agents.log_out(ANN)
        else:
            seats.seek("first")
            at.agents.talk_began(ANN, AttemptId("first"))
        if state == "wrap_up":
            at.agents.freed(leg_id, wrap_up_s=30.0)
        assert at.agent(ANN).state == state
        seats.seek("second")
        assert ("second", ANN) not in seats.given


async def test_an_agent_of_two_campaigns_serves_whoever_answers() -> None:
    async with node() as at:
        await at.campaign(SPRING)
        await at.campaign(AUTUMN)
        await at.log_in(ANN, campaigns=[SPRING, AUTUMN])
        seats = Seats(at)
        seats.seek("spring", SPRING)
        seats.seek("autumn", AUTUMN)
        seats.leave(ANN)
        assert seats.given == [("spring", ANN), ("autumn", ANN)]


async def test_the_campaigns_own_agent_is_taken_before_one_that_another_counts() -> None:
    async with node() as at:
        await at.campaign(SPRING)
        await at.campaign(AUTUMN)
        await at.log_in(ANN, BOB, campaigns=[SPRING, AUTUMN])
        homes = {at.agent(agent_id).home: agent_id for agent_id in (ANN, BOB)}
        seats = Seats(at)
        seats.seek("autumn", AUTUMN)
        assert seats.given == [("autumn", homes[AUTUMN])]


async def test_no_agent_is_counted_twice_and_weights_divide_them() -> None:
    async with node() as at:
        await at.campaign(SPRING, weight=2.0)
        await at.campaign(AUTUMN, weight=1.0)
        await at.log_in(ANN, BOB, CID, campaigns=[SPRING, AUTUMN])
        homes = [agent.home for agent in at.agents.all()]
        assert sorted(map(str, homes)) == [AUTUMN, SPRING, SPRING]
        counted = [run.agents_present() for run in at.campaigns.runs()]
        assert counted == [3, 3]  # both could be served, and yet each agent is elsewhere for one


async def test_a_paused_agent_does_not_take_up_a_campaigns_share() -> None:
    async with node() as at:
        await at.campaign(SPRING)
        await at.campaign(AUTUMN)
        await at.log_in(ANN, campaigns=[SPRING, AUTUMN])
        home = at.agent(ANN).home
        await at.agents.pause(ANN)
        await at.log_in(BOB, campaigns=[SPRING, AUTUMN])
        assert at.agent(BOB).home == home


async def test_agents_move_to_the_campaigns_that_still_dial() -> None:
    async with node() as at:
        await at.campaign(SPRING)
        await at.campaign(AUTUMN)
        await at.log_in(ANN, BOB, campaigns=[SPRING, AUTUMN])
        await at.campaigns.pause(SPRING)
        assert [agent.home for agent in at.agents.all()] == [AUTUMN, AUTUMN]
        await at.campaigns.pause(AUTUMN)
        assert [agent.home for agent in at.agents.all()] == [None, None]
        await at.campaigns.start(SPRING)
        assert [agent.home for agent in at.agents.all()] == [SPRING, SPRING]


async def test_whoever_leaves_is_counted_by_nobody() -> None:
    async with node() as at:
        await at.campaign()
        await at.log_in(ANN)
        await at.agents.log_out(ANN)
        assert at.agent(ANN).home is None
        assert at.run().agents_present() == 0
