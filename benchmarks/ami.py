"""`python -m benchmarks.ami`: AMI events read and handed out per second, ours beside panoramisk's.

Records what a real Asterisk sends to the engine's user while calls are busy, ring out and are
answered, then has both parse and dispatch that same stream, in the pieces a socket would give.
Exit code: 0 ours is fast enough, 1 it is not, 2 nothing could be recorded.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from benchmarks.report import Figure, Report, Section, load_fact, machine_facts, say
from dialer.adapters.asterisk.ami_events import translate
from dialer.adapters.asterisk.ami_session import AmiSession, EventReceived
from dialer.adapters.asterisk.ami_wire import AmiDecoder, encode_action
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.switch import AmiAddress, AsteriskSwitch
from dialer.adapters.inprocess.clock import SteadyClock
from dialer.domain.ids import CampaignId, LeadId, new_attempt_id
from dialer.domain.lead import Attempt
from dialer.errors import OutpaceError
from dialer.ports import DialOptions
from simulation.carrier.plan import LineOutcome, digit_number
from simulation.lab import Lab

CALLS: Final = 600
RATE_CPS: Final = 60.0
PIECE: Final = 16 * 1024
"""Bytes of one read."""

ROUNDS: Final = 50
NEEDED: Final = 40_000
"""Events a second: ten times what 200 calls a second send, all of a core being ours."""

NAMES: Final = (
    "Newstate", "Hangup", "BridgeEnter", "OriginateResponse", "ContactStatus", "FullyBooted",
    "Shutdown", "PeerStatus",
)  # fmt: skip
"""As many named callbacks as a dialer on panoramisk would register."""

NUMBERS: Final = (
    digit_number(LineOutcome.BUSY, ring_s=0.2),
    digit_number(LineOutcome.PERSON, ring_s=0.2, talk_s=0.5),
    digit_number(LineOutcome.INVALID),
    digit_number(LineOutcome.CONGESTION, ring_s=0.1),
)


async def record(lab: Lab, calls: int) -> bytes:
    """Return what one session of the engine's user hears of so many calls, log-in included."""
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.ami_port)
    heard = bytearray(await reader.readuntil(b"\r\n"))
    log_in = [("Username", "outpace"), ("Secret", lab.ami_secret), ("Events", "on")]
    writer.write(encode_action("Login", "login", log_in))
    switch = AsteriskSwitch(
        AmiAddress("127.0.0.1", lab.ami_port, "outpace", lab.ami_secret), clock=SteadyClock()
    )
    await switch.connect()

    async def listen() -> None:
        while data := await reader.read(1 << 16):
            heard.extend(data)

    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        for index in range(calls):
            number = NUMBERS[index % len(NUMBERS)]
            attempt = Attempt(
                new_attempt_id(), CampaignId("c"), LeadId(index), number, "trunk", time.time()
            )
            switch.originate(attempt, DialOptions(ring_timeout_s=10.0, record=False))
            await asyncio.sleep(1 / RATE_CPS)
        while await switch.live_channels():
            await asyncio.sleep(0.1)
        listening.cancel()
    writer.close()
    switch.close()
    return bytes(heard)


def pieces(stream: bytes) -> list[bytes]:
    """Cut a stream as reads would."""
    return [stream[start : start + PIECE] for start in range(0, len(stream), PIECE)]


def ours(reads: Iterable[bytes]) -> int:
    """Read, pair and translate; return how many events were handed out."""
    session = AmiSession("outpace", "s", now=0.0)
    handed_out = 0
    for data in reads:
        outputs, _ = session.receive(data, 0.0)
        for output in outputs:
            if isinstance(output, EventReceived) and translate(output.frame, 0.0) is not None:
                handed_out += 1
    return handed_out


class _Nowhere(asyncio.Transport):
    """A transport that sends nothing."""

    def write(self, data: Any) -> None: ...


def panoramisks(reads: Iterable[bytes], patterns: Iterable[str]) -> int:
    """Read and dispatch with panoramisk; return how many events reached a callback."""
    handed_out = 0

    def callback(_manager: Manager, _event: object) -> None:
        nonlocal handed_out
        handed_out += 1

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    manager = Manager(loop=loop)
    for pattern in patterns:
        manager.register_event(pattern, callback)
    protocol = AMIProtocol()
    protocol.connection_made(_Nowhere())
    protocol.factory, protocol.encoding = manager, "utf8"
    for data in reads:
        protocol.data_received(data)
    loop.run_until_complete(asyncio.sleep(0))  # it answers FullyBooted with a task
    asyncio.set_event_loop(None)
    loop.close()
    return handed_out


def per_second(events: int, *runs: Callable[[], int]) -> list[float]:
    """Return events a second of processor time of each, the best of many rounds in turn."""
    best = [float("inf")] * len(runs)
    for _ in range(ROUNDS):
        for place, run in enumerate(runs):
            begun = time.process_time()
            run()
            best[place] = min(best[place], time.process_time() - begun)
    return [events / seconds for seconds in best]


def measure(stream: bytes) -> Report:
    """Have both read the stream."""
    reads = pieces(stream)
    frames = AmiDecoder().feed(stream)
    events = sum(1 for frame in frames if "Event" in frame)
    own, named, everything = per_second(
        events,
        lambda: ours(reads),
        lambda: panoramisks(reads, NAMES),
        lambda: panoramisks(reads, ["*"]),
    )
    figures = [
        Figure("our session, events in our words", own, "events/s", at_least=NEEDED, digits=0),
        Figure("panoramisk, one callback for all", everything, "events/s", digits=0),
        Figure(f"panoramisk, {len(NAMES)} named callbacks", named, "events/s", digits=0),
        Figure("ours / panoramisk with named callbacks", own / named, "times"),
    ]
    text = (
        f"{events} events in {len(stream):,} bytes, {ours(reads)} of them of our channels, "
        f"read in pieces of {PIECE} bytes; processor time, best of {ROUNDS} rounds."
    )
    return Report(
        name="ami",
        title="AMI events read and handed out",
        command="python -m benchmarks.ami",
        sections=[Section("One core", figures, text)],
        facts=[*machine_facts(), load_fact()],
    )


def main() -> int:
    """Record, measure, print; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ami", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS, help="calls of the recorded stream")
    parser.add_argument("--write", action="store_true", help="also write docs/benchmarks/ami.md")
    options = parser.parse_args()
    try:
        with (
            tempfile.TemporaryDirectory() as home,
            Lab(install(), Path(home), agents=0, lines=300, die_with_parent=True) as lab,
        ):
            stream = asyncio.run(record(lab, options.calls))
    except (OutpaceError, OSError) as error:
        say([f"bench-ami: {error}"])
        return 2
    report = measure(stream)
    say(report.lines())
    if options.write:
        report.write()
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
