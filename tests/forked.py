"""Commands as processes of their own that begin with the libraries loaded.

A start of `outpace` costs more than a second of processor time, most of it for loading, and tests
start dozens. One process for each test process has loaded everything and is forked for each
command: what runs is the same, from its first line on. Refuses to know what is started; the start
itself is tested by those who use `python -m dialer.cli`.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any, BinaryIO

from dialer.cli import app

FORKING = get_context("forkserver")
FORKING.set_forkserver_preload(
    ["dialer.cli", "dialer.cli.engine", "dialer.cli.serve", "dialer.cli.api", "typer.main"]
)


@cache
def loaded() -> None:
    """Return when the one that is forked has loaded everything: the first start takes seconds."""
    first = FORKING.Process(target=_nothing)
    first.start()
    first.join()


def _nothing() -> None:
    """Be there and gone."""


class _Passed:
    """A file descriptor on its way to the process that is forked."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __reduce__(self) -> tuple[Any, ...]:
        return _received, (DupFd(self.number),)


def _received(passed: Any) -> int:
    number: int = passed.detach()
    return number


class Forked:
    """A command that runs; what `subprocess.Popen` says of a process, as far as tests ask.

    Args:
        words: of the command, without `outpace`.
        problems: file descriptor of its standard error; ours unless given.
    """

    def __init__(self, *words: str, problems: int | None = None) -> None:
        reading, writing = os.pipe()
        self._process: ForkServerProcess = FORKING.Process(
            target=_run,
            args=(
                words,
                dict(os.environ),
                str(Path.cwd()),
                _Passed(writing),
                None if problems is None else _Passed(problems),
            ),
        )
        self._process.start()
        os.close(writing)
        self.stdout: BinaryIO = os.fdopen(reading, "rb")

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; below 0 by a signal."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return how it ended, or None."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("outpace", timeout or 0.0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def outpace(*words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; what it says is captured."""
    with tempfile.TemporaryFile() as problems:
        started = Forked(*words, problems=problems.fileno())
        ending = threading.Timer(timeout, started.kill)
        ending.start()
        told = started.stdout.read()
        code = started.wait()
        ending.cancel()
        problems.seek(0)
        return subprocess.CompletedProcess(words, code, told.decode(), problems.read().decode())


def _run(
    words: tuple[str, ...],
    env: Mapping[str, str],
    folder: str,
    told: int,
    problems: int | None,
) -> None:
    """Be the command."""
    os.dup2(told, 1)
    os.close(told)
    if problems is not None:
        os.dup2(problems, 2)
        os.close(problems)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, closefd=False)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    sys.argv = ["outpace", *words]
    app()
