"""What an engine is made of: its services and adapters, put together from its settings.

The only place that names adapters. Refuses to know when they run: that is `engine`.
"""

import asyncio
from collections.abc import Awaitable, Callable

from ulid import ULID

from agi.handlers import CallHandlers
from agi.incoming import IncomingHandlers
from agi.queue_script import QueueScript
from agi.server import Handler
from dialer.adapters.asterisk.answer_ear import AsteriskAnswerEar
from dialer.adapters.asterisk.conf import ari_secret
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.push_config import AriAddress, PushConfig
from dialer.adapters.asterisk.spying import AsteriskSpying
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.recording_finish import Form
from dialer.adapters.recording_places import is_elsewhere, keeper_of, store_of
from dialer.adapters.recording_spool import DiskSpool
from dialer.adapters.recordings import RecordingWorker
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap.flow_parts import FlowParts
from dialer.bootstrap.queue_parts import QueueParts
from dialer.bootstrap.trunks import TestCallRecord, addresses_of, limits_of
from dialer.domain.amd.detector import AGENT_FIRST
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.far_side import FarSide
from dialer.domain.ids import MAIN_TENANT, CampaignId, LegId
from dialer.ports import Provisioning, Spying, SwitchSession
from dialer.services.agents import Agents
from dialer.services.alarms import Alarms
from dialer.services.board import LIVE, Board
from dialer.services.call_ends import CallEnds
from dialer.services.callbacks import Callbacks
from dialer.services.caller_id_desk import CallerIdDesk
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.coaching import Coaching
from dialer.services.control import Command, Control
from dialer.services.dial_terms import TrunkTerms
from dialer.services.dialing import Dialing
from dialer.services.drain import Drain
from dialer.services.failover import Failover
from dialer.services.machine_release import MachineRelease
from dialer.services.metrics import Metrics
from dialer.services.other_calls import OtherCalls
from dialer.services.phone_watch import PhoneWatch
from dialer.services.phones import Phones
from dialer.services.reaper import Reaper
from dialer.services.recorder import Recorder
from dialer.services.recording_book import RecordingBook
from dialer.services.seating import Seating
from dialer.services.supervision import Supervision
from dialer.services.supervision_commands import SupervisionCommands
from dialer.services.switchboard import Switchboard
from dialer.services.trunk_lines import TrunkLines
from dialer.services.trunk_test_call import TrunkTestCall
from dialer.services.upkeep import Upkeep
from dialer.settings import NodeSettings


