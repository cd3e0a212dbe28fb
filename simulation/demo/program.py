"""The engine as a process of its own: `outpace engine --home ...`, as an operator would start it.

Knows how to start, watch and end it by its pid. Refuses to know what it does.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import launch
from dialer.errors import OutpaceError
from simulation.demo.processes import children_of, end_held, hold, kill_held, until_ended

PID_FILE: Final = "engine.pid"
OUTPUT: Final = "engine.out"
"""What it prints; its log is `engine.log`."""

END_WITHIN_S: Final = 30.0
"""It lets its recordings be finished, which is bounded by 20 s."""

_MOST_FILES: Final = 4096


class EngineDied(OutpaceError):
    """The engine ended though nobody asked it to."""

    def __init__(self, pid: int, code: int, home: Path, said: str) -> None:
        self.pid = pid
        self.code = code
        how = signal.Signals(-code).name if code < 0 else f"code {code}"
        what = f" and said {said!r}" if said else ""
        super().__init__(f"the engine (pid {pid}) ended with {how}{what}; see {home}/engine.log")


class EngineProcess:
    """The engine of one node's home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._child: subprocess.Popen[bytes] | None = None
        self._children: list[int] = []
        """Descriptors of the processes it has started, which outlive it by what they finish."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self.alive() and self._child is not None else None

    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start it in a session of its own; it is killed when the thread that calls this ends."""
        tied = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(_MOST_FILES)]
        outpace = str(Path(sys.executable).with_name("outpace"))
        with (self.home / OUTPUT).open("ab") as output:
            self._child = subprocess.Popen(
                [*tied, sys.executable, outpace, "engine", "--home", str(self.home)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        (self.home / PID_FILE).write_text(f"{self._child.pid}\n", encoding="ascii")

    async def watch(self) -> None:
        """Wait for its end, which nobody asked for.

        Raises:
            EngineDied: it ended.
        """
        child = self._child
        if child is not None:
            await until_ended(child.pid)
            raise EngineDied(child.pid, child.wait(), self.home, self._last_words())

    def note_children(self) -> None:
        """Take hold of the processes it has started; to be called once it serves."""
        pid = self.pid
        if pid is not None:
            self._children += [held for held in map(hold, children_of(pid)) if held is not None]

    def stop(self) -> int | None:
        """End it gently, at last by force; returns its exit code, None when it never ran.

        What it has started is gone too when this returns.
        """
        if self._child is None:
            return None
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._child.kill()
        code = self._child.wait()
        while self._children:
            end_held(self._children[-1], END_WITHIN_S)
            os.close(self._children.pop())
        (self.home / PID_FILE).unlink(missing_ok=True)
        return code

    def kill(self) -> None:
        """End it and what it has started at once, and wait for nothing; `stop` is still due.

        Safe in a signal handler.
        """
        if self._child is not None and self._child.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._child.pid, signal.SIGKILL)
        for held in self._children:
            kill_held(held)

    def _last_words(self) -> str:
        """Return the line in which it said why it cannot go on; "" for none."""
        lines = (self.home / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
        told = [line.removeprefix("outpace: ") for line in lines if line.startswith("outpace: ")]
        return told[-1] if told else ""
