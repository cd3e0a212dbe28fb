"""What becomes of each dial, drawn ahead: the n-th dial of a seed meets one fate, however paced.

So two pacings can be compared on the same leads. Refuses to know agents and when anything happens.
"""

from typing import Final, NamedTuple

import numpy as np

from simulation.virtual.laws import Floats, Law
from simulation.virtual.scenario import Calls

BLOCK: Final = 1024
"""Dials drawn at once."""

_NO_ONE: Final = 1e9
"""Seconds that nobody lives."""


class Fate(NamedTuple):
    """One dial."""

    answer_draw: float
    """Answered when it is below the answer rate of the hour, 0..1."""
    own_rate: float
    """The lead's own answer rate / the mean one; 1 when all are alike."""
    ring_s: float
    outcome: str
    """When it is not answered."""
    other_s: float
    """Time to that outcome."""
    machine: bool
    """What answers is a machine."""
    talk_s: float
    wrap_up_s: float
    patience_s: float
    ringing_s: float
    """Until the carrier says that it rings."""
    presses: bool
    """A key, in the message of a broadcast; True where there is none."""
    message_s: float
    """From the answer to the key, or to the hang-up without one; 0 where there is no message."""


class Fates:
    """An endless row of fates."""

    def __init__(self, calls: Calls, seed: int) -> None:
        """Start the row that belongs to a seed."""
        self._calls = calls
        streams = np.random.SeedSequence(seed).spawn(15)
        self._rngs = [np.random.default_rng(stream) for stream in streams]
        self._block: list[Fate] = []

    def next(self) -> Fate:
        """Return the next dial's fate."""
        if not self._block:
            self._block = self._draw()
        return self._block.pop()

    def _draw(self) -> list[Fate]:
        calls, rngs = self._calls, self._rngs
        own = np.ones(BLOCK)
        if calls.lead_rates is not None:
            alpha = calls.lead_rates.alpha
            beta = alpha * (1.0 / calls.answer_rate - 1.0)
            own = rngs[1].beta(alpha, beta, BLOCK) / calls.answer_rate
        shares = np.array([end.share for end in calls.other])
        chosen = rngs[3].choice(len(shares), BLOCK, p=shares / shares.sum())
        ends = np.stack([end.after.draw(rngs[4], BLOCK) for end in calls.other])
        machine = np.zeros(BLOCK, dtype=bool)
        talk = calls.talk.draw(rngs[6], BLOCK)
        wrap_up = calls.wrap_up.draw(rngs[7], BLOCK)
        if calls.machines is not None:
            machine = rngs[5].random(BLOCK) < calls.machines.share
            talk = np.where(machine, calls.machines.talk.draw(rngs[8], BLOCK), talk)
            wrap_up = np.where(machine, calls.machines.wrap_up.draw(rngs[9], BLOCK), wrap_up)
        presses = np.ones(BLOCK, dtype=bool)
        message = np.zeros(BLOCK)
        if calls.message is not None:
            presses = rngs[12].random(BLOCK) < calls.message.presses
            pressed = calls.message.press_after.draw(rngs[13], BLOCK)
            message = np.where(presses, pressed, calls.message.listens.draw(rngs[14], BLOCK))
        return [
            Fate(*row)
            for row in zip(
                rngs[0].random(BLOCK).tolist(),
                own.tolist(),
                calls.ring.draw(rngs[2], BLOCK).tolist(),
                [calls.other[place].outcome for place in chosen.tolist()],
                ends[chosen, np.arange(BLOCK)].tolist(),
                machine.tolist(),
                talk.tolist(),
                wrap_up.tolist(),
                self._or_never(calls.patience, rngs[10]).tolist(),
                self._or_never(calls.ringing_after, rngs[11]).tolist(),
                presses.tolist(),
                message.tolist(),
                strict=True,
            )
        ]

    @staticmethod
    def _or_never(law: Law | None, rng: np.random.Generator) -> Floats:
        return np.full(BLOCK, _NO_ONE) if law is None else law.draw(rng, BLOCK)
