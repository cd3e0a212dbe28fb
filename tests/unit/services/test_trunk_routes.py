"""Several trunks: who takes a call, who is taken out, and who dials it again."""

import asyncio
from collections import Counter
from collections.abc import Iterable

from node import AUTUMN, CROWD, SPRING, Node, node

from dialer.domain.breaker import FEWEST, FIRST_PAUSE_S, BreakerState
from dialer.domain.outcome import Outcome
from dialer.domain.rate_table import RateTable
from dialer.domain.recycling_rules import RecyclingRules
from dialer.domain.trunk_route import Policy, TrunkRoute, Way
from dialer.services.trunk_lines import TrunkLimits

VIRTUAL_TIME = True

EAST_WEST = TrunkRoute("both", (Way("east", 1), Way("west", 2)))
WIDE = {"east": TrunkLimits(50, 1000.0), "west": TrunkLimits(50, 1000.0)}
LATER = RecyclingRules(most_in_all=5)


def refuse(at: Node, attempts: Iterable[str], tech_cause: str = "503", cause: int = 34) -> None:
    for attempt_id in list(attempts):
        at.switch.end(attempt_id, cause, tech_cause)


def live_on(at: Node, trunk: str) -> list[str]:
    trunks = {attempt.attempt_id: attempt.trunk for attempt in at.switch.calls}
    return [key for key in at.switch.channels if trunks.get(key) == trunk]


def sent(at: Node) -> Counter[str]:
    return Counter(attempt.trunk for attempt in at.switch.calls)


async def crowd(at: Node, agents: int, **settings: object) -> None:
    given = {"mode": "progressive", "trunk": "both", "recycling": LATER} | settings
    await at.campaign(leads=60, **given)
    await at.log_in(*CROWD[:agents])


async def test_the_first_trunk_takes_all_until_its_lines_are_used_up() -> None:
    trunks = {"east": TrunkLimits(3, 1000.0), "west": TrunkLimits(50, 1000.0)}
    async with node(trunks=trunks, routes=[EAST_WEST]) as at:
        await crowd(at, 8)
        assert await at.dialing.round() == 8
        assert sent(at) == {"east": 3, "west": 5}
        at.switch.end(live_on(at, "east")[0], 17, "486")
        await at.settle()
        assert await at.dialing.round() == 1
        assert sent(at) == {"east": 4, "west": 5}


async def test_calls_per_second_of_each_trunk_are_held() -> None:
    trunks = {"east": TrunkLimits(50, 1.0), "west": TrunkLimits(50, 2.0)}
    async with node(trunks=trunks, routes=[EAST_WEST]) as at:
        await crowd(at, 20)
        assert await at.dialing.round() == 2
        assert sent(at) == {"east": 1, "west": 1}
        assert await at.dialing.round() == 0


async def test_percentages_are_kept_by_the_calls_that_are_sent() -> None:
    route = TrunkRoute("both", (Way("east", weight=75), Way("west", weight=25)), Policy.PERCENTAGE)
    async with node(trunks=WIDE, routes=[route]) as at:
        await crowd(at, 20)
        assert await at.dialing.round() == 20
        assert sent(at) == {"east": 15, "west": 5}


async def test_the_cheapest_trunk_for_each_number_takes_it() -> None:
    trunks = {
        "east": TrunkLimits(50, 1000.0, RateTable({"+1": 0.02})),
        "west": TrunkLimits(50, 1000.0, RateTable({"+1": 0.03, "+12020000001": 0.001})),
    }
    route = TrunkRoute("both", EAST_WEST.ways, Policy.LEAST_COST)
    async with node(trunks=trunks, routes=[route]) as at:
        await crowd(at, 3)
        await at.dialing.round()
        found = {attempt.number: attempt.trunk for attempt in at.switch.calls}
        assert found == {"+12020000000": "east", "+12020000001": "west", "+12020000002": "east"}


async def test_a_call_the_carrier_refused_is_dialed_again_at_once_on_the_next_trunk() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1)
        await at.dialing.round()
        (first,) = at.switch.calls
        refuse(at, [first.attempt_id])
        await at.settle()
        assert await at.dialing.round() == 1
        first, again = at.switch.calls
        assert (first.trunk, again.trunk) == ("east", "west")
        assert first.lead_id == again.lead_id
        assert first.attempt_id != again.attempt_id
        assert at.end(first.attempt_id).outcome is Outcome.CONGESTION
        assert at.stores.tables.attempts[again.attempt_id].attempt == again
        assert at.stores.tables.leads[again.lead_id].attempts == 2


async def test_a_call_that_no_trunk_carried_waits_for_its_time() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1)
        await at.dialing.round()
        for _ in range(2):
            refuse(at, list(at.switch.channels.keys() & {a.attempt_id for a in at.switch.calls}))
            await at.settle()
            await at.dialing.round()
        calls = Counter(attempt.lead_id for attempt in at.switch.calls)
        assert max(calls.values()) == 2
        first = at.switch.calls[0].lead_id
        assert at.stores.tables.leads[first].state == "waiting"


async def test_what_the_called_party_did_fails_over_nowhere() -> None:
    for cause, tech_cause in ((17, "486"), (1, "404"), (21, "603"), (19, "480")):
        async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
            await crowd(at, 1)
            await at.dialing.round()
            (first,) = at.switch.calls
            refuse(at, [first.attempt_id], tech_cause, cause)
            await at.settle()
            await at.dialing.round()
            leads = [attempt.lead_id for attempt in at.switch.calls]
            assert leads.count(first.lead_id) == 1
            assert sent(at)["west"] == 0


