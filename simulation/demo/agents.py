"""Simulated agents: each a task that works as a person would, over REST and the live feed.

Logs in, waits for a talk to end, writes it up, says what came of it, and is ready again; has one
short break. Refuses to know leads and calls: an agent sees no more than the own session.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from random import Random
from typing import Final

from dialer.domain.agentflow import AgentState
from outpace.client import Problem
from outpace.client.types import ReadyInput
from simulation.demo.desks import Desk, desk
from simulation.demo.scenario import Law

DISPOSITIONS: Final = ("sale", "not_in", "not_interested")
"""What an agent may say of a talk."""

BREAK: Final = "coffee"
"""Pause code of the break."""

BREAK_AFTER: Final = 2
"""Talks before it."""

_LOG_IN_TRIES: Final = 5
_BETWEEN_TRIES_S: Final = 1.0


class SimulatedAgent:
    """One person at a softphone.

    Args:
        name: the softphone's name, and the person's login.
        password: of the person.
        wrap_up_s: how long writing up takes.
        break_s: how long the break is.
        sale_rate: share of the talks that end in a sale, 0..1.
        chance: of this agent alone.
    """

    def __init__(
        self,
        name: str,
        password: str,
        *,
        wrap_up_s: Law,
        break_s: Law,
        sale_rate: float,
        chance: Random,
    ) -> None:
        self.name = name
        self.password = password
        self.present = asyncio.Event()
        """Set once logged in."""
        self.written_up = 0
        """Talks this agent gave a disposition."""
        self._wrap_up_s = wrap_up_s
        self._break_s = break_s
        self._sale_rate = sale_rate
        self._chance = chance

    async def work(self, addresses: Sequence[str], campaign_id: str) -> None:
        """Work until cancelled.

        Raises:
            Problem: the service refuses the log-in.
        """
        async with desk(addresses) as here:
            await here.log_in(self.name, self.password)
            await self._log_in(here, campaign_id)
            self.present.set()
            await self._serve(here)

    async def _log_in(self, here: Desk, campaign_id: str) -> None:
        for tries_left in reversed(range(_LOG_IN_TRIES)):
            try:
                await here.api().session.log_in({"campaigns": [campaign_id]})
            except Problem:
                if not tries_left:
                    raise
                await asyncio.sleep(_BETWEEN_TRIES_S)  # the phone may still be registering
            else:
                return

    async def _serve(self, here: Desk) -> None:
        live = here.follow("session")
        seen: object = None
        async for _told in live.follow():
            me = live.values("agents").get(self.name)
            if me is None or (me["state"], me["since"]) == seen:
                continue
            seen = me["state"], me["since"]
            match me["state"]:
                case AgentState.WRAP_UP:
                    await self._write_up(here)
                case AgentState.PAUSED:
                    await asyncio.sleep(self._break_s.draw(self._chance))
                    await _taken(here.api().session.resume())

    async def _write_up(self, here: Desk) -> None:
        await asyncio.sleep(self._wrap_up_s.draw(self._chance))
        if not await _taken(here.api().session.ready(self._said())):
            return  # the campaign's own limit of wrap-up was faster, or we were logged out
        self.written_up += 1
        if self.written_up == BREAK_AFTER:
            await _taken(here.api().session.pause({"code": BREAK}))

    def _said(self) -> ReadyInput:
        sale, not_in, not_interested = DISPOSITIONS
        drawn = self._chance.random()
        if drawn < self._sale_rate:
            return {"disposition": sale, "amount": round(self._chance.uniform(20, 200), 2)}
        return {"disposition": not_in if drawn < 2 * self._sale_rate else not_interested}


async def _taken(asked: Awaitable[object]) -> bool:
    """Wait for the answer; returns whether what was asked was done."""
    try:
        await asked
    except Problem:
        return False
    return True
