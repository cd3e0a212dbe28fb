"""A floor with everything at once: outbound, queues, flows, moves within talks, supervisors.

A real engine on a real Asterisk; the people around it have next to no audio, so that two cores
bear many of them. Knows how the floor is set up, brought to rest and weighed; what people do is in
`mixed_people`, what must add up afterwards in `mixed_books`.
"""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from floor import CAMPAIGN, Floor
from forked import loaded
from ivr import write_tone
from mixed_media import KeyedMedia

from benchmarks.load_plan import number
from benchmarks.load_process import rss_mb
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.render import shipped_templates
from dialer.adapters.sql.stores import open_stores
from dialer.domain.campaign import Campaign, settings_from
from dialer.domain.flow.kept import kept
from dialer.domain.ids import CampaignId
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.prompt import Prompt
from dialer.domain.queue import Queue, QueueSettings
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.lab import HOST, Lab
from simulation.sip.agent import Behave, SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import CallLog, CallObserver
from simulation.sip.softphone import Softphone

TO_QUEUE = "12025550191"
TO_FLOW = "12025550192"
OUTSIDE = "+12065550123"
SUPERVISORS = ("s1", "s2")
PROMPTS = {"menu": 500, "told": 700, "wrong": 800, "bye": 900}
PROMPT_S = 0.8

FLOW = """
otherwise: bye
steps:
  main:
    menu: menu
    choices: {1: sales, 2: told, 3: code}
    wait_s: 2
    tries: 2
    wrong: wrong
    otherwise: bye
  code: {gather: menu, into: code, most: 3, next: told, wait_s: 2, between_s: 1, otherwise: bye}
  told: {play: told, next: bye}
  sales: {transfer: {queue: sales}, wait_s: 20, otherwise: bye}
  bye: {hang_up: bye}
"""


def templates(folder: Path) -> Path:
    """Write a configuration whose journal names each channel in one more column."""
    made = folder / "templates"
    shutil.copytree(shipped_templates(), made)
    file = made / "cel_custom.conf.j2"
    text = file.read_text()
    last = "${CSV_QUOTE(${CHANNEL(accountcode)})}"
    assert last in text
    file.write_text(text.replace(last, f"{last},${{CSV_QUOTE(${{CHANNEL(channame)}})}}"))
    return made


@dataclass(frozen=True, slots=True)
class Weight:
    """What the node's processes hold."""

    rss_mb: dict[str, float]
    handles: dict[str, int]


