"""The bare loop: originates at a steady rate, no record, no agents, no decisions; own process.

What the same Asterisk does when nobody thinks. Each answered call is taken over FastAGI and left
waiting until the customer hangs up. Run as `python -m benchmarks.load_bare AMI_PORT AGI_PORT FIRST
CPS SECONDS HANDLED` with the AMI secret on standard input; says one line of JSON when it is done
and writes when it handled which number's hang-up. Refuses to know what a campaign is.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.load_ami import BareAmi, bare_ami
from benchmarks.load_plan import number
from benchmarks.load_process import say
from dialer.domain.ids import new_attempt_id

RING_TIMEOUT_S: Final = 5
_DRAIN_S: Final = 15.0
_FIELDS: Final = {
    "Context": "outbound",
    "Exten": "s",
    "Priority": "1",
    "Timeout": str(RING_TIMEOUT_S * 1000),
    "Async": "true",
    "Variable": "OUTPACE_RECORD=no",
}
_COMMANDS: Final = (b"SET VARIABLE TIMEOUT(absolute) 0\n", b"EXEC Wait 30\n")


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take an answered call over FastAGI and leave it waiting."""
    try:
        await reader.readuntil(b"\n\n")
        for command in _COMMANDS:
            writer.write(command)
            while (await reader.readline()) == b"HANGUP\n":
                pass
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


class Loop:
    """Calls under way, and when each was over."""

    def __init__(self) -> None:
        self.handled: list[tuple[str, float]] = []
        self.sent: dict[str, str] = {}

    def take(self, event: dict[str, str]) -> None:
        """Handle one event: a hang-up ends its call."""
        if event["Event"] == "Hangup":
            dialed = self.sent.pop(event["Uniqueid"], None)
            if dialed is not None:
                self.handled.append((dialed, time.time()))

    def originate(self, ami: BareAmi, dialed: str, trunk: str) -> None:
        """Call a number."""
        call_id = new_attempt_id()
        self.sent[call_id] = dialed
        channel = f"PJSIP/{dialed.removeprefix('+')}@{trunk}"
        ami.send(
            "Originate",
            {**_FIELDS, "ActionID": call_id, "Channel": channel, "ChannelId": call_id},
        )


async def run(
    ami_port: int, secret: str, agi_port: int, first: int, cps: float, seconds: float, out: Path
) -> None:
    """Originate and wait for every end."""
    bare = Loop()
    count = round(cps * seconds)
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(_answered, "127.0.0.1", agi_port, backlog=1024)
    async with server, bare_ami(ami_port, secret, bare.take) as ami:
        began, cpu = loop.time(), time.process_time()
        for place in range(count):
            wait = began + place / cps - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            elif place % 50 == 0:
                await asyncio.sleep(0)
            bare.originate(ami, number(first + place), "trunk")
        sent_s = loop.time() - began
        cpu_s = time.process_time() - cpu
        deadline = loop.time() + _DRAIN_S
        while bare.sent and loop.time() < deadline:
            await asyncio.sleep(0.05)
        out.write_text("".join(f"{dialed},{at}\n" for dialed, at in bare.handled))
        say(
            sent=count,
            ended=len(bare.handled),
            refused=ami.refused,
            seconds=sent_s,
            cpu_s=cpu_s,
        )


def main() -> None:
    """Read the command line and run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ami_port, agi_port, first, cps, seconds, out = sys.argv[1:]
    secret = sys.stdin.readline().strip()
    uvloop.run(
        run(int(ami_port), secret, int(agi_port), int(first), float(cps), float(seconds), Path(out))
    )


if __name__ == "__main__":
    main()
