"""A whole floor for the fault tests: a real Asterisk, a real engine process, our own phones and
customers around it, and the record to look at afterwards.
"""

import asyncio
import gc
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asterisk_fixtures import until
from databases import put_empty
from forked import Forked, loaded

from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.control_socket import ControlClient
from dialer.adapters.sql.people import User
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.campaign import Campaign, settings_from
from dialer.domain.ids import AgentId, CampaignId
from dialer.domain.phone import Transport
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.roles import Role
from dialer.errors import BadInput
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.carrier.plan import fictional_numbers
from simulation.lab import HOST, Lab
from simulation.sip.agent import Behave, Invite, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.hearing import Hearing
from simulation.sip.softphone import Softphone
from simulation.sip.tones import ToneDetector

CAMPAIGN = "faults"
CUSTOMER_HZ = 1000
FIRST_AGENT_HZ = 400


def person(_: Invite) -> Behaviour:
    return Behaviour(ring_s=0.5, tone_hz=CUSTOMER_HZ)


def heard(call: Call) -> Hearing:
    return Hearing.of(call.capture.heard())


def longest_silence_s(call: Call, seconds: float) -> float:
    """Return the longest silence a customer heard in the first seconds after the answer."""
    assert call.ok_sent is not None
    start = call.ok_sent.epoch_s
    return heard(call).longest_silence_s(start, start + seconds)


async def has_heard(call: Call, seconds: float) -> None:
    """Wait until a customer has heard the first seconds after the answer, whatever is in them."""
    assert call.ok_sent is not None
    end_s = call.ok_sent.epoch_s + seconds
    await until(lambda: heard(call).end_s >= end_s)


def hears(call: Call, hz: int, *, after_s: float) -> bool:
    return heard(call).first_heard_s(ToneDetector(hz), after_s) is not None


@dataclass
class Row:
    """One attempt as recorded."""

    attempt_id: str
    outcome: str | None
    agent_id: str | None
    charged: bool
    ended_by: str
    number: str
    answered_at: float | None
    connected_at: float | None
    recording: str