async def test_a_phone_that_rang_is_not_rung_again_on_another_trunk() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1)
        await at.dialing.round()
        (first,) = at.switch.calls
        at.switch.ring(first.attempt_id)
        refuse(at, [first.attempt_id])
        await at.settle()
        await at.dialing.round()
        assert [a.lead_id for a in at.switch.calls].count(first.lead_id) == 1


async def test_a_lead_whose_attempts_are_used_up_is_not_dialed_again() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1, recycling=RecyclingRules(most_in_all=1))
        await at.dialing.round()
        (first,) = at.switch.calls
        refuse(at, [first.attempt_id])
        await at.settle()
        await at.dialing.round()
        assert [a.lead_id for a in at.switch.calls].count(first.lead_id) == 1


async def test_a_lead_that_must_not_be_called_meanwhile_is_not_dialed_again() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1)
        await at.dialing.round()
        (first,) = at.switch.calls
        refuse(at, [first.attempt_id])
        await at.settle()
        await at.stores.attempts.add_do_not_call(first.number, source="test", at=at.clock.now())
        await at.dialing.round()
        assert [a.lead_id for a in at.switch.calls].count(first.lead_id) == 1


async def test_nothing_fails_over_for_a_campaign_that_was_stopped() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 2)
        await at.dialing.round()
        first = at.switch.calls[0]
        await at.campaigns.drain(SPRING)
        refuse(at, [first.attempt_id])
        await at.settle()
        assert await at.dialing.round() == 0
        assert at.run().hopper.ready == 0
        assert at.stores.tables.leads[first.lead_id].state == "waiting"


async def test_a_failing_carrier_is_taken_out_and_the_campaign_goes_on_with_the_other() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, FEWEST)
        await at.dialing.round()
        refuse(at, live_on(at, "east"))
        await at.settle()
        assert at.trunks.breakers["east"].state is BreakerState.OPEN
        assert await at.dialing.round() == FEWEST
        assert sent(at) == {"east": FEWEST, "west": FEWEST}
        for attempt_id in live_on(at, "west"):
            at.switch.ring(attempt_id)
        # one call tries it after the pause, and brings it back
        await pass_time(at, FIRST_PAUSE_S)
        refuse(at, live_on(at, "west"), "486", 17)
        await at.settle()
        await at.dialing.round()
        assert len(live_on(at, "east")) == 1
        assert at.trunks.breakers["east"].state is BreakerState.HALF_OPEN
        (trial,) = live_on(at, "east")
        at.switch.ring(trial)
        assert at.trunks.breakers["east"].state is BreakerState.CLOSED


async def test_a_trial_that_fails_keeps_the_carrier_out_for_longer_and_is_dialed_elsewhere() -> (
    None
):
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, FEWEST)
        await at.dialing.round()
        refuse(at, live_on(at, "east"))
        await at.settle()
        await at.dialing.round()
        await pass_time(at, FIRST_PAUSE_S)
        refuse(at, live_on(at, "west"), "486", 17)
        await at.settle()
        await at.dialing.round()
        (trial,) = live_on(at, "east")
        refuse(at, [trial])
        await at.settle()
        await at.dialing.round()
        assert live_on(at, "east") == []
        assert at.trunks.breakers["east"].pause_s == 2 * FIRST_PAUSE_S
        lead = next(a.lead_id for a in at.switch.calls if a.attempt_id == trial)
        assert [a.trunk for a in at.switch.calls if a.lead_id == lead][-1] == "west"


async def test_a_trunk_that_does_not_answer_options_is_out_until_it_does() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 1)
        at.trunks.answers("east", reachable=False)
        await at.dialing.round()
        assert sent(at) == {"west": 1}
        at.trunks.answers("a phone", reachable=False)
        at.trunks.looked({"west"})
        assert not at.trunks.breakers["east"].reachable
        at.trunks.looked({"east"})
        assert at.trunks.breakers["west"].reachable
        refuse(at, live_on(at, "west"), "486", 17)
        await at.settle()
        await at.dialing.round()
        assert sent(at) == {"west": 1, "east": 1}


async def test_campaigns_on_a_route_and_on_one_of_its_trunks_share_its_lines_by_weight() -> None:
    trunks = {"east": TrunkLimits(6, 1000.0), "west": TrunkLimits(2, 1000.0)}
    async with node(trunks=trunks, routes=[EAST_WEST]) as at:
        await at.campaign(leads=30, mode="progressive", trunk="both")
        autumn = await at.campaign(AUTUMN, leads=30, mode="progressive", trunk="east")
        await at.log_in(*CROWD[:8])
        await at.log_in(*CROWD[8:16], campaigns=[AUTUMN])
        assert await at.dialing.round() == 8
        assert sent(at) == {"east": 6, "west": 2}
        assert len(autumn.live) == 3


async def test_what_each_trunk_carried_is_counted() -> None:
    async with node(trunks=WIDE, routes=[EAST_WEST]) as at:
        await crowd(at, 2)
        await at.dialing.round()
        one, two = live_on(at, "east")
        at.switch.ring(one)
        at.switch.answer(one)
        await at.settle()
        at.switch.end(one)
        refuse(at, [two])
        await at.settle()
        east = at.trunks.shown()[0]
        assert (east["ended"], east["answered"], east["short_calls"], east["faults"]) == (
            2,
            1,
            1,
            1,
        )
        assert east["answer_rate"] == 0.5
        assert east["state"] == "closed"


async def pass_time(at: Node, seconds: float) -> None:
    """Let time go by; what is due meanwhile happens."""
    await asyncio.sleep(seconds)
    await at.settle()
