"""An agent's page takes calls: when the customer is heard in it, and when it shows who that is.

A campaign through a real Asterisk, engine, API and browser; customers have a tone, and hang up
soon. Beside it the same through the engine to bare SIP phones. Refuses to know bars.
"""

from pathlib import Path
from typing import Final

from browser_desk import desk
from floor import CUSTOMER_HZ

from benchmarks.connect_measure import connects
from benchmarks.connect_run import Plan, Say, through_engine, undisturbed
from benchmarks.pages.found import Answered, Taken, taken
from dialer.adapters.asterisk.installation import Installation
from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call

CALLS: Final = 100
WARM_UP: Final = 2
"""Calls before them, which are not counted: a page's first."""

TALK_S: Final = 0.8
RING_S: Final = 0.3
PEER_ANSWERS: Final = 60

_CALL_WITHIN_S: Final = 6.0
"""One call after the other, each with all around it."""


async def answer_calls(home: Path, calls: int = CALLS) -> tuple[list[Taken], list[str]]:
    """Have the page take calls, one after the other; returns them and what its console said."""
    wanted = calls + WARM_UP

    def talker(_: Invite) -> Behaviour:
        return Behaviour(ring_s=RING_S, talk_s=TALK_S, tone_hz=CUSTOMER_HZ)

    async with desk(home, leads=wanted + 20, behave=talker, wrap_up_limit_s=0) as at:
        await at.log_in()
        await at.open_phone()
        await at.start_work()
        with undisturbed():
            await at.world.start_campaign()
            await at.world.customers.until(
                lambda log: len(log.ended) >= wanted, wanted * _CALL_WITHIN_S
            )
        spells = await at.page.evaluate("window.heard")
        seen = await at.page.evaluate("window.seen")
        attempts = {int(row.number): row.attempt_id for row in at.world.attempts()}
    calls_made = at.world.customers.answered[:wanted]
    answers = [(ok_s(call), attempts[int(call.number)]) for call in calls_made]
    return taken(sorted(answers), spells, seen), at.complaints


def ok_s(call: Call) -> float:
    """Return when a customer answered, seconds since the epoch."""
    assert call.ok_sent is not None
    return call.ok_sent.epoch_s


async def measure_answers(
    installation: Installation, home: Path, calls: int, peers: int, say: Say
) -> Answered:
    """Take calls in the page, then with bare phones."""
    found, complaints = await answer_calls(home / "page", calls)
    plan = Plan(answers=peers, warm_up=5, agents=4, rate_cps=2.0, seed=4)
    bare = await through_engine(installation, home / "phones", plan, say)
    return Answered(
        first=found[:WARM_UP],
        taken=found[WARM_UP:],
        phones_ms=sorted(one.to_agent_ms for one in connects(bare.answers, bare.legs)),
        complaints=complaints,
    )
