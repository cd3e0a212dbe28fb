"""Puts an engine together: the only place that names adapters.

`Engine.run` is the whole life of one node: stores open, session up, past settled, serving, dialing,
and everything closed in order. A part that dies takes the process with it, loudly.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from ulid import ULID

from agi.handlers import CallHandlers
from agi.server import AgiServer
from dialer.adapters.asterisk.journal import AsteriskJournal
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.asterisk.trunk_probe import far_side
from dialer.adapters.control_socket import ControlServer
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.recordings import RecordingWorker
from dialer.adapters.redis.address import RedisAddress
from dialer.adapters.redis.engine import EngineOnRedis
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.campaign import Campaign
from dialer.domain.dial_law import DialLaw
from dialer.domain.far_side import FarSide
from dialer.domain.ids import CampaignId
from dialer.domain.rate_table import RateTable
from dialer.errors import BadInput, OutpaceError
from dialer.ports import SwitchSession
from dialer.services.agents import Agents
from dialer.services.alarms import Alarms
from dialer.services.board import LIVE, Board
from dialer.services.callbacks import Callbacks
from dialer.services.calls import Calls
from dialer.services.campaign_run import CampaignRun
from dialer.services.campaigns import LEDGER_DAYS, Campaigns
from dialer.services.control import Control
from dialer.services.dial_terms import TrunkAddress, TrunkTerms
from dialer.services.dialing import Dialing, TrunkLimits
from dialer.services.drain import Drain
from dialer.services.metrics import Metrics
from dialer.services.reaper import Reaper
from dialer.services.recorder import Recorder
from dialer.services.seating import Seating
from dialer.services.switchboard import Switchboard
from dialer.services.upkeep import Upkeep
from dialer.settings import NodeSettings

log = structlog.get_logger(__name__)


class Engine:
    """One node's engine, put together from its settings.

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
        self.switchboard = Switchboard(
            self.calls,
            self.agents,
            session_changed=self._session_changed,
            phone_changed=self._phone_changed,
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
            ),
            switch=self.switch,
            feed=self.feed,
            clock=self.clock,
            node=settings.name,
            epoch=str(ULID()),
        )
        self.handlers = CallHandlers(self.calls, self.clock)
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
        self.agents.listen(
            lambda agent: self.feed.publish(
                "agent", {"agent": agent.agent_id, "state": agent.state.value}
            )
        )

    def stop(self) -> None:
        """Ask for an orderly end: nothing more is dialed; see `Drain.ask`.

        Talks that live when it ends stay with the switch.
        """
        self.drain.ask()

    async def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Live until `stop` or a failure.

        Raises:
            OutpaceError: something an operator must mend before a start.
        """
        settings = self.settings
        server = AgiServer(self.handlers.routes(), admitted=settings.agi_admitted)
        try:
            await server.listen(settings.agi_host, settings.agi_port)
        except OSError as error:
            raise BadInput(
                "OUTPACE_AGI_PORT",
                f"{settings.agi_host}:{settings.agi_port} cannot be used ({error.strerror})",
                "stop what listens there or choose another port",
            ) from None
        self.calls.early_lines.settling()
        await self.switch.connect()
        self.dialing.held = True
        await self.recordings.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.stores.writer.run(), name="sql-writer")
                tasks.create_task(self.recorder.run(), name="recorder")
                tasks.create_task(self.switch.run(), name="switch")
                tasks.create_task(server.run(), name="agi-server")
                await self._take_up()
                commands = {**self.control.commands(), LIVE: self.board.live}
                control = ControlServer(commands, self.feed)
                tasks.create_task(control.run(settings.home, ready), name="control")
                tasks.create_task(self.board.run(), name="board")
                if self._redis is not None:
                    on_redis = EngineOnRedis(self._redis, settings.name, commands, self.feed)
                    tasks.create_task(on_redis.run(), name="redis")
                tasks.create_task(self.dialing.run(), name="dialing")
                tasks.create_task(self.dialing.refill(), name="refill")
                tasks.create_task(self.callbacks.run(), name="callbacks")
                tasks.create_task(self._resync(), name="resync")
                tasks.create_task(self.upkeep.run(), name="upkeep")
                tasks.create_task(self.upkeep.sample(), name="upkeep-samples")
                tasks.create_task(self.metrics.run(), name="metrics")
                await self.drain.run()
                await self._wind_up()
                raise _Stopped
        except* _Stopped:
            pass
        finally:
            self.switch.close()
            await self.recordings.close()
            await self.stores.close()

    async def _take_up(self) -> None:
        await self.stores.imports.recover()
        await self.stores.leads.release_all(self.settings.name)
        self._campaign_of = {c.campaign_id: c for c in await self.stores.campaigns.list()}
        await self.campaigns.load()
        await self.reaper.at_start()
        self.calls.early_lines.settled()
        await self.recorder.settled()
        self.recordings.sweep({flow.attempt.attempt_id for flow in self.calls.live()})
        since = self.clock.now() - LEDGER_DAYS * 86400
        for campaign in self._campaign_of.values():
            answers = await self.stores.attempts.answers_since(campaign.campaign_id, since)
            self.campaigns.caps.rebuild(campaign.tenant_id, answers)
            known = self.campaigns.get(campaign.campaign_id)
            if known is not None:
                known.rebuild_ledger(answers)
        for run in self.campaigns.runs():
            if run.dialing:
                await run.refill()
        self.seating.rehome()
        self.dialing.held = self.drain.begun

    async def _wind_up(self) -> None:
        """Nothing new is dialed, unused leads go back, the record is complete."""
        self._hold()
        for run in self.campaigns.runs():
            await run.hopper.give_back()
        await self.recorder.settled()

    async def _resync(self) -> None:
        """After each loss of the session: settle what happened meanwhile, then dial again."""
        self._session_up.clear()
        while True:
            await self._session_up.wait()
            self._session_up.clear()
            try:
                await self.reaper.after_loss()
            except OutpaceError as error:
                log.warning("resync_interrupted", error=str(error))
                continue  # the session broke again; its return wakes us
            self.dialing.held = self.drain.begun
            self.dialing.nudge()

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

    def _weights(self) -> "dict[CampaignId, float]":
        return dict(self.campaigns.weights())

    def _run_of(self, campaign_id: CampaignId) -> CampaignRun | None:
        campaign = self._campaign_of.get(campaign_id)
        return None if campaign is None else self.campaigns.run_for_adopted(campaign)


class _Stopped(Exception):
    """The engine was asked to stop, and did."""


async def open_engine(settings: NodeSettings) -> Engine:
    """Open the stores and put an engine together.

    Raises:
        BadInput: the home or the database cannot be used.
    """
    Path(settings.home).mkdir(parents=True, exist_ok=True)
    law = DialLaw(read_rules(settings.rules))
    trunk = settings.trunk
    rates = {trunk.name: RateTable.of(trunk.rates, name="OUTPACE_TRUNK_RATES")}
    return Engine(settings, await SqlStores.open(settings.database, law=law, rates=rates), law)
