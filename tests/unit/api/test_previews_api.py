"""An agent looks at a lead before they dial it, or dials a number by hand: REST and feed."""

import asyncio
from pathlib import Path
from typing import Any

from floor_at_work import campaign_of_other, dialing, logged_in, until
from service import service
from serving import Follower, served

from dialer.domain.ids import AgentId


async def test_who_is_looked_at_is_in_the_session_and_is_skipped_or_dialed(tmp_path: Path) -> None:
    async with service(tmp_path) as at, served(at.app) as address:
        campaign = await dialing(at, leads=3, mode="preview")
        await at.refused("POST", "/session/preview/dial", 409, role="agent")
        await logged_in(at, campaign)
        here = Follower()
        async with (
            asyncio.timeout(10),
            here.connected(address, role="agent@main", topic="session") as socket,
        ):

            async def looked_at(other_than: int = 0) -> Any:
                while True:
                    who = here.shown.get(("node", "people", "1001"))
                    agent = here.shown.get(("node", "agents", "1001"), {})
                    if who and agent.get("preview") and who["lead"] not in (None, other_than):
                        return who, agent
                    await here.hear(socket)

            who, agent = await looked_at()
            assert (agent["state"], agent["attempt"], agent["lead"]) == ("held", None, who["lead"])
            assert who["number"].startswith("+12*")
            reasons = agent["preview"]["skip_reasons"]
            wrong = {"reason": "no reason"}
            problem = await at.refused(
                "POST", "/session/preview/skip", 422, role="agent", json=wrong
            )
            assert problem["field"] == "reason"
            skipped = {"reason": reasons[1]}
            told = await at.done("POST", "/session/preview/skip", role="agent", json=skipped)
            assert told == {"lead": who["lead"]}
            other, _ = await looked_at(other_than=who["lead"])
            dialed = await at.done("POST", "/session/preview/dial", role="agent")
            await until(lambda: at.switch.calls)
            (call,) = at.switch.calls
            assert (call.attempt_id, call.lead_id) == (dialed["attempt"], other["lead"])
            cancelled = await at.done("POST", "/session/dial-cancel", role="agent")
            assert cancelled == dialed


async def test_a_number_of_a_campaign_is_dialed_by_hand_if_the_campaign_lets_agents_do_so(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as at:
        campaign = await dialing(at, leads=1, mode="preview", preview={"limit_s": 5})
        await logged_in(at, campaign)
        await until(lambda: at.engine.previews.of(AgentId("1001")))
        await at.done("POST", "/session/pause", role="agent", json={"code": ""})
        await until(lambda: at.engine.agents.get(AgentId("1001")).state.value == "paused")
        by_number = {"campaign": campaign, "number": "+12025550000"}
        theirs = {**by_number, "campaign": await campaign_of_other(at)}
        await at.refused("POST", "/session/dial", 404, role="agent", json=theirs)
        unknown = {**by_number, "number": "+12025559999"}
        await at.refused("POST", "/session/dial", 404, role="agent", json=unknown)
        for odd in ({}, {"number": "+12025550000"}, {"lead": 1, **by_number}):
            await at.refused("POST", "/session/dial", 422, role="agent", json=odd)
        dialed = await at.done("POST", "/session/dial", role="agent", json=by_number)
        assert at.switch.calls[0].attempt_id == dialed["attempt"]
        await at.done("POST", "/session/dial-cancel", role="agent")
