"""Campaigns rehearsed in a process of their own: one at a time, at lowest priority, for so long.

It is `outpace simulate` that runs there. Knows processes and their limits. Refuses to know what is
rehearsed, and who asked for it.
"""

import asyncio
import json
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from dialer.errors import BadInput, WrongState

CPU_S: Final = 30
"""Seconds of CPU that a rehearsal may take."""

PATIENCE_S: Final = 180.0
"""Seconds until a rehearsal on a host that is busy otherwise is given up."""

_LIMITED: Final = 'ulimit -t "$0" && ulimit -c 0 && exec nice -n 19 "$@"'
_OVER: Final = (-signal.SIGXCPU, -signal.SIGKILL)
_TOLD: Final = re.compile(r"outpace: (?:--)?([^:]+): (.*); (.*)", re.DOTALL)
_FIELDS: Final = {"like": "campaign"}


class Rehearsals:
    """Runs rehearsals.

    Args:
        home: folder of the node.
        cpu_s: seconds of CPU that one may take.
    """

    def __init__(self, home: Path, *, cpu_s: int = CPU_S) -> None:
        self._home = home
        self._cpu_s = cpu_s
        self._turn = asyncio.Lock()
        self._listing = asyncio.Lock()
        self._titles: Mapping[str, str] = {}
        self.wanted = 0
        """Rehearsals that run or wait for their turn."""

    async def scenarios(self) -> Mapping[str, str]:
        """Return the scenarios that ship: the title of each name, looked up once."""
        if not self._titles:
            async with self._listing:
                if not self._titles:
                    found = await self._simulate("--json", "-")
                    self._titles = {one["name"]: one["title"] for one in found}
        return self._titles

    async def run(
        self,
        *,
        scenario: str = "",
        campaign: str = "",
        agents: int | None = None,
        hours: float | None = None,
        seeds: int,
        instead: Mapping[str, str | int | float] | None = None,
    ) -> Mapping[str, Any]:
        """Rehearse a scenario that ships, or a campaign like one on record.

        Args:
            scenario: its name.
            campaign: id of the campaign, without a scenario.
            agents: in all; as in the scenario if None.
            hours: of a day; as in the scenario if None.
            seeds: days to simulate.
            instead: settings of the pacing that a second column has, all together.

        Returns:
            What `outpace simulate --json` says.

        Raises:
            BadInput: it takes too much CPU, or cannot be rehearsed so.
            WrongState: the host is too busy.
        """
        words = [scenario] if scenario else [f"--like={campaign}", f"--home={self._home}"]
        words += ["--seeds", str(seeds), "--processes", "1", "--json", "-"]
        if agents is not None:
            words += ["--agents", str(agents)]
        if hours is not None:
            words += ["--hours", repr(hours)]
        for name, value in (instead or {}).items():
            words += ["--instead", f"{name}={value}"]
        self.wanted += 1
        try:
            async with self._turn:
                found: Mapping[str, Any] = await self._simulate(*words)
                return found
        finally:
            self.wanted -= 1

    async def _simulate(self, *words: str) -> Any:
        limited = ("sh", "-c", _LIMITED, str(self._cpu_s))
        simulate = (sys.executable, "-m", "dialer.cli", "simulate")
        code, told, problem = await self._ended([*limited, *simulate, *words])
        if code == 0:
            return json.loads(told)
        if code in _OVER:
            raise BadInput(
                "seeds", f"it took more than {self._cpu_s} s of CPU", "ask for fewer seeds or hours"
            )
        said = _TOLD.search(problem.strip())
        if code == 1 and said is not None:
            field, what, fix = said.groups()
            raise BadInput(_FIELDS.get(field, field), what, fix)
        raise RuntimeError(f"outpace simulate ended with {code}: {problem[-2000:]}")

    async def _ended(self, command: Sequence[str]) -> tuple[int | None, bytes, str]:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(PATIENCE_S):
                told, problem = await process.communicate()
        except TimeoutError:
            raise WrongState(
                "simulation", f"was not done in {PATIENCE_S:.0f} s", "try again on a calmer host"
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode, told, problem.decode(errors="replace")
