"""Recordings: the switch's raw stereo files are finished in a process of lowest priority.

MixMonitor's option `D` is clean only with `.raw` (customer channel 0, agent channel 1, 8 kHz 16-bit
interleaved); the header is put on afterwards, where it costs no call its time. Knows files and the
worker; refuses to know who is heard.
"""

import asyncio
import json
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

import structlog

from dialer.adapters.recording_files import all_of, raw_of
from dialer.adapters.recording_finish import PLAIN, Form
from dialer.domain.ids import AttemptId, is_talk_id

log = structlog.get_logger(__name__)

CLOSE_WITHIN_S: Final = 20.0
AGAIN_S: Final = 1.0
"""After which a process that died is followed by another."""

_ORDERED: Final = 500
"""Orders that are remembered before it is looked which are done."""


class RecordingWorker:
    """Hands ended recordings to a niced process, one line a file.

    Args:
        folder: of the recordings.
        form: how they are to be finished.
        key_file: master keys (`dialer.adapters.recording_keys`); None: nothing is encrypted.
    """

    def __init__(self, folder: Path, form: Form = PLAIN, key_file: Path | None = None) -> None:
        self._folder = folder
        self._said = json.dumps(
            {
                "codec": form.codec.value,
                "program": form.program,
                "key_file": str(key_file or ""),
            }
        )
        self._process: asyncio.subprocess.Process | None = None
        self._ordered: dict[AttemptId, str] = {}
        self._ordered_most = _ORDERED

    async def run(self) -> None:
        """See that there is a process, for ever: one that died is followed by another."""
        while self._process is not None:
            status = await self._process.wait()
            log.warning("recording_process_died", status=status)
            await asyncio.sleep(AGAIN_S)
            await self.start()
            for attempt_id, order in self._ordered.items():  # what was done is no file any more
                self._write(order, attempt_id)

    async def start(self) -> None:
        """Start the process."""
        self._process = await asyncio.create_subprocess_exec(
            "nice",
            "-n",
            "19",
            sys.executable,
            "-m",
            "dialer.adapters.recording_process",
            str(self._folder),
            self._said,
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,
        )

    def begun(self, attempt_id: AttemptId) -> bool:
        """Whether there is anything of a recording; the switch makes its file as it begins."""
        return any(path.exists() for path in all_of(self._folder, attempt_id))

    def finish(self, attempt_id: AttemptId) -> str:
        """Have the recording of an ended talk finished; returns its name until it is.

        "" if there is nothing: the switch was never told to record, or was not reached.
        """
        self._order("wrap", attempt_id)
        return f"{attempt_id}.wav" if self.begun(attempt_id) else ""

    def discard(self, attempt_id: AttemptId) -> None:
        """Remove what the switch may have begun for a call that was never a talk."""
        self._order("discard", attempt_id)

    def sweep(self, live: Collection[str]) -> set[str]:
        """At a start: finish what an engine before us left; returns those of calls that live."""
        left = {raw.stem for raw in self._folder.glob("*.raw") if is_talk_id(raw.stem)}
        for talk_id in sorted(left.difference(live)):
            self.finish(AttemptId(talk_id))
        return left.intersection(live)

    def _order(self, order: str, attempt_id: AttemptId) -> None:
        if len(self._ordered) >= self._ordered_most:
            there = {one for one in self._ordered if raw_of(self._folder, one).exists()}
            self._ordered = {one: said for one, said in self._ordered.items() if one in there}
            self._ordered_most = len(there) + _ORDERED
        self._ordered[attempt_id] = order
        self._write(order, attempt_id)

    def _write(self, order: str, attempt_id: AttemptId) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{order} {attempt_id}\n".encode())

    async def close(self) -> None:
        """Let the process finish what it has, then end it."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._process.wait()
        except TimeoutError:
            log.warning("recordings_unfinished", folder=str(self._folder))
            self._process.kill()
            await self._process.wait()