class EngineParts:
    """The parts of one node's engine.

    Args:
        settings: of the node.
        stores: of its database.
        law: asked for each dial.
        switch: another than the node's Asterisk.
        provisioning: another way to push phones than into the node's Asterisk.
        probe: says who is at the other end of a trunk.
        spying: another way to have supervisors listen than the node's Asterisk.
    """

    def __init__(
        self,
        settings: NodeSettings,
        stores: SqlStores,
        law: DialLaw,
        *,
        switch: SwitchSession | None = None,
        provisioning: Provisioning | None = None,
        probe: Callable[[str, int], Awaitable[FarSide]] = far_side,
        spying: Spying | None = None,
    ) -> None:
        self.settings = settings
        self.stores = stores
        self.clock = SteadyClock()
        self.feed = InProcessFeed()
        ami_secret = settings.ami_secret.get_secret_value()
        asterisk = AsteriskSwitch(
            AmiAddress(settings.ami_host, settings.ami_port, settings.ami_user, ami_secret),
            clock=self.clock,
            formats={trunk.name: trunk.number_format for trunk in settings.all_trunks},
        )
        self.switch = switch or asterisk
        if provisioning is None and switch is None and settings.asterisk_http_port:
            ari = AriAddress(settings.asterisk_http_port, ari_secret(ami_secret))
            provisioning = PushConfig(ari, asterisk.said)
        self.phones = Phones(stores.phones, provisioning)
        form = Form(settings.recordings_codec, settings.recordings_program)
        self.recordings = RecordingWorker(settings.recordings, form, settings.recordings_key_file)
        self.keeper = keeper_of(settings)
        self.recording_book = RecordingBook(
            records=stores.recordings,
            spool=DiskSpool(settings.recordings),
            keeper=self.keeper,
            store=store_of(settings),
            elsewhere=is_elsewhere(settings),
            node=settings.name,
            clock=self.clock,
        )
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
        self.caller_ids = CallerIdDesk(stores.caller_ids.list)
        terms = TrunkTerms(
            addresses_of(settings),
            probe,
            default_prompt=settings.prompts / "abandon",
            routes=lambda name, tenant: stores.trunk_routes.get(name, tenant_id=tenant),
            check_caller_ids=self.caller_ids.check,
        )
        self.campaigns = Campaigns(
            store=stores.campaigns,
            leads=stores.leads,
            attempts=stores.attempts,
            agents=self.agents,
            calls=self.calls,
            clock=self.clock,
            ways=terms.ways,
            law=law,
            engine=settings.name,
        )
        self.trunks = TrunkLines(limits_of(settings), self.calls, self.clock)
        self.failover = Failover(
            campaigns=self.campaigns,
            calls=self.calls,
            recorder=self.recorder,
            trunks=self.trunks,
            clock=self.clock,
        )
        self.dialing = Dialing(
            campaigns=self.campaigns,
            calls=self.calls,
            attempts=stores.attempts,
            recorder=self.recorder,
            switch=self.switch,
            clock=self.clock,
            trunks=self.trunks,
            engine=settings.name,
            law=law,
            tried=self.failover.tried,
            shown=self.caller_ids.shown,
        )
        self.failover.on_ready(self.dialing.nudge)
        self.test_call = TrunkTestCall(
            trunks=self.trunks,
            terms=terms.on,
            switch=self.switch,
            record=TestCallRecord(stores),
            clock=self.clock,
            held=lambda: self.dialing.held,
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
        self.supervision = Supervision(
            spying=spying or AsteriskSpying(asterisk),
            agents=self.agents,
            calls=self.calls,
            audit=stores.audit,
            clock=self.clock,
            tenant_of=lambda campaign_id: self.campaigns.tenants.get(campaign_id, MAIN_TENANT),
        )
        self.coaching = Coaching(self.supervision, self.agents, self.clock)
        self.other_calls = OtherCalls()
        self.queue_parts = QueueParts(
            settings,
            stores,
            switch=self.switch,
            agents=self.agents,
            campaigns=self.campaigns,
            seating=self.seating,
            recorder=self.recorder,
            others=self.other_calls,
            clock=self.clock,
        )
        self.queue_agents = self.queue_parts.queue_agents
        self.missed_calls = self.queue_parts.missed_calls
        self.queues = self.queue_parts.queues
        self.switchboard = Switchboard(
            self.calls,
            self.agents,
            supervision=self.supervision,
            session_changed=self._session_changed,
            phone_changed=self._phone_changed,
            spoke=self._spoke,
            others=self.other_calls,
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
            spy_known=self.supervision.knows,
            others=self.other_calls,
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
            others=lambda: self.flow_parts.calls.live,
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
            more=self.phones.problems,
            queues=self.queues.shown,
        )
        self.phone_watch = PhoneWatch(
            self.agents,
            self.clock,
            reaches=self.metrics.reaches,
            silent_s=settings.microphone_silent_s,
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
                phones=self.phone_watch.now,
                unpushed=lambda: self.phones.missing,
                queues=self.queues.shown,
            ),
            switch=self.switch,
            feed=self.feed,
            clock=self.clock,
            node=settings.name,
            epoch=str(ULID()),
            queues=self.queues.shown,
        )
        self.answer_ear = AsteriskAnswerEar(asterisk, AGENT_FIRST)
        self.machine_release = MachineRelease(
            self.answer_ear, self.calls, self.campaigns.get, self.clock
        )
        self.handlers = CallHandlers(self.calls, self.clock)
        self.call_ends = CallEnds(
            switch=self.switch,
            calls=stores.calls,
            others=self.other_calls,
            journal=AsteriskJournal(settings.journal),
            recorder=self.recorder,
            clock=self.clock,
            node=settings.name,
        )
        self.flow_parts = FlowParts(
            settings,
            stores,
            recorder=self.recorder,
            others=self.other_calls,
            clock=self.clock,
            taker=self.queues,
        )
        self.incoming = IncomingHandlers(self.flow_parts.calls, self.clock)
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
        self.supervision.on_change(self.board.spy_changed)
        self.coaching.on_invitation(self.board.invited)
        self.calls.on_booked(self.queue_agents.attempt_ended)
        self.agents.listen(
            lambda agent: self.feed.publish(
                "agent", {"agent": agent.agent_id, "state": agent.state.value}
            )
        )

    def commands(self) -> dict[str, Command]:
        """Return what this engine can be asked, by name."""
        return {
            **self.control.commands(),
            **self.phones.commands(),
            **self.test_call.commands(),
            **self.caller_ids.commands(),
            **SupervisionCommands(self.supervision, self.coaching).commands(),
            **self.flow_parts.book.commands(),
            LIVE: self.board.live,
        }

    def scripts(self) -> dict[str, Handler]:
        """Return what Asterisk can ask over FastAGI, by script."""
        return {
            **self.handlers.routes(),
            **self.incoming.routes(),
            **self.queue_script.routes(),
        }

    def _hold(self) -> None:
        self.dialing.held = True
        self.flow_parts.calls.closed = True

    def _phone_changed(self, endpoint: str, reachable: bool) -> None:
        self.phone_watch.phone_changed(endpoint, reachable)
        self.trunks.answers(endpoint, reachable=reachable)
        if reachable:
            self.agents.recall([endpoint])

    def _spoke(self, leg_id: LegId, speaking: bool, at: float) -> None:
        self.phone_watch.spoke(leg_id, speaking, at)

    def _session_changed(self, up: bool, at: float) -> None:
        self.phone_watch.session_changed()
        if up:
            self._session_up.set()
            self.phones.look_again()
        else:
            self.dialing.held = True
            self.agents.switch_lost(at)
            self.supervision.switch_lost()

    def _weights(self) -> "dict[CampaignId, float]":
        return dict(self.campaigns.weights())

    def _run_of(self, campaign_id: CampaignId) -> CampaignRun | None:
        campaign = self._campaign_of.get(campaign_id)
        return None if campaign is None else self.campaigns.run_for_adopted(campaign)
