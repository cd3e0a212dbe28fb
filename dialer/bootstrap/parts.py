"""What an engine is made of: what dials, and all that is around it, from its settings.

The only place that names adapters, with those it is joined of. Refuses to know when they run: that
is `engine`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from ulid import ULID

from agi.broadcast import BroadcastHandlers
from agi.incoming import IncomingHandlers
from agi.queue_script import QueueScript
from dialer.adapters.asterisk.answer_ear import AsteriskAnswerEar
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.spying import AsteriskSpying
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.sql.recorded_voice import SqlRecordedVoice
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap.dialing_parts import DialingParts
from dialer.bootstrap.flow_parts import FlowParts
from dialer.bootstrap.queue_parts import QueueParts
from dialer.domain.amd.detector import AGENT_FIRST
from dialer.domain.calling_rules.place import place_of
from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.events import PhoneChanged
from dialer.domain.far_side import FarSide
from dialer.domain.ids import AgentId, CampaignId, LegId
from dialer.domain.legal_limits import Listening, listening_of
from dialer.ports import Provisioning, Spying, SwitchSession, TalkControl
from dialer.services.alarms import Alarms
from dialer.services.board import Board
from dialer.services.broadcasts import Broadcasts
from dialer.services.call_ends import CallEnds
from dialer.services.caller_talks import CallerTalks
from dialer.services.campaign_run import CampaignRun
from dialer.services.coaching import Coaching
from dialer.services.comebacks import Comebacks
from dialer.services.control import Control
from dialer.services.drain import Drain
from dialer.services.machine_release import MachineRelease
from dialer.services.manual_dial import ManualDial
from dialer.services.message_drops import MessageDrops
from dialer.services.metrics import Metrics
from dialer.services.other_calls import OtherCalls
from dialer.services.page_ears import PageEars
from dialer.services.phone_comebacks import PhoneComebacks
from dialer.services.phone_watch import PhoneWatch
from dialer.services.previews import Previews
from dialer.services.queue_transfers import QueueTransfers
from dialer.services.reaper import Reaper
from dialer.services.supervision import Supervision
from dialer.services.switchboard import Switchboard
from dialer.services.upkeep import Upkeep
from dialer.services.voicemail_watch import VoicemailWatch
from dialer.settings import NodeSettings


class EngineParts(DialingParts):
    """The parts of one node's engine; see `DialingParts`."""

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
        control: TalkControl | None = None,
    ) -> None:
        super().__init__(
            settings,
            stores,
            law,
            switch=switch,
            provisioning=provisioning,
            probe=probe,
            control=control,
        )
        self._law = law
        asterisk = self.asterisk
        self.supervision = Supervision(
            spying=spying or AsteriskSpying(asterisk),
            agents=self.agents,
            talks=self.talking.any_talks,
            audit=stores.audit,
            clock=self.clock,
        )
        self.voicemail_watch = VoicemailWatch(stores.voicemails)
        self.coaching = Coaching(self.supervision, self.agents, self.clock)
        self.other_calls = OtherCalls()
        self.queue_parts = QueueParts(
            settings,
            stores,
            switch=self.switch,
            control=self.talk_control,
            agents=self.agents,
            campaigns=self.campaigns,
            calls=self.calls,
            seating=self.seating,
            recorder=self.recorder,
            others=self.other_calls,
            clock=self.clock,
            callbacks=self.callbacks,
        )
        self.queue_agents = self.queue_parts.queue_agents
        self.missed_calls = self.queue_parts.missed_calls
        self.queues = self.queue_parts.queues
        self.caller_talks = CallerTalks(self.queues, self.clock)
        self.talking.any_talks.also(self.caller_talks, self.way_out, self._caller_listening)
        handing = QueueTransfers(
            calls=self.calls,
            talks=self.talking.talks,
            thirds=self.talking.thirds,
            third_calls=self.talking.third_calls,
            records=self.talking.records,
            parking=self.talking.parking,
            queues=self.queues,
            callers=self.caller_talks,
            clock=self.clock,
            prompts=settings.prompts,
            node=settings.name,
        )
        self.talking.commands.hand_to(handing.transfer)
        self.manual = ManualDial(
            picked=stores.hand_picked,
            leads=stores.leads,
            campaigns=self.campaigns,
            agents=self.agents,
            seating=self.seating,
            calls=self.calls,
            dialing=self.dialing,
            clock=self.clock,
            engine=settings.name,
        )
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
            on_demand=self.demand_phones.there,
        )
        self.previews = Previews(
            agents=self.agents,
            campaigns=self.campaigns,
            manual=self.manual,
            picked=stores.hand_picked,
            leads=stores.leads,
            clock=self.clock,
            engine=settings.name,
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
        self.comebacks = Comebacks(self.agents, self.talking.any_talks, self.clock)
        self.page_ears = PageEars(self.comebacks, self.switch, self.clock)
        phones_back = PhoneComebacks(
            self.agents,
            self.talking.any_talks,
            self.clock,
            is_page=self.comebacks.is_page,
            alone=lambda talk_id: self.talking.thirds.of(talk_id) is None,
        )
        self.phone_watch = PhoneWatch(
            self.agents,
            self.clock,
            reaches=self.metrics.reaches,
            silent_s=settings.microphone_silent_s,
            waited_for=phones_back.waits_for,
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
            talk_of=self.talking.any_talks.flow,
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
                trunks=lambda: self.trunks.breakers,
                voicemails=self.voicemail_watch.now,
            ),
            switch=self.switch,
            feed=self.feed,
            clock=self.clock,
            node=settings.name,
            epoch=str(ULID()),
            queues=self.queues.shown,
            previews=self.previews.of,
        )
        heard = asterisk if self.switch is asterisk else None
        self.answer_ear = AsteriskAnswerEar(heard, AGENT_FIRST)
        self.machine_release = MachineRelease(
            self.answer_ear,
            self.calls,
            self.campaigns.get,
            self.clock,
            stores.verdicts,
            self.recorder,
        )
        drops = MessageDrops(
            talks=self.talking.talks,
            calls=self.calls,
            voice=SqlRecordedVoice(stores.reader, law),
            ear=self.answer_ear,
            clock=self.clock,
        )
        self.talking.commands.add("leave-message", drops.leave_message)
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
            switch=self.switch,
            control=self.talk_control,
            left=self.voicemail_watch.left,
            taker=self.queues,
        )
        self.broadcasts = Broadcasts(self.calls, self.flow_parts.book, self.flow_parts.calls)
        self.handlers = BroadcastHandlers(
            self.calls, self.clock, self.broadcasts, self.flow_parts.calls
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
        self.switch.subscribe(self.talking.talks.take)
        self.seating.on_home_change(self.campaigns.agent_changed)
        self.seating.on_home_change(lambda _agent: self.dialing.nudge())
        self.campaigns.on_change(self.seating.rehome)
        self.campaigns.on_broadcast(self.broadcasts.check)
        self.supervision.on_change(self.board.spy_changed)
        self.previews.on_change(self.board.agent_changed)
        self.coaching.on_invitation(self.board.invited)
        self.calls.on_booked(self.queue_agents.attempt_ended)
        self.calls.on_change(lambda _flow: self.queues.serve_idle())
        self.agents.listen(
            lambda agent: self.feed.publish(
                "agent", {"agent": agent.agent_id, "state": agent.state.value}
            )
        )

    async def _caller_listening(self, number: str) -> Listening:
        """What the law says of listening to somebody who called us."""
        _, terms = await self.way_out()
        place = place_of(number) if number else None
        service = replace(terms, purpose=Purpose.SERVICE)
        return listening_of(self._law, place, service, self.clock.now(), announced=False)

    def _hold(self) -> None:
        self.dialing.held = True
        self.flow_parts.calls.closed = True

    def _phone_changed(self, event: PhoneChanged) -> None:
        self.phone_watch.phone_changed(event.endpoint, event.reachable)
        self.trunks.answers(event.endpoint, reachable=event.reachable)
        self.demand_phones.look_again()
        if event.reachable:
            self.agents.returns.recall([event.endpoint])
        if event.page:
            agent_id = AgentId(event.endpoint)
            self.comebacks.page_changed(agent_id, event.page, reachable=event.reachable)

    def _spoke(self, leg_id: LegId, speaking: bool, at: float) -> None:
        self.phone_watch.spoke(leg_id, speaking, at)

    def _session_changed(self, up: bool, at: float) -> None:
        self.phone_watch.session_changed()
        if up:
            self._session_up.set()
            self.phones.look_again()
            self.demand_phones.look_again()
        else:
            self.dialing.held = True
            self.agents.returns.switch_lost(at)
            self.supervision.switch_lost()

    def _run_of(self, campaign_id: CampaignId) -> CampaignRun | None:
        campaign = self._campaign_of.get(campaign_id)
        return None if campaign is None else self.campaigns.run_for_adopted(campaign)
