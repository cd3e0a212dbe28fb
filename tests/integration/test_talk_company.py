"""Consultation and three-way on a real Asterisk: heard by every ear."""

import asyncio
from pathlib import Path

import pytest
from floor import CUSTOMER_HZ, heard
from talk_floor import OUTSIDE, OUTSIDE_HZ, Talk, calls_on_record, talk

from dialer.control import ControlError


async def test_a_consultation_is_not_heard_by_the_customer_and_is_completed(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path) as at:
        first, second = at.agent, at.others[0]
        told = await at.ask("consult", to=second)
        assert (told["state"], told["company"]) == ("holding", "consulting")
        await at.hears(lambda: at.phone(first), {at.tone(second)})
        await at.hears(lambda: at.phone(second), {at.tone(first)})
        await at.hears(lambda: at.customer, set())
        told = await at.ask("complete")
        assert (told["state"], told["agent"], told["company"]) == ("talking", second, "alone")
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        assert await at.world.agent_state(first) == "wrap_up"
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()


async def test_a_consultation_is_given_up_and_the_customer_is_back(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.ask("consult", to=at.others[0])
        told = await at.ask("cancel")
        assert (told["state"], told["company"]) == ("talking", "alone")
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        assert await at.world.agent_state(at.others[0]) == "idle"
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()


async def test_a_colleague_of_a_queue_or_a_team_is_asked_before_the_customer_is_handed_over(
    tmp_path: Path,
) -> None:
    async with talk(tmp_path, agents=3) as at:
        first, second, third = at.agent, *at.others
        await at.world.add_queue("loans")
        await at.world.add_team("lawyers", third)
        for name in (second, third):
            await at.world.ask("agent.pause", agent=name)
        with pytest.raises(ControlError, match="nobody of the queue 'loans' is idle"):
            await at.ask("consult", queue="loans")
        await at.hears(lambda: at.customer, {at.tone(first)})  # as they were
        await at.world.ask("agent.resume", agent=second)
        told = await at.ask("consult", queue="loans")
        assert (told["state"], told["company"], told["third"]) == ("holding", "consulting", second)
        await at.hears(lambda: at.phone(first), {at.tone(second)})
        await at.hears(lambda: at.phone(second), {at.tone(first)})
        await at.hears(lambda: at.customer, set())
        end_s = heard(at.customer).end_s
        assert at.level(at.customer, end_s - 0.4, end_s) > -35  # music
        await at.ask("cancel")
        await at.hears(lambda: at.customer, {at.tone(first)})
        assert await at.world.agent_state(second) == "idle"
        await at.ask("consult", queue="loans")
        told = await at.ask("complete")
        assert (told["agent"], told["company"]) == (second, "alone")
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        assert await at.world.agent_state(first) == "wrap_up"

        await at.world.ask("agent.resume", agent=third)
        await consulted_of_team(at, "lawyers")
        await at.hears(lambda: at.phone(third), {at.tone(second)})
        await at.hears(lambda: at.customer, set())
        await at.ask("three-way")
        await at.hears(lambda: at.customer, {at.tone(second), at.tone(third)})
        await at.ask("leave")
        await at.hears(lambda: at.customer, {at.tone(third)})
        await at.hears(lambda: at.phone(third), {CUSTOMER_HZ})
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()
        await at.world.until(lambda _s: all(row[2] for row in calls_on_record(at)))
        rows = at.world.on_record(
            "SELECT (SELECT name FROM queues WHERE id = queue_id), team, agent_id, outcome"
            " FROM calls ORDER BY id"
        )
        assert rows == [
            ("loans", "", second, "connected"),
            ("loans", "", second, "connected"),
            (None, "lawyers", third, "connected"),
        ]


async def consulted_of_team(at: Talk, team: str) -> None:
    """Consult somebody of a team; the engine reads now and then who is in it."""
    async with asyncio.timeout(10):
        while said := await refusal(at, team):
            assert "no team" in said
            await at.pass_time(0.2)


async def refusal(at: Talk, team: str) -> str:
    """Consult somebody of a team once; what is said against it."""
    try:
        await at.ask("consult", team=team)
    except ControlError as refused:
        return str(refused)
    return ""


async def test_three_hear_each_other_and_each_may_be_the_one_who_leaves(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        first, second = at.agent, at.others[0]
        await at.ask("consult", to=second)
        told = await at.ask("three-way")
        assert (told["state"], told["company"]) == ("talking", "three")
        await at.hears(lambda: at.customer, {at.tone(first), at.tone(second)})
        await at.hears(lambda: at.phone(first), {CUSTOMER_HZ, at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ, at.tone(first)})
        await at.ask("drop")
        await at.hears(lambda: at.customer, {at.tone(first)})
        await at.hears(lambda: at.phone(first), {CUSTOMER_HZ})
        assert await at.world.agent_state(second) == "idle"
        await at.ask("consult", to=second)
        await at.ask("three-way")
        told = await at.ask("leave")
        assert told["agent"] == second
        await at.hears(lambda: at.customer, {at.tone(second)})
        await at.hears(lambda: at.phone(second), {CUSTOMER_HZ})
        await at.hears(lambda: at.phone(first), set())
        assert await at.world.agent_state(first) == "wrap_up"
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()


async def test_three_with_an_outside_number_which_hangs_up(tmp_path: Path) -> None:
    async with talk(tmp_path) as at:
        await at.ask("consult", number=OUTSIDE)
        async with asyncio.timeout(10):
            while (await at.ask("talk"))["company"] != "consulting":
                await asyncio.sleep(0.05)
        await at.hears(lambda: at.phone(at.agent), {OUTSIDE_HZ})
        await at.ask("three-way")
        await at.hears(lambda: at.customer, {at.tone(at.agent), OUTSIDE_HZ})
        await at.hears(lambda: at.outside, {at.tone(at.agent), CUSTOMER_HZ})
        at.world.carrier.hang_up(at.outside)
        async with asyncio.timeout(5):
            while (await at.ask("talk"))["company"] != "alone":
                await asyncio.sleep(0.05)
        await at.hears(lambda: at.customer, {at.tone(at.agent)})
        await at.hears(lambda: at.phone(at.agent), {CUSTOMER_HZ})
        at.world.carrier.hang_up(at.customer)
        await at.at_rest()
