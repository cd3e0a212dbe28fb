"""`outpace campaigns watch` in a terminal of 80 by 24, on a real engine."""

import asyncio
import fcntl
import io
import json
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console
from service import Service, service

from dialer.cli.wallboard import board
from dialer.domain.ids import AgentId, CampaignId

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A terminal with a program in it, and all that was written to it."""

    def __init__(self, master: int, process: asyncio.subprocess.Process) -> None:
        self._master = master
        self._process = process
        self.written = ""
        asyncio.get_running_loop().add_reader(master, self._read)

    def _read(self) -> None:
        try:
            self.written += os.read(self._master, 65536).decode(errors="replace")
        except OSError:  # the program has ended
            asyncio.get_running_loop().remove_reader(self._master)

    def frames(self) -> list[list[str]]:
        """Return the pictures so far, as lines."""
        drawn = self.written.partition("\x1b[?1049l")[0]  # until the screen is given back
        pictures = drawn.split("\x1b[H")[1:]
        return [_ESCAPES.sub("", picture).rstrip().splitlines() for picture in pictures]

    async def until(self, shown: str | Callable[["Terminal"], bool]) -> None:
        async with asyncio.timeout(20):
            while True:
                last = "\n".join(self.frames()[-1]) if self.frames() else ""
                if shown(self) if callable(shown) else shown in last:
                    return
                await asyncio.sleep(0.02)

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    async def ended(self) -> int:
        async with asyncio.timeout(10):
            return await self._process.wait()


@asynccontextmanager
async def terminal(*words: str) -> AsyncIterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "dialer.cli", *words),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**environment, "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(slave)
    try:
        yield Terminal(master, process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        asyncio.get_running_loop().remove_reader(master)
        os.close(master)


async def running(at: Service) -> CampaignId:
    created = await at.done("POST", "/campaigns", json={"name": "spring"})
    await at.with_leads(created["id"], 20)
    await at.done("POST", f"/campaigns/{created['id']}/start")
    return CampaignId(created["id"])


def home_of(at: Service) -> tuple[str, str]:
    return ("--home", str(at.engine.settings.home))


async def test_it_draws_what_happens_and_ends_with_the_engine(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        campaign = await running(at)
        async with terminal("campaigns", "watch", "spring", *home_of(at)) as shown:
            await shown.until("leads ready")
            await at.engine.agents.log_in(AgentId("1001"), [campaign])
            await shown.until("1001")
            before = len(shown.frames())
            await shown.until(lambda it: len(it.frames()) > before + 1)
            at.engine.stop()  # the engine is gone: it says so and ends
            assert await shown.ended() == 1
        for frame in shown.frames():
            assert len(frame) <= 24
            assert all(len(line) <= 80 for line in frame)
        # the screen is cleared once, as it is taken, and each picture is drawn over the last
        assert shown.written.count("\x1b[2J") <= 1


async def test_q_and_control_c_end_it_and_give_the_terminal_back(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await running(at)
        for keys in (b"q", b"\x03"):
            async with terminal("campaigns", "watch", "spring", *home_of(at)) as shown:
                await shown.until("leads ready")
                shown.type(keys)
                assert await shown.ended() == 0
                await asyncio.sleep(0.1)
            assert "\x1b[?1049l" in shown.written  # the screen of before is back
            assert "Traceback" not in shown.written


async def test_what_cannot_be_watched_is_told_in_one_line(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        async with terminal("campaigns", "watch", "autumn", *home_of(at)) as shown:
            assert await shown.ended() == 1
            await asyncio.sleep(0.1)
        assert "'autumn' is not in the engine's memory; start it first" in " ".join(
            _ESCAPES.sub("", shown.written).split()
        )


async def test_machines_get_lines(tmp_path: Path) -> None:
    async with service(tmp_path) as at:
        await running(at)
        words = ("campaigns", "watch", "spring", "--json", *home_of(at))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "dialer.cli", *words, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(20):
                for _ in range(2):
                    floor = json.loads(await process.stdout.readline())
                    assert [one["name"] for one in floor["campaigns"]] == ["spring"]
        finally:
            process.kill()
            await process.wait()


def test_a_crowd_fits_the_screen() -> None:
    agent = {
        "state": "talking",
        "since": 0.0,
        "campaigns": ["ca-1"],
        "reason": "x" * 200,
        "talks": 3,
    }
    campaign = {
        "campaign": "ca-1",
        "name": "a very long name " * 9,
        "state": "running",
        "mode": "predictive",
        "simulated": True,
        "lines": 999,
        "ready_leads": 10,
        "dialed": 10**7,
        "answered": 10**6,
        "connected": 10**6,
        "abandoned": 10**4,
        "abandon_rate": 0.01,
        "connect_ms": [21.0, 22.0],
        "limited_by": "abandon_rate_target",
    }
    floor = {
        "at": 4000.0,
        "switch": False,
        "held": True,
        "waiting": 2,
        "node": {"state": "draining", "until": None},
        "agents": [{**agent, "agent": str(1000 + number)} for number in range(200)],
        "campaigns": [campaign],
    }
    console = Console(width=80, height=24, record=True, file=io.StringIO())
    console.print(board(floor, "ca-1", height=24))
    lines = console.export_text().splitlines()
    assert len(lines) <= 24
    assert all(len(line) <= 80 for line in lines)
    assert "and 185 more" in lines[-2]
    assert "1:06:40" in "\n".join(lines)
