"""People around a campaign whose pacing is watched: whom it calls, and the agents who write up.

Customers meet the fates of a scenario of the simulation in virtual time, in its order, so that the
same campaign can be run there. Refuses to know how it is paced, and what is judged afterwards.
"""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import Any, Final

import numpy as np
from mixed_floor import Counted, MixedFloor

from simulation.sip.agent import Invite
from simulation.sip.behaviour import Behaviour
from simulation.sip.call import Call
from simulation.virtual.fates import Fate, Fates
from simulation.virtual.scenario import Calls

KEY: Final = "1"
LONGEST_TALK_S: Final = 150.0
"""Longer talks are cut, or the floor would take many minutes to come to rest."""
CODES: Final = {"no_answer": 480, "busy": 486, "invalid": 404}
LOOK_S: Final = 0.25


class Customers(Counted):
    """Everybody who is called."""

    def __init__(self, calls: Calls, seed: int) -> None:
        super().__init__()
        self._message = calls.message is not None
        self._rate = calls.answer_rate
        self._fates = Fates(calls, seed)
        self._next: dict[str, Fate] = {}
        self.answered_at: list[float] = []
        self.pressed_at: dict[str, float] = {}
        """By number; seconds since the epoch."""

    def behave(self, invite: Invite) -> Behaviour:
        """Return what the next person does."""
        fate = self._fates.next()
        self._next.pop(invite.number, None)
        if fate.answer_draw >= self._rate:
            rings = fate.outcome == "no_answer"
            return Behaviour(ring_s=fate.other_s, code=CODES[fate.outcome], ring=rings)
        self._next[invite.number] = fate
        talk_s = min(fate.talk_s, LONGEST_TALK_S) if fate.presses else 0.0
        return Behaviour(ring_s=fate.ring_s, talk_s=fate.message_s + talk_s)

    def on_ok_sent(self, call: Call) -> None:
        """Have whoever wants to press the key in time."""
        self.answered_at.append(time.time())
        fate = self._next[call.number]
        if self._message and fate.presses:
            asyncio.get_running_loop().call_later(fate.message_s, self._press, call)

    def _press(self, call: Call) -> None:
        if call.end is None:
            call.press(KEY)
            self.pressed_at[f"+{call.number.lstrip('+')}"] = time.time()


class Desks:
    """The agents at work: each writes a talk up for a while, and is ready again.

    Args:
        at: the floor.
        calls: has the law of wrap-ups.
        seed: of all chance.
    """

    def __init__(self, at: MixedFloor, calls: Calls, seed: int) -> None:
        self._at = at
        self._law = calls.wrap_up
        self._chance = np.random.default_rng(Random(seed).getrandbits(64))
        self._written: dict[str, float] = {}
        self.most_lines = 0
        """Of all instants looked at; a few a second."""

    async def work(self, until: Callable[[], bool]) -> None:
        """Work until something is true; returns when the last has written up."""
        async with asyncio.TaskGroup() as tasks:
            while not until():
                status = await self._at.floor.status()
                self._look(status)
                for agent in status.get("agents", ()):
                    name, since = agent["agent"], agent["since"]
                    if agent["state"] == "wrap_up" and self._written.get(name) != since:
                        self._written[name] = since
                        tasks.create_task(self._write_up(name), name=f"write-up-{name}")
                await asyncio.sleep(LOOK_S)

    def _look(self, status: dict[str, Any]) -> None:
        for run in status.get("campaigns", ()):
            self.most_lines = max(self.most_lines, run["lines"])

    async def _write_up(self, name: str) -> None:
        await asyncio.sleep(float(self._law.draw(self._chance, 1)[0]))
        await self._at.floor.ask("agent.ready", agent=name)
