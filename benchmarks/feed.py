"""How old a change of the floor is when 500 screens show it: `python -m benchmarks.feed`.

An engine's control socket with a floor of 300 agents (this process), one API process pinned to one
core, 500 subscribers in a third. Each change carries the time at which it was made; the machine's
one monotonic clock tells its age where it arrives. Ends with 1 when the bar is missed.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.load_process import cpu_s, rss_mb
from benchmarks.report import Figure, Report, Section, load_fact, machine_facts, say
from benchmarks.told_floor import ToldFloor
from dialer.adapters.control_socket import ControlServer
from dialer.adapters.inprocess.feed import InProcessFeed
from dialer.adapters.sql.stores import open_stores
from dialer.services.board import AGENTS, LIVE
from dialer.settings import NodeSettings

SUBSCRIBERS: Final = 500
AGENTS_THERE: Final = 300
EVENTS_PER_S: Final = 50
BAR_MS: Final = 250.0


class Floor(ToldFloor):
    """A floor whose agents change one after the other."""

    def __init__(self, feed: InProcessFeed) -> None:
        super().__init__(feed)
        self._next = 0
        for _ in range(AGENTS_THERE):
            self.change()

    def change(self) -> None:
        """One agent does something else."""
        key = str(1000 + self._next % AGENTS_THERE)
        self._next += 1
        value = {
            "at": time.monotonic(),
            "state": ("idle", "talking", "wrap_up")[self._next % 3],
            "since": time.time(),
            "campaign": "ca-01M8C9NMWY2EPPG8W9SYNMTK7Z",
            "campaigns": ["ca-01M8C9NMWY2EPPG8W9SYNMTK7Z"],
            "attempt": "at-01M8C9NMWY2EPPG8W9SYNMTK7Z",
            "wish": "",
            "reason": "",
            "wrap_up_until": None,
            "talks": self._next,
            "tenants": ["main"],
        }
        self.tell(AGENTS, key, value)


@asynccontextmanager
async def helper(*arguments: str) -> AsyncIterator[Process]:
    """Run one of the other processes; it ends with the block."""
    command = (sys.executable, "-m", "benchmarks.feed_process", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=1 << 26)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def line_of(process: Process) -> str:
    """Return the next line a process says."""
    assert process.stdout is not None
    async with asyncio.timeout(120):
        line = await process.stdout.readline()
    if not line:
        raise RuntimeError("a process of the bench ended early")
    return line.decode()


async def measure(home: Path, seconds: float) -> list[Section]:
    """Run the floor and return what was found."""
    async with open_stores(NodeSettings(home=home, _env_file=None).database):
        pass  # the tables are there
    feed = InProcessFeed()
    floor = Floor(feed)
    async with asyncio.TaskGroup() as tasks:
        ready = asyncio.Event()
        server = ControlServer({LIVE: floor.live}, feed)
        control = tasks.create_task(server.run(home, ready.set), name="control")
        await ready.wait()
        async with helper("api", str(home)) as api:
            port = (await line_of(api)).strip()
            async with helper("subscribers", port, str(SUBSCRIBERS)) as clients:
                await line_of(clients)
                used_s, begun = cpu_s(api.pid), time.monotonic()
                late_ms = await changes(floor, seconds)
                events = len(late_ms)
                elapsed_s = time.monotonic() - begun
                used_s = cpu_s(api.pid) - used_s
                memory_mb = rss_mb(api.pid)
                await asyncio.sleep(1.0)
                assert clients.stdin is not None
                clients.stdin.write(b"\n")
                heard = json.loads(await line_of(clients))
        control.cancel()
    ages = heard["ms"]
    figures = [
        Figure("changes told", events, digits=0),
        Figure("changes shown", heard["count"], at_least=events * SUBSCRIBERS, digits=0),
        Figure("age when shown, p50", at(ages, 0.5), "ms"),
        Figure("age when shown, p95", at(ages, 0.95), "ms"),
        Figure("age when shown, p99", at(ages, 0.99), "ms", at_most=BAR_MS),
        Figure("age when shown, longest", ages[-1] if ages else float("nan"), "ms"),
        Figure("this process woke late, p99", at(sorted(late_ms), 0.99), "ms"),
        Figure("API process, share of one core", 100 * used_s / elapsed_s, "%"),
        Figure("API process, resident", memory_mb, "MB", digits=0),
    ]
    title = f"{SUBSCRIBERS} subscribers of a floor, {EVENTS_PER_S} changes a second"
    return [Section(title, figures)]


async def changes(floor: Floor, seconds: float) -> list[float]:
    """Change the floor at an even pace; returns by how many ms each change came late."""
    begun = time.monotonic()
    late_ms: list[float] = []
    while len(late_ms) < seconds * EVENTS_PER_S:
        due = begun + len(late_ms) / EVENTS_PER_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        late_ms.append(1000 * (time.monotonic() - due))
        floor.change()
    return late_ms


def at(sorted_ms: Sequence[float], rank: float) -> float:
    """Return a quantile; not-a-number when nothing was heard."""
    return (
        sorted_ms[min(len(sorted_ms) - 1, int(rank * len(sorted_ms)))]
        if sorted_ms
        else float("nan")
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feed", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    said = parser.parse_args(arguments)
    facts = [*machine_facts(), ("load average before (1, 5, 15 min)", load_fact()[1])]
    with TemporaryDirectory(prefix="outpace-feed-") as home:
        sections = asyncio.run(measure(Path(home), said.seconds))
    facts.append(("load average after (1, 5, 15 min)", load_fact()[1]))
    report = Report(
        name="feed",
        title="The live feed",
        command="python -m benchmarks.feed",
        sections=sections,
        facts=facts,
        notes=(
            "Changes are told at once, then collected for 0.1 s: that is the larger part of p50.",
            "Waking late is what the machine's other work costs everybody; it is in the ages too.",
            "Ages are those of every fiftieth change that was shown, from the shortest.",
        ),
    )
    say(report.lines())
    say([f"written to {os.path.relpath(report.write())}"])
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
