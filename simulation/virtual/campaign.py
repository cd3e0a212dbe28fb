"""One campaign in virtual time: events in their order, told to the pacing, which dials.

The product's own rules hold: a person without an agent is let go after the grace, the agent idle
longest is next. Refuses to know how the pacing decides, and any real clock.
"""

import heapq
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any, Final

from simulation.virtual.answer_rate import HIGHEST, AnswerRate
from simulation.virtual.call import VirtualCall
from simulation.virtual.crew import VirtualAgent, VirtualCrew
from simulation.virtual.day import Day
from simulation.virtual.fates import Fates
from simulation.virtual.pacing_port import Pacing
from simulation.virtual.roster import moves
from simulation.virtual.scenario import Scenario

TICK_S: Final = 2.0
"""Longest time between two decisions."""
_MINUTE_S: Final = 60.0

Asking = Callable[[Pacing, float, Day], int]
"""Asks for a decision at a time; may count what it costs."""


def ask(pacing: Pacing, now: float, day: Day) -> int:
    """Return how many lines to start, counting the question."""
    day.decided += 1
    return pacing.decide(now).lines


class VirtualCampaign:
    """A floor, a carrier and leads, for some hours."""

    def __init__(
        self,
        scenario: Scenario,
        pacing: Pacing,
        *,
        seed: int,
        grace_s: float = 2.0,
        tick_s: float = TICK_S,
        asking: Asking = ask,
    ) -> None:
        """Set the stage.

        Args:
            scenario: what it is like.
            pacing: what decides.
            seed: of all chance; the same seed gives the same leads in the same order.
            grace_s: how long an answered person is left without an agent.
            tick_s: longest time between two decisions.
            asking: how a decision is asked for.
        """
        self._scenario = scenario
        self._pacing = pacing
        self._grace_s = grace_s
        self._tick_s = tick_s
        self._asking = asking
        self._fates = Fates(scenario.calls, seed)
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order = count()
        self._waiting: deque[VirtualCall] = deque()
        self._in_flight = 0
        self._lines = 0
        self._now = 0.0
        self._crew = VirtualCrew(pacing)
        self._rate = AnswerRate(scenario.calls)
        self._message = scenario.calls.message is not None
        spread = scenario.calls.lead_rates
        self._told = spread is not None and spread.told
        self.day = Day(hours=scenario.hours)

    def run(self) -> Day:
        """Run to the end; talks that go on then count up to it."""
        end = 3600.0 * self._scenario.hours
        self._plan_crew()
        self._at(0.0, self._tick)
        self._at(0.0, self._minute)
        agenda, pop = self._agenda, heapq.heappop
        while agenda[0][0] < end:
            self._now, _, action, arguments = pop(agenda)
            action(*arguments)
            self._pace()
        self._now = end
        self.day.unfinished = self._in_flight + len(self._waiting)
        self.day.busy_s, self.day.present_s = self._crew.times(end)
        return self.day

    def answer_rate(self, now: float) -> float:
        """Return the true mean answer rate at a time, 0..1."""
        return self._rate.at(now)

    # -- the crew --------------------------------------------------------------------------

    def _plan_crew(self) -> None:
        does: dict[str, Callable[[int], None]] = {
            "log_in": self._log_in,
            "pause": partial(self._leave, state="paused"),
            "log_out": partial(self._leave, state="offline"),
            "come_back": self._come_back,
        }
        for move in moves(self._scenario.crew):
            self._at(move.at_s, does[move.what], move.agent)

    def _log_in(self, number: int) -> None:
        self._seat(self._crew.log_in(number, self._now))

    def _leave(self, number: int, state: str) -> None:
        self._crew.leave(number, state, self._now)

    def _come_back(self, number: int) -> None:
        agent = self._crew.come_back(number, self._now)
        if agent is not None:
            self._seat(agent)

    def _seat(self, agent: VirtualAgent) -> None:
        """An agent is idle: whoever waits longest is next."""
        if self._waiting:
            self._crew.unseat(agent)
            self._connect(self._waiting.popleft(), agent)

    # -- the calls -------------------------------------------------------------------------

    def _dial(self) -> None:
        fate = self._fates.next()
        day = self.day
        rate = min(fate.own_rate * self._rate.at(self._now), HIGHEST)
        call = VirtualCall(f"c{day.dials}", fate, rate)
        day.dials += 1
        self._in_flight += 1
        self._lines += 1
        self._pacing.call_dialed(call.call_id, self._now, rate if self._told else None)
        answers = fate.answer_draw < rate
        rings = answers or fate.outcome in ("no_answer", "machine")
        lasts = fate.ring_s if answers else fate.other_s
        if self._message:
            if answers:  # the step that tells most: who hears the message may press a key
                self._at(self._now + lasts, self._rings, call)
        elif rings and fate.ringing_s < lasts:
            self._at(self._now + fate.ringing_s, self._rings, call)
        if answers and fate.presses:
            # of a broadcast the key is the answer that needs an agent: the pacing is told no other
            self._at(self._now + lasts + fate.message_s, self._answered, call)
        elif answers:
            self._at(self._now + lasts + fate.message_s, self._heard, call)
        else:
            self._at(self._now + lasts, self._failed, call)

    def _rings(self, call: VirtualCall) -> None:
        self._pacing.call_ringing(call.call_id, self._now)

    def _failed(self, call: VirtualCall) -> None:
        self._end(call.fate.outcome)
        self._pacing.call_failed(call.call_id, call.fate.outcome, self._now)

    def _heard(self, call: VirtualCall) -> None:
        """The message was heard, and no key pressed."""
        self._end("message")
        self._pacing.call_failed(call.call_id, "no_answer", self._now)

    def _end(self, outcome: str) -> None:
        self._in_flight -= 1
        self._lines -= 1
        self.day.unanswered[outcome] += 1

    def _answered(self, call: VirtualCall) -> None:
        self._in_flight -= 1
        call.answered_at = self._now
        self._pacing.call_answered(call.call_id, self._now)
        agent = self._crew.take()
        if agent is not None:
            self._connect(call, agent)
            return
        call.waiting = True
        self._waiting.append(call)
        patience_s = call.fate.patience_s
        if patience_s < self._grace_s and not call.fate.machine:
            self._at(self._now + patience_s, self._gives_up, call)
        elif self._grace_s > 0.0:
            self._at(self._now + self._grace_s, self._let_go, call)
        else:
            self._let_go(call)

    def _let_go(self, call: VirtualCall) -> None:
        if call.waiting:
            self._stop_waiting(call)
            self._pacing.call_abandoned(call.call_id, self._now)
            self.day.abandoned += 1
            self._settle(abandoned=True)

    def _gives_up(self, call: VirtualCall) -> None:
        if call.waiting:
            self._stop_waiting(call)
            self._pacing.call_hung_up(call.call_id, self._now)
            self.day.hung_up += 1
            self._settle(abandoned=False)

    def _stop_waiting(self, call: VirtualCall) -> None:
        call.waiting = False
        self._waiting.remove(call)
        self._lines -= 1

    def _connect(self, call: VirtualCall, agent: VirtualAgent) -> None:
        call.waiting = False
        call.agent = agent
        self._pacing.call_connected(call.call_id, agent.name, self._now)
        self._crew.talk(agent, self._now)
        if call.fate.machine:
            self.day.machines += 1
        else:
            self.day.conversations += 1
            self.day.waits_s.append(self._now - call.answered_at)
            self._settle(abandoned=False)
        self._at(self._now + call.fate.talk_s, self._talked, call)

    def _talked(self, call: VirtualCall) -> None:
        agent = call.agent
        if agent is None:  # only connected calls talk
            return
        self._lines -= 1
        if call.fate.machine:
            self._pacing.call_reclassified(call.call_id, "machine", self._now)
        if call.fate.wrap_up_s > 0.0:
            self._crew.wrap_up(agent, self._now)
            self._at(self._now + call.fate.wrap_up_s, self._done, agent)
        else:
            self._done(agent)

    def _done(self, agent: VirtualAgent) -> None:
        if self._crew.done(agent, self._now):
            self._seat(agent)

    def _settle(self, *, abandoned: bool) -> None:
        self.day.settled_at_s.append(self._now)
        self.day.settled_abandoned.append(abandoned)

    # -- the clock -------------------------------------------------------------------------

    def _at(self, at: float, action: Callable[..., None], *arguments: Any) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), action, arguments))

    def _tick(self) -> None:
        self._at(self._now + self._tick_s, self._tick)

    def _minute(self) -> None:
        minutes = self.day.minutes
        minutes.at_s.append(self._now)
        minutes.idle.append(self._crew.idle)
        minutes.busy.append(self._crew.busy)
        minutes.in_flight.append(self._in_flight)
        minutes.answer_rate.append(self._rate.at(self._now))
        self._at(self._now + _MINUTE_S, self._minute)

    def _pace(self) -> None:
        for _ in range(self._asking(self._pacing, self._now, self.day)):
            self._dial()
        self.day.most_lines = max(self.day.most_lines, self._lines)
