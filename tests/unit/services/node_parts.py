"""The services of a node put together on what is in memory, and the lines of its customers."""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from node_fakes import Intake, Recordings

from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.events import ChannelHungUp, ChannelUp, SwitchEvent
from dialer.domain.far_side import FarSide
from dialer.domain.ids import MAIN_TENANT, AgentId, CampaignId
from dialer.domain.legal_limits import Ground, Listening
from dialer.domain.outside import OutsidePolicy
from dialer.domain.phone import Transport
from dialer.domain.trunk_route import TrunkRoute
from dialer.ports import AwaitBeep, ConnectTo, Hold, LetGo, LineOrder, Play
from dialer.services.agents import Agents
from dialer.services.call_back_desk import CallBackDesk
from dialer.services.callbacks import Callbacks
from dialer.services.caller_id_desk import CallerIdDesk
from dialer.services.caller_recordings import CallerRecordings
from dialer.services.caller_talks import CallerTalks
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import Campaigns
from dialer.services.demand_phones import DemandPhones
from dialer.services.dial_terms import TrunkAddress, TrunkTerms
from dialer.services.dialing import Dialing
from dialer.services.failover import Failover
from dialer.services.manual_dial import ManualDial
from dialer.services.other_calls import OtherCalls
from dialer.services.previews import Previews
from dialer.services.queue_agents import QueueAgents
from dialer.services.queue_consults import QueueConsults
from dialer.services.queue_transfers import QueueTransfers
from dialer.services.queued_call import QueuedCall
from dialer.services.queues import Queues
from dialer.services.reaper import Reaper
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating
from dialer.services.sparing import Sparing
from dialer.services.switchboard import Switchboard
from dialer.services.talk_parts import TalkParts
from dialer.services.trunk_lines import TrunkLimits, TrunkLines
from dialer.testing.callbacks import MemoryCallbackStore
from dialer.testing.clock import LoopClock
from dialer.testing.feed import MemoryFeed
from dialer.testing.stores import MemoryStores
from dialer.testing.switch import FarEnd, MemorySwitch
from dialer.testing.tables import Tables
from dialer.testing.talk_control import MemoryTalkControl

NODE = "node"
SPRING, AUTUMN = CampaignId("spring"), CampaignId("autumn")
ANN, BOB, CID = AgentId("ann"), AgentId("bob"), AgentId("cid")
CROWD = tuple(AgentId(f"agent-{number:02}") for number in range(20))
PHONES = {ANN, BOB, CID, *CROWD}
PROMPTS = Path(__file__).resolve().parents[3] / "asterisk-conf" / "prompts"
MESSAGE_S = 10.0
"""How long the message plays before the dialplan hangs up."""


