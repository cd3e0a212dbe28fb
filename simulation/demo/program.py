"""A program of ours as a process of its own: `outpace engine --home ...`, as an operator starts it.

Knows how to start, watch and end it by its pid, and to read what it prints. Refuses to know what it
does.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from dialer.adapters.asterisk import launch
from dialer.errors import OutpaceError
from simulation.demo.processes import (
    children_of,
    command_of,
    end_held,
    hold,
    kill_held,
    until_ended,
)

END_WITHIN_S: Final = 30.0
"""An engine lets its recordings be finished, which is bounded by 20 s."""

_MOST_FILES: Final = 4096


class ProgramDied(OutpaceError):
    """A program ended though nobody asked it to."""

    def __init__(self, name: str, pid: int, code: int, said: str, log: Path) -> None:
        self.name = name
        self.pid = pid
        self.code = code
        how = signal.Signals(-code).name if code < 0 else f"code {code}"
        what = f" and said {said!r}" if said else ""
        super().__init__(f"{name} (pid {pid}) ended with {how}{what}; see {log}")


class Program:
    """One process.

    Args:
        name: what it is called when it is spoken of.
        words: its command, behind `outpace`.
        home: of the node it belongs to; what it prints goes to `engine.out` there, for an engine.
        parts: how many of its kind end one after the other when it is told to.
    """

    def __init__(self, name: str, words: Sequence[str], home: Path, *, parts: int = 1) -> None:
        self.name = name
        self.home = home
        self._words = words
        self._end_within_s = parts * END_WITHIN_S
        self._child: subprocess.Popen[bytes] | None = None
        self._children: dict[int, int] = {}
        """Descriptors, by pid, of the processes it has started: they may outlive it by what they
        finish."""

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self.alive() and self._child is not None else None

    def alive(self) -> bool:
        """Whether it runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def log(self) -> Path:
        """Where the reason stands when it died."""
        return self.home / f"{self._words[0]}.log"

    def said(self) -> list[str]:
        """Return the lines that it has printed."""
        text = self._output.read_text(encoding="utf-8", errors="replace")
        return text.splitlines()

    @property
    def _output(self) -> Path:
        return self.home / f"{self._words[0]}.out"

    @property
    def _pid_file(self) -> Path:
        return self.home / f"{self._words[0]}.pid"

    def start(self) -> None:
        """Start it in a session of its own; it is killed when the thread that calls this ends."""
        tied = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(_MOST_FILES)]
        outpace = str(Path(sys.executable).with_name("outpace"))
        with self._output.open("ab") as output:
            self._child = subprocess.Popen(
                [*tied, sys.executable, outpace, *self._words, "--home", str(self.home)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(f"{self._child.pid}\n", encoding="ascii")

    async def watch(self) -> None:
        """Wait for its end, which nobody asked for.

        Raises:
            ProgramDied: it ended.
        """
        child = self._child
        if child is not None:
            await until_ended(child.pid)
            code = child.wait()
            raise ProgramDied(self.name, child.pid, code, self._last_words(), self.log)

    def note_children(self) -> None:
        """Take hold of the processes it has started, and those they have; once it serves."""
        parents = [pid] if (pid := self.pid) is not None else []
        while parents:
            for child in children_of(parents.pop()):
                held = hold(child) if child not in self._children else None
                if held is not None:
                    self._children[child] = held
                    parents.append(child)

    def children(self) -> dict[int, list[str]]:
        """Return the processes that were noted, by pid, each with its command line."""
        return {child: command_of(child) for child in self._children}

    def stop(self) -> int | None:
        """End it gently, at last by force; returns its exit code, None when it never ran.

        What it has started is gone too when this returns.
        """
        if self._child is None:
            return None
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            try:
                self._child.wait(self._end_within_s)
            except subprocess.TimeoutExpired:
                self._child.kill()
        code = self._child.wait()
        while self._children:
            child, held = next(iter(self._children.items()))
            end_held(held, END_WITHIN_S)
            del self._children[child]
            os.close(held)
        self._pid_file.unlink(missing_ok=True)
        return code

    def kill(self) -> None:
        """End it and what it has started at once, and wait for nothing; `stop` is still due.

        Safe in a signal handler.
        """
        if self._child is not None and self._child.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._child.pid, signal.SIGKILL)
        for held in self._children.values():
            kill_held(held)

    def _last_words(self) -> str:
        """Return the line in which it said why it cannot go on; "" for none."""
        lines = self.said()
        told = [line.removeprefix("outpace: ") for line in lines if line.startswith("outpace: ")]
        return told[-1] if told else ""
