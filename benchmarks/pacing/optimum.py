"""The exact optimum of the memoryless campaign: the most that any pacing can reach there.

Knows the Markov decision process (busy agents, ringing lines), its value iteration, and the price
of an abandon that makes the cap hold exactly. Refuses to know any pacing and any simulation.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GAIN_TOLERANCE: Final = 1e-6
"""Of the mean number of busy agents: how close value iteration must come."""
_CHECK_EVERY: Final = 32
_MOST_SWEEPS: Final = 400_000
_MOST_PRICES: Final = 40
_FIRST_PRICE: Final = 64.0


@dataclass(frozen=True, slots=True)
class Memoryless:
    """A campaign with exponential rings and talks, whose answered callers do not wait."""

    agents: int
    answer_rate: float
    """Live answers / dials, 0..1."""
    cap: float = 0.03
    """Abandoned / live answers, 0..1."""
    ring_s: float = 12.0
    """Mean time until a line is answered or given up, in seconds."""
    handle_s: float = 150.0
    """Mean time an agent is busy with an answer, in seconds."""

    @property
    def most_lines(self) -> int:
        """Ringing lines beyond which the optimum has no use for another."""
        steady = self.agents * self.ring_s / self.handle_s / self.answer_rate
        return int(2.0 * steady + 6.0 * (steady**0.5 + 1.0) / self.answer_rate**0.5) + 8

    @property
    def progressive(self) -> float:
        """Utilisation with one line for each idle agent: the same for any number of them."""
        return self.handle_s / (self.handle_s + self.ring_s / self.answer_rate)


@dataclass(frozen=True, slots=True)
class Optimum:
    """What the best pacing comes to."""

    utilisation: float
    abandon_rate: float
    """The cap, or less where the cap does not bind."""
    price: float
    """What an abandon costs, in handle times, when the cap binds exactly."""
    lines: tuple[tuple[int, ...], tuple[int, ...]]
    """By number of busy agents: up to how many ringing lines the two mixed policies dial."""
    share: float
    """How often the first of the two policies is followed, 0..1."""


@dataclass(frozen=True, slots=True)
class _Policy:
    """A policy and what it comes to."""

    target: Ints
    """Ringing lines after the action in each state, shape (busy, ringing)."""
    busy: float
    """Mean number of busy agents."""
    excess: float
    """Handle time x (abandons - cap x answers), each per second: above 0 the cap is broken."""

    def gain(self, price: float) -> float:
        return self.busy - price * self.excess


class _Process:
    """The uniformised process: states (b busy, k ringing), b in 0..N, k in 0..K."""

    def __init__(self, model: Memoryless) -> None:
        agents, most = model.agents, model.most_lines
        busy = np.arange(agents + 1.0)[:, None]
        ringing = np.arange(most + 1.0)[None, :]
        self._rate = agents / model.handle_s + most / model.ring_s
        answered = ringing * model.answer_rate / model.ring_s
        others = ringing * (1.0 - model.answer_rate) / model.ring_s
        ended = busy / model.handle_s
        self._ended = np.broadcast_to(ended / self._rate, (agents + 1, most + 1)).copy()
        self._answered = np.broadcast_to(answered / self._rate, (agents + 1, most + 1)).copy()
        self._others = np.broadcast_to(others / self._rate, (agents + 1, most + 1)).copy()
        self._stay = 1.0 - self._ended - self._answered - self._others
        self.busy: Floats = np.broadcast_to(busy, self._stay.shape).copy()
        full = busy == agents
        self.excess: Floats = model.handle_s * answered * (full - model.cap)
        self.columns: Ints = np.broadcast_to(np.arange(most + 1), self._stay.shape).copy()

    def ahead(self, values: Floats) -> Floats:
        """Expected values after one step; shape (..., busy, ringing)."""
        result: Floats = self._stay * values
        result[..., 1:, :] += self._ended[1:] * values[..., :-1, :]
        fewer = values[..., :-1]
        result[..., 1:] += self._others[:, 1:] * fewer
        result[..., :-1, 1:] += self._answered[:-1, 1:] * fewer[..., 1:, :]
        result[..., -1:, 1:] += self._answered[-1:, 1:] * fewer[..., -1:, :]
        return result

    def best(self, price: float, values: Floats) -> tuple[Ints, Floats]:
        """Value iteration for one price; returns the best policy and its values."""
        reward = (self.busy - price * self.excess) / self._rate
        for sweep in range(_MOST_SWEEPS):
            here = reward + self.ahead(values)
            # more lines may be started at once, none taken back: a maximum over what lies right
            after = np.maximum.accumulate(here[:, ::-1], axis=1)[:, ::-1]
            if sweep % _CHECK_EVERY == 0 and self._settled(after - values):
                break
            values = after - after[0, 0]
        here = reward + self.ahead(values)
        after = np.maximum.accumulate(here[:, ::-1], axis=1)[:, ::-1]
        # the fewest lines that reach the maximum: no line without a gain
        reached = np.where(here >= after - 1e-12, self.columns, self.columns[0, -1])
        return np.minimum.accumulate(reached[:, ::-1], axis=1)[:, ::-1], values

    def judge(self, target: Ints, values: Floats) -> tuple[_Policy, Floats]:
        """Return what a policy comes to; `values` has shape (2, busy, ringing)."""
        rewards = np.stack([self.busy, self.excess]) / self._rate
        change = rewards
        rows = np.arange(target.shape[0])[:, None]
        for sweep in range(_MOST_SWEEPS):
            after = (rewards + self.ahead(values))[:, rows, target]
            change = after - values
            if sweep % _CHECK_EVERY == 0 and all(self._settled(part) for part in change):
                break
            values = after - after[:, :1, :1]
        busy, excess = (0.5 * (part.max() + part.min()) * self._rate for part in change)
        return _Policy(target, float(busy), float(excess)), values

    def _settled(self, change: Floats) -> bool:
        return bool((change.max() - change.min()) * self._rate < _GAIN_TOLERANCE * len(self.busy))


@lru_cache(maxsize=64)
def optimum(model: Memoryless) -> Optimum:
    """Solve the process: the highest utilisation whose abandon rate is at most the cap.

    The best policy for a price is a line (busy - price x excess) in the price; where the lines of
    a policy that breaks the cap and of one that keeps it meet is the next price, until no policy
    lies above: then mixing the two is optimal.
    """
    process = _Process(model)
    shape = process.busy.shape
    values, sums = np.zeros(shape), np.zeros((2, *shape))
    target, values = process.best(0.0, values)
    over, sums = process.judge(target, sums)
    if over.excess <= 0.0:
        return _mixed(model, over, over, 0.0)
    price = _FIRST_PRICE
    target, values = process.best(price, values)
    under, sums = process.judge(target, sums)
    while under.excess > 0.0:
        over = under
        price *= 4.0
        target, values = process.best(price, values)
        under, sums = process.judge(target, sums)
    for _ in range(_MOST_PRICES):
        price = (over.busy - under.busy) / (over.excess - under.excess)
        target, values = process.best(price, values)
        found, sums = process.judge(target, sums)
        if found.gain(price) <= over.gain(price) + 10.0 * _GAIN_TOLERANCE * model.agents:
            break
        if found.excess > 0.0:
            over = found
        else:
            under = found
    return _mixed(model, under, over, price)


def _mixed(model: Memoryless, under: _Policy, over: _Policy, price: float) -> Optimum:
    gap = over.excess - under.excess
    share = over.excess / gap if gap > 0.0 else 1.0
    busy = share * under.busy + (1.0 - share) * over.busy
    excess = share * under.excess + (1.0 - share) * over.excess
    # answers per second = those served + those abandoned; T x served per second = busy
    lost = (excess + model.cap * busy) / (1.0 - model.cap)
    return Optimum(
        utilisation=busy / model.agents,
        abandon_rate=lost / (busy + lost),
        price=price,
        lines=(_lines(under), _lines(over)),
        share=share,
    )


def _lines(policy: _Policy) -> tuple[int, ...]:
    return tuple(int(row[0]) for row in policy.target)
