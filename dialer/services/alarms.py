"""What the people on this node's floor must be told of now, and whose people.

Gathers what `dialer.domain.alerts` judges by. Refuses to know how it is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from dialer.domain.agentflow import AgentState
from dialer.domain.alerts import (
    Abandons,
    Alert,
    AlertKind,
    CampaignNow,
    Drops,
    of_campaign,
    of_node,
    of_queue,
    of_trunk,
    of_wrap_up,
)
from dialer.domain.breaker import Breaker
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.pause_code import OverduePause
from dialer.errors import WrongState
from dialer.ports import Switch
from dialer.services.agents import Agents
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.recorder import Recorder

Tenants = Callable[[Iterable[CampaignId]], list[str]]


class Alarms:
    """The alerts of one node.

    Args:
        agents: who is there.
        campaigns: those in memory.
        recorder: whether the database takes what is recorded.
        switch: whether it is there.
        node: its name.
        overdue: tells which pauses last too long.
        phones: tells what is wrong with agents' phones.
        unpushed: tells how many phones on record the switch does not have.
        queues: tells what goes on in each queue.
        trunks: tells how the carrier of each trunk stands.
        voicemails: tells of boxes in which something lies that nobody has heard.
    """

    def __init__(
        self,
        *,
        agents: Agents,
        campaigns: Campaigns,
        recorder: Recorder,
        switch: Switch,
        node: str,
        overdue: Callable[[], Sequence[OverduePause]] = lambda: (),
        phones: Callable[[float], Iterable[Alert]] = lambda _now: (),
        unpushed: Callable[[], int] = lambda: 0,
        queues: Callable[[], Mapping[str, Mapping[str, Any]]] = dict,
        trunks: Callable[[], Mapping[str, Breaker]] = dict,
        voicemails: Callable[[], Iterable[tuple[Alert, Sequence[str]]]] = tuple,
    ) -> None:
        self._agents = agents
        self._campaigns = campaigns
        self._recorder = recorder
        self._switch = switch
        self._node = node
        self._overdue = overdue
        self._phones = phones
        self._unpushed = unpushed
        self._queues = queues
        self._trunks = trunks
        self._voicemails = voicemails
        self._drops: dict[CampaignId, Drops] = {}

    def now(self, now: float, tenants_of: Tenants) -> Iterator[tuple[Alert, Sequence[str] | None]]:
        """Iterate over what is to be told, each with its tenants; None: everybody.

        Args:
            now: epoch seconds.
            tenants_of: tells whose campaigns are.
        """
        for run in self._campaigns.runs():
            for alert in of_campaign(self._campaign(run, now)):
                yield alert, [run.campaign.tenant_id]
        for alert in chain(self._phones(now), self._wrap_ups(now)):
            yield alert, tenants_of(self._agents.get(AgentId(alert.subject)).campaigns)
        for name, breaker in self._trunks().items():
            for alert in of_trunk(name, breaker):
                yield alert, None
        unpushed = self._unpushed()
        if unpushed:
            yield Alert(AlertKind.PHONES_NOT_PUSHED, self._node, {"phones": unpushed}), None
        for key, queue in self._queues().items():
            facts = {name: queue[name] for name in ("waiting", "oldest_since", "longest_wait_s")}
            for alert in of_queue(key, now=now, **facts):
                yield alert, queue["tenants"]
        yield from self._voicemails()
        overdue = [one for one in self._overdue() if self._still_paused(one)]
        for alert in of_node(
            self._node,
            connected=self._switch.connected,
            reachable=not self._recorder.away,
            overdue=overdue,
        ):
            of_agent = any(one.agent_id == alert.subject for one in overdue)
            whose = self._agents.get(AgentId(alert.subject)) if of_agent else None
            yield alert, None if whose is None else tenants_of(whose.campaigns)

    def _wrap_ups(self, now: float) -> Iterator[Alert]:
        for agent in self._agents.all():
            if agent.state is AgentState.WRAP_UP:
                yield from of_wrap_up(agent.agent_id, since=agent.since, now=now)

    def _campaign(self, run: CampaignRun, now: float) -> CampaignNow:
        campaign_id = run.campaign.campaign_id
        abandons = [Abandons(cap.ledger.counts(cap.window, now).rate, cap.rate) for cap in run.caps]
        if run.decision is not None:
            target = run.campaign.settings.abandon_rate_target
            abandons.append(Abandons(run.decision.abandon_rate, target))
        drops = self._drops.setdefault(campaign_id, Drops())
        return CampaignNow(
            campaign_id,
            dialing=run.dialing,
            abandons=abandons,
            dropped=drops.look(run.tally.abandoned, run.agents_present(), now),
            leads_ready=run.hopper.ready,
            dry=run.hopper.dry,
            lines=len(run.live),
        )

    def _still_paused(self, pause: OverduePause) -> bool:
        try:
            agent = self._agents.get(AgentId(pause.agent_id))
        except WrongState:
            return False
        return agent.state is AgentState.PAUSED and agent.since == pause.since
