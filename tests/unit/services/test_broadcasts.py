"""Broadcasts in the engine: what pacing is told, what is booked, and which flows may lead people."""

import asyncio

import pytest
from node import ANN, SPRING, Node, node

from dialer.adapters.flow_files import checked
from dialer.domain.call_events import MessageBegan, MessageOver
from dialer.domain.callflow import CallState
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.flow.steps import Flow
from dialer.domain.ids import AttemptId
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import DialOptions
from dialer.services.broadcasts import problem_of
from pacing.calls import Phase

VIRTUAL_TIME = True
GOOD = """
otherwise: bye
steps:
  who: {play: who, next: menu}
  menu: {menu: menu, choices: {1: agent, 9: no-more}, otherwise: bye}
  agent: {transfer: {campaign: true}, otherwise: bye}
  no-more: {opt_out: no-more, next: bye, declined: bye}
  bye: {hang_up: }
"""


def flow(text: str) -> Flow:
    found, problems = checked(text)
    assert found is not None, problems
    return found


async def allow(_campaign: Campaign) -> None:
    """Any flow may lead."""


async def message(at: Node) -> AttemptId:
    """Have a broadcast whose message a person hears."""
    at.campaigns.on_broadcast(allow)
    await at.campaign(broadcast="offer")
    at.lines_open = False  # the flow leads the line, not the desk
    run = at.run()
    lead = run.hopper.take()
    attempt = Attempt(
        AttemptId(f"at-{0:026}"),
        SPRING,
        lead.lead_id,
        lead.number,
        "trunk",
        at.clock.now(),
        terms=run.terms_on("trunk"),
    )
    run.dialed(attempt.attempt_id, at.clock.now())
    at.calls.begin(attempt, run)
    assert await at.stores.attempts.record_dialed([attempt]) == []
    at.switch.originate(attempt, DialOptions(ring_timeout_s=25.0))
    at.switch.ring(attempt.attempt_id)
    assert phase(at, attempt.attempt_id) is Phase.DIALED
    await asyncio.sleep(5)
    at.switch.answer(attempt.attempt_id)
    at.calls.handle(attempt.attempt_id, MessageBegan(at.clock.now()))
    return attempt.attempt_id


def phase(at: Node, attempt_id: AttemptId) -> Phase | None:
    """Return where the pacer believes a call to be."""
    for call in at.run().pacer.snapshot()["calls"]:
        if call["call_id"] == attempt_id:
            return Phase(call["phase"])
    return None


async def test_pacing_takes_the_message_for_the_ringing_and_the_key_for_the_answer() -> None:
    async with node() as at:
        attempt_id = await message(at)
        await at.log_in(ANN)
        assert at.calls.broadcast_of(attempt_id) == "offer"
        assert phase(at, attempt_id) is Phase.RINGING
        await asyncio.sleep(20)
        assert at.run().tally.answered == 0
        line = asyncio.ensure_future  # noqa: F841
