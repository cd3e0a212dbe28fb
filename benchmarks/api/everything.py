"""Everything that goes on beside dialing: a list that is imported, reports, people who log in.

The import is the command, a process of its own; the others are `benchmarks.api.crowd`. Refuses to
know what dialing makes of it.
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from benchmarks.api.shape import Service
from benchmarks.load_floor import EngineNotReady
from benchmarks.load_process import Helper

INTO: Final = "campaign 0"
"""Name of the campaign that gets the list; it does not run."""

LOG_INS_WITHIN_S: Final = 60.0
"""The time over which all users log in, again and again."""

_IMPORT_WITHIN_S: Final = 3600.0


class Everything:
    """What goes on, and when it did; times are seconds since the epoch."""

    def __init__(self, crowd: Helper, importing: asyncio.subprocess.Process) -> None:
        self.crowd = crowd
        self.importing = importing
        self.began_at = time.time()
        self.ended_at = 0.0
        """When the list was in."""
        self._said = b""

    async def watch(self) -> None:
        """Wait for the end of the import, and keep what it says."""
        self._said, _ = await self.importing.communicate()
        self.ended_at = time.time()

    async def taken(self) -> int:
        """Return how many leads the import took, once it is through.

        Raises:
            EngineNotReady: it failed.
            TimeoutError: it did not come to its end.
        """
        async with asyncio.timeout(_IMPORT_WITHIN_S):
            while not self.ended_at:
                await asyncio.sleep(0.2)
        said = self._said.decode(errors="replace")
        if self.importing.returncode:
            raise EngineNotReady(f"the import failed: {said[-500:]}")
        return taken_in(said)

    async def asked(self) -> dict[str, Any]:
        """End reports and log-ins; returns what came of them."""
        return await self.crowd.last_words()


@asynccontextmanager
async def everything(service: Service, listed: Path) -> AsyncIterator[Everything]:
    """Import a list, report and log in; what still goes on when the block ends is ended."""
    entrance = service.entrance
    every_s = LOG_INS_WITHIN_S / len(entrance.logins)
    words = (service.urls[0], entrance.token, ",".join(entrance.logins), str(every_s))
    async with Helper.started("benchmarks.api.crowd", *words) as crowd:
        importing = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "dialer.cli", "leads", "import", str(listed), "--json"),
            *("--home", str(service.floor.home), "--campaign", INTO, "--region", "US"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        going = Everything(crowd, importing)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(going.watch(), name="import")
            try:
                yield going
            finally:
                if importing.returncode is None:
                    importing.send_signal(signal.SIGKILL)


def taken_in(said: str) -> int:
    """Return how many leads an import says it took.

    Raises:
        EngineNotReady: it does not say it.
    """
    for line in said.splitlines():
        if line.startswith("{"):
            return int(json.loads(line)["taken"])
    raise EngineNotReady(f"the import did not say what it took: {said[-500:]}")
