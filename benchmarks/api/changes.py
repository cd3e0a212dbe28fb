"""How long a change of the pacing over REST takes until a decision is made under it.

The mode of a campaign that dials is changed to preview and back. Only a decision under preview says
that the mode held back the next line, and each such decision says so: what the engine tells of its
last decision, asked again and again over its control socket, shows the first one. Both ends are
times of this process: the time includes the way of that answer. Refuses to know bars.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any, Final

from benchmarks.api.at_work import CAMPAIGN, AtWork
from benchmarks.load_carrier import Dialed
from dialer.adapters.control_socket import ControlClient
from outpace.client import Outpace
from pacing.decision import LimitedBy

MODES: Final = ("preview", "predictive")
"""In turn: the campaign runs in the second."""

LOOK_S: Final = 0.003
"""Between the engine's answer and the next question."""

WITHIN_S: Final = 10.0
"""After which a change counts as not having come."""

PAUSE_S: Final = 1.3
"""Between two changes: not in step with anything of the engine that happens once a second."""

TAKEN: Final = "campaign_renewed"
"""What the engine's log says when it has taken other settings."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change; times are seconds since the epoch, those of durations seconds."""

    mode: str
    sent_at: float
    answered_s: float
    """Until the service had answered."""
    decided_s: float
    """Until a decision under the new mode was seen; inf: it never was."""


async def change_often(work: AtWork, count: int) -> list[Change]:
    """Change the pacing so often, at one API after the other."""
    token = work.service.entrance.token
    clients = [Outpace(url, token=token) for url in work.service.urls]
    found: list[Change] = []
    try:
        for client in clients:
            await client.pacing.get(CAMPAIGN)  # what the asking side loads at first is not timed
        async with ControlClient.connect(work.floor.home) as engine:
            for place in range(count):
                mode = MODES[place % len(MODES)]
                found.append(await _change(clients[place % len(clients)], engine, mode))
                await asyncio.sleep(PAUSE_S)
    finally:
        for client in clients:
            await client.close()
    return found


async def _change(client: Outpace, engine: ControlClient, mode: str) -> Change:
    wanted: Any = {"mode": mode}
    async with asyncio.TaskGroup() as tasks:
        sent_at, begun = time.time(), time.monotonic()
        sending = tasks.create_task(_answered(client, wanted), name="change")
        decided_at = await _decided(engine, preview=mode == MODES[0])
    return Change(mode, sent_at, sending.result() - begun, decided_at - begun)


async def _answered(client: Outpace, wanted: Any) -> float:
    await client.pacing.update(CAMPAIGN, wanted)
    return time.monotonic()


async def _decided(engine: ControlClient, *, preview: bool) -> float:
    """Return when a decision under a mode was seen."""
    deadline = time.monotonic() + WITHIN_S
    while time.monotonic() < deadline:
        status = await engine.ask("status")
        if held_by_mode(status) is preview:
            return time.monotonic()
        await asyncio.sleep(LOOK_S)
    return inf


def held_by_mode(status: Mapping[str, Any]) -> bool:
    """Tell whether the campaign's last decision was made in mode preview."""
    runs = (run for run in status["campaigns"] if run["campaign"] == CAMPAIGN)
    return any(run["limited_by"] == LimitedBy.MODE for run in runs)


def taken_s(changes: Sequence[Change], taken_at: Sequence[float]) -> list[float]:
    """Return how long each change took until the engine's log says that it was taken.

    Args:
        changes: one after the other.
        taken_at: times of the log, ascending.
    """
    return [_first_after(change.sent_at, taken_at) for change in changes]


def dialed_s(changes: Sequence[Change], calls: Sequence[Dialed]) -> list[float]:
    """Return for each change that lets the campaign dial when the network got its next call."""
    invited = sorted(call.invited_s for call in calls)
    begun = [change for change in changes if change.mode == MODES[1]]
    return [_first_after(change.sent_at, invited) for change in begun]


def last_dialed_s(changes: Sequence[Change], calls: Sequence[Dialed]) -> list[float]:
    """Return for each change that ends dialing how long after it the network still got a call."""
    invited = sorted(call.invited_s for call in calls)
    found = []
    for change, following in pairwise(changes):
        if change.mode == MODES[0]:
            until = following.sent_at
            after = [at - change.sent_at for at in invited if change.sent_at < at < until]
            found.append(max(after, default=0.0))
    return found


def _first_after(at: float, times: Sequence[float]) -> float:
    return next((one - at for one in times if one > at), inf)


def taken_in(log: Path) -> list[float]:
    """Return when the engine took other settings, as its log says."""
    with log.open(encoding="utf-8") as lines:
        said = (json.loads(line) for line in lines if TAKEN in line)
        return [
            datetime.fromisoformat(entry["timestamp"]).timestamp()
            for entry in said
            if entry["event"] == TAKEN
        ]
