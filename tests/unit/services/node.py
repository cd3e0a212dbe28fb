"""A node's services put together on what is in memory, and the customers' lines in it."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from dialer.domain.agentflow import Agent, AgentState
from dialer.domain.campaign import Campaign, CampaignSettings
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.events import ChannelHungUp, ChannelUp, SwitchEvent
from dialer.domain.far_side import FarSide
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CampaignId
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.legal_limits import Ground, Listening
from dialer.domain.outside import OutsidePolicy
from dialer.domain.phone import Transport
from dialer.domain.recycling_rules import RecyclingRules
from dialer.domain.trunk_route import TrunkRoute
from dialer.errors import NoSuch
from dialer.ports import AwaitBeep, ConnectTo, DialOptions, Hold, LetGo, LineOrder, Play
from dialer.services.agents import Agents
from dialer.services.call_back_desk import CallBackDesk
from dialer.services.callbacks import Callbacks
from dialer.services.caller_id_desk import CallerIdDesk, Look
from dialer.services.caller_leads import CallerKnown
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


class Recordings:
    """Keeps what was asked of recordings."""

    def __init__(self) -> None:
        self.finished: list[AttemptId] = []
        self.discarded: list[AttemptId] = []
        self.there: set[AttemptId] = set()
        """Talks of which the switch has begun a file."""

    def begun(self, attempt_id: AttemptId) -> bool:
        return attempt_id in self.there

    def finish(self, attempt_id: AttemptId) -> str:
        self.finished.append(attempt_id)
        return f"{attempt_id}.wav"

    def discard(self, attempt_id: AttemptId) -> None:
        self.discarded.append(attempt_id)


class Intake:
    """Makes leads of callers, in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def take_in(
        self, campaign_id: CampaignId, callers: Sequence[CallerKnown], *, list_name: str
    ) -> None:
        if campaign_id not in self._tables.campaigns:
            raise NoSuch("campaign", "does not exist", "name another")
        known = {entry.lead.number for entry in self._tables.leads.values()}
        for one in callers:
            if one.number not in known:
                about = {**one.attributes, "list": list_name}
                self._tables.add_lead(campaign_id, one.number, about, "ready")


def records(settings: CampaignSettings) -> bool:
    """Whether a talk is recorded from its first second."""
    later = (
        settings.recording_asked or settings.recording_announcement or settings.recording_question
    )
    return settings.record and not later


class Node:
    """Everything between the ports, with memory behind them."""

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

    # -- what a test looks at ---------------------------------------------------------------

    def end(self, attempt_id: AttemptId) -> AttemptEnd:
        """Return the end on record of an attempt."""
        end = self.stores.tables.attempts[attempt_id].end
        assert end is not None
        return end

    def agent(self, agent_id: AgentId) -> Agent:
        return self.agents.get(agent_id)

    def states(self) -> dict[str, AgentState]:
        return {agent.agent_id: agent.state for agent in self.agents.all()}

    def run(self, campaign_id: CampaignId = SPRING) -> CampaignRun:
        run = self.campaigns.get(campaign_id)
        assert run is not None
        return run

    def sound(self) -> None:
        """The pacer was told nothing that contradicts itself."""
        for run in self.campaigns.runs():
            assert run.faults == 0

    # -- what a test does ---------------------------------------------------------------------

    async def campaign(
        self, campaign_id: CampaignId = SPRING, *, leads: int = 20, **settings: object
    ) -> CampaignRun:
        """Create a campaign with leads, and have it run."""
        values = {"mode": "preview", "wrap_up_limit_s": 0.0, "calls_per_second": 1000}
        once = RecyclingRules(most_in_all=1)
        values |= {"recycling": once, **settings}
        await self.stores.campaigns.create(
            Campaign(
                campaign_id=campaign_id,
                name=campaign_id.title(),
                settings=CampaignSettings.model_validate(values),
            )
        )
        first = 100 * len(self.stores.tables.leads)
        numbers = [f"+1202{first + index:07}" for index in range(leads)]
        self.stores.add_leads(campaign_id, numbers)
        return await self.campaigns.start(campaign_id)

    async def log_in(self, *agents: AgentId, campaigns: Iterable[CampaignId] = (SPRING,)) -> None:
        for agent_id in agents:
            await self.agents.log_in(agent_id, list(campaigns))

    async def dial(self, campaign_id: CampaignId = SPRING) -> AttemptId:
        """Record and send one attempt, past the pacer."""
        run = self.run(campaign_id)
        lead = run.hopper.take()
        attempt = Attempt(
            AttemptId(f"at-{len(self.stores.tables.attempts):026}"),
            campaign_id,
            lead.lead_id,
            lead.number,
            "trunk",
            self.clock.now(),
            engine=NODE,
            ground="nobody_called" if records(run.campaign.settings) else "",
            screened=run.screens,
            announces=bool(
                run.campaign.settings.recording_announcement
                or run.campaign.settings.recording_question
            ),
        )
        run.dialed(attempt.attempt_id, self.clock.now())
        self.calls.begin(attempt, run)
        assert await self.stores.attempts.record_dialed([attempt]) == []
        self.switch.originate(attempt, DialOptions(ring_timeout_s=25.0))
        return attempt.attempt_id

    async def answered(self, campaign_id: CampaignId = SPRING) -> AttemptId:
        """Dial a customer who answers now."""
        attempt_id = await self.dial(campaign_id)
        self.switch.ring(attempt_id)
        self.switch.answer(attempt_id)
        await self.settle()
        return attempt_id

    async def settle(self) -> None:
        """Let everything that is due happen, and nothing else."""
        await asyncio.sleep(0.0001)
        await self.recorder.settled()
        await self.talking.records.settled()

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

    async def desk_of(self, look: Look) -> CallerIdDesk:
        """Have calls show what a desk says."""
        self.desk = CallerIdDesk(look)
        await self.desk.check(MAIN_TENANT, CampaignSettings(), people=False)
        return self.desk

    async def _route(self, name: str, _tenant: str) -> TrunkRoute | None:
        return self.routes.get(name)

    async def _far_side(self, _host: str, _port: int, _transport: Transport) -> FarSide:
        return FarSide.SIMULATED


@asynccontextmanager
async def node(**options: object) -> AsyncIterator[Node]:
    """Run a node's services; at the end the pacers have heard no contradiction."""
    async with asyncio.TaskGroup() as tasks:
        opened = Node(tasks, **options)  # type: ignore[arg-type]
        recording = tasks.create_task(opened.recorder.run())
        failing_over = tasks.create_task(opened.failover.run())
        talk_records = tasks.create_task(opened.talking.records.run())
        questions = tasks.create_task(opened.talking.questions.run())
        demand_phones = tasks.create_task(opened.demand_phones.run())
        caller_recordings = tasks.create_task(opened.caller_recordings.run())
        yield opened
        opened.sound()
        for channel_id in list(opened.switch.channels):
            opened.switch.end(channel_id)
        await opened.settle()
        recording.cancel()
        failing_over.cancel()
        talk_records.cancel()
        questions.cancel()
        demand_phones.cancel()
        caller_recordings.cancel()
