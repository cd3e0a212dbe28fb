"""Simulated agents: each a task that works as a person would, over the engine's control interface.

Logs in, waits for a talk to end, writes it up, says what came of it, and is ready again. Refuses to
know leads and calls: an agent sees no more than the own state.
"""

import asyncio
from pathlib import Path
from random import Random
from typing import Any, Final

from dialer.adapters.control_socket import ControlClient
from dialer.control import ControlError
from dialer.domain.agentflow import AgentState
from simulation.demo.scenario import Law

DISPOSITIONS: Final = ("sale", "not_in", "not_interested")
"""What an agent may say of a talk."""

_LOG_IN_TRIES: Final = 5
_BETWEEN_TRIES_S: Final = 1.0


class SimulatedAgent:
    """One person at a softphone.

    Args:
        name: the softphone's name.
        campaign: to serve.
        wrap_up_s: how long writing up takes.
        sale_rate: share of the talks that end in a sale, 0..1.
        chance: of this agent alone.
    """

    def __init__(
        self, name: str, campaign: str, *, wrap_up_s: Law, sale_rate: float, chance: Random
    ) -> None:
        self.name = name
        self.present = asyncio.Event()
        """Set once logged in."""
        self.written_up = 0
        """Talks this agent gave a disposition."""
        self._campaign = campaign
        self._wrap_up_s = wrap_up_s
        self._sale_rate = sale_rate
        self._chance = chance

    async def work(self, home: Path) -> None:
        """Work until cancelled, or until the engine is gone.

        Raises:
            ControlError: the engine refuses the log-in.
        """
        async with ControlClient.connect(home) as desk:
            await self._log_in(desk)
            self.present.set()
            async for topic, fact in desk.facts():
                mine = topic == "agent" and fact["agent"] == self.name
                if mine and fact["state"] == AgentState.WRAP_UP:
                    await self._write_up(desk)

    async def _log_in(self, desk: ControlClient) -> None:
        for tries_left in reversed(range(_LOG_IN_TRIES)):
            try:
                await desk.ask("agent.login", agent=self.name, campaigns=[self._campaign])
            except ControlError:
                if not tries_left:
                    raise
                await asyncio.sleep(_BETWEEN_TRIES_S)  # the phone may still be registering
            else:
                return

    async def _write_up(self, desk: ControlClient) -> None:
        await asyncio.sleep(self._wrap_up_s.draw(self._chance))
        try:
            await desk.ask("agent.ready", agent=self.name, **self._said())
        except ControlError:
            return  # the campaign's own limit of wrap-up was faster, or we were logged out
        self.written_up += 1

    def _said(self) -> dict[str, Any]:
        sale, not_in, not_interested = DISPOSITIONS
        drawn = self._chance.random()
        if drawn < self._sale_rate:
            return {"disposition": sale, "amount": round(self._chance.uniform(20, 200), 2)}
        return {"disposition": not_in if drawn < 2 * self._sale_rate else not_interested}
