"""Processes of a load run: what they cost, read from /proc, and helpers that end with us.

Knows CPU seconds and resident memory of a process, and how busy the machine was. Refuses to know
what they do.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

_HZ: Final = os.sysconf("SC_CLK_TCK")
_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 1_048_576
_PATIENCE_S: Final = 20.0
_LONGEST_LINE: Final = 1 << 20


def cpu_s(pid: int) -> float:
    """Return the CPU seconds (user and system) a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _HZ


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process in MB; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_MB
    except OSError:
        return 0.0


def children(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in text.split()]


class MachineTime(NamedTuple):
    """CPU seconds of all cores since boot."""

    busy_s: float
    stolen_s: float
    """What the host of a virtual machine took."""
    total_s: float

    @classmethod
    def now(cls) -> "MachineTime":
        """Read them."""
        with Path("/proc/stat").open() as lines:
            ticks = [int(field) for field in lines.readline().split()[1:9]]
        total, idle, stolen = sum(ticks), ticks[3] + ticks[4], ticks[7]
        return cls((total - idle) / _HZ, stolen / _HZ, total / _HZ)


@dataclass(frozen=True, slots=True)
class Usage:
    """What some processes and the machine used between two readings."""

    seconds: float
    cpu_s: dict[str, float]
    """CPU seconds by the name of the process."""
    machine_rate: float
    """Share of all cores that was busy, 0..1."""
    stolen_rate: float

    def core_rate(self, name: str) -> float:
        """Return the share of one core that a process used, 0..1 and more."""
        return self.cpu_s.get(name, 0.0) / self.seconds if self.seconds else 0.0


class Meter:
    """Reads several processes together; each `lap` tells what was used since the last one."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self._at, self._cpu, self._machine = self._read()

    def lap(self) -> Usage:
        """Return what was used since the start or the last lap."""
        at, cpu, machine = self._read()
        total = machine.total_s - self._machine.total_s or 1.0
        usage = Usage(
            seconds=at - self._at,
            cpu_s={name: cpu[name] - self._cpu[name] for name in cpu},
            machine_rate=(machine.busy_s - self._machine.busy_s) / total,
            stolen_rate=(machine.stolen_s - self._machine.stolen_s) / total,
        )
        self._at, self._cpu, self._machine = at, cpu, machine
        return usage

    def _read(self) -> tuple[float, dict[str, float], MachineTime]:
        loop = asyncio.get_running_loop()
        return (
            loop.time(),
            {name: cpu_s(pid) for name, pid in self._pids.items()},
            MachineTime.now(),
        )


class HelperGone(Exception):
    """A helper process ended before it answered; its error output says why."""


class Helper:
    """A Python process that says lines of JSON and ends when its input closes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid: Final = process.pid

    @classmethod
    @asynccontextmanager
    async def started(cls, module: str, *arguments: str) -> AsyncIterator["Helper"]:
        """Run a module for as long as the block lasts; the kernel closes its input if we die."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,
        )
        helper = cls(process)
        try:
            yield helper
        finally:
            await helper.end()

    async def hear(self, within_s: float = _PATIENCE_S) -> dict[str, Any]:
        """Return the next line it says.

        Raises:
            HelperGone: it ended instead.
            TimeoutError: it said nothing.
        """
        if self._process.stdout is None:
            raise HelperGone
        async with asyncio.timeout(within_s):
            line = await self._process.stdout.readline()
        if not line:
            raise HelperGone(f"process {self.pid} ended; see what it wrote")
        facts: dict[str, Any] = json.loads(line)
        return facts

    def tell(self, line: str) -> None:
        """Write a line to its input."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n".encode())

    async def last_words(self) -> dict[str, Any]:
        """Close its input and return the line it says at its end; errors as `hear`."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self.hear()

    async def end(self) -> None:
        """Close its input and wait for it, at last by force."""
        if self._process.returncode is not None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def say(**facts: object) -> None:
    """Write one line of JSON, as a helper."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def input_closed() -> None:
    """Wait, as a helper, until whoever started us closes our input or dies."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.read(4096):
        pass
