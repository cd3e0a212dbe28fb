"""Callers of a real engine on a real Asterisk: prompts that are tones, flows, numbers, and callers.

One node serves all tests of a file; each has a flow and a number of its own.
"""

import asyncio
import os
import signal
import sqlite3
import time
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from asterisk_fixtures import first_heard
from forked import Forked, loaded

from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.ports import free_ports
from dialer.adapters.control_socket import ControlClient
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.flow.kept import kept
from dialer.domain.inbound_route import InboundRoute, RouteTo
from dialer.domain.prompt import Prompt
from dialer.settings import load_settings
from simulation.lab import HOST, Lab
from simulation.sip.agent import SipUserAgent
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call, CallLog
from simulation.sip.hearing import Hearing
from simulation.sip.tones import ToneDetector, tone

CALLER = "12025550123"
BEEP_HZ = 1400
HOLD_HZ = 196

PROMPTS = {
    "welcome": 500,
    "menu": 600,
    "wrong": 700,
    "sales": 800,
    "bye": 900,
    "thanks": 1000,
    "failed": 1100,
}
"""Tone of each prompt, in Hz."""

PROMPT_S = 0.6
LONG_S = 4.0
"""Of the prompt `long`, of 1200 Hz."""
LONG_HZ = 1200


def write_tone(path: Path, hz: int, seconds: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(tone(hz, seconds).astype("<i2").tobytes())


@dataclass
class Caller:
    """Somebody who calls, and what they hear."""

    agent: SipUserAgent
    log: CallLog
    call: Call

    def heard(self) -> Hearing:
        return Hearing.of(self.call.capture.heard())

    @property
    def answered_s(self) -> float:
        assert self.call.ok_received is not None
        return self.call.ok_received.epoch_s

    async def answered(self) -> float:
        await self.log.until(lambda log: self.call in log.answered)
        return self.answered_s

    async def hears(self, hz: int, *, after_s: float = 0.0, within_s: float = 20.0) -> float:
        """Wait until a tone is heard; returns when, in epoch seconds."""
        tone = ToneDetector(hz)
        return await first_heard(self.call, tone, after_s=after_s, within_s=within_s)

    def heard_tone(self, hz: int, after_s: float = 0.0) -> bool:
        return self.heard().first_heard_s(ToneDetector(hz), after_s) is not None

    def tone_s(self, hz: int) -> float:
        """Return how long a tone was heard in all."""
        spells = ToneDetector(hz).spells(self.heard().samples)
        return sum(end - first for first, end in spells) / 8000

    async def press(self, keys: str, *, gap_s: float = 0.25) -> None:
        """Press keys as a person does: each is 160 ms long."""
        for index, key in enumerate(keys):
            if index:
                await asyncio.sleep(gap_s)
            self.call.press(key)

    async def ended(self, within_s: float = 30.0) -> None:
        await self.log.until(lambda log: self.call in log.ended, within_s)

    def hang_up(self) -> None:
        self.agent.hang_up(self.call)

    def longest_silence_s(self) -> float:
        """Return the longest silence from the answer to the last packet."""
        heard = self.heard()
        return heard.longest_silence_s(self.answered_s, heard.end_s)


async def speak_after_the_beep(caller: Caller, seconds: float) -> None:
    """Wait so long from the moment on in which a message may begin."""
    beep = await caller.hears(BEEP_HZ)
    await asyncio.sleep(max(0.0, beep + 0.4 + seconds - time.time()))


@dataclass
class Ivr:
    lab: Lab
    engines: list[Forked] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(12025550140))

    @property
    def home(self) -> Path:
        return self.lab.home

    @property
    def engine(self) -> Forked:
        return self.engines[-1]

    def start_engine(self) -> None:
        """Start an engine and wait until it serves."""
        self.engines.append(Forked("engine", "--home", str(self.home)))
        line = self.engine.stdout.readline()
        assert b"ready" in line, f"the engine did not start: {line!r}"

    def kill_engine(self) -> None:
        self.engine.kill()
        self.engine.wait()

    async def ask(self, do: str, **arguments: object) -> Any:
        async with ControlClient.connect(self.home) as client:
            return await client.ask(do, **arguments)

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[SqlStores]:
        async with open_stores(load_settings(self.home).database) as opened:
            yield opened

    async def number_of(self, flow: str) -> str:
        """Publish a flow under a number of its own; returns the number, without a plus."""
        number = str(next(self._numbers))
        name = f"flow-{number}"
        async with self.stores() as stores:
            await stores.flows.add(name, kept(flow), by="test", at=time.time())
            await stores.flows.publish(name, 1, by="test", at=time.time())
            route = InboundRoute(f"+{number}", RouteTo.FLOW, name)
            await stores.routes.add(route, by="test", at=time.time())
        told = await self.ask("flows.look")
        assert told["flows"][name], "the flow is wrong"
        return number

    async def route(self, route: InboundRoute) -> None:
        async with self.stores() as stores:
            await stores.routes.add(route, by="test", at=time.time())
        await self.ask("flows.look")

    async def make_prompts(self) -> None:
        """Put every prompt on record, as tones."""
        folder = load_settings(self.home).tenant_prompts
        async with self.stores() as stores:
            for name, hz in {**PROMPTS, "long": LONG_HZ}.items():
                write_tone(folder / f"en/{name}.wav", hz, LONG_S if name == "long" else PROMPT_S)
                prompt = Prompt(name, "en", f"en/{name}.wav")
                await stores.prompts.add(prompt, by="test", at=time.time())
            write_tone(folder / "es/bye.wav", 1700, PROMPT_S)
            await stores.prompts.add(Prompt("bye", "es", "es/bye.wav"), by="test", at=time.time())
            broken = folder / "en/broken.wav"
            broken.write_bytes(b"RIFF no sound")
            await stores.prompts.add(
                Prompt("broken", "en", "en/broken.wav"), by="test", at=time.time()
            )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        database = sqlite3.connect(f"file:{self.home}/outpace.db?mode=ro", uri=True)
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    async def recorded(
        self, true: Callable[[list[tuple[Any, ...]]], object], query: str, *values: object
    ) -> list[tuple[Any, ...]]:
        """Wait until something is true of the record; returns it."""
        async with asyncio.timeout(25):
            while not true(rows := self.rows(query, *values)):
                await asyncio.sleep(0.05)
        return rows

    def channels(self) -> list[str]:
        return self.lab.asterisk.rx("core show channels concise").splitlines()

    async def trunk_answers(self) -> None:
        """Wait until the switch has seen the carrier."""
        async with asyncio.timeout(15):
            while "Avail " not in await asyncio.to_thread(
                self.lab.asterisk.rx, "pjsip show contacts"
            ):
                await asyncio.sleep(0.1)

    async def until_empty(self) -> None:
        async with asyncio.timeout(15):
            while await asyncio.to_thread(self.channels):
                await asyncio.sleep(0.05)

    @asynccontextmanager
    async def caller(
        self,
        number: str,
        *,
        caller: str = CALLER,
        tone_hz: int | None = None,
        alone: bool = True,
    ) -> AsyncIterator[Caller]:
        """Call a number; who calls hangs up at the end, and if alone, no channel may be left."""
        log = CallLog()
        async with SipUserAgent(HOST, 0, observer=log) as agent:
            call = agent.dial(
                f"sip:{number}@{HOST}:{self.lab.sip_port}",
                (HOST, self.lab.sip_port),
                identity=f"sip:{caller}@{HOST}:{agent.address[1]}",
                behaviour=Behaviour(tone_hz=tone_hz),
            )
            opened = Caller(agent, log, call)
            try:
                yield opened
            finally:
                if call not in log.ended:
                    agent.hang_up(call)
                if alone:
                    await self.until_empty()


@contextmanager
def ivr(installation: Installation, home: Path, **settings: object) -> Iterator[Ivr]:
    """Open a node with prompts on record and an engine that serves."""
    loaded()
    lab = Lab(
        installation,
        home,
        agents=0,
        carrier_port=free_ports(1, "udp", HOST)[0],
        die_with_parent=True,
    )
    lab.settings |= {"OUTPACE_WEBHOOKS_PRIVATE": "true", **settings}
    opened = Ivr(lab)
    try:
        lab.start()
        asyncio.run(opened.make_prompts())
        opened.start_engine()
        yield opened
    finally:
        for process in opened.engines:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                process.terminate()
                process.wait(20)
            process.stdout.close()
        lab.stop()


def loudness(samples: Any) -> float:
    return float(np.abs(samples).max()) if len(samples) else 0.0
