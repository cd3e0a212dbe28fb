"""What people on a mixed floor do, at random: they call, press keys, hold, transfer, listen, leave.

All chance comes from one seeded generator. Moves that the engine refuses, because somebody left
first, are counted by what it said.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from floor import CAMPAIGN
from mixed_floor import OUTSIDE, TO_FLOW, TO_QUEUE, MixedFloor

from dialer.control import ControlError
from simulation.lab import HOST
from simulation.sip.agent import Invite
from simulation.sip.behaviour import FOREVER, Behaviour
from simulation.sip.call import Call

MEAN_TALK_S = 6.0
LONGEST_S = 30.0


class People:
    """Everybody around one floor, for one stretch of time.

    Args:
        at: the floor.
        chance: where all chance comes from.
        inbound_cps: calls into the queue per second.
        flow_cps: calls into the flow per second.
        moves_per_s: moves within talks, and of agents, per second.
    """

    def __init__(
        self,
        at: MixedFloor,
        chance: random.Random,
        *,
        inbound_cps: float,
        flow_cps: float,
        moves_per_s: float,
    ) -> None:
        self._at = at
        self._floor = at.floor
        self._chance = chance
        self._inbound_cps = inbound_cps
        self._flow_cps = flow_cps
        self._moves_per_s = moves_per_s
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._ends_at = 0.0

    async def live(self, seconds: float) -> None:
        """Have everybody do things for so long; returns when the last has finished."""
        self._ends_at = asyncio.get_running_loop().time() + seconds
        async with asyncio.TaskGroup() as tasks:
            for per_s, act in (
                (self._inbound_cps, self._call_queue),
                (self._flow_cps, self._call_flow),
                (self._moves_per_s, self._move),
                (self._moves_per_s / 3, self._supervise),
            ):
                tasks.create_task(self._again_and_again(tasks, per_s, act))
            tasks.create_task(self._come_back())

    async def _again_and_again(
        self, tasks: asyncio.TaskGroup, per_s: float, act: Callable[[], Awaitable[None]]
    ) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while (due := due + self._chance.expovariate(per_s)) < self._ends_at:
            await asyncio.sleep(max(0.0, due - loop.time()))
            tasks.create_task(act())  # type: ignore[arg-type]

    async def _come_back(self) -> None:
        """Log agents in again whose phone was put down."""
        loop = asyncio.get_running_loop()
        while loop.time() < self._ends_at:
            await asyncio.sleep(1.0)
            for agent in (await self._floor.status()).get("agents", ()):
                if agent["state"] == "offline":
                    await self._ask("agent.login", agent=agent["agent"], campaigns=[CAMPAIGN])

    def _patience_s(self) -> float:
        if self._chance.random() < 0.12:
            return self._chance.uniform(0.0, 0.3)  # around the answer
        return min(self._chance.expovariate(1 / MEAN_TALK_S), LONGEST_S)

    def _dial(self, called: str) -> Call:
        port = self._floor.lab.sip_port
        caller = f"+1202{self._chance.randrange(2_000_000, 9_999_999)}"
        return self._floor.carrier.dial(
            f"sip:{called}@{HOST}:{port}", (HOST, port), identity=f"sip:{caller}@{HOST}"
        )

    async def _call_queue(self) -> None:
        self.done["call to the queue"] += 1
        call = self._dial(TO_QUEUE)
        await asyncio.sleep(self._patience_s())
        self._floor.carrier.hang_up(call)

    async def _call_flow(self) -> None:
        self.done["call to the flow"] += 1
        call = self._dial(TO_FLOW)
        hangs_up = asyncio.get_running_loop().call_later(
            self._patience_s() + 2 * (self._chance.random() < 0.8),
            self._floor.carrier.hang_up,
            call,
        )
        keys = self._chance.choice(["1", "1", "1", "2", "3123", "7", "71", ""])
        for key in keys:
            await asyncio.sleep(self._chance.uniform(0.2, 1.5))
            if call.ended is not None:
                break
            if call.offer is not None:
                call.press(key)
        await asyncio.sleep(max(0.0, hangs_up.when() - asyncio.get_running_loop().time()))

    async def _ask(self, do: str, **arguments: object) -> Any:
        try:
            told = await self._floor.ask(do, **arguments)
        except ControlError as error:
            why = re.sub(r"'?\b[as]\d+\b'?|\b(?:at|ca)-\w+|\+\d+|[\d.]+", "…", str(error))
            self.refused[f"{do}: {why}"] += 1
            return None
        self.done[do] += 1
        return told if told is not None else True

    async def _agents(self, state: str) -> list[str]:
        status = await self._floor.status()
        return [a["agent"] for a in status.get("agents", ()) if a["state"] == state]

    async def _move(self) -> None:
        talking = await self._agents("talking")
        if not talking:
            return
        agent = self._chance.choice(talking)
        moves = (
            (25, self._hold),
            (20, self._transfer),
            (10, self._to_queue),
            (10, self._park),
            (8, self._outside),
            (15, self._consult),
            (12, self._hang_up),
            (6, self._phone_down),
            (8, self._pause),
        )
        (move,) = self._chance.choices([move for _, move in moves], [weight for weight, _ in moves])
        await move(agent)

    async def _think(self) -> None:
        await asyncio.sleep(self._chance.choice([0.0, self._chance.uniform(0.0, 1.5)]))

    async def _hold(self, agent: str) -> None:
        if await self._ask("call.hold", agent=agent):
            await self._think()
            await self._ask("call.resume", agent=agent)

    async def _idle(self) -> str | None:
        idle = await self._agents("idle")
        return self._chance.choice(idle) if idle else None

    async def _transfer(self, agent: str) -> None:
        if to := await self._idle():
            await self._ask("call.transfer", agent=agent, to=to)

    async def _to_queue(self, agent: str) -> None:
        await self._ask("call.transfer", agent=agent, queue="sales")

    async def _park(self, agent: str) -> None:
        told = await self._ask("call.park", agent=agent)
        if not told or told["slot"] is None:
            return
        await self._think()
        if to := await self._idle():
            await self._ask("call.pick-up", agent=to, slot=told["slot"])

    async def _outside(self, agent: str) -> None:
        await self._ask("call.transfer", agent=agent, number=OUTSIDE)

    async def _consult(self, agent: str) -> None:
        to = await self._idle()
        if to is None or not (told := await self._ask("call.consult", agent=agent, to=to)):
            return
        attempt = told["attempt"]
        await self._think()
        then = self._chance.choice(["complete", "cancel", "three-way"])
        if await self._ask(f"call.{then}", attempt=attempt) and then == "three-way":
            await self._think()
            await self._ask(f"call.{self._chance.choice(['leave', 'drop'])}", attempt=attempt)

    async def _anybody(self, agent: str) -> str:
        """Return an agent who talks, mostly to somebody who called."""
        talking = await self._agents("talking")
        return self._chance.choice(talking) if talking else agent

    async def _hang_up(self, agent: str) -> None:
        await self._ask("agent.hangup", agent=await self._anybody(agent))

    async def _phone_down(self, agent: str) -> None:
        agent = await self._anybody(agent)
        self.done["phone put down"] += 1
        self._floor.phones[agent].hang_up()

    async def _pause(self, agent: str) -> None:
        agent = await self._anybody(agent)
        if await self._ask("agent.pause", agent=agent):
            await asyncio.sleep(self._chance.uniform(0.0, 3.0))
            await self._ask("agent.resume", agent=agent)

    async def _supervise(self) -> None:
        talking = await self._agents("talking")
        if not talking:
            return
        phone = self._chance.choice(sorted(self._at.supervisors))
        who = {"phone": phone, "by": phone, "role": "supervisor", "tenant": "main"}
        agent = self._chance.choice(talking)
        for mode in self._chance.sample(["listen", "whisper", "barge"], k=2):
            if await self._ask(f"supervise.{mode}", agent=agent, **who):
                await asyncio.sleep(self._chance.uniform(0.0, 2.5))
        if self._chance.random() < 0.5:
            await self._ask("supervise.stop", **who)
        else:
            self._at.supervisors[phone].hang_up()


def customers(chance: random.Random) -> Callable[[Invite], Behaviour]:
    """Return what people whom the dialer calls do."""

    def behave(invite: Invite) -> Behaviour:
        ring_s = chance.uniform(0.1, 1.5)
        if invite.number == OUTSIDE.lstrip("+"):
            return Behaviour(ring_s=ring_s, talk_s=chance.expovariate(1 / 3))
        draw = chance.random()
        if draw < 0.06:
            return Behaviour(ring_s=ring_s, talk_s=chance.uniform(0.0, 0.3))
        if draw < 0.45:
            talk_s = min(chance.expovariate(1 / MEAN_TALK_S), LONGEST_S)
            return Behaviour(ring_s=ring_s, talk_s=talk_s)
        if draw < 0.75:
            return Behaviour(ring_s=ring_s, code=chance.choice([486, 486, 486, 404, 480]))
        return Behaviour(ring_s=FOREVER)

    return behave
