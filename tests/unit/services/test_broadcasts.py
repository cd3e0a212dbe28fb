"""Broadcasts in the engine: what pacing is told, what is booked, and which flows may lead."""

import asyncio

import pytest
from looked_at import state
from node import ANN, NODE, SPRING, Node, node

from dialer.adapters.flow_files import checked
from dialer.domain.call_events import MessageBegan, MessageOver
from dialer.domain.callflow import CallState
from dialer.domain.campaign import PACING, Campaign, CampaignSettings
from dialer.domain.flow.steps import Flow
from dialer.domain.ids import AttemptId
from dialer.domain.lead import Attempt
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import DialOptions
from dialer.services.broadcasts import problem_of
from dialer.services.campaign_run import MESSAGE_S, pacing_settings
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
        engine=NODE,
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
    books = at.run().pacer.snapshot()["floor"]["calls"]
    for row in (*books["open"], *books["answered"], *books["failed"]):
        if row[0] == attempt_id:
            return Phase(row[3])
    return None


async def press(at: Node, attempt_id: AttemptId) -> None:
    """Press the key: the line asks the desk from now on."""
    order = await at.calls.customer_answered(attempt_id, at.clock.now())
    await at.carry_out(attempt_id, order)


async def test_pacing_takes_the_message_for_the_ringing_and_the_key_for_the_answer() -> None:
    async with node() as at:
        attempt_id = await message(at)
        assert at.calls.broadcast_of(attempt_id) == "offer"
        assert phase(at, attempt_id) is Phase.RINGING
        await at.log_in(ANN)
        await asyncio.sleep(20)
        assert at.run().tally.answered == 0
        pressed = at.clock.now()
        at.tasks.create_task(press(at, attempt_id))
        await at.settle()
        assert state(at, attempt_id) is CallState.TALKING
        assert phase(at, attempt_id) is Phase.CONNECTED
        assert (at.run().tally.answered, at.run().tally.connected) == (1, 1)
        at.switch.end(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.answered_at) == (Outcome.CONNECTED, pressed)


async def test_no_key_is_no_answer_to_pacing_and_no_live_answer_to_the_ledger() -> None:
    async with node() as at:
        attempt_id = await message(at)
        await asyncio.sleep(20)
        at.calls.handle(attempt_id, MessageOver(at.clock.now()))
        assert phase(at, attempt_id) is Phase.RINGING
        at.switch.end(attempt_id)
        await at.settle()
        end = at.end(attempt_id)
        assert (end.outcome, end.charged, end.ended_by) == (Outcome.MESSAGE_HEARD, False, "dialer")
        assert phase(at, attempt_id) is Phase.FAILED
        assert (at.run().tally.answered, at.run().tally.abandoned) == (0, 0)
        assert await at.stores.attempts.answers_since(SPRING, 0.0) == []
        assert at.calls.lines("trunk") == 0
        assert at.run().live == set()


async def test_whom_nobody_takes_after_the_key_is_let_go_in_time_and_charged() -> None:
    async with node() as at:
        attempt_id = await message(at)
        await asyncio.sleep(20)
        at.tasks.create_task(press(at, attempt_id))
        await asyncio.sleep(1.7)
        assert at.prompts == []
        await asyncio.sleep(0.2)
        assert at.prompts == [(attempt_id, "abandon")]
        await asyncio.sleep(20)
        assert at.end(attempt_id).outcome is Outcome.ABANDONED
        assert at.run().tally.abandoned == 1


async def test_an_agent_who_leaves_takes_no_message_back() -> None:
    async with node() as at:
        attempt_id = await message(at)
        await asyncio.sleep(20)
        assert at.calls.cancel_rung(at.run()) == 0
        assert state(at, attempt_id) is CallState.INFORMING


async def test_where_calls_are_not_led_by_flows_a_broadcast_does_not_start() -> None:
    async with node() as at:
        with pytest.raises(BadInput, match="no flow 'offer'"):
            await at.campaign(broadcast="offer")


def test_a_broadcast_is_off_unless_it_is_asked_for_and_is_fixed_while_it_runs() -> None:
    assert CampaignSettings().broadcast == ""
    assert "broadcast" not in PACING


def test_a_line_may_be_in_flight_for_the_message_too() -> None:
    plain, led = CampaignSettings(), CampaignSettings(broadcast="offer")
    assert pacing_settings(led).ring_timeout_s - pacing_settings(plain).ring_timeout_s == MESSAGE_S


# -- which flows may lead people -----------------------------------------------------------------


def test_a_flow_that_says_who_calls_and_offers_a_way_out_may_lead() -> None:
    assert problem_of(flow(GOOD)) == ""


@pytest.mark.parametrize(
    ("said", "instead", "problem"),
    [
        ("otherwise: bye\nsteps", "otherwise: bye\nstart: menu\nsteps", "must say who calls"),
        ("{opt_out: no-more, next: bye, declined: bye}", "{hang_up: bye}", "no opt_out step"),
        ("9: no-more", "9: bye", "no call comes to its opt_out"),
        (
            "{play: who, next: menu}",
            "{play: who, next: first}\n  first: {menu: menu, choices: {1: menu}, otherwise: bye}",
            "step first: one key of each menu must lead to an opt_out step",
        ),
        ("campaign: true", "queue: sales", "step agent: here a transfer goes to the campaign"),
        ("campaign: true", "number: '+12025550100'", "step agent: here a transfer goes"),
    ],
)
def test_a_flow_that_lacks_something_may_not(said: str, instead: str, problem: str) -> None:
    assert said in GOOD
    assert problem in problem_of(flow(GOOD.replace(said, instead)))
