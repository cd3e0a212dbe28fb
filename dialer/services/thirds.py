"""Whoever is in a talk, or called into one, beside customer and agent; and whom it was handed to.

Knows how each of them is sent away: an agent's leg idles again, an outside line is hung up. Refuses
to know who may ask for it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from dialer.domain.company import COMPANY_MOVES, Company
from dialer.domain.ids import AgentId, AttemptId, CallId, LegId
from dialer.domain.outcome import Outcome
from dialer.errors import SwitchUnavailable
from dialer.ports import Switch, TalkControl
from dialer.services.agents import Agents
from dialer.services.talk_records import TalkRecords


@dataclass(slots=True)
class Third:
    """One of them."""

    attempt_id: AttemptId
    """Of the customer."""
    channel_id: LegId
    """An agent's leg, or an outside line."""
    call_id: CallId
    """The row on record."""
    agent_id: AgentId | None = None
    """None: an outside line."""
    company: Company = Company.ALONE
    blind: bool = False
    """The customer is handed over the moment it answers."""
    talked: bool = False

    def move(self, move: str) -> None:
        """Make a move of the company, if it is lawful now."""
        self.company = COMPANY_MOVES.get((self.company, move), self.company)


class Thirds:
    """All of them on this node."""

    def __init__(
        self, *, agents: Agents, switch: Switch, control: TalkControl, records: TalkRecords
    ) -> None:
        self._agents = agents
        self._switch = switch
        self._control = control
        self._records = records
        self._with: dict[AttemptId, Third] = {}
        self._has_customer: dict[AttemptId, Third] = {}

    def of(self, attempt_id: AttemptId) -> Third | None:
        """Return who is in a talk beside customer and agent."""
        return self._with.get(attempt_id)

    def company(self, attempt_id: AttemptId) -> Company:
        """Return the company of a talk."""
        third = self._with.get(attempt_id)
        return third.company if third is not None else Company.ALONE

    def row_of(self, attempt_id: AttemptId) -> CallId | None:
        """Return the row of who has a customer by a transfer."""
        holder = self._has_customer.get(attempt_id)
        return holder.call_id if holder is not None else None

    def on(self, channel_id: str) -> Third | None:
        """Return who is on a channel."""
        return next((one for one in self._all() if one.channel_id == channel_id), None)

    def with_agent(self, agent_id: AgentId) -> Third | None:
        """Return who an agent is in somebody else's talk."""
        return next((one for one in self._with.values() if one.agent_id == agent_id), None)

    def add(self, third: Third) -> None:
        """Somebody is called into a talk."""
        self._with[third.attempt_id] = third

    def hand_over(self, third: Third) -> None:
        """They have the customer from now on; whoever had them by a transfer has not."""
        self._with.pop(third.attempt_id, None)
        third.move("handed_over")
        before = self._has_customer.get(third.attempt_id)
        if before is not None and before is not third:
            self._over(before)
        self._has_customer[third.attempt_id] = third

    def send_away(self, third: Third, outcome: Outcome | None = None) -> None:
        """Nobody wants them any more."""
        self._forget(third)
        with suppress(SwitchUnavailable):
            if third.agent_id is None:
                self._switch.hang_up(third.channel_id)
            else:
                self._control.part(third.channel_id)
        self._free(third)
        self._close(third, outcome)

    def gone(self, third: Third, outcome: Outcome | None = None) -> None:
        """Their channel is gone by itself."""
        self._forget(third)
        third.move("gone")
        self._free(third)
        self._close(third, outcome)

    def customer_gone(self, attempt_id: AttemptId) -> None:
        """The customer's call is over: whoever is still there goes, or is free."""
        third = self._with.get(attempt_id)
        if third is not None:
            self.send_away(third)
        self.gave_back(attempt_id)

    def gave_back(self, attempt_id: AttemptId) -> None:
        """Nobody has the customer now: whoever had them by a transfer has not any more."""
        holder = self._has_customer.pop(attempt_id, None)
        if holder is not None:
            self._over(holder)

    def failed(self, third: Third) -> None:
        """They were to have the customer, and were not there."""
        self._forget(third)
        self._records.ended(third.call_id, Outcome.FAILED)

    def _over(self, third: Third) -> None:
        """They had the customer and have not any more."""
        if third.agent_id is None:
            with suppress(SwitchUnavailable):
                self._switch.hang_up(third.channel_id)
        self._close(third, None)

    def _free(self, third: Third) -> None:
        if third.agent_id is not None:
            self._agents.freed(third.channel_id, wrap_up_s=0.0)

    def _close(self, third: Third, outcome: Outcome | None) -> None:
        reached = Outcome.CONNECTED if third.talked else Outcome.CANCELLED
        self._records.ended(third.call_id, outcome or reached)

    def _forget(self, third: Third) -> None:
        if self._with.get(third.attempt_id) is third:
            del self._with[third.attempt_id]
        if self._has_customer.get(third.attempt_id) is third:
            del self._has_customer[third.attempt_id]

    def _all(self) -> Iterator[Third]:
        yield from self._with.values()
        yield from self._has_customer.values()
