"""What an engine counts and measures of itself, told on demand: no locks, nothing in a call's way.

Counts as calls end, measures in a task of its own, and reads the rest from its colleagues when it
is asked. Refuses to know who asks and in which format (`api.health`).
"""

import asyncio
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import structlog

from dialer.domain.agentflow import AgentState
from dialer.domain.breaker import BreakerState
from dialer.domain.ids import CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.metric import CONNECT_S, LAG_S, Histogram, sample
from dialer.errors import OutpaceError
from dialer.ports import Clock, Switch
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.dialing import Dialing
from dialer.services.drain import Drain
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating

log = structlog.get_logger(__name__)

LAG_EVERY_S: Final = 0.25
"""Between two looks at how late the event loop is."""

PING_EVERY_S: Final = 5.0

TRUNKS_EVERY_S: Final = 15.0

PING_WITHIN_S: Final = 3.0


class Metrics:
    """Counters and measurements of one engine; `run` is to be owned by a TaskGroup.

    Args:
        node: name of the engine.
        folders: whose free space matters, by what they hold.
        disk_free_min_bytes: less free space than this is a problem.
        more: problems that others know of: what, the problem, the fix.
        queues: tells what goes on in each queue.
    """

    def __init__(
        self,
        *,
        node: str,
        agents: Agents,
        campaigns: Campaigns,
        calls: Calls,
        seating: Seating,
        dialing: Dialing,
        recorder: Recorder,
        switch: Switch,
        drain: Drain,
        clock: Clock,
        folders: Mapping[str, Path],
        disk_free_min_bytes: int = 0,
        more: Callable[[], Iterable[tuple[str, str, str]]] = lambda: (),
        queues: Callable[[], Mapping[str, Mapping[str, Any]]] = dict,
    ) -> None:
        self._node = node
        self._agents = agents
        self._campaigns = campaigns
        self._calls = calls
        self._seating = seating
        self._dialing = dialing
        self._recorder = recorder
        self._switch = switch
        self._drain = drain
        self._clock = clock
        self._folders = folders
        self._disk_free_min_bytes = disk_free_min_bytes
        self._more = more
        self._queues = queues
        self._ended: Counter[tuple[CampaignId, str]] = Counter()
        self._connect = Histogram(CONNECT_S)
        self._lag = Histogram(LAG_S)
        self._round_trip_s: float | None = None
        self._reachable: set[str] | None = None
        """Trunks and phones that the switch reaches; None: not known."""
        calls.on_booked(self._booked)

    async def run(self) -> None:
        """Measure, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch_loop(), name="metrics-lag")
            tasks.create_task(self._watch_switch(), name="metrics-switch")

    async def look(self) -> None:
        """Ask the switch once how far it is and what it reaches."""
        await self._ping()
        await self._look_at_trunks()

    # -- what is asked ---------------------------------------------------------------------------

    async def metrics(self, _with: Mapping[str, Any]) -> object:
        """Every value there is now, as name, labels, value."""
        return {"node": self._node, "samples": [*self._floor(), *self._machine()]}

    async def health(self, _with: Mapping[str, Any]) -> object:
        """What is not as it must be for dialing; nothing is missing when there is no problem."""
        problems = [{"what": what, "problem": text, "fix": fix} for what, text, fix in self._ill()]
        return {"node": self._node, "state": self._drain.state.value, "problems": problems}

    def _ill(self) -> Iterator[tuple[str, str, str]]:
        if self._drain.begun:
            yield "engine", "drains: it takes no new calls", "wait for the next one"
        if not self._switch.connected:
            yield "ami", "there is no session with Asterisk", "is Asterisk running?"
        elif self._reachable is not None:
            silent = [name for name in self._dialing.trunks if name not in self._reachable]
            if len(silent) == len(self._dialing.trunks):  # one that answers is enough to dial
                for trunk in silent:
                    fix = "see that its address answers SIP OPTIONS"
                    yield f"trunk {trunk}", "Asterisk does not reach it", fix
        if not self._recorder.available:
            yield "database", "the engine cannot write to it", "is it running?"
        elif self._recorder.behind:
            yield "database", f"{self._recorder.backlog} facts wait for it", "it is too slow"
        yield from self._more()
        for name, free in self._free().items():
            if free < self._disk_free_min_bytes:
                problem = f"only {free >> 20} MiB are free"
                yield f"disk of the {name}", problem, "free some, or see OUTPACE_DISK_FREE_MIN_MIB"

    def reaches(self, name: str) -> bool | None:
        """Tell whether the switch reached a trunk or phone at the last look; None: not known."""
        return None if self._reachable is None else name in self._reachable

    # -- what is told ----------------------------------------------------------------------------

    def _floor(self) -> Iterator[list[Any]]:
        names = {run.campaign.campaign_id: run.campaign.name for run in self._campaigns.runs()}
        for (campaign, outcome), count in self._ended.items():
            name = names.get(campaign, "")
            yield sample("outpace_calls_ended_total", count, name, campaign, outcome)
        for run in self._campaigns.runs():
            yield from self._campaign(run)
        yield sample("outpace_connect_latency_seconds", self._connect)
        states = Counter(agent.state for agent in self._agents.all())
        for state in AgentState:
            yield sample("outpace_agents", states[state], state.value)
        yield sample("outpace_people_waiting", self._seating.waiting)
        for one in self._queues().values():
            of = (*one["tenants"], one["queue"])
            since = one["oldest_since"]
            longest_s = 0.0 if since is None else max(0.0, self._clock.now() - since)
            yield sample("outpace_queue_waiting", one["waiting"], *of)
            yield sample("outpace_queue_longest_wait_seconds", longest_s, *of)
            yield sample("outpace_queue_agents", one["agents"], *of)

    def _campaign(self, run: CampaignRun) -> Iterator[list[Any]]:
        of = (run.campaign.name, run.campaign.campaign_id)
        yield sample("outpace_campaign_dialing", run.dialing, *of)
        yield sample("outpace_hopper_leads", run.hopper.ready, *of)
        yield sample("outpace_pacing_faults_total", run.faults, *of)
        for standing in run.abandonment(self._clock.now()):
            where = (*of, standing.scope, standing.window)
            yield sample("outpace_abandon_ratio", standing.counts.rate, *where)
            yield sample("outpace_abandon_cap_ratio", standing.cap, *where)
            yield sample("outpace_abandon_window_answers", standing.counts.live, *where)

    def _machine(self) -> Iterator[list[Any]]:
        for trunk, limits in self._dialing.trunks.items():
            yield sample("outpace_trunk_lines", self._calls.lines(trunk), trunk)
            yield sample("outpace_trunk_lines_limit", limits.max_lines, trunk)
            if self._reachable is not None:
                yield sample("outpace_trunk_reachable", trunk in self._reachable, trunk)
        for one in self._dialing.lines.shown():
            trunk = one["trunk"]
            yield sample("outpace_trunk_out", one["state"] != BreakerState.CLOSED.value, trunk)
            yield sample("outpace_trunk_taken_out_total", one["opened"], trunk)
            yield sample("outpace_trunk_calls_ended_total", one["ended"], trunk)
            yield sample("outpace_trunk_calls_answered_total", one["answered"], trunk)
            yield sample("outpace_trunk_short_calls_total", one["short_calls"], trunk)
            yield sample("outpace_trunk_faults_total", one["faults"], trunk)
        yield sample("outpace_ami_connected", self._switch.connected)
        if self._round_trip_s is not None:
            yield sample("outpace_ami_round_trip_seconds", self._round_trip_s)
        yield sample("outpace_event_loop_lag_seconds", self._lag)
        yield sample("outpace_recorder_backlog", self._recorder.backlog)
        yield sample("outpace_database_available", self._recorder.available)
        yield sample("outpace_dialing_held", self._dialing.held)
        yield sample("outpace_draining", self._drain.begun)
        for name, free in self._free().items():
            yield sample("outpace_disk_free_bytes", free, name)

    def _free(self) -> dict[str, int]:
        there = {name: path for name, path in self._folders.items() if path.is_dir()}
        return {name: shutil.disk_usage(path).free for name, path in there.items()}

    # -- what is counted and measured ------------------------------------------------------------

    def _booked(self, attempt: Attempt, end: AttemptEnd) -> None:
        if end.undialed:
            return
        self._ended[attempt.campaign_id, end.outcome.value] += 1
        if end.answered_at is not None and end.connected_at is not None:
            self._connect.observe(end.connected_at - end.answered_at)

    async def _watch_loop(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self._lag.observe(max(0.0, loop.time() - due))

    async def _watch_switch(self) -> None:
        looked_at = float("-inf")
        while True:
            await self._ping()
            if self._clock.now() - looked_at >= TRUNKS_EVERY_S:
                looked_at = self._clock.now()
                await self._look_at_trunks()
            await asyncio.sleep(PING_EVERY_S)

    async def _ping(self) -> None:
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                self._round_trip_s = await self._switch.round_trip()
        except (OutpaceError, TimeoutError):
            self._round_trip_s = None

    async def _look_at_trunks(self) -> None:
        try:
            async with asyncio.timeout(PING_WITHIN_S):
                self._reachable = await self._switch.reachable_contacts()
                self._dialing.lines.looked(self._reachable)
        except (OutpaceError, TimeoutError):
            self._reachable = None
