"""Keeping recordings in the store, by a process of lowest priority that is started when needed."""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from dialer.adapters.s3_store import Bucket

ANSWER_WITHIN_S: Final = 3600.0
"""Longest time for one recording: an hour of talk over a slow line."""

CLOSE_WITHIN_S: Final = 5.0


class KeeperProcess:
    """See `dialer.ports.recordings.RecordingKeeper`; one order at a time.

    Args:
        spool: folder in which recordings are finished.
        folder: of the store on disk.
        bucket: of the store S3; None: the store is the folder.
    """

    def __init__(self, spool: Path, folder: Path, bucket: Bucket | None) -> None:
        self._said = {
            "spool": str(spool),
            "folder": str(folder),
            "bucket": None if bucket is None else asdict(bucket),
        }
        self._process: asyncio.subprocess.Process | None = None
        self._one = asyncio.Lock()

    async def keep(self, attempt_id: str, file: str, name: str) -> None:
        """Put a recording into the store under a name; what is on the disk stays."""
        await self._ask("keep", attempt=attempt_id, file=file, name=name)

    async def drop(self, attempt_id: str, file: str, name: str) -> None:
        """Delete from the disk what is in the store under a name."""
        await self._ask("drop", attempt=attempt_id, file=file, name=name)

    async def forget(self, attempt_id: str, name: str) -> None:
        """Delete a recording from the store."""
        await self._ask("forget", attempt=attempt_id, name=name)

    async def close(self) -> None:
        """End the process; what it is at stays on the disk and is kept another time."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, do: str, **arguments: str) -> None:
        async with self._one:
            try:
                answer = json.loads(await self._answer({"do": do, "with": arguments}))
            except BaseException:
                # cancelled, or it died: nobody may take the answer of another order for theirs
                await self.close()
                raise
        if "missing" in answer:
            raise FileNotFoundError(answer["missing"])
        if "failed" in answer:
            raise OSError(answer["failed"])

    async def _answer(self, order: object) -> bytes:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                "nice",
                "-n",
                "19",
                sys.executable,
                "-m",
                "dialer.adapters.recording_keep_process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
            self._write(self._said)  # not among the arguments: those can be seen by all
        self._write(order)
        out = self._process.stdout
        line = b""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                line = await out.readline() if out is not None else b""
        except TimeoutError:
            raise OSError("the process that keeps recordings does not answer") from None
        if not line.endswith(b"\n"):
            raise OSError("the process that keeps recordings ended")
        return line

    def _write(self, said: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(json.dumps(said).encode() + b"\n")
