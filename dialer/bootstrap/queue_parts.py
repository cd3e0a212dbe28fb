"""What has calls that came in taken by agents, put together from an engine's settings.

Refuses to know when it runs (`engine`), and who is next.
"""

import asyncio

from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.sql.privacy import SqlPrivacy, any_erased
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.agentflow import Agent
from dialer.ports import Clock, Switch, TalkControl
from dialer.services.agents import Agents
from dialer.services.call_back_desk import CallBackDesk
from dialer.services.callbacks import Callbacks
from dialer.services.caller_leads import CallerLeads
from dialer.services.calls import Calls
from dialer.services.campaigns import Campaigns
from dialer.services.import_leads import Erased
from dialer.services.missed_calls import MissedCalls
from dialer.services.other_calls import OtherCalls
from dialer.services.queue_agents import QueueAgents
from dialer.services.queues import Queues
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating
from dialer.services.sparing import Sparing
from dialer.settings import NodeSettings


class QueueParts:
    """The parts of one node that serve queues."""

    def __init__(
        self,
        settings: NodeSettings,
        stores: SqlStores,
        *,
        switch: Switch,
        control: TalkControl,
        agents: Agents,
        campaigns: Campaigns,
        calls: Calls,
        seating: Seating,
        recorder: Recorder,
        others: OtherCalls,
        clock: Clock,
        callbacks: Callbacks,
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._campaigns = campaigns
        self.queue_agents = QueueAgents(agents, stores.rolls, blended=self._blended)
        caller_leads = CallerLeads(
            imports=stores.imports,
            leads=stores.upserts,
            campaigns=stores.campaigns,
            erased=self._erased,
            clock=clock,
        )
        self.missed_calls = MissedCalls(caller_leads)
        desk = CallBackDesk(caller_leads, stores.callbacks, clock, settings.prompts, callbacks.soon)
        self.queues = Queues(
            switch=switch,
            control=control,
            agents=agents,
            who=self.queue_agents,
            seating=seating,
            store=stores.queues,
            records=stores.calls,
            recorder=recorder,
            others=others,
            clock=clock,
            prompts=settings.prompts,
            call_back=desk.offer,
            turns=callbacks,
            missed=self.missed_calls.missed,
            spared=Sparing(agents=agents, campaigns=campaigns, calls=calls, clock=clock).spared,
        )

    def _blended(self, agent: Agent) -> bool:
        """Whether an agent takes calls that come in: none of their campaigns forbids it."""
        runs = (self._campaigns.get(name) for name in agent.campaigns)
        return all(run.campaign.settings.blend for run in runs if run is not None)

    async def _erased(self) -> Erased | None:
        if not await any_erased(self._stores.reader):
            return None
        key = await asyncio.to_thread(privacy_key, self._settings.home)
        return SqlPrivacy(self._stores.writer, self._stores.reader, key).suppressed
