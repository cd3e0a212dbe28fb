"""Impact Dialing: a ratio per idle agent, chosen by replaying the campaign's own last calls.

Six ratios from one to dials per answer are tried on the last hundred calls for four minutes of
simulated time; the one with the busiest agents and drops within the limit is used, and progressive
while the day is over the limit. Rebuilt from its behaviour.
"""

import heapq
from collections import deque
from typing import Final, NamedTuple

from benchmarks.pacing.baselines.counting import CountingPacing, Every

_EVERY_S: Final = 3.0
_REPLAY_EVERY_S: Final = 60.0
_REPLAY_S: Final = 240.0
_REMEMBERED: Final = 100
_FEWEST: Final = 20
_RATIOS: Final = 6


class Past(NamedTuple):
    """A call that is over."""

    answered: bool
    line_s: float
    """Until the answer or the end."""
    busy_s: float
    """That an agent was busy with it; 0 when nobody was."""


class Impact(CountingPacing):
    """`int(f x idle) - ringing`, f from replays."""

    def __init__(self, *, drop_limit: float = 0.03) -> None:
        """Take the limit of drops / answers, 0..1."""
        super().__init__()
        self.ratio = 1.0
        self._drop_limit = drop_limit
        self._past: deque[Past] = deque(maxlen=_REMEMBERED)
        self._dialed_at: dict[str, float] = {}
        self._line_s: dict[str, float] = {}
        self._served: dict[str, tuple[str, float]] = {}
        self._every = Every(_EVERY_S)
        self._replaying = Every(_REPLAY_EVERY_S, _REPLAY_EVERY_S)

    def on_dialed(self, call_id: str, now: float) -> None:
        """Its line begins."""
        self._dialed_at[call_id] = now

    def on_answered(self, call_id: str, now: float) -> None:
        """Its line time is known."""
        self._line_s[call_id] = now - self._dialed_at.pop(call_id)

    def on_failed(self, call_id: str, now: float) -> None:
        """It is over."""
        self._past.append(Past(answered=False, line_s=now - self._dialed_at.pop(call_id), busy_s=0))

    def call_abandoned(self, call_id: str, now: float) -> None:
        """Dropped: nobody knows how long the talk would have been."""
        super().call_abandoned(call_id, now)
        self._line_s.pop(call_id)

    def call_hung_up(self, call_id: str, now: float) -> None:
        """The caller left."""
        super().call_hung_up(call_id, now)
        self._line_s.pop(call_id)

    def call_connected(self, call_id: str, agent_id: str, now: float) -> None:
        """An agent is busy with it."""
        super().call_connected(call_id, agent_id, now)
        self._served[agent_id] = (call_id, now)

    def agent_changed(
        self, agent_id: str, state: str, now: float, *, leaving: bool = False
    ) -> None:
        """The agent is done with the call, or not yet."""
        super().agent_changed(agent_id, state, now, leaving=leaving)
        if state not in ("talking", "wrap_up") and agent_id in self._served:
            call_id, since = self._served.pop(agent_id)
            line_s = self._line_s.pop(call_id)
            self._past.append(Past(answered=True, line_s=line_s, busy_s=now - since))

    def new_lines(self, now: float) -> int:
        """See the class."""
        if self._replaying.due(now):
            self.ratio = self._best(now)
        if not self._every.due(now):
            return 0
        within = self.drops <= self._drop_limit * self.answers
        ratio = self.ratio if within else 1.0
        return int(ratio * self.ready) - self.in_flight - self.waiting

    def _best(self, now: float) -> float:
        answered = sum(past.answered for past in self._past)
        if len(self._past) < _FEWEST or not answered:
            return 1.0
        per_answer = len(self._past) / answered
        best, busiest = 1.0, -1.0
        for step in range(_RATIOS):
            ratio = 1.0 + (per_answer - 1.0) * step / (_RATIOS - 1)
            ages = [now - since for _, since in self._served.values()]
            busy_s, drops, answers = replay(self._past, ratio, self.ready, ages)
            if drops <= self._drop_limit * answers and busy_s > busiest:
                best, busiest = ratio, busy_s
        return best


def replay(
    past: deque[Past], ratio: float, idle: int, ages_s: list[float]
) -> tuple[float, int, int]:
    """Replay calls in their order, again and again, for four minutes.

    Args:
        past: the calls.
        ratio: lines per idle agent.
        idle: agents idle at first.
        ages_s: how long each busy agent has been busy at first, in seconds.

    Returns:
        Agents' busy seconds, drops, live answers.
    """
    talks = [call.busy_s for call in past if call.answered]
    order, due = 0, list[tuple[float, int, Past | None]]()
    for place, age_s in enumerate(ages_s):
        left_s = max(talks[place % len(talks)] - age_s, 0.0)
        due.append((left_s, place, None))
    order = len(due)
    heapq.heapify(due)
    now, busy, busy_s, ringing, drops, answers = 0.0, len(ages_s), 0.0, 0, 0, 0
    at = 0
    while True:
        for _ in range(int(ratio * idle) - ringing):
            call = past[at % len(past)]
            at += 1
            ringing += 1
            heapq.heappush(due, (now + call.line_s, order, call))
            order += 1
        if not due or due[0][0] >= _REPLAY_S:
            return busy_s + busy * (_REPLAY_S - now), drops, answers
        then, _, ended = heapq.heappop(due)
        busy_s += busy * (then - now)
        now = then
        if ended is None:
            busy, idle = busy - 1, idle + 1
            continue
        ringing -= 1
        if not ended.answered:
            continue
        answers += 1
        if idle:
            idle, busy = idle - 1, busy + 1
            heapq.heappush(due, (now + ended.busy_s, order, None))
            order += 1
        else:
            drops += 1
