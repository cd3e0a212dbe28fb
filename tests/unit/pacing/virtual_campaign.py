"""A campaign in virtual time: agents, leads and a carrier that drive a real `Pacer`.

Event-driven, one random stream per seed. Laws are functions from a `numpy` generator to seconds.
Refuses to know how the pacer decides; counts what a supervisor and a regulator would count.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from pacing import Decision, Pacer, PacingSettings

Law = Callable[[np.random.Generator], float]
Ending = tuple[str, float]


def exponential(mean_s: float) -> Law:
    return lambda rng: float(rng.exponential(mean_s))


def uniform(low_s: float, high_s: float) -> Law:
    return lambda rng: float(rng.uniform(low_s, high_s))


def constant(value_s: float) -> Law:
    return lambda rng: value_s


def lognormal(mean_s: float, variation: float) -> Law:
    spread = np.log(1.0 + variation**2)
    return lambda rng: float(rng.lognormal(np.log(mean_s) - spread / 2.0, np.sqrt(spread)))


@dataclass
class Carrier:
    """What becomes of a dial."""

    answer_rate: float = 0.25
    ring: Law = field(default_factory=lambda: exponential(12.0))
    other: Callable[[np.random.Generator], Ending] | None = None

    def dial(self, rng: np.random.Generator) -> Ending:
        if rng.random() < self.answer_rate:
            return "answer", self.ring(rng)
        if self.other is None:
            return "no_answer", self.ring(rng)
        return self.other(rng)


def realistic_other(rng: np.random.Generator) -> Ending:
    """Voicemail, no answer and failures of scenario R1."""
    draw = rng.random()
    if draw < 0.40:
        return "machine", float(rng.uniform(22.5, 30.5))
    if draw < 0.87:
        return "no_answer", 25.0
    return "failed", 2.0


REALISTIC = Carrier(0.25, lambda rng: 3.0 + float(rng.gamma(2.5, 3.2)), realistic_other)


@dataclass
class Day:
    """What came of it."""

    dials: int = 0
    connected: int = 0
    abandoned: int = 0
    busy_s: float = 0.0
    logged_in_s: float = 0.0
    most_lines: int = 0
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(live answers, abandoned) after each live answer."""
    decisions: list[Decision] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return self.connected + self.abandoned

    @property
    def abandon_rate(self) -> float:
        return self.abandoned / self.answers if self.answers else 0.0

    @property
    def utilisation(self) -> float:
        return self.busy_s / self.logged_in_s


class VirtualCampaign:
    """Runs one campaign with `agents` agents against a pacer."""

    def __init__(
        self,
        settings: PacingSettings,
        *,
        agents: int,
        seed: int,
        carrier: Carrier | None = None,
        talk: Law | None = None,
        wrap_up: Law | None = None,
        tick_s: float = 2.0,
        keep_decisions: bool = False,
    ) -> None:
        self.pacer = Pacer(settings)
        self.day = Day()
        self.now = 0.0
        self._grace_s = settings.answer_grace_s
        self._agents = agents
        self._rng = np.random.default_rng(seed)
        self._carrier = carrier or Carrier()
        self._talk = talk or exponential(150.0)
        self._wrap_up = wrap_up
        self._tick_s = tick_s
        self._keep = keep_decisions
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[object, ...]]] = []
        self._order = count()
        self._idle: list[str] = []
        self._waiting: list[str] = []
        self._busy_since: dict[str, float] = {}
        self._lines = 0

    def run(self, *, hours: float | None = None, answers: int | None = None) -> Day:
        """Run until a time or a number of live answers is reached."""
        for number in range(self._agents):
            name = f"agent-{number}"
            self._idle.append(name)
            self.pacer.agent_changed(name, "idle", 0.0)
        self._at(0.0, self._tick)
        until = hours * 3600.0 if hours is not None else float("inf")
        while answers is None or self.day.answers < answers:
            at, _, action, arguments = heapq.heappop(self._agenda)
            if at >= until:
                self.now = until
                break
            self.now = at
            action(*arguments)
            self._pace()
        self.day.busy_s += sum(self.now - since for since in self._busy_since.values())
        self.day.logged_in_s = self._agents * self.now
        return self.day

    def _at(self, at: float, action: Callable[..., None], *arguments: object) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), action, arguments))

    def _tick(self) -> None:
        self._at(self.now + self._tick_s, self._tick)

    def _pace(self) -> None:
        decision = self.pacer.decide(self.now)
        if self._keep:
            self.day.decisions.append(decision)
        for _ in range(decision.lines):
            call = f"call-{self.day.dials}"
            self.day.dials += 1
            self._lines += 1
            self.pacer.call_dialed(call, self.now)
            outcome, after_s = self._carrier.dial(self._rng)
            if outcome == "answer":
                self._at(self.now + after_s, self._answered, call)
            else:
                self._at(self.now + after_s, self._failed, call, outcome)
        self.day.most_lines = max(self.day.most_lines, self._lines)

    def _failed(self, call: str, outcome: str) -> None:
        self._lines -= 1
        self.pacer.call_failed(call, outcome, self.now)

    def _answered(self, call: str) -> None:
        self.pacer.call_answered(call, self.now)
        if self._idle:
            self._connect(call, self._idle.pop(0))
        elif self._grace_s > 0.0:
            self._waiting.append(call)
            self._at(self.now + self._grace_s, self._let_go, call)
        else:
            self._waiting.append(call)
            self._let_go(call)

    def _let_go(self, call: str) -> None:
        if call in self._waiting:
            self._waiting.remove(call)
            self._lines -= 1
            self.pacer.call_abandoned(call, self.now)
            self.day.abandoned += 1
            self._mark()

    def _connect(self, call: str, agent: str) -> None:
        self.pacer.call_connected(call, agent, self.now)
        self.pacer.agent_changed(agent, "talking", self.now)
        self.day.connected += 1
        self._mark()
        self._busy_since[agent] = self.now
        self._at(self.now + self._talk(self._rng), self._talked, agent)

    def _talked(self, agent: str) -> None:
        self._lines -= 1
        if self._wrap_up is None:
            self._free(agent)
            return
        self.pacer.agent_changed(agent, "wrap_up", self.now)
        self._at(self.now + self._wrap_up(self._rng), self._free, agent)

    def _free(self, agent: str) -> None:
        self.day.busy_s += self.now - self._busy_since.pop(agent)
        self.pacer.agent_changed(agent, "idle", self.now)
        if self._waiting:
            self._connect(self._waiting.pop(0), agent)
        else:
            self._idle.append(agent)

    def _mark(self) -> None:
        self.day.marks.append((self.day.answers, self.day.abandoned))
