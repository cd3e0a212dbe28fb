"""What goes on beside dialing, a process of its own: every report in turn, and people who log in.

Reports are asked for one after the other, without a pause. Log-ins come at an even pace, whether
those before them are through or not, everybody in turn. Run as `python -m benchmarks.api.crowd URL
TOKEN LOGINS EVERY_S`; says what it did when its input closes. Refuses to know what dialing makes of
it.
"""

import asyncio
import signal
import sys
import time
from contextlib import suppress
from typing import Final

import httpx

from api.app import PREFIX
from benchmarks.api.mix import REPORTS
from benchmarks.api.record import PASSWORD
from benchmarks.load_process import input_closed, say

TIMEOUT_S: Final = 120.0


class Crowd:
    """Those who ask for reports, and those who log in."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}{PREFIX}"
        self._token = token
        self.reports_s: list[tuple[str, float]] = []
        self.log_ins_s: list[float] = []
        self.refused: list[int] = []

    async def report(self) -> None:
        """Ask for one report after the other, for ever."""
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(headers=headers, timeout=TIMEOUT_S) as client:
            while True:
                for name in REPORTS:
                    began = time.monotonic()
                    answer = await client.get(f"{self._url}/reports/{name}")
                    if self._good(answer):
                        self.reports_s.append((name, time.monotonic() - began))

    async def log_in(self, logins: list[str], every_s: float) -> None:
        """Have one after the other log in, for ever."""
        begun = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            place = 0
            while True:
                await asyncio.sleep(max(0.0, begun + place * every_s - time.monotonic()))
                login = logins[place % len(logins)]
                tasks.create_task(self._enter(login), name=f"log-in-{login}")
                place += 1

    async def _enter(self, login: str) -> None:
        async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:  # a browser of one's own
            began = time.monotonic()
            who = {"login": login, "password": PASSWORD}
            if self._good(await client.post(f"{self._url}/auth/login", json=who)):
                self.log_ins_s.append(time.monotonic() - began)

    def _good(self, answer: httpx.Response) -> bool:
        if not answer.is_success:
            self.refused.append(answer.status_code)
        return answer.is_success


async def crowd(url: str, token: str, logins: list[str], every_s: float) -> None:
    """Ask until the input closes."""
    asks = Crowd(url, token)
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(asks.report(), name="reports"),
            tasks.create_task(asks.log_in(logins, every_s), name="log-ins"),
        ]
        await input_closed()
        for task in running:
            task.cancel()
    say(reports=asks.reports_s, log_ins=asks.log_ins_s, refused=asks.refused)


def main() -> None:
    """Read the command line and ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes our input
    url, token, logins, every_s = sys.argv[1:]
    with suppress(BrokenPipeError):  # nobody is left to be told
        asyncio.run(crowd(url, token, logins.split(","), float(every_s)))


if __name__ == "__main__":
    main()
