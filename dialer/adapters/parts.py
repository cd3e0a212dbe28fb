"""The parts of a service, each a process of its own: started in order, watched, ended in reverse.

A part that ends by itself ends the others, and is named; none is started anew in silence. A part
ends with whoever started it, however that ends. Refuses to know what the parts do.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from dialer.adapters.asterisk import launch
from dialer.errors import OutpaceError

ENDS_WITHIN_S: Final = 30.0
"""A part that was asked to end is killed after so long."""

_FILES: Final = 4096
_LONGEST_LINE: Final = 1 << 20
_LAST_WORDS: Final = "outpace: "

Say = Callable[[str], None]


class PartDied(OutpaceError):
    """A part ended though nobody asked it to, or not in order."""

    def __init__(self, name: str, code: int, words: str) -> None:
        self.name = name
        self.code = code
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        super().__init__(f"{name} ended {how}" + (f": {words}" if words else ""))


class Part:
    """One process.

    Args:
        name: what it is called when it is spoken of.
        words: its command: what comes behind `python -m dialer.cli`.
        ready: how the line begins with which it says that it serves.
        say: is given its other lines.
    """

    def __init__(self, name: str, words: Sequence[str], *, ready: str, say: Say) -> None:
        self.name = name
        self.ready = asyncio.Event()
        self._words = words
        self._ready = ready
        self._say = say
        self._told = ""
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process id; 0 before it was started."""
        return self._process.pid if self._process is not None else 0

    async def start(self) -> None:
        """Start it, in a session of its own: a Ctrl-C reaches it through us, in order."""
        tied = [sys.executable, "-I", "-S", launch.__file__, str(os.getpid()), str(_FILES)]
        self._process = await asyncio.create_subprocess_exec(
            *tied,
            sys.executable,
            "-m",
            "dialer.cli",
            *self._words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            limit=_LONGEST_LINE,
        )

    async def watch(self) -> NoReturn:
        """Hear what it says until it ends.

        Raises:
            PartDied: it ended.
        """
        process = self._started()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(process.stdout), name=f"{self.name}-stdout")
            tasks.create_task(self._hear(process.stderr), name=f"{self.name}-stderr")
        raise PartDied(self.name, await process.wait(), self._told)

    async def end(self) -> None:
        """End it, at last by force; returns when it is gone.

        Raises:
            PartDied: it did not end in order.
        """
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(ENDS_WITHIN_S):
                rest = await process.communicate()
        except TimeoutError:
            process.kill()
            rest = await process.communicate()
        for lines in rest:
            for line in (lines or b"").splitlines():
                self._take(line)
        if process.returncode:
            raise PartDied(self.name, process.returncode, self._told)

    async def _hear(self, stream: asyncio.StreamReader | None) -> None:
        while stream is not None and (line := await stream.readline()):
            self._take(line)

    def _take(self, line: bytes) -> None:
        said = line.decode(errors="replace").rstrip()
        if said.startswith(self._ready):
            self.ready.set()
        if said.startswith(_LAST_WORDS):
            self._told = said.removeprefix(_LAST_WORDS)  # told with its end, on one line
        else:
            self._say(said)

    def _started(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process


async def run_parts(parts: Sequence[Part], stop: asyncio.Event) -> None:
    """Run parts, each once those before it are ready, until `stop` is set; then end the last first.

    Raises:
        PartDied: (in a group) one ended by itself, or not in order; the others were ended.
    """
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_until(stop), name="stop")
            for part in parts:
                await part.start()
                tasks.create_task(part.watch(), name=part.name)
                await part.ready.wait()
    except* _Stopped:
        pass
    finally:
        died = await _end(parts)
    if died:
        raise died[0]


async def _end(parts: Sequence[Part]) -> list[PartDied]:
    died: list[PartDied] = []
    for part in reversed(parts):
        try:
            await part.end()
        except PartDied as error:
            died.append(error)
    return died


async def _until(stop: asyncio.Event) -> NoReturn:
    await stop.wait()
    raise _Stopped


class _Stopped(Exception):
    """The parts were asked to end."""
