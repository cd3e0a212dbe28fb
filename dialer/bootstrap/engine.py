"""The life of one node's engine.

`Engine.run` is the whole of it: stores open, session up, past settled, serving, dialing, and
everything closed in order. A part that dies takes the process with it, loudly.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from agi.server import AgiServer
from dialer.adapters.control_socket import ControlServer
from dialer.adapters.recording_places import check_places
from dialer.adapters.redis.engine import EngineOnRedis
from dialer.adapters.rule_files import read_rules
from dialer.adapters.sql.stores import SqlStores
from dialer.bootstrap.asked import commands_of, scripts_of
from dialer.bootstrap.parts import EngineParts
from dialer.bootstrap.trunks import keep_trunks, rates_of
from dialer.domain.amd.trust import charge_of
from dialer.domain.dial_law import DialLaw
from dialer.domain.ids import is_call_id
from dialer.errors import BadInput, OutpaceError
from dialer.services.campaigns import LEDGER_DAYS
from dialer.settings import NodeSettings

log = structlog.get_logger(__name__)


class Engine(EngineParts):
    """One node's engine, put together from its settings; see `EngineParts`."""

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
        server = AgiServer(
            scripts_of(self), admitted=settings.agi_admitted, settled=self.movements.settled
        )
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
        self.flow_parts.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.stores.writer.run(), name="sql-writer")
                tasks.create_task(self.recorder.run(), name="recorder")
                tasks.create_task(self.switch.run(), name="switch")
                tasks.create_task(self.talking.records.run(), name="talk-records")
                tasks.create_task(self.talking.questions.run(), name="recording-questions")
                tasks.create_task(server.run(), name="agi-server")
                tasks.create_task(self.answer_ear.run(), name="answer-ear")
                tasks.create_task(self.message_drops.run(), name="machine-messages")
                await self._take_up()
                tasks.create_task(self.flow_parts.run(), name="flows")
                commands = commands_of(self)
                control = ControlServer(commands, self.feed)
                tasks.create_task(control.run(settings.home, ready), name="control")
                tasks.create_task(self.board.run(), name="board")
                if self._redis is not None:
                    on_redis = EngineOnRedis(self._redis, settings.name, commands, self.feed)
                    tasks.create_task(on_redis.run(), name="redis")
                tasks.create_task(self.dialing.run(), name="dialing")
                tasks.create_task(self.dialing.refill(), name="refill")
                tasks.create_task(self.failover.run(), name="failover")
                tasks.create_task(self.callbacks.run(), name="callbacks")
                tasks.create_task(self.previews.run(), name="previews")
                tasks.create_task(self.caller_ids.run(), name="caller-ids")
                tasks.create_task(self.supervision.run(), name="supervision")
                tasks.create_task(self.queue_agents.run(), name="queue-agents")
                tasks.create_task(self.missed_calls.run(), name="missed-calls")
                tasks.create_task(self.caller_recordings.run(), name="caller-recordings")
                tasks.create_task(self.voicemail_watch.run(), name="voicemail-watch")
                tasks.create_task(self._resync(), name="resync")
                tasks.create_task(self.upkeep.run(), name="upkeep")
                tasks.create_task(self.upkeep.sample(), name="upkeep-samples")
                tasks.create_task(self.metrics.run(), name="metrics")
                tasks.create_task(self.phones.run(), name="phones")
                tasks.create_task(self.demand_phones.run(), name="demand-phones")
                tasks.create_task(self.page_ears.run(), name="page-ears")
                tasks.create_task(self.recordings.run(), name="recording-process")
                tasks.create_task(self.recording_book.run(), name="recordings")
                await self.drain.run()
                await self._wind_up()
                raise _Stopped
        except* _Stopped:
            pass
        finally:
            self.switch.close()
            await self.flow_parts.close()
            await self.recordings.close()
            await self.keeper.close()
            await self.stores.close()

    async def _take_up(self) -> None:
        await self.stores.imports.recover()
        await self.stores.leads.release_all(self.settings.name)
        await keep_trunks(self.settings, self.stores, self.clock)
        self._campaign_of = {c.campaign_id: c for c in await self.stores.campaigns.list()}
        await self.flow_parts.book.look()  # a line that asks early may be a broadcast's
        await self.campaigns.load()
        await self.queue_agents.look()
        await self.reaper.at_start()
        await self.call_ends.at_start()
        await self.queues.recall()
        await self.talking.records.close_left(self.settings.name)
        self.calls.early_lines.settled()
        await self.recorder.settled()
        live: set[str] = {flow.attempt.attempt_id for flow in self.calls.live()}
        self.caller_recordings.adopt(
            one for one in self.recordings.sweep(live | self.other_calls.live()) if is_call_id(one)
        )
        self.talking.owed_recordings.begin()
        since = self.clock.now() - LEDGER_DAYS * 86400
        for campaign in self._campaign_of.values():
            answers = await self.stores.attempts.answers_since(campaign.campaign_id, since)
            charge = charge_of(campaign.settings.amd, self.campaigns.labelled(campaign)).rate
            self.campaigns.caps.rebuild(campaign.tenant_id, answers, charge=charge)
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
        await self.talking.records.settled()

    async def _resync(self) -> None:
        """After each loss of the session: settle what happened meanwhile, then dial again."""
        self._session_up.clear()
        while True:
            await self._session_up.wait()
            self._session_up.clear()
            try:
                await self.reaper.after_loss()
                await self.call_ends.after_loss()
                self.talking.owed_recordings.begin()
            except OutpaceError as error:
                log.warning("resync_interrupted", error=str(error))
                continue  # the session broke again; its return wakes us
            self.dialing.held = self.drain.begun
            self.dialing.nudge()


class _Stopped(Exception):
    """The engine was asked to stop, and did."""


async def open_engine(settings: NodeSettings) -> Engine:
    """Open the stores and put an engine together.

    Raises:
        BadInput: the home or the database cannot be used.
    """
    Path(settings.home).mkdir(parents=True, exist_ok=True)
    check_places(settings)
    law = DialLaw(read_rules(settings.rules))
    rates = rates_of(settings)
    return Engine(settings, await SqlStores.open(settings.database, law=law, rates=rates), law)
