"""Texts as sound: a speech program's work in a niced process, in files named by their content.

Knows the process and its files. Refuses to know the program's words beyond a command line, and who
listens.
"""

import asyncio
import hashlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from dialer.adapters.sound_files import audio_in
from dialer.ports import Audio, Unplayable

log = structlog.get_logger(__name__)

MAKE_WITHIN_S: Final = 20.0
"""Of one text; a longer wait is given up."""

LONGEST: Final = 4_000
"""Characters of one text."""


class SpeechWorker:
    """A `Speech` (dialer.ports).

    Args:
        folder: of the files.
        command: of the program, with {language} and {file} in it; the text comes on its standard
            input. Empty: there is none.
    """

    def __init__(self, folder: Path, command: Sequence[str], problem: str = "") -> None:
        self._folder = folder
        self._command = tuple(command)
        self._no_program = problem
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: dict[str, asyncio.Future[bool]] = {}
        self._known: dict[str, Audio] = {}
        self._lock = asyncio.Lock()
        self._begun = asyncio.Event()

    @property
    def problem(self) -> str:
        """Why nothing can be spoken; "": it can."""
        return self._no_program

    def made(self, text: str, language: str) -> Audio | None:
        """Return a text that was made before; see `Speech`."""
        name = self._name(text, language)
        known = self._known.get(name)
        if known is None:
            try:
                known = audio_in(self._folder / f"{name}.wav")
            except Unplayable:
                return None
            self._known[name] = known
        return known

    async def make(self, text: str, language: str) -> Audio | None:
        """Return a text, made now if need be; see `Speech`."""
        found = self.made(text, language)
        if found is not None or self.problem or len(text) > LONGEST:
            return found
        name = self._name(text, language)
        waiting = self._waiting.get(name)
        if waiting is None:
            waiting = asyncio.get_running_loop().create_future()
            self._waiting[name] = waiting
            try:
                await self._order({"name": name, "text": text, "language": language})
            except OSError as error:
                self._settle(name, False)
                log.warning("speech_not_made", error=str(error))
        try:
            async with asyncio.timeout(MAKE_WITHIN_S):
                await asyncio.shield(waiting)
        except TimeoutError:
            self._settle(name, False)
        return self.made(text, language)

    async def run(self) -> None:
        """Read what the process tells, and start it again when it has died, for ever.

        Without a text there is no process.
        """
        while True:
            await self._begun.wait()
            async with self._lock:
                process = await self._started()
            out = process.stdout
            while out is not None and (line := await out.readline()):
                told = json.loads(line)
                if told["problem"]:
                    log.warning("speech_failed", reason=told["problem"][:200])
                self._settle(told["name"], not told["problem"])
            await process.wait()
            self._begun.clear()
            log.warning("speech_process_ended", code=process.returncode)
            self._process = None
            for name in list(self._waiting):
                self._settle(name, False)
            await asyncio.sleep(1.0)

    async def close(self) -> None:
        """End the process."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    # -- inside ------------------------------------------------------------------------------

    def _name(self, text: str, language: str) -> str:
        said = json.dumps([list(self._command), language, text], ensure_ascii=False)
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:40]

    def _settle(self, name: str, made: bool) -> None:
        waiting = self._waiting.pop(name, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(made)

    async def _order(self, order: dict[str, str]) -> None:
        async with self._lock:
            process = await self._started()
        if process.stdin is not None:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()

    async def _started(self) -> asyncio.subprocess.Process:
        self._begun.set()
        if self._process is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._process = await asyncio.create_subprocess_exec(
                "nice",
                "-n",
                "10",
                sys.executable,
                "-m",
                "dialer.adapters.speech_process",
                str(self._folder),
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        return self._process
