"""The asking side of a run of reads, a process of its own: requests at their due times.

A request is due whether or not those before it were answered, and its time counts from then, not
from when it was sent: what waits here for the service is the service's latency. Connections stay
open; there is another one whenever none is idle. Run as `python -m benchmarks.api.open_loop PLAN
OUT`; says `ready`, begins at a line on its input, says what it cost at the end. Refuses to know
what is asked.
"""

import asyncio
import json
import signal
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httptools
import uvloop

from benchmarks.api.mix import order
from benchmarks.connect_run import undisturbed
from benchmarks.load_process import say

CONNECTIONS: Final = 16
"""Open before the first request."""
PATIENCE_S: Final = 30.0
"""How long the last answers are waited for."""
NEVER: Final = 0
"""Status of a request that was not answered."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked, and how often."""

    host: str
    port: int
    rate: float
    """Requests a second."""
    seconds: float
    warm_up_s: float
    """Before that, at the same rate, not counted."""
    seed: int
    targets: dict[str, list[str]]
    """Paths by operation."""
    headers: dict[str, str]
    """How who asks is known: a header line for each operation, "" for the others."""

    def request(self, operation: str, path: str) -> bytes:
        """Return one request."""
        who = self.headers.get(operation, self.headers[""])
        return f"GET {path} HTTP/1.1\r\nHost: {self.host}\r\n{who}\r\n\r\n".encode()

    def write(self, path: Path) -> None:
        """Put it into a file."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Asking":
        """Read such a file."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))


@dataclass(slots=True)
class Asked:
    """One request; times are of the monotonic clock: the loop's stands still within a turn."""

    operation: str
    path: str
    due: float
    sent: float = 0.0
    done: float = 0.0
    status: int = NEVER
    size: int = 0


class Connection(asyncio.Protocol):
    """One connection that stays open; one request at a time."""

    def __init__(self, idle: "deque[Connection]") -> None:
        self._idle = idle
        self._asked: Asked | None = None
        self._parser: Any = None
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready."""
        self._transport = transport

    def ask(self, asked: Asked, request: bytes) -> None:
        """Send a request."""
        self._asked = asked
        self._parser = httptools.HttpResponseParser(self)
        asked.sent = time.monotonic()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._parser is not None:
            self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Count what is told."""
        if self._asked is not None:
            self._asked.size += len(body)

    def on_message_complete(self) -> None:
        """An answer is here."""
        asked, self._asked = self._asked, None
        if asked is not None:
            asked.done = time.monotonic()
            asked.status = self._parser.get_status_code()
            self._idle.append(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Be used no more; what was asked stays without an answer."""
        if self in self._idle:
            self._idle.remove(self)

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()


class OpenLoop:
    """Asks at due times."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._loop = asyncio.get_running_loop()
        self._idle: deque[Connection] = deque()
        self.asked: list[Asked] = []
        self.opened = 0

    async def open(self, count: int) -> None:
        """Have some connections ready."""
        for _ in range(count):
            self._idle.append(await self._another())

    async def run(self) -> None:
        """Ask, and wait for the answers, at most so long."""
        asking = self._asking
        count = round(asking.rate * (asking.warm_up_s + asking.seconds))
        begin = time.monotonic() + 0.1
        async with asyncio.TaskGroup() as tasks:
            for place, (operation, path) in enumerate(_first(count, asking)):
                asked = Asked(operation, path, begin + place / asking.rate)
                wait = asked.due - time.monotonic()
                if wait > 0:
                    await asyncio.sleep(wait)
                self.asked.append(asked)
                request = asking.request(operation, path)
                if self._idle:
                    self._idle.pop().ask(asked, request)
                else:
                    tasks.create_task(self._ask_anew(asked, request), name="connect")
        deadline = time.monotonic() + PATIENCE_S
        while any(not one.done for one in self.asked[-1000:]) and time.monotonic() < deadline:
            await asyncio.sleep(0.02)

    async def _ask_anew(self, asked: Asked, request: bytes) -> None:
        (await self._another()).ask(asked, request)

    async def _another(self) -> Connection:
        self.opened += 1
        _, made = await self._loop.create_connection(
            lambda: Connection(self._idle), self._asking.host, self._asking.port
        )
        return made

    def counted(self) -> Iterator[Asked]:
        """Return the requests after the warm-up."""
        return iter(self.asked[round(self._asking.rate * self._asking.warm_up_s) :])


def _first(count: int, asking: Asking) -> Iterator[tuple[str, str]]:
    plan = order(asking.targets, asking.seed)
    return (next(plan) for _ in range(count))


def written(found: Iterable[Asked]) -> str:
    """Return lines of JSON: operation, ms from the due time, ms until sent, status, bytes, path."""
    lines = []
    for one in found:
        ms = (one.done - one.due) * 1000 if one.done else None
        late_ms = (one.sent - one.due) * 1000
        lines.append(json.dumps([one.operation, ms, late_ms, one.status, one.size, one.path]))
    return "\n".join(lines)


async def ask(asking: Asking, out: Path) -> None:
    """Ask as planned, and write what was found."""
    loop = OpenLoop(asking)
    await loop.open(CONNECTIONS)
    say(ready=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    with undisturbed() as nice:
        began, cpu = time.monotonic(), time.process_time()
        await loop.run()
        seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    out.write_text(written(loop.counted()), encoding="utf-8")
    answered = sum(1 for one in loop.asked if one.done)
    say(core_rate=cpu / seconds, connections=loop.opened, nice=nice, answered=answered)


def main() -> None:
    """Read the command line and ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes our input
    plan, out = (Path(word) for word in sys.argv[1:])
    uvloop.run(ask(Asking.read(plan), out))


if __name__ == "__main__":
    main()
