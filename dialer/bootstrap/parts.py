"""What an engine is made of: its services and adapters, put together from its settings.

The only place that names adapters. Refuses to know when they run: that is `engine`.
"""

import asyncio
from collections.abc import Awaitable, Callable

from ulid import ULID

from agi.handlers import CallHandlers
from agi.inbound_line import QueueScript
from agi.server import Handler
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.privacy_key import privacy_key
from dialer.adapters.recordings import RecordingWorker
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.sql.privacy import SqlPrivacy, any_erased
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.agentflow import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.far_side import FarSide
from dialer.domain.ids import CampaignId
from dialer.ports import SwitchSession
from dialer.services.agents import Agents
from dialer.services.alarms import Alarms
from dialer.services.board import LIVE, Board
from dialer.services.callbacks import Callbacks
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.control import Command, Control
from dialer.services.dial_terms import TrunkAddress, TrunkTerms
from dialer.services.dialing import Dialing, TrunkLimits
from dialer.services.drain import Drain
from dialer.services.import_leads import Erased
from dialer.services.metrics import Metrics
from dialer.services.missed_calls import MissedCalls
from dialer.services.other_calls import OtherCalls
from dialer.services.queue_agents import QueueAgents
from dialer.services.queues import Queues
from dialer.services.reaper import Reaper
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating
from dialer.services.sparing import Sparing
from dialer.services.switchboard import Switchboard
from dialer.services.upkeep import Upkeep
from dialer.settings import NodeSettings


