"""Who leads the campaign: makes it, imports its list, starts, paces, watches and ends it.

By a token, over REST and the live feed. Refuses to know agents' work, processes and terminals.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

import httpx

from dialer.domain.agentflow import AgentState
from dialer.domain.campaign import CampaignState
from dialer.domain.ids import CampaignId
from outpace.client import Problem
from outpace.client.types import NewCampaign
from simulation.demo.agents import BREAK
from simulation.demo.desks import Desk
from simulation.demo.leads import DemoLead, write_list
from simulation.demo.scenario import Scenario
from simulation.demo.seen import Seen, Status
from simulation.demo.service import DemoFailed

CAMPAIGN: Final = "demo"
"""The campaign's name."""

LOOK_EVERY_S: Final = 0.25
STALLED_S: Final = 60.0
"""No dial, answer or end for so long: no scenario is that slow."""
LEAVE_WITHIN_S: Final = 5.0

FEWER_LINES: Final = 0.8
"""By which the limit of lines for each agent is lowered while the campaign runs."""

PACED_ANEW_AFTER: Final = 0.5
"""Share of the leads that are dialed before."""

_WORKING: Final = frozenset({AgentState.RESERVED, AgentState.TALKING, AgentState.WRAP_UP})
_FAULTS: Final = "outpace_pacing_faults_total{"


class Supervisor:
    """One campaign and who leads it.

    Args:
        here: the desk.
        home: folder of the run.
        say: told of each step, in a line for a person.
        show: shown the floor, four times a second.
    """

    def __init__(
        self,
        here: Desk,
        scenario: Scenario,
        home: Path,
        *,
        say: Callable[[str, str], None],
        show: Callable[[Status], None],
    ) -> None:
        self._here = here
        self._scenario = scenario
        self._home = home
        self._say = say
        self._show = show

    async def create(self, leads: Sequence[DemoLead]) -> CampaignId:
        """Create the campaign, import its list, and say why agents may pause."""
        here = self._here
        await here.api().pause_codes.create({"code": BREAK, "label": "Coffee", "limit_s": 60})
        new: NewCampaign = {"name": CAMPAIGN}
        new["settings"] = self._scenario.settings.model_dump(mode="json")  # type: ignore[typeddict-item]
        campaign = await here.api().campaigns.create(new)
        path = self._home / "leads.csv"
        await asyncio.to_thread(write_list, path, leads)
        content = await asyncio.to_thread(path.read_bytes)
        report = await here.api().lists.imported(
            campaign["id"], content, "text/csv", file=path.name
        )
        source = "people of UCI's Bank Marketing data, fictional numbers"
        self._say("Leads", f"{report['taken']} imported: {source}")
        return CampaignId(campaign["id"])

    async def lead(self, campaign_id: CampaignId, seen: Seen) -> None:
        """Start the campaign and watch it to its end; on the way its pacing is changed.

        Raises:
            DemoFailed: nothing happens any more.
        """
        here = self._here
        await here.api().campaigns.start(campaign_id)
        half = PACED_ANEW_AFTER * self._scenario.leads
        await self._watch_until(seen, lambda status: _dialed(status) >= half or _finished(status))
        most = FEWER_LINES * self._scenario.settings.max_lines_per_agent
        limits = await here.api().pacing.update(campaign_id, {"max_lines_per_agent": most})
        self._say("Pacing", f"at most {limits['max_lines_per_agent']:g} lines an agent from now on")
        await self._watch_until(seen, _finished)
        # the last ones still write up what they heard
        await self._watch_until(seen, _nobody_works)

    async def send_home(self) -> None:
        """Stop every campaign, end what is still talking and log all agents out."""
        with suppress(Problem, httpx.TransportError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN_S):
                await self._here.api().campaigns.stop_all()
                floor = await self._here.api().agents.list_(limit=self._scenario.agents)
                for agent in floor["items"]:
                    await self._leave(agent["id"], agent["state"])

    async def pacing_faults(self) -> int:
        """Return how many events pacers refused, as the engines count them."""
        metrics = (await self._here.api().health.metrics()).decode()
        lines = [line for line in metrics.splitlines() if line.startswith(_FAULTS)]
        return sum(int(float(line.rpartition(" ")[2])) for line in lines)

    async def report(self, campaign_id: CampaignId) -> Mapping[str, Any]:
        """Return the campaign's row of the service's own report."""
        report = await self._here.api().reports.get("campaign", campaign=campaign_id)
        rows = dict(report)["campaigns"]
        return cast("Sequence[Mapping[str, Any]]", rows)[0]

    async def _watch_until(self, seen: Seen, done: Callable[[Status], bool]) -> None:
        """Show the floor until `done`."""
        before: object = None
        moved_at = time.monotonic()
        while True:
            status = seen.status(time.time())
            self._show(status)
            if done(status):
                return
            moving = (
                [(row["dialed"], row["answered"], row["lines"]) for row in status["campaigns"]],
                [row["state"] for row in status["agents"]],
            )
            if moving != before:
                before, moved_at = moving, time.monotonic()
            if time.monotonic() - moved_at > STALLED_S:
                raise DemoFailed(
                    f"nothing has happened for {STALLED_S:g} s; see {self._home}/engine.log"
                )
            await asyncio.sleep(LOOK_EVERY_S)

    async def _leave(self, agent: str, state: str) -> None:
        if state == AgentState.OFFLINE:
            return
        with suppress(Problem):  # it ended by itself in this moment
            if state in (AgentState.RESERVED, AgentState.TALKING):
                await self._here.api().agents.hang_up(agent)
        with suppress(Problem):
            await self._here.api().agents.log_out(agent)


def _dialed(status: Status) -> int:
    return sum(row["dialed"] for row in status["campaigns"])


def _finished(status: Status) -> bool:
    return any(row["state"] == CampaignState.FINISHED for row in status["campaigns"])


def _nobody_works(status: Status) -> bool:
    return not any(row["state"] in _WORKING for row in status["agents"])
