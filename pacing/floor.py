"""The floor of one campaign: agents, calls, what they teach, and what is booked for them.

Carries an event that was found lawful into every book it concerns. Refuses to know which events
are lawful (see `calls` and `pacer`), and decisions.
"""

from collections.abc import Mapping
from typing import Any

from pacing.agents import Agent, AgentBoard, AgentState
from pacing.budget import AbandonBudget
from pacing.calls import Call, CallBook, Phase
from pacing.clocks import NOT_RUNNING, Clocks, Kind
from pacing.laws import Laws
from pacing.ledger import Ledger
from pacing.settings import PacingSettings

_BUSY = {AgentState.TALKING: Kind.TALK, AgentState.WRAP_UP: Kind.WRAP_UP}


class Floor:
    """The joined books; times are seconds on the caller's clock."""

    def __init__(self, settings: PacingSettings, ledger: Ledger, laws: Laws) -> None:
        """Start empty."""
        self.agents = AgentBoard()
        self.calls = CallBook()
        self.clocks = Clocks()
        self.laws = laws
        self.budget = AbandonBudget(settings, ledger)
        self._settings = settings

    def change(self, settings: PacingSettings) -> None:
        """Take over other settings."""
        self._settings = settings
        self.laws.change(settings)
        self.budget.change(settings)

    def put_agent(
        self, agent_id: str, state: AgentState, now: float, *, leaving: bool = False
    ) -> None:
        """Put an agent into a state; a talk or wrap-up that ends by it is learned from."""
        agent = self.agents.agents.get(agent_id)
        if agent is not None:
            if agent.state is not state:
                self._busy_ends(agent, state, now)
            self.clocks.stop(agent)
        agent = self.agents.put(agent_id, state, now, leaving=leaving)
        if agent is not None and state in _BUSY and not leaving:
            self.clocks.start(agent, _BUSY[state], agent.since)

    def _busy_ends(self, agent: Agent, state: AgentState, now: float) -> None:
        age = now - agent.since
        lost = state is AgentState.OFFLINE
        if agent.state is AgentState.TALKING:
            if lost:
                self.laws.busy_cut(age, now, wrap_up=False)
            else:
                self.laws.talk_ended(age, now, wrapped=state is AgentState.WRAP_UP)
            self._end_talk(agent, now)
        elif agent.state is AgentState.WRAP_UP:
            if lost:
                self.laws.busy_cut(age, now, wrap_up=True)
            else:
                self.laws.wrap_up_ended(age, now)

    def _end_talk(self, agent: Agent, now: float) -> None:
        call = self.calls.open.get(agent.call_id)
        agent.call_id = ""
        if call is not None and call.phase is Phase.CONNECTED:
            self.calls.move(call, Phase.TALKED, now)

    def dialed(self, call_id: str, now: float, own_rate: float) -> None:
        """A line was started."""
        call = Call(call_id, now, own_rate)
        self.calls.add(call)
        self._start_line(call)

    def rang(self, call: Call, phase: Phase, now: float) -> None:
        """The far end rings; told twice, the first time counts."""
        if call.rang_at is None:
            call.rang_at = now
            was_told = self.laws.ringing.told
            self.laws.line_rang(now - call.dialed_at, now)
            if was_told:
                self._start_line(call)
            elif self.laws.ringing.told:  # from now on the stages of all lines are told apart
                for each in self.calls.open.values():
                    if each.rang_at is not None and each.clock != NOT_RUNNING:
                        self._start_line(each)
        self.calls.move(call, phase, now)

    def _start_line(self, call: Call) -> None:
        """Have a line's clock run from the dial, or from its ringing where that is learned."""
        self.clocks.stop(call)
        if call.rang_at is not None and self.laws.ringing.told:
            self.clocks.start(call, Kind.RINGING, call.rang_at, call.own_rate, began=call.dialed_at)
        else:
            self.clocks.start(call, Kind.LINE, call.dialed_at, call.own_rate)

    def answered(self, call: Call, phase: Phase, now: float) -> None:
        """A person answered."""
        call.answered_at = now
        self.clocks.stop(call)
        self.laws.line_answered(now - call.dialed_at, now, rang_for_s=call.rang_for_s(now))
        self.calls.move(call, phase, now)

    def connected(self, call: Call, phase: Phase, agent: Agent, now: float) -> None:
        """A person is with an agent."""
        self._leave_agent(call)
        call.agent_id = agent.agent_id
        self.calls.move(call, phase, now)
        if agent.state is not AgentState.TALKING:
            self.put_agent(agent.agent_id, AgentState.TALKING, now, leaving=agent.leaving)
        agent.call_id = call.call_id
        if call.booked_at is None and not call.machine:
            call.booked_at = now
            self.budget.book(now, abandoned=False)

    def abandoned(self, call: Call, phase: Phase, now: float) -> None:
        """A person was let go, or was left in silence after being bridged."""
        if not (call.machine and self._settings.deduct_machine_abandons):
            if call.booked_at is None:
                self.budget.book(now, abandoned=True)
            else:
                self.budget.charge(call.booked_at, now)
            call.booked_at = now
        call.booked_abandoned = True
        self._leave_agent(call)
        self.calls.move(call, phase, now)

    def failed(self, call: Call, phase: Phase, now: float, *, cancelled: bool) -> None:
        """A line ended before a person answered, or a machine answered it."""
        self.clocks.stop(call)
        if call.phase is Phase.WAITING:
            # what was learned as a person's answer was a machine's
            at = call.answered_at
            self.laws.line_answered(at - call.dialed_at, at, -1.0, rang_for_s=call.rang_for_s(at))
        learn = self.laws.line_cancelled if cancelled else self.laws.line_failed
        learn(now - call.dialed_at, now, rang_for_s=call.rang_for_s(now))
        call.machine = phase is Phase.MACHINE
        self.calls.move(call, phase, now)

    def hung_up(self, call: Call, phase: Phase, now: float) -> None:
        """A waiting person left by themselves."""
        if not call.machine:
            call.booked_at = now
            self.budget.book(now, abandoned=False)
        self.calls.move(call, phase, now)

    def line_ended(self, call: Call, phase: Phase, now: float) -> None:
        """A line is free again."""
        self._leave_agent(call)
        self.calls.move(call, phase, now)
        self.calls.end_line(call)

    def judged(self, call: Call, *, machine: bool, now: float) -> None:
        """A verdict came on who answered; the ledgers follow it."""
        if call.machine is machine:
            return
        call.machine = machine
        if machine:
            thrown_away = call.phase is Phase.MACHINE
            settled = call.booked_abandoned and not thrown_away
            if call.booked_at is not None and (
                not settled or self._settings.deduct_machine_abandons
            ):
                self.budget.strike(call.booked_at, abandoned=call.booked_abandoned, at=now)
                call.booked_at = None
        elif call.phase is Phase.MACHINE:
            # a person whom detection threw away unheard
            self.budget.charge(None, now)
            call.booked_at, call.booked_abandoned = now, True
        elif call.booked_at is None and call.phase is not Phase.WAITING:
            self.budget.book(now, abandoned=call.booked_abandoned)
            call.booked_at = now

    def _leave_agent(self, call: Call) -> None:
        agent = self.agents.agents.get(call.agent_id)
        if agent is not None and agent.call_id == call.call_id:
            agent.call_id = ""

    def to_json(self) -> dict[str, Any]:
        """Return the books as JSON values."""
        owners = [
            ["agent", owner.agent_id] if isinstance(owner, Agent) else ["call", owner.call_id]
            for owner in self.clocks.owners()
            if isinstance(owner, Agent | Call)
        ]
        return {
            "agents": self.agents.to_rows(),
            "calls": self.calls.to_rows(),
            "clocks": owners,
            "laws": self.laws.to_json(),
            "budget": self.budget.to_json(),
        }

    def load_json(self, books: Mapping[str, Any], *, keep_ledger: bool, learned_only: bool) -> None:
        """Take over what `to_json` returned.

        Args:
            books: the books.
            keep_ledger: the own ledger is fuller than the one in the books.
            learned_only: leave agents and calls out.
        """
        self.laws.load_json(books["laws"])
        if not keep_ledger:
            ledger = Ledger.from_rows(books["budget"]["ledger"])
            self.budget = AbandonBudget(self._settings, ledger)
        self.budget.load_json(books["budget"])
        if learned_only:
            return
        self.agents = AgentBoard.from_rows(books["agents"])
        self.calls = CallBook.from_rows(books["calls"])
        self.clocks = Clocks()
        for what, key in books["clocks"]:
            if what == "agent":
                agent = self.agents.agents[key]
                self.clocks.start(agent, _BUSY[agent.state], agent.since)
            else:
                self._start_line(self.calls.open[key])