class Counted(CallObserver):
    """Counts the network's calls by how they ended; keeps none of them."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()

    def on_end(self, call: Any) -> None:
        """Count it."""
        self.ends[f"{'in' if call.invite is None else 'out'}:{call.end.name.lower()}"] += 1


@dataclass
class MixedFloor:
    """The floor, its network and its supervisors' phones."""

    floor: Floor
    network: Counted
    agents: list[str]
    supervisors: dict[str, Softphone]
    weights: list[Weight] = field(default_factory=list)

    async def furnish(self, leads: int, **settings: object) -> None:
        """Put a campaign, a queue, a flow and their numbers on record."""
        home = self.floor.home
        file = home / "leads.csv"
        file.write_text("phone,name\n" + "".join(f"{number(n)},{n}\n" for n in range(leads)))
        campaign_id = CampaignId(CAMPAIGN)
        async with open_stores(load_settings(home).database) as stores:
            made = Campaign(
                campaign_id=campaign_id, name=CAMPAIGN, settings=settings_from(settings)
            )
            await stores.campaigns.create(made)
            report = await import_leads(stores.imports, file, campaign_id, at=0.0)
            assert report.taken == leads
            terms = QueueSettings(longest_wait_s=25.0, wrap_up_limit_s=1.0)
            await stores.queues.add(Queue("sales", terms), by="test", at=0.0)
            for name, hz in PROMPTS.items():
                path = load_settings(home).tenant_prompts / f"en/{name}.wav"
                write_tone(path, hz, PROMPT_S)
                await stores.prompts.add(Prompt(name, "en", f"en/{name}.wav"), by="test", at=0.0)
            await stores.flows.add("menu", kept(FLOW), by="test", at=time.time())
            await stores.flows.publish("menu", 1, by="test", at=time.time())
            for called, to, name in (
                (TO_QUEUE, RouteTo.QUEUE, "sales"),
                (TO_FLOW, RouteTo.FLOW, "menu"),
            ):
                await stores.routes.add(InboundRoute(f"+{called}", to, name), by="test", at=0.0)

    async def at_rest(self, timeout_s: float = 60.0) -> None:
        """Wait until nobody talks, waits, is called or written up, and only idle legs are left."""

        def quiet(status: dict[str, Any]) -> bool:
            return (
                bool(status)
                and not sum(status["calls"].values())
                and not status["waiting"]
                and not any(one["waiting"] for one in status["queues"])
                and all(a["state"] in ("idle", "offline", "paused") for a in status["agents"])
                and all(
                    "!BridgeWait!agents" in row and "!ag-" in row for row in self.floor.channels()
                )
            )

        try:
            await self.floor.until(quiet, timeout_s)
        except TimeoutError:
            raise AssertionError(await self.what_is_left()) from None

    async def what_is_left(self) -> str:
        """Say in words what does not come to rest."""
        status = await self.floor.status()
        busy = [
            f"{a['agent']} {a['state']}"
            for a in status.get("agents", ())
            if a["state"] not in ("idle", "offline", "paused")
        ]
        rows = [row for row in self.floor.channels() if "!BridgeWait!agents" not in row]
        return (
            f"not at rest: calls {status.get('calls')}, queues {status.get('queues')},"
            f" agents {busy}, channels {rows}, waiting {status.get('waiting')}"
        )

    async def log_in(self) -> None:
        """Log every agent in who is not there."""
        status = await self.floor.status()
        there = {a["agent"] for a in status["agents"] if a["state"] != "offline"}
        for name in self.agents:
            if name not in there:
                await self.floor.log_in(name)

    async def log_out(self, timeout_s: float = 30.0) -> None:
        """Log every agent out, and wait until Asterisk has nothing left."""
        for agent in (await self.floor.status())["agents"]:
            if agent["state"] != "offline":
                await self.floor.ask("agent.logout", agent=agent["agent"])

        def gone(status: dict[str, Any]) -> bool:
            offline = all(a["state"] == "offline" for a in status.get("agents", ()))
            return bool(status) and offline and not self.floor.channels()

        await self.floor.until(gone, timeout_s)

    def bridges(self) -> list[str]:
        """Return Asterisk's bridges, one line each."""
        told = self.floor.lab.asterisk.rx("bridge show all").splitlines()
        return [line for line in told if line.strip() and not line.startswith("Bridge-ID")]

    def pids(self) -> dict[str, int]:
        """Return the node's processes by name."""
        asterisk = self.floor.lab.asterisk.pid or 0
        return {"engine": self.floor.engine.pid, "asterisk": asterisk}

    def weigh(self) -> Weight:
        """Weigh engine and Asterisk as they are now."""
        pids = self.pids()
        self.weights.append(
            Weight(
                {name: rss_mb(pid) for name, pid in pids.items()},
                {name: len(list(Path(f"/proc/{pid}/fd").iterdir())) for name, pid in pids.items()},
            )
        )
        return self.weights[-1]


@asynccontextmanager
async def mixed_floor(
    installation: Installation,
    home: Path,
    behave: Behave,
    *,
    agents: int,
    network: Counted | None = None,
    lines: int = 200,
) -> AsyncIterator[MixedFloor]:
    """Open a floor with registered phones; nobody is logged in, and no engine runs.

    Args:
        installation: the Asterisk to run.
        home: folder of everything.
        behave: what customers do.
        agents: how many phones, besides the supervisors'.
        network: is told of every call of the network; counts them unless given.
        lines: how many the trunk has.
    """
    await asyncio.to_thread(loaded)
    network = network or Counted()
    desks = [KeyedMedia(HOST), KeyedMedia(HOST)]
    names = [f"a{index}" for index in range(1, agents + 1)]
    async with SipUserAgent(HOST, 0, behave, observer=network, media=desks[0]) as carrier:
        lab = Lab(
            installation,
            home / "f",
            agents=0,
            carrier_port=carrier.address[1],
            extra_agents=[*names, *SUPERVISORS],
            lines=lines,
            die_with_parent=True,
            templates=templates(home),
        )
        lab.settings["OUTPACE_TRANSFER_TO"] = f"{OUTSIDE[:5]}*"
        lab.start()
        phones = {
            phone.name: Softphone(
                phone.name,
                phone.password,
                (HOST, lab.sip_port),
                behave=lambda _invite: Behaviour(ring_s=0.0),
                log=CallLog(),
                media=desks[1],
                expires_s=3600,
            )
            for phone in lab.extra_agents
        }
        world = Floor(lab, carrier, CallLog(), phones)
        opened = MixedFloor(world, network, names, {name: phones[name] for name in SUPERVISORS})
        try:
            for phone in phones.values():
                phone.start()
                await phone.register()
            yield opened
        finally:
            for process in world.engines:
                if process.poll() is None:
                    process.terminate()
                    await asyncio.to_thread(process.wait, 20)
                process.stdout.close()
            for phone in phones.values():
                phone.die()
            await asyncio.to_thread(lab.stop)
            for desk in desks:
                desk.close()
