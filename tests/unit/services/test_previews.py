"""Leads that agents look at first: shown, dialed, skipped, and taken back."""

import asyncio
from typing import Any

import pytest
from looked_at import state
from node import ANN, BOB, SPRING, Node, node

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import LeadId
from dialer.domain.lead_standing import LeadState
from dialer.errors import BadInput, WrongState

VIRTUAL_TIME = True
A = AgentState
NOT_NOW = "Not the right time"


async def after(at: Node, seconds: float = 1.0) -> None:
    """Let time pass, with a round of previews every second."""
    await at.previews.round()
    for _ in range(int(seconds)):
        await asyncio.sleep(1.0)
        await at.previews.round()
    await at.settle()


def looked_at(at: Node) -> LeadId:
    preview = at.previews.of(ANN)
    assert preview is not None
    return preview.lead.lead_id


async def asked(at: Node, do: str, **given: Any) -> Any:
    return await at.previews.commands()[do]({"agent": ANN, **given})


async def test_each_idle_agent_looks_at_a_lead_of_their_own_and_nothing_is_dialed() -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=3)
        await at.log_in(ANN, BOB)
        await after(at)
        other = at.previews.of(BOB)
        assert other is not None
        assert other.lead.lead_id != looked_at(at)
        assert at.states() == {ANN: A.HELD, BOB: A.HELD}
        assert await at.dialing.round() == 0
        assert at.switch.calls == []


async def test_who_dials_gets_the_person_and_the_next_lead_after_it_is_written_up() -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=3, wrap_up_limit_s=10.0)
        await at.log_in(ANN)
        await after(at)
        first = looked_at(at)
        told = await asked(at, "preview.dial")
        assert at.previews.of(ANN) is None
        (attempt,) = at.switch.calls
        assert (attempt.attempt_id, attempt.lead_id) == (told["attempt"], first)
        assert attempt.agent_guaranteed
        with pytest.raises(WrongState, match="looks at no lead"):
            await asked(at, "preview.dial")
        at.switch.answer(attempt.attempt_id)
        await at.settle()
        assert (state(at, attempt.attempt_id), at.agent(ANN).state) == (
            CallState.TALKING,
            A.TALKING,
        )
        at.switch.end(attempt.attempt_id)
        await after(at, 5)
        assert at.agent(ANN).state is A.WRAP_UP
        await after(at, 10)
        assert looked_at(at) != first


async def test_a_lead_is_skipped_with_a_reason_that_is_known_and_waits() -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=3)
        await at.log_in(ANN)
        await after(at)
        first = looked_at(at)
        with pytest.raises(BadInput, match="choose one of 'Not the right time'"):
            await asked(at, "preview.skip", reason="do not like them")
        assert looked_at(at) == first
        await asked(at, "preview.skip", reason=NOT_NOW)
        entry = at.stores.tables.leads[first]
        assert (entry.state, entry.why) == (LeadState.WAITING, "skipped")
        assert entry.due_at == pytest.approx(at.clock.now() + 3600, abs=2)
        (_, by, action, subject, detail) = at.stores.tables.audit[-1]
        assert (by, action, subject) == (ANN, "preview_skip", f"lead {first}")
        assert detail == {"campaign": SPRING, "reason": NOT_NOW}
        await after(at)
        assert looked_at(at) != first


async def test_who_neither_dials_nor_skips_pauses_and_the_lead_is_the_lists_again() -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=1, preview={"limit_s": 20})
        await at.log_in(ANN)
        await after(at, 19)
        first = looked_at(at)
        await after(at, 2)
        assert at.previews.of(ANN) is None
        assert (at.agent(ANN).state, at.agent(ANN).reason) == (A.PAUSED, "preview expired")
        assert at.stores.tables.leads[first].state == LeadState.READY


@pytest.mark.parametrize("end", ["pause", "log out", "phone lost", "campaign paused"])
async def test_a_lead_is_given_back_when_nobody_looks_any_more(end: str) -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=1)
        await at.log_in(ANN)
        await after(at)
        first = looked_at(at)
        match end:
            case "pause":
                await at.agents.pause(ANN, "lunch")
            case "log out":
                await at.agents.log_out(ANN)
            case "phone lost":
                at.agents.lost(ANN)
            case _:
                await at.campaigns.pause(SPRING)
        await at.previews.round()
        assert at.previews.of(ANN) is None
        assert at.stores.tables.leads[first].state == LeadState.READY
        wanted = {"pause": A.PAUSED, "campaign paused": A.IDLE}.get(end, A.OFFLINE)
        assert at.agent(ANN).state is wanted


async def test_a_lead_that_may_not_be_dialed_is_told_and_the_agent_gets_another() -> None:
    async with node() as at:
        await at.campaign(mode="preview", leads=2)
        await at.log_in(ANN)
        await after(at)
        first = looked_at(at)
        number = at.stores.tables.leads[first].lead.number
        await at.stores.attempts.add_do_not_call(number, source="test", at=0.0)
        with pytest.raises(WrongState, match="not dialed"):
            await asked(at, "preview.dial")
        assert at.switch.calls == []
        await after(at)
        assert looked_at(at) != first


async def test_agents_of_another_mode_look_at_nothing() -> None:
    async with node() as at:
        await at.campaign(mode="progressive", leads=2)
        await at.log_in(ANN)
        await after(at)
        assert at.previews.of(ANN) is None
        assert at.agent(ANN).state is A.IDLE