class NodeParts:
    """Everything between the ports, with memory behind them; `node.Node` is what tests use."""

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        *,
        numbers: Mapping[str, FarEnd] | None = None,
        max_lines: int = 50,
        calls_per_second: float = 100.0,
        stores: MemoryStores | None = None,
        switch: MemorySwitch | None = None,
        trunks: Mapping[str, TrunkLimits] | None = None,
        routes: Iterable[TrunkRoute] = (),
    ) -> None:
        limits = trunks or {"trunk": TrunkLimits(max_lines, calls_per_second)}
        self.routes = {route.name: route for route in routes}
        self.tasks = tasks
        self.clock = LoopClock()
        self.switch = switch or MemorySwitch(self.clock, numbers=numbers, phones=PHONES)
        self.control = MemoryTalkControl(self.switch)
        self.stores = stores or MemoryStores()
        self.feed = MemoryFeed()
        self.recordings = Recordings()
        self.recorder = Recorder(self.stores.attempts, self.stores.agents, self.stores.leads)
        self.demand_phones = DemandPhones(self.stores.phones, self.switch)
        self.agents = Agents(
            switch=self.switch,
            store=self.stores.agents,
            sessions=self.stores.sessions,
            pause_codes=self.stores.pause_codes,
            recorder=self.recorder,
            clock=self.clock,
            engine=NODE,
            demand_phones=self.demand_phones,
        )
        self.seating = Seating(self.agents, self._weights)
        self.calls = Calls(
            switch=self.switch,
            agents=self.agents,
            seating=self.seating,
            recorder=self.recorder,
            attempts=self.stores.attempts,
            feed=self.feed,
            clock=self.clock,
            recordings=self.recordings,
            control=self.control,
        )
        self.notes: list[Mapping[str, object]] = []
        """What went into the audit log."""
        self.talking = TalkParts(
            agents=self.agents,
            calls=self.calls,
            switch=self.switch,
            control=self.control,
            records=self.stores.calls,
            note=self._note,
            agreed=self.stores.attempts.agreed_to_recording,
            announced=self.stores.attempts.announced_recording,
            recordings=self.recordings,
            policy=OutsidePolicy(("+1202555*",)),
            clock=self.clock,
            node=NODE,
            seating=self.seating,
            tenant_of=lambda campaign_id: self.campaigns.tenants.get(campaign_id, MAIN_TENANT),
        )
        self.talks = self.talking.talks
        self.campaigns = Campaigns(
            store=self.stores.campaigns,
            leads=self.stores.leads,
            attempts=self.stores.attempts,
            verdicts=self.stores.verdicts,
            agents=self.agents,
            calls=self.calls,
            clock=self.clock,
            ways=TrunkTerms(
                {name: TrunkAddress("127.0.0.1", 5060) for name in limits},
                self._far_side,
                default_prompt=PROMPTS / "abandon",
                routes=self._route,
            ).ways,
            law=DialLaw(),
            engine=NODE,
        )
        self.trunks = TrunkLines(limits, self.calls, self.clock)
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
            attempts=self.stores.attempts,
            recorder=self.recorder,
            switch=self.switch,
            clock=self.clock,
            trunks=self.trunks,
            engine=NODE,
            law=DialLaw(),
            tried=self.failover.tried,
            shown=self._shown,
        )
        self.failover.on_ready(self.dialing.nudge)
        self.manual = ManualDial(
            picked=self.stores.hand_picked,
            leads=self.stores.leads,
            campaigns=self.campaigns,
            agents=self.agents,
            seating=self.seating,
            calls=self.calls,
            dialing=self.dialing,
            clock=self.clock,
            engine=NODE,
        )
        self.previews = Previews(
            agents=self.agents,
            campaigns=self.campaigns,
            manual=self.manual,
            picked=self.stores.hand_picked,
            leads=self.stores.leads,
            clock=self.clock,
            engine=NODE,
        )
        self.promises = MemoryCallbackStore(getattr(self.stores, "tables", None) or Tables())
        self.callbacks = Callbacks(
            store=self.promises,
            campaigns=self.campaigns,
            agents=self.agents,
            seating=self.seating,
            calls=self.calls,
            dialing=self.dialing,
            clock=self.clock,
            engine=NODE,
        )
        self.desk: CallerIdDesk | None = None
        self.others = OtherCalls()
        self.unblended: set[AgentId] = set()
        """Agents who take no calls that come in."""
        self.queue_agents = QueueAgents(
            self.agents,
            self.stores.rolls,
            blended=lambda agent: agent.agent_id not in self.unblended,
        )
        self.missed: list[str] = []
        """Numbers of callers whom nobody took."""
        self.queues = Queues(
            switch=self.switch,
            control=self.control,
            agents=self.agents,
            who=self.queue_agents,
            seating=self.seating,
            store=self.stores.queues,
            records=self.stores.calls,
            recorder=self.recorder,
            others=self.others,
            clock=self.clock,
            prompts=PROMPTS,
            call_back=CallBackDesk(
                Intake(self.promises.tables),
                self.promises,
                self.clock,
                PROMPTS,
                self.callbacks.soon,
            ).offer,
            turns=self.callbacks,
            missed=self._missed,
            spared=Sparing(
                agents=self.agents,
                campaigns=self.campaigns,
                calls=self.calls,
                clock=self.clock,
            ).spared,
        )
        self.caller_ground = Ground.NOBODY_CALLED
        """What the calling rules say of recording callers."""
        self.caller_recordings = CallerRecordings(
            queues=self.queues,
            control=self.control,
            records=self.stores.recorded_callers,
            recorder=self.recorder,
            recordings=self.recordings,
            others=self.others,
            ground=self._caller_ground,
            paused=self.talking.buttons.paused,
            clock=self.clock,
        )
        self.talking.buttons.also(self.caller_recordings)
        self.caller_talks = CallerTalks(self.queues, self.clock, self.caller_recordings.recorded)
        self.talking.any_talks.also(self.caller_talks, self._way_out, self._caller_listening)
        self.calls.on_change(lambda _flow: self.queues.serve_idle())
        self.handing = QueueTransfers(
            calls=self.calls,
            talks=self.talks,
            thirds=self.talking.thirds,
            third_calls=self.talking.third_calls,
            records=self.talking.records,
            parking=self.talking.parking,
            queues=self.queues,
            callers=self.caller_talks,
            clock=self.clock,
            prompts=PROMPTS,
            node=NODE,
        )
        self.consults = QueueConsults(
            any_talks=self.talking.any_talks,
            talks=self.talks,
            third_calls=self.talking.third_calls,
            queues=self.queues,
        )
        self.talking.commands.hand_to(self.handing.transfer, consult=self.consults.consult)
        self.sessions: list[bool] = []
        self.switchboard = switchboard = Switchboard(
            self.calls,
            self.agents,
            session_changed=lambda up, _at: self.sessions.append(up),
            phone_changed=lambda _event: self.demand_phones.look_again(),
            others=self.others,
        )
        self.reaper = Reaper(
            switch=self.switch,
            calls=self.calls,
            agents=self.agents,
            attempts=self.stores.attempts,
            agent_store=self.stores.agents,
            sessions=self.stores.sessions,
            engine=NODE,
            journal=self.switch.journal,
            clock=self.clock,
            run_of=self.campaigns.get,
            alone=False,
            events_held=switchboard.held,
            others=self.others,
            adopt_talk=self.queues.adopt,
            on_demand=self.demand_phones.there,
        )
        self.seating.on_home_change(self.campaigns.agent_changed)
        self.campaigns.on_change(self.seating.rehome)
        self.switch.subscribe(switchboard.take)
        self.switch.subscribe(self.talks.take)
        self.switch.subscribe(self.talking.questions.take)
        self.switch.subscribe(self._line_event)
        self.lines_open = True
        """Whether an answered customer's line asks us; the dialplan alone serves it if not."""
        self.music: set[str] = set()
        """Customers who hear music."""
        self.said: list[tuple[str, str]] = []
        """(attempt, name of a prompt) that were played in place of music."""
        self.prompts: list[tuple[str, str]] = []
        """(attempt, prompt) in the order in which they were played."""

    # -- the dialplan's and the handlers' part -----------------------------------------------

    def _line_event(self, event: SwitchEvent) -> None:
        match event:
            case ChannelUp(channel_id) if channel_id.startswith("at-") and self.lines_open:
                self.tasks.create_task(self._line(channel_id), name=f"line-{channel_id}")
            case ChannelHungUp(channel_id):
                self.calls.line_closed(channel_id)

    async def _line(self, channel_id: str) -> None:
        order = await self.calls.customer_answered(channel_id, self.clock.now())
        await self.carry_out(channel_id, order)

    async def carry_out(self, channel_id: str, order: LineOrder) -> None:
        """Do with a customer's line as the AGI handler and the dialplan do."""
        while isinstance(order, ConnectTo | Hold | Play | AwaitBeep):
            if isinstance(order, Play):
                self.said.append((channel_id, order.path.rpartition("/")[2]))
                await asyncio.sleep(1.0)
                order = await self.calls.held(channel_id)
                continue
            if isinstance(order, AwaitBeep):
                order = await self.calls.held(channel_id)
                continue
            if isinstance(order, Hold):
                self.music.add(channel_id)
                order = await self.calls.held(channel_id)
                self.music.discard(channel_id)
                continue
            end = await self.switch.bridge(channel_id, order.leg_id)
            order = await self.calls.bridge_returned(channel_id, end)
        if isinstance(order, LetGo):
            self.prompts.append((channel_id, order.prompt))
            await asyncio.sleep(MESSAGE_S)
        self.switch.end(channel_id)

    def _missed(self, call: QueuedCall, _at: float) -> None:
        self.missed.append(call.line.number if call.line is not None else "")

    async def _note(self, **noted: object) -> None:
        self.notes.append(noted)

    async def _caller_listening(self, _number: str) -> Listening:
        return Listening(Ground.NOBODY_CALLED)

    async def _caller_ground(self, _number: str) -> Ground:
        return self.caller_ground

    async def _way_out(self) -> tuple[str, DialTerms]:
        return "trunk", DialTerms()

    def _weights(self) -> Mapping[CampaignId, float]:
        return self.campaigns.weights()

    def _shown(self, run: CampaignRun, called: str, trunk: str, now: float) -> str | None:
        if self.desk is None:
            return run.campaign.settings.caller_id
        return self.desk.shown(run, called, trunk, now)

    async def _route(self, name: str, _tenant: str) -> TrunkRoute | None:
        return self.routes.get(name)

    async def _far_side(self, _host: str, _port: int, _transport: Transport) -> FarSide:
        return FarSide.SIMULATED
