"""An attempt in the engine's memory, and what its campaign's pacer is told of it, each thing once.

A private call, for which an agent was held before it was dialed, is outside pacing: the pacer hears
nothing of it. Refuses to know the switch, agents and the record.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from dialer.domain.callflow import CallFlow
from dialer.domain.ids import AgentId
from dialer.domain.outcome import Outcome
from dialer.ports import Hold, LineOrder, Play
from dialer.services.campaign_run import CampaignRun

SILENT: Final = "silent"


@dataclass(slots=True)
class LiveCall:
    """One attempt."""

    flow: CallFlow
    run: CampaignRun
    order: asyncio.Future[LineOrder] | None = None
    """The customer's line asks, while it is not done."""
    next_order: LineOrder | None = None
    """Given before the line, which begins to play music, could ask for it."""
    after: list[LineOrder] = field(default_factory=list)
    """What the line does next, one after the other, unless something else is ordered."""
    timers: list[asyncio.TimerHandle] = field(default_factory=list)
    broadcast: str = ""
    """Flow that leads the call until a key asks for an agent; "": none."""
    private: bool = False
    """Outside pacing: an agent was held for it before it was dialed."""
    told: str = ""
    """What the pacer was told last of this call: "", "answered", "connected", "abandoned",
    "failed" or SILENT, when it is told nothing at all."""

    def asks(self) -> asyncio.Future[LineOrder]:
        """The customer's line asks what to do next."""
        self.order = asyncio.get_running_loop().create_future()
        if self.next_order is None and self.after:
            self.next_order = self.after.pop(0)
        if self.next_order is not None:
            self.order.set_result(self.next_order)
            self.next_order = None
        return self.order

    def give(self, order: LineOrder) -> None:
        """Order the customer's line to do something: now if it asks, else once it does."""
        self.after.clear()
        if self.order is not None and not self.order.done():
            self.order.set_result(order)
        else:
            self.next_order = order

    def say(self, paths: Sequence[str]) -> None:
        """Play prompts in place of the music; whatever is ordered meanwhile goes first."""
        if paths:
            self.give(Play(paths[0]))
            self.after = [*(Play(path) for path in paths[1:]), Hold()]

    def tell_ringing(self, now: float) -> None:
        """The far end rings; of a broadcast that says less than the message that begins."""
        if not self.private and not self.broadcast:
            self.run.ringing(self.flow.attempt.attempt_id, now)

    def tell_message(self, now: float) -> None:
        """A broadcast's message begins: as if it rang, for no agent is needed before the key."""
        if not self.private:
            self.run.ringing(self.flow.attempt.attempt_id, now)

    def tell_answered(self, now: float) -> None:
        """A person answered."""
        self.told = "answered"
        if not self.private:
            self.run.answered(self.flow.attempt.attempt_id, now)

    def tell_connected(self, agent_id: AgentId, at: float, now: float) -> None:
        """The person and an agent were joined at `at`."""
        if self.told != "answered":
            return
        self.told = "connected"
        if not self.private:
            since = self.flow.answered_at if self.flow.answered_at is not None else at
            connect_ms = (at - since) * 1000
            self.run.connected(self.flow.attempt.attempt_id, agent_id, now, connect_ms=connect_ms)

    def tell_machine(self, now: float) -> None:
        """A machine is left a message, and no agent ever had it: no line will need one for it."""
        self.told = "failed"
        if not self.private:
            self.run.failed(self.flow.attempt.attempt_id, Outcome.MACHINE, now)

    def tell_abandoned(self, now: float) -> None:
        """The person found nobody, or heard nobody."""
        if self.told == "abandoned":
            return
        self.told = "abandoned"
        if not self.private:
            self.run.abandoned(self.flow.attempt.attempt_id, now)

    def tell_end(self, now: float) -> None:
        """The call is over: what was not told yet follows from its outcome."""
        if self.private:
            return
        attempt_id, outcome = self.flow.attempt.attempt_id, self.flow.outcome
        if self.told == "":
            self.run.failed(attempt_id, outcome or Outcome.FAILED, now)
        elif self.told == "answered" and outcome is Outcome.ABANDONED:
            self.tell_abandoned(now)
        elif self.told == "answered":
            self.run.hung_up_waiting(attempt_id, now)

    def tell_line_free(self, now: float) -> None:
        """The line is free again."""
        if self.told != SILENT and not self.private:
            tell = self.told not in ("", "failed")
            self.run.ended(self.flow.attempt.attempt_id, now, tell=tell)
