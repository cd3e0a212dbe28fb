"""`outpace serve`: engine and API under one command, started in order and ended in reverse."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.ports import free_ports
from simulation.demo.processes import children_of
from simulation.lab import Lab
from simulation.redis import RedisServer

START_S = 60.0
END_S = 40.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab(
        install(), tmp_path_factory.mktemp("serve"), agents=0, lines=4, die_with_parent=True
    ) as opened:
        yield opened


class Served:
    """A running `outpace serve`."""

    def __init__(self, process: asyncio.subprocess.Process, home: Path) -> None:
        self.process = process
        self.home = home
        self.parts: dict[str, int] = {}
        self.address = ""
        self.said: list[str] = []

    async def until_ready(self) -> None:
        stdout = self.process.stdout
        assert stdout is not None
        async with asyncio.timeout(START_S):
            while not self.address:
                line = (await stdout.readline()).decode().strip()
                assert line, "it ended before it served"
                self.said.append(line)
                if line.startswith("api ready on "):
                    self.address = line.removeprefix("api ready on ")
        for pid in children_of(self.process.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            self.parts["engine" if b"engine" in words else "api"] = pid
        assert set(self.parts) == {"engine", "api"}

    async def ended(self) -> tuple[int, str]:
        """Return exit code and what was said on stderr, once it has ended."""
        async with asyncio.timeout(END_S):
            _, stderr = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, stderr.decode()

    def alive(self) -> list[str]:
        return [name for name, pid in self.parts.items() if Path(f"/proc/{pid}").exists()]

    def events(self, log: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.home / log).read_text().splitlines()]


def processes_of(home: Path) -> list[str]:
    """Return the processes that were started for a home."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            if str(home).encode() in path.read_bytes():
                found.append(path.parent.name)
    return found


@asynccontextmanager
async def serve(home: Path, **environment: str) -> AsyncIterator[Served]:
    port = free_ports(1, "tcp")[0]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "dialer.cli",
        "serve",
        "--home",
        str(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OUTPACE_API_PORT": str(port), **environment},
        start_new_session=True,
    )
    try:
        yield Served(process, home)
    finally:
        if process.returncode is None:
            process.kill()  # its parts end with it
            await process.wait()


async def test_a_fresh_home_without_asterisk_is_told_in_one_line_and_leaves_no_process(
    tmp_path: Path,
) -> None:
    port = free_ports(1, "tcp")[0]
    async with serve(tmp_path / "node", OUTPACE_AMI_PORT=str(port)) as served:
        code, said = await served.ended()
        assert code == 1
        (line,) = said.splitlines()
        assert line.startswith("outpace: the engine ended with exit code 1: no AMI at ")
        assert "start Asterisk" in line
        assert processes_of(tmp_path / "node") == []


async def test_it_serves_and_ends_in_order_the_api_first(lab: Lab) -> None:
    async with serve(lab.home) as served:
        await served.until_ready()
        assert [line.split(" ")[0] for line in served.said] == ["engine", "api"]
        async with httpx.AsyncClient(base_url=served.address) as client:
            contract = await client.get("/api/v1/openapi.json")
            assert contract.json()["info"]["title"] == "Outpace"
            refused = await client.get("/api/v1/campaigns", params={"secret": "hush-hush"})
            assert refused.status_code == 401
        served.process.send_signal(signal.SIGTERM)
        code, said = await served.ended()
        assert (code, said) == (0, "")
        assert served.alive() == []
        requests = [e for e in served.events("api.log") if e["event"] == "api_request"]
        assert requests[-1].items() >= {"operation": "campaigns.list", "status": 401}.items()
        assert "hush-hush" not in (lab.home / "api.log").read_text()


@pytest.mark.parametrize(
    ("part", "name"),
    [("engine", "the engine"), pytest.param("api", "the API", marks=pytest.mark.soak)],
)
async def test_a_part_that_is_killed_ends_the_rest_and_is_named(
    lab: Lab, part: str, name: str
) -> None:
    async with serve(lab.home) as served:
        await served.until_ready()
        os.kill(served.parts[part], signal.SIGKILL)
        code, said = await served.ended()
        assert (code, said) == (1, f"outpace: {name} ended by SIGKILL\n")
        assert served.alive() == []


@pytest.mark.soak
async def test_parts_end_with_a_command_that_is_killed(lab: Lab) -> None:
    async with serve(lab.home) as served:
        await served.until_ready()
        served.process.kill()
        await served.process.wait()
        async with asyncio.timeout(END_S):
            while served.alive():
                await asyncio.sleep(0.05)


@pytest.mark.soak
async def test_the_port_of_the_api_that_is_taken_is_named_and_the_engine_ended(lab: Lab) -> None:
    with RedisServer(lab.home / "redis") as other:  # anything that listens
        async with serve(lab.home, OUTPACE_API_PORT=str(other.port)) as served:
            code, said = await served.ended()
            assert code == 1
            assert said.startswith("outpace: the API ended with exit code 1: OUTPACE_API_PORT: ")
            assert len(said.splitlines()) == 1


async def test_engine_and_api_meet_on_redis(lab: Lab) -> None:
    with RedisServer(lab.home / "redis", password="hush-hush") as redis:
        async with serve(lab.home, OUTPACE_REDIS_URL=redis.url) as served:
            await served.until_ready()
            async with asyncio.timeout(10):
                while "engine_found" not in {e["event"] for e in served.events("api.log")}:
                    await asyncio.sleep(0.05)
            served.process.send_signal(signal.SIGINT)
            assert (await served.ended())[0] == 0
    for log in ("engine.log", "api.log"):
        assert "hush-hush" not in (lab.home / log).read_text()