class EngineParts:
    """The parts of one node's engine.

    Args:
        settings: of the node.
        stores: of its database.
        law: asked for each dial.
        switch: another than the node's Asterisk.
        probe: says who is at the other end of a trunk.
    """

    def __init__(
        self,
        settings: NodeSettings,
        stores: SqlStores,
        law: DialLaw,
        *,
        switch: SwitchSession | None = None,
        probe: Callable[[str, int], Awaitable[FarSide]] = far_side,
    ) -> None:
        self.settings = settings
        self.stores = stores
        self.clock = SteadyClock()
        self.feed = InProcessFeed()
        self.switch = switch or AsteriskSwitch(
            AmiAddress(
                settings.ami_host,
                settings.ami_port,
                settings.ami_user,
                settings.ami_secret.get_secret_value(),
            ),
            clock=self.clock,
        )
        self.recordings = RecordingWorker(settings.recordings)
        self.recorder = Recorder(stores.attempts, stores.agents, stores.leads)
        self.agents = Agents(
            switch=self.switch,
            store=stores.agents,
            sessions=stores.sessions,
            pause_codes=stores.pause_codes,
            recorder=self.recorder,
            clock=self.clock,
            engine=settings.name,
        )
        self.seating = Seating(self.agents, self._weights)
        self.calls = Calls(
            switch=self.switch,
            agents=self.agents,
            seating=self.seating,
            recorder=self.recorder,
            attempts=stores.attempts,
            feed=self.feed,
            clock=self.clock,
            recordings=self.recordings,
        )
        trunk = settings.trunk
        address = TrunkAddress(
            trunk.host,
            trunk.port,
            frozenset(trunk.countries),
            trunk.minutes_max_day,
            trunk.spend_max_day,
        )
        terms = TrunkTerms(
            {trunk.name: address}, probe, default_prompt=settings.prompts / "abandon"
        )
        self.campaigns = Campaigns(
            store=stores.campaigns,
            leads=stores.leads,
            attempts=stores.attempts,
            agents=self.agents,
            calls=self.calls,
            clock=self.clock,
            terms=terms.of,
            law=law,
            engine=settings.name,
        )
        self.dialing = Dialing(
            campaigns=self.campaigns,
            calls=self.calls,
            attempts=stores.attempts,
            recorder=self.recorder,
            switch=self.switch,
            clock=self.clock,
            trunks={trunk.name: TrunkLimits(trunk.max_lines, trunk.calls_per_second)},
            engine=settings.name,
            law=law,
        )
        self.callbacks = Callbacks(
            store=stores.callbacks,
            campaigns=self.campaigns,
            agents=self.agents,
            seating=self.seating,
            calls=self.calls,
            dialing=self.dialing,
            clock=self.clock,
            engine=settings.name,
        )
        self.others = OtherCalls()
        self.queue_agents = QueueAgents(self.agents, stores.rolls, blended=self._blended)
        self.missed_calls = MissedCalls(
            imports=stores.imports,
            leads=stores.upserts,
            campaigns=stores.campaigns,
            erased=self._erased,
            clock=self.clock,
        )
        self.queues = Queues(
            switch=self.switch,
            agents=self.agents,
            who=self.queue_agents,
            seating=self.seating,
            store=stores.queues,
            records=stores.calls,
            recorder=self.recorder,
            others=self.others,
            clock=self.clock,
            prompts=settings.prompts,
            missed=self.missed_calls.missed,
            spared=Sparing(
                agents=self.agents,
                campaigns=self.campaigns,
                calls=self.calls,
                clock=self.clock,
            ).spared,
        )
        self.switchboard = Switchboard(
            self.calls,
            self.agents,
            session_changed=self._session_changed,
            phone_changed=self._phone_changed,
            others=self.others,
        )
        self.reaper = Reaper(
            switch=self.switch,
            calls=self.calls,
            agents=self.agents,
            attempts=stores.attempts,
            agent_store=stores.agents,
            sessions=stores.sessions,
            engine=settings.name,
            alone=not stores.shared,
            journal=AsteriskJournal(settings.journal),
            clock=self.clock,
            run_of=self._run_of,
            events_held=self.switchboard.held,
            others=self.others,
            adopt_talk=self.queues.adopt,
        )
        self.drain = Drain(
            node=settings.name,
            limit_s=settings.drain_limit_s,
            calls=self.calls,
            campaigns=self.campaigns,
            agents=self.agents,
            feed=self.feed,
            clock=self.clock,
            hold=self._hold,
        )
        self.metrics = Metrics(
            node=settings.name,
            agents=self.agents,
            campaigns=self.campaigns,
            calls=self.calls,
            seating=self.seating,
            dialing=self.dialing,
            recorder=self.recorder,
            switch=self.switch,
            drain=self.drain,
            clock=self.clock,
            folders={"home": settings.home, "recordings": settings.recordings},
            disk_free_min_bytes=settings.disk_free_min_mib << 20,
            queues=self.queues.shown,
        )
        self.control = Control(
            agents=self.agents,
            campaigns=self.campaigns,
            calls=self.calls,
            seating=self.seating,
            dialing=self.dialing,
            attempts=stores.attempts,
            switch=self.switch,
            clock=self.clock,
            drain=self.drain,
            metrics=self.metrics,
            promised=self.callbacks.soon,
            queues=self.queues.shown,
        )
        self.upkeep = Upkeep(
            ownership=stores.ownership,
            agents=self.agents,
            pause_codes=stores.pause_codes,
            campaigns=self.campaigns,
            decisions=stores.decisions,
            recorder=self.recorder,
            feed=self.feed,
            clock=self.clock,
        )
        self.board = Board(
            agents=self.agents,
            calls=self.calls,
            campaigns=self.campaigns,
            seating=self.seating,
            dialing=self.dialing,
            recorder=self.recorder,
            alarms=Alarms(
                agents=self.agents,
                campaigns=self.campaigns,
                recorder=self.recorder,
                switch=self.switch,
                node=settings.name,
                overdue=lambda: self.upkeep.overdue,
                queues=self.queues.shown,
            ),
            switch=self.switch,
            feed=self.feed,
            clock=self.clock,
            node=settings.name,
            epoch=str(ULID()),
            queues=self.queues.shown,
        )
        self.handlers = CallHandlers(self.calls, self.clock)
        self.queue_script = QueueScript(
            self.queues, stores.calls, self.recorder, self.clock, node=settings.name
        )
        redis_url = settings.redis_url.get_secret_value()
        self._redis = RedisAddress.of(redis_url) if redis_url else None
        self._campaign_of: dict[CampaignId, Campaign] = {}
        self._session_up = asyncio.Event()
        self._wire()

    def _wire(self) -> None:
        self.switch.subscribe(self.switchboard.take)
        self.seating.on_home_change(self.campaigns.agent_changed)
        self.seating.on_home_change(lambda _agent: self.dialing.nudge())
        self.campaigns.on_change(self.seating.rehome)
        self.calls.on_booked(self.queue_agents.attempt_ended)
        self.calls.on_change(lambda _flow: self.queues.serve_idle())
        self.agents.listen(
            lambda agent: self.feed.publish(
                "agent", {"agent": agent.agent_id, "state": agent.state.value}
            )
        )

    def commands(self) -> dict[str, Command]:
        """Return what this engine can be asked, by name."""
        return {**self.control.commands(), LIVE: self.board.live}

    def scripts(self) -> dict[str, Handler]:
        """Return what Asterisk can ask over FastAGI, by script."""
        return {**self.handlers.routes(), **self.queue_script.routes()}

    def _hold(self) -> None:
        self.dialing.held = True

    def _phone_changed(self, endpoint: str, reachable: bool) -> None:
        if reachable:
            self.agents.recall([endpoint])

    def _session_changed(self, up: bool, at: float) -> None:
        if up:
            self._session_up.set()
        else:
            self.dialing.held = True
            self.agents.switch_lost(at)

    def _blended(self, agent: Agent) -> bool:
        """Whether an agent takes calls that come in: none of their campaigns forbids it."""
        runs = (self.campaigns.get(name) for name in agent.campaigns)
        return all(run.campaign.settings.blend for run in runs if run is not None)

    async def _erased(self) -> Erased | None:
        if not await any_erased(self.stores.reader):
            return None
        key = await asyncio.to_thread(privacy_key, self.settings.home)
        return SqlPrivacy(self.stores.writer, self.stores.reader, key).suppressed

    def _weights(self) -> "dict[CampaignId, float]":
        return dict(self.campaigns.weights())

    def _run_of(self, campaign_id: CampaignId) -> CampaignRun | None:
        campaign = self._campaign_of.get(campaign_id)
        return None if campaign is None else self.campaigns.run_for_adopted(campaign)