@dataclass
class Floor:
    lab: Lab
    carrier: SipUserAgent
    customers: CallLog
    phones: dict[str, Softphone]
    engines: list[Forked] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.lab.home

    @property
    def engine(self) -> Forked:
        return self.engines[-1]

    def spawn_engine(self) -> None:
        """Start an engine process and wait for nothing."""
        self.engines.append(Forked("engine", "--home", str(self.home)))

    async def engine_serves(self) -> None:
        """Wait until the engine that was started last serves."""
        line = await asyncio.to_thread(self.engine.stdout.readline)
        assert b"ready" in line, f"the engine did not start: {line!r}"

    async def start_engine(self) -> None:
        """Start an engine process and wait until it serves."""
        self.spawn_engine()
        await self.engine_serves()

    async def ask(self, do: str, **arguments: object) -> Any:
        async with ControlClient.connect(self.home) as client:
            return await client.ask(do, **arguments)

    async def campaign(self, leads: int, *, named: str = "lead", **settings: object) -> None:
        """Create the campaign with so many leads, all of them fictional numbers."""
        given = {"mode": "progressive", "wrap_up_limit_s": 0, "calls_per_second": 50} | settings
        numbers = fictional_numbers()
        rows = "".join(f'{next(numbers)},"{named} {index}"\n' for index in range(leads))
        file = self.home / "leads.csv"
        file.write_text("phone,name\n" + rows)
        stores = await SqlStores.open(load_settings(self.home).database)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stores.writer.run())
            campaign_id = CampaignId(CAMPAIGN)
            await stores.campaigns.create(
                Campaign(campaign_id=campaign_id, name=CAMPAIGN, settings=settings_from(given))
            )
            await import_leads(stores.imports, file, campaign_id, at=0.0)
            stores.writer.close()
        await stores.close()

    async def add_queue(self, name: str, **settings: Any) -> None:
        """Put a queue on record."""
        async with open_stores(load_settings(self.home).database) as stores:
            made = Queue(name, QueueSettings(**settings))
            await stores.queues.add(made, by="test", at=0.0)

    async def add_team(self, name: str, *agents: str) -> None:
        """Put a team on record, and agents into it."""
        async with open_stores(load_settings(self.home).database) as stores:
            await stores.people.add_team(name, by="test", at=0.0)
            for agent in agents:
                user = User(agent, Role.AGENT, agent_id=AgentId(agent), team=name)
                await stores.people.add(user, by="test", at=0.0)

    async def log_in(self, *names: str) -> None:
        async with ControlClient.connect(self.home) as client:
            for name in names or self.phones:
                await client.ask("agent.login", agent=name, campaigns=[CAMPAIGN])

    async def start_campaign(self) -> None:
        await self.ask("campaign.start", campaign=CAMPAIGN)

    async def status(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = await self.ask("status")
        except BadInput:
            return {}
        return found

    async def agent_state(self, name: str) -> str:
        floor = await self.status()
        return next((a["state"] for a in floor.get("agents", ()) if a["agent"] == name), "")

    async def until(self, true: Callable[[dict[str, Any]], object], timeout_s: float = 15) -> None:
        """Wait until something is true of the engine's status."""
        async with asyncio.timeout(timeout_s):
            while not true(await self.status()):
                await asyncio.sleep(0.06)

    async def until_recorded(
        self, true: Callable[[list[Row]], object], timeout_s: float = 20
    ) -> list[Row]:
        """Wait until something is true of the record; returns it."""
        async with asyncio.timeout(timeout_s):
            while not true(rows := self.attempts()):
                await asyncio.sleep(0.05)
        return rows

    async def until_one_recorded(self) -> Row:
        """Wait until the only attempt has ended; returns it."""
        (row,) = await self.until_recorded(
            lambda rows: bool(rows) and all(row.outcome for row in rows)
        )
        return row

    def attempts(self) -> list[Row]:
        """Return every attempt as committed, without those that came too late and were void."""
        with self._database() as database:
            rows = database.execute(
                "SELECT id, outcome, agent_id, charged, ended_by, number, answered_at,"
                " connected_at, recording FROM attempts WHERE undialed IS NOT TRUE ORDER BY id"
            ).fetchall()
        return [Row(*row) for row in rows]

    def on_record(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query as committed."""
        with self._database() as database:
            return database.execute(query, values).fetchall()

    def lead_states(self) -> list[str]:
        with self._database() as database:
            return [row[0] for row in database.execute("SELECT state FROM leads ORDER BY id")]

    def do_not_call(self) -> list[str]:
        with self._database() as database:
            return [row[0] for row in database.execute("SELECT number FROM do_not_call")]

    def audit(self, like: str) -> list[tuple[str, str]]:
        """Return who did what, of the actions that are like this."""
        with self._database() as database:
            rows = database.execute(
                "SELECT by, action FROM audit_log WHERE action LIKE ? ORDER BY id", (like,)
            )
            return [(by, action) for by, action in rows]

    async def until_empty(self) -> None:
        """Wait until Asterisk has no channel left."""
        async with asyncio.timeout(10):
            while await asyncio.to_thread(self.channels):
                await asyncio.sleep(0.05)

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(f"file:{self.home}/outpace.db?mode=ro", uri=True)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the engine process with SIGSTOP."""
        os.kill(self.engine.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.engine.pid, signal.SIGCONT)

    def kill_engine(self) -> None:
        self.engine.kill()
        self.engine.wait()

    def channels(self) -> list[str]:
        return self.lab.asterisk.rx("core show channels concise").splitlines()


@asynccontextmanager
async def floor(
    installation: Installation,
    home: Path,
    *,
    agents: int = 2,
    behave: Behave = person,
    ami_port: Callable[[int], int] | None = None,
    database_url: str = "",
    pushed_phones: bool = False,
    microphone_silent_s: float = 0.0,
    more_trunks: Mapping[str, int] | None = None,
    templates: Path | None = None,
    tls: tuple[Path, Path] | None = None,
    trunk_transports: Mapping[str, Transport] | None = None,
) -> AsyncIterator[Floor]:
    """Open a floor with registered phones; nobody is logged in yet and no engine runs.

    Args:
        installation: the Asterisk to run.
        home: folder of everything.
        agents: how many phones.
        behave: what customers do.
        ami_port: given Asterisk's AMI port, returns the one the engine shall use (a proxy's).
        database_url: where the record is; the embedded file when empty.
        pushed_phones: whether Asterisk takes phones of the record, too.
        microphone_silent_s: how long agents may say nothing in a talk; 0: nobody listens.
        more_trunks: further trunks of the node: see `Lab`.
        templates: of another configuration of Asterisk than the one that ships.
        tls: see `Lab`.
        trunk_transports: see `Lab`.
    """
    await asyncio.to_thread(loaded)  # our customers and phones answer meanwhile
    gc.freeze()  # a look over all that tests have loaded would hold up their audio for .2 s
    customers = CallLog()
    async with SipUserAgent(HOST, 0, behave, observer=customers) as carrier:
        names = [f"a{index}" for index in range(1, agents + 1)]
        lab = Lab(
            installation,
            home,
            agents=0,
            carrier_port=carrier.address[1],
            extra_agents=names,
            more_trunks=more_trunks,
            die_with_parent=True,
            pushed_phones=pushed_phones,
            microphone_silent_s=microphone_silent_s,
            templates=templates,
            tls=tls,
            trunk_transports=trunk_transports,
        )
        # started from this thread: Asterisk ends with it, whatever becomes of the test
        lab.start()
        if ami_port is not None:
            lab.ami_port = ami_port(lab.ami_port)
            lab.write_settings()
        if database_url:
            with (lab.home / "node.env").open("a") as settings:
                settings.write(f"OUTPACE_DATABASE_URL={database_url}\n")
        else:
            await put_empty(lab.home / "outpace.db")
        phones = {
            phone.name: Softphone(
                phone.name,
                phone.password,
                (HOST, lab.sip_port),
                tone_hz=FIRST_AGENT_HZ + 100 * index,
            )
            for index, phone in enumerate(lab.extra_agents)
        }
        opened = Floor(lab, carrier, customers, phones)
        try:
            for phone in phones.values():
                phone.start()
                await phone.register()
            yield opened
        finally:
            for process in opened.engines:
                if process.poll() is None:
                    os.kill(process.pid, signal.SIGCONT)
                    process.terminate()
                    await asyncio.to_thread(process.wait, 20)
                if process.stdout is not None:
                    process.stdout.close()
            for phone in phones.values():
                phone.die()
            await asyncio.to_thread(lab.stop)
