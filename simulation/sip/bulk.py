"""Audio for hundreds of calls: a `MediaDesk` whose lines live in a process of their own.

All lines share one UDP port; the process keeps its own 20 ms time, so a busy event loop here does
not shake the packets. Calls are added and removed at run time; reports come when asked.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any, Final, Self

from simulation.sip.bulk_counts import LineReport
from simulation.sip.media import Sound
from simulation.sip.sdp import Address

_PATIENCE_S: Final = 10.0
_LONGEST_LINE: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What the process did since it began, or since the last reset."""

    lines: dict[int, LineReport]
    """By line number."""
    elapsed_s: float
    cpu_s: float
    latest_s: float
    """How late a slot was sent at worst."""
    skipped: int
    """Stalls of over 0.2 s, after which the packets in between were not made up."""
    unsent: int
    strangers: int
    """RTP packets from addresses of no call."""


class BulkLine:
    """One call's share of the process."""

    def __init__(self, desk: "BulkMedia", line: int, address: Address) -> None:
        self.line: Final = line
        """Its number in the reports."""
        self.address: Final = address
        self._desk = desk
        self._now: tuple[Address, Sound] | None = None

    def start(self, remote: Address, sound: Sound) -> None:
        """Send to `remote` from now on, and count what comes from there.

        Raises:
            ValueError: an echo, which a line in bulk cannot make.
        """
        if sound.echo:
            raise ValueError("a line in bulk cannot echo")
        self._now = remote, sound
        self._desk.tell(
            do="add",
            line=self.line,
            host=remote[0],
            port=remote[1],
            tone_hz=sound.tone_hz,
            expect_hz=sound.expect_hz,
        )

    def press(self, digit: str, event_type: int) -> None:
        """Not to be had in bulk.

        Raises:
            LookupError: always.
        """
        raise LookupError(f"a line in bulk cannot press {digit} (event type {event_type})")

    def plug(self, *, connected: bool) -> None:
        """Stop or resume; while not connected nothing is sent or counted."""
        if self._now is None:
            return
        if connected:
            self.start(*self._now)
        else:
            self._desk.tell(do="remove", line=self.line)

    def close(self) -> None:
        """End the call; its report stays."""
        if self._now is not None:
            self._now = None
            self._desk.tell(do="remove", line=self.line)


class BulkMedia:
    """The desk; use it as an async context manager."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Prepare; the process is started by `start`."""
        self._host = host
        self._process: asyncio.subprocess.Process | None = None
        self._address: Address = (host, 0)
        self._lines = 0
        self._asking = asyncio.Lock()

    async def start(self) -> None:
        """Start the process and learn its port.

        Raises:
            RuntimeError: it did not start.
        """
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "simulation.sip.bulk_worker",
            self._host,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
        )
        self._address = (self._host, int((await self._hear())["port"]))

    def open(self) -> BulkLine:
        """Return a line for a new call."""
        self._lines += 1
        return BulkLine(self, self._lines, self._address)

    def close(self) -> None:
        """Have the process end; `stop` also waits for it."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def stop(self) -> None:
        """End the process and wait for it."""
        if self._process is None:
            return
        self.close()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._process = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.stop()

    def reset(self) -> None:
        """Start all counts afresh, as at the begin of a measurement."""
        self.tell(do="reset")

    async def report(self) -> BulkReport:
        """Ask for all counts.

        Raises:
            RuntimeError: the process is gone.
        """
        async with self._asking:
            self.tell(do="report")
            facts = await self._hear()
        lines = [LineReport(**fields) for fields in facts.pop("lines")]
        return BulkReport(lines={line.line: line for line in lines}, **facts)

    def tell(self, **command: Any) -> None:
        """Send the process a command; nothing is sent when it has ended."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def _hear(self) -> dict[str, Any]:
        if self._process is None or self._process.stdout is None:
            raise RuntimeError("the media process is not started")
        async with asyncio.timeout(_PATIENCE_S):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the media process ended; see its error output")
        facts: dict[str, Any] = json.loads(line)
        return facts
