"""The engine as a process of its own: `outpace engine --home ...`, as an operator would start it.

Knows how to start, watch and end it by its pid. Refuses to know what it does.
"""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import launch
from dialer.errors import OutpaceError

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
        """Return never: raises when it ends.

        Raises:
            EngineDied: it ended.
        """
        child = self._child
        if child is None:
            return
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        held = os.pidfd_open(child.pid)
        try:
            loop.add_reader(held, ended.set)
            await ended.wait()
        finally:
            loop.remove_reader(held)
            os.close(held)
        raise EngineDied(child.pid, child.wait(), self.home, self._last_words())

    def stop(self) -> int | None:
        """End it gently, at last by force; returns its exit code, None when it never ran."""
        if self._child is None:
            return None
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._child.kill()
        (self.home / PID_FILE).unlink(missing_ok=True)
        return self._child.wait()

    def _last_words(self) -> str:
        lines = (self.home / OUTPUT).read_text(encoding="utf-8", errors="replace").splitlines()
        return lines[-1].strip() if lines else ""
