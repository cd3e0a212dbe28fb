"""The service in one of its shapes: its processes on loopback, started, watched and ended by pid.

Knows which processes a shape has and what each is told to find the others. Refuses to know
Asterisk, and what the service is asked.
"""

import asyncio
import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from dialer.adapters.privacy_key import NAME as PRIVACY_KEY
from dialer.adapters.privacy_key import privacy_key
from dialer.errors import OutpaceError
from simulation.demo.processes import hold
from simulation.demo.program import Program
from simulation.demo.shape import Shape
from simulation.postgres import FOR_TRIALS, PostgresServer
from simulation.redis import RedisServer

SERVES_WITHIN_S: Final = 40.0
LOOK_EVERY_S: Final = 0.05

DATABASE: Final = "outpace"
"""Its name on the PostgreSQL."""

_PARTS: Final = (("engine", "engine"), ("api", "API"))
"""Of what a command line tells the parts of `outpace serve`, and what a person calls them."""

_READY: Final = "api ready on "
"""How an API says where it serves."""


class DemoFailed(OutpaceError):
    """The demonstration cannot go on; one line that says why."""


class Service:
    """The processes of one service.

    Args:
        shape: which there are.
        home: folder of the node.
    """

    def __init__(self, shape: Shape, home: Path) -> None:
        self.shape = shape
        self.home = home
        self.settings: dict[str, object] = {}
        """What the node is told beside its Asterisk, by variable; whole after `prepare`."""
        self._postgres: PostgresServer | None = None
        self._redis: RedisServer | None = None
        self._held: dict[int, signal.Signals] = {}
        """Descriptors of the servers, each with the signal that ends it at once."""
        if shape is Shape.ONE:
            self.programs = [Program("outpace serve", ["serve"], home, parts=2)]
            self._apis = self.programs
            return
        self._postgres = PostgresServer(
            _folder_of_postgres(home), settings=FOR_TRIALS, die_with_parent=True
        )
        self._redis = RedisServer(
            home / "redis", password=secrets.token_urlsafe(18), die_with_parent=True
        )
        self._apis = [Program(f"API {n}", ["api"], home / f"api-{n}") for n in (1, 2)]
        self.programs = [Program("the engine", ["engine"], home), *self._apis]

    @property
    def database(self) -> Path:
        """Where what is on record lies: a file, or the folder of a server."""
        return self.home / "outpace.db" if self._postgres is None else self._postgres.home

    def prepare(self) -> None:
        """Start what the programs need: nothing, or the database server and Redis."""
        self.settings["OUTPACE_API_PORT"] = 0
        if self._postgres is None or self._redis is None:
            return
        self._redis.start()
        self._hold(self._redis.pid, signal.SIGKILL)
        self._postgres.start()
        self._hold(self._postgres.pid, signal.SIGQUIT)
        self.settings["OUTPACE_DATABASE_URL"] = self._postgres.create(DATABASE)
        self.settings["OUTPACE_REDIS_URL"] = self._redis.url

    def start(self, recordings: Path) -> None:
        """Start the programs; the settings of the node are written.

        Args:
            recordings: Asterisk's folder, which the APIs play recordings from.
        """
        for api in self._apis:
            if api.home != self.home:
                self._furnish(api.home, {**self.settings, "OUTPACE_ASTERISK_HOME": recordings})
        for program in self.programs:
            program.start()

    async def addresses(self) -> list[str]:
        """Wait until all serve; returns where each API does.

        Raises:
            DemoFailed: it takes too long.
        """
        until = time.monotonic() + SERVES_WITHIN_S
        while True:
            said = [line for api in self._apis for line in api.said()]
            found = [line.removeprefix(_READY) for line in said if line.startswith(_READY)]
            if len(found) == len(self._apis):
                break
            if time.monotonic() > until:
                slow = ", ".join(str(program.log) for program in self.programs)
                raise DemoFailed(f"it serves nobody after {SERVES_WITHIN_S:g} s; see {slow}")
            await asyncio.sleep(LOOK_EVERY_S)
        for program in self.programs:
            program.note_children()
        return found

    def servers(self) -> Mapping[str, tuple[int, Path]]:
        """Return the pid and the log of each server that runs beside the programs."""
        if self._postgres is None or self._redis is None:
            return {}
        return {
            "PostgreSQL": (self._postgres.pid, self._postgres.home / "postgres.log"),
            "Redis": (self._redis.pid, self._redis.home / "redis.log"),
        }

    def pids(self) -> Mapping[str, int]:
        """Return the processes that run, by what a person calls them."""
        found: dict[str, int | None] = {name: pid for name, (pid, _) in self.servers().items()}
        for program in self.programs:
            found[program.name] = program.pid
            for pid, command in program.children().items():
                for word, part in _PARTS if program.alive() else ():
                    if word in command:
                        found[f"its {part}"] = pid
        return {name: pid for name, pid in found.items() if pid}

    def alive(self) -> bool:
        """Whether all programs run."""
        return all(program.alive() for program in self.programs)

    def end_programs(self) -> None:
        """End the programs in order, those that were started last first."""
        for program in reversed(self.programs):
            program.stop()

    def end(self) -> None:
        """End everything; what was recorded stays in its files."""
        self.end_programs()
        if self._redis is not None:
            self._redis.stop()
        if self._postgres is not None:
            self._postgres.close()
        while self._held:
            os.close(self._held.popitem()[0])

    def kill(self) -> None:
        """End everything at once and wait for nothing; `end` is still due.

        Safe in a signal handler.
        """
        for program in self.programs:
            program.kill()
        for held, how in self._held.items():
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(held, how)

    def _hold(self, pid: int, how: signal.Signals) -> None:
        held = hold(pid)
        if held is not None:
            self._held[held] = how

    def _furnish(self, home: Path, settings: Mapping[str, object]) -> None:
        """Make the home of an API on another host: its settings, and the key all nodes share."""
        home.mkdir()
        privacy_key(self.home)
        shutil.copy2(self.home / PRIVACY_KEY, home / PRIVACY_KEY)
        path = home / "node.env"
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def _folder_of_postgres(home: Path) -> Path:
    """Return a folder for the database server, in the run's own if the server can get there.

    As root it runs as nobody, whom we let into no folder that others may not enter.
    """
    closed = (part for part in (home, *home.parents) if not part.stat().st_mode & 0o001)
    if os.geteuid() == 0 and any(closed):
        return Path(tempfile.mkdtemp(prefix="outpace-demo-"))
    return home / "postgres"
