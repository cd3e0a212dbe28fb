"""A campaign on a real Asterisk whose pacing is watched for a while, and what came of it.

Knows the order: furnish, warm up, watch, come to rest, count. What must hold of it is the test's.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from floor import CAMPAIGN
from ivr import write_tone
from mixed_books import Books, Record, channels_in, compare
from mixed_floor import MixedFloor, mixed_floor
from mixed_soak import errors_in
from paced_people import Customers, Desks

from benchmarks.load_plan import number
from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.sql.stores import open_stores
from dialer.domain.campaign import Campaign, settings_from
from dialer.domain.flow.kept import kept
from dialer.domain.ids import CampaignId
from dialer.domain.outcome import Outcome
from dialer.domain.prompt import Prompt
from dialer.services.import_leads import import_leads
from dialer.settings import load_settings
from simulation.virtual.scenario import Scenario

LEADS_PER_S: Final = 5.0
REST_S: Final = 300.0
AWAY: Final = ("offline", "calling", "paused")
BUSY: Final = ("talking", "wrap_up")
PROMPTS: Final = {"who": (500, 2.0), "menu": (600, 6.0), "no-more": (700, 0.8), "bye": (900, 0.8)}
"""Hz and seconds of each; a tone will do, as nobody listens."""
FLOW: Final = """
otherwise: bye
steps:
  who: {play: who, next: menu}
  menu: {menu: menu, choices: {1: agent, 9: no-more}, wait_s: 4, tries: 9, otherwise: bye}
  agent: {transfer: {campaign: true}, otherwise: bye}
  no-more: {opt_out: no-more, next: bye, declined: bye}
  bye: {hang_up: bye}
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """What came of one campaign."""

    dials: int
    """As all that follows of the whole time, the warm-up included, unless it says otherwise."""
    answers: int
    """Persons who picked up, by the network's count."""
    presses: int
    """Keys that persons pressed; 0 where there is no message."""
    talks: int
    abandoned: int
    left: int
    """Persons who hung up while they waited for an agent."""
    waits_s: tuple[float, ...]
    """Until an agent was there, of each talk: from the key as the person pressed it, else from the
    answer on record."""
    utilisation: float
    """(Talk + wrap-up) / (logged in - paused) after the warm-up, 0..1."""
    talks_after: int
    """Begun after the warm-up."""
    most_lines: int
    faults: int
    books: Books
    remains: tuple[str, ...]
    """Channels and bridges after all had logged out."""
    errors: tuple[str, ...]
    """Of the engine's log."""

    @property
    def live_answers(self) -> int:
        """Persons who needed an agent: who answered, and of a broadcast who pressed the key."""
        return self.talks + self.abandoned + self.left

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers, 0..1."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0


async def watch(
    installation: Installation,
    home: Path,
    scenario: Scenario,
    *,
    warm_up_s: float,
    seconds: float,
    seed: int,
) -> Watched:
    """Run a scenario's campaign on a floor of its own; a broadcast if it has a message."""
    customers = Customers(scenario.calls, seed)
    agents = scenario.crew.most
    floor = mixed_floor(
        installation, home, customers.behave, agents=agents, network=customers, lines=400
    )
    async with floor as at:
        await furnish(at, scenario, round(LEADS_PER_S * (warm_up_s + seconds)) + 500)
        await at.floor.start_engine()
        await at.log_in()
        desks = Desks(at, scenario.calls, seed)
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(desks.work(over.is_set), name="desks")
            await at.floor.start_campaign()
            await asyncio.sleep(warm_up_s)
            warm = time.time()
            await asyncio.sleep(seconds)
            end = time.time()
            faults = sum(run["faults"] for run in (await at.floor.status())["campaigns"])
            await at.floor.ask("campaign.drain", campaign=CAMPAIGN)
            await at.at_rest(REST_S)
            over.set()
        await at.floor.ask("stop-all")
        await at.log_out()
        remains = (*at.floor.channels(), *at.bridges())
        await at.floor.until_recorded(lambda rows: all(row.outcome for row in rows))
        rows = at.floor.attempts()
        talks = [row for row in rows if row.connected_at is not None]
        if scenario.calls.message is None:
            asked_at = {row.number: row.answered_at or 0.0 for row in talks}
        else:
            asked_at = customers.pressed_at  # on the person's own clock
        return Watched(
            dials=len(rows),
            answers=len(customers.answered_at),
            presses=len(customers.pressed_at),
            talks=len(talks),
            abandoned=sum(row.charged for row in rows),
            left=sum(row.outcome == Outcome.HUNG_UP_WAITING for row in rows),
            waits_s=tuple((row.connected_at or 0.0) - asked_at[row.number] for row in talks),
            utilisation=utilisation(at, warm, end),
            talks_after=sum(warm <= (row.connected_at or 0.0) < end for row in talks),
            most_lines=desks.most_lines,
            faults=faults,
            books=compare(
                channels_in(load_settings(at.floor.home).journal),
                Record.of(at.floor.home / "outpace.db"),
            ),
            remains=remains,
            errors=tuple(errors_in(at.floor.home / "engine.log")),
        )


async def furnish(at: MixedFloor, scenario: Scenario, leads: int) -> None:
    """Put the campaign on record, and the flow of its message if it has one."""
    home = at.floor.home
    settings = load_settings(home)
    file = home / "leads.csv"
    file.write_text("phone,name\n" + "".join(f"{number(n)},{n}\n" for n in range(leads)))
    campaign_id = CampaignId(CAMPAIGN)
    wanted: Mapping[str, Any] = {
        "mode": "predictive",
        "wrap_up_limit_s": 600,
        "max_lines": 400,
        "record": False,
        "broadcast": "offer" if scenario.calls.message is not None else "",
        **scenario.pacing,
    }
    async with open_stores(settings.database) as stores:
        made = Campaign(campaign_id=campaign_id, name=CAMPAIGN, settings=settings_from(wanted))
        await stores.campaigns.create(made)
        report = await import_leads(stores.imports, file, campaign_id, at=0.0)
        assert report.taken == leads
        if scenario.calls.message is None:
            return
        for name, (hz, long_s) in PROMPTS.items():
            write_tone(settings.tenant_prompts / f"en/{name}.wav", hz, long_s)
            await stores.prompts.add(Prompt(name, "en", f"en/{name}.wav"), by="test", at=0.0)
        await stores.flows.add("offer", kept(FLOW), by="test", at=time.time())
        await stores.flows.publish("offer", 1, by="test", at=time.time())


def utilisation(at: MixedFloor, begin: float, end: float) -> float:
    """Return which share of their time agents talked or wrote up, out of the state log."""
    busy_s = present_s = 0.0
    for state, since, until in at.floor.on_record("SELECT state, since, until FROM agent_log"):
        lasted_s = max(0.0, min(until or end, end) - max(since, begin))
        present_s += lasted_s if state not in AWAY else 0.0
        busy_s += lasted_s if state in BUSY else 0.0
    return busy_s / present_s
