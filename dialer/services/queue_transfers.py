"""Customers who were handed to a queue or a team: they wait there as callers do.

Who waits too long is for the agent who handed them over, or the first of their campaign who is
free. What is played goes to the line as orders. Refuses to know who is next in a queue (`queues`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from dialer.domain.call_commands import Join
from dialer.domain.call_events import HandedOver, LineClosed, QueueAsked, QueueOver
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.call_states import CallState
from dialer.domain.company import Company, check_request
from dialer.domain.ids import AgentId, AttemptId, CallId, LegId, TenantId, new_call_id
from dialer.domain.outcome import Outcome
from dialer.domain.queue_call import HUNG_UP, QueueCall
from dialer.domain.queue_call_words import Announce, GiveBack, LineCommand
from dialer.domain.queue_order import Wish
from dialer.domain.talk_flow import TalkFlow
from dialer.errors import NoSuch, WrongState
from dialer.ports import Clock
from dialer.services.caller_talks import CallerTalks
from dialer.services.calls import Calls
from dialer.services.parking import Parking
from dialer.services.queued_call import QueuedCall, path_of
from dialer.services.queues import Queues
from dialer.services.talk_records import TalkRecords
from dialer.services.talks import Talks
from dialer.services.third_calls import ThirdCalls
from dialer.services.thirds import Third, Thirds

log = structlog.get_logger(__name__)

S = CallState
REQUEST = "transfer"
_OVER = frozenset({S.CLOSING, S.LETTING_GO, S.ENDED})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who waits, as a queue wants to know them."""

    call_id: CallId
    number: str
    tenant_id: TenantId
    language: str = ""


class HandedCustomer(QueuedCall):
    """A customer of an attempt in a queue: their line is ordered about by the attempt's law."""

    own_line = False

    def __init__(
        self, flow: QueueCall, wish: Wish, queue: str, ordered: "Callable[[LineCommand], None]"
    ) -> None:
        super().__init__(flow, wish, queue)
        self._ordered = ordered

    def order(self, command: LineCommand) -> None:
        """Have this done at once: nobody asks for it."""
        self._ordered(command)


@dataclass(slots=True)
class _Transfer:
    """One of them."""

    attempt_id: AttemptId
    record: CallRecord
    by: AgentId
    wish: Wish
    call: HandedCustomer | None = None
    taker: Third | None = None
    """Who is being joined with the customer."""


class QueueTransfers:
    """Hands customers to the queues and teams of one node."""

    def __init__(
        self,
        *,
        calls: Calls,
        talks: Talks,
        thirds: Thirds,
        third_calls: ThirdCalls,
        records: TalkRecords,
        parking: Parking,
        queues: Queues,
        callers: CallerTalks,
        clock: Clock,
        prompts: Path,
        node: str,
    ) -> None:
        self._calls = calls
        self._talks = talks
        self._thirds = thirds
        self._third_calls = third_calls
        self._records = records
        self._parking = parking
        self._queues = queues
        self._callers = callers
        self._clock = clock
        self._prompts = prompts
        self._node = node
        self._transfers: dict[AttemptId, _Transfer] = {}
        calls.on_change(self._changed)

    async def transfer(self, attempt_id: AttemptId, kind: str, to: str) -> TalkFlow:
        """Hand a customer to a queue or a team; returns while they wait there.

        Args:
            attempt_id: the talk.
            kind: "queue" or "team".
            to: its name.

        Raises:
            NoSuch: there is none of that name, or nobody in it.
        """
        async with self._talks.turn(attempt_id, REQUEST) as flow:
            if flow.agent_id is None:
                raise WrongState("call", "has no agent", "pick the customer up first")
            called = self._calls.flow(attempt_id)
            run = self._calls.run_of(attempt_id)
            if called is None or run is None:
                await self._callers.requeue(attempt_id, kind, to)
                self._thirds.gave_back(attempt_id)
                return await self._talks.rest(flow)
            attempt, tenant_id = called.attempt, run.campaign.tenant_id
            asking = Asking(CallId(attempt_id), attempt.number, tenant_id)
            wish = await self._queues.terms.wish(asking, kind, to)
            if isinstance(wish, str):
                raise NoSuch(kind, f"no {kind} {to!r}, or nobody is in it", f"see the {kind}s")
            # nobody listens for a key: their line is not in the queue's hands
            wish = replace(wish, settings=replace(wish.settings, call_back_key=""))
            record = CallRecord(
                call_id=new_call_id(),
                direction=Direction.OUT,
                number=attempt.number,
                began_at=self._clock.now(),
                node=self._node,
                tenant_id=tenant_id,
                attempt_id=attempt_id,
                parent_id=self._thirds.row_of(attempt_id),
                campaign_id=attempt.campaign_id,
                queue=to if kind == "queue" else None,
                team=to if kind == "team" else "",
                trunk=attempt.trunk,
            )
            await self._records.begin(record)
            try:
                check_request(REQUEST, flow.state, self._thirds.company(attempt_id))
                check_request(REQUEST, flow.state, Company.ALONE)
            except WrongState:
                self._records.ended(record.call_id, Outcome.CANCELLED)
                raise
            transfer = _Transfer(attempt_id, record, called.agent_id or AgentId(""), wish)
            self._transfers[attempt_id] = transfer
            self._thirds.gave_back(attempt_id)
            self._calls.handle(attempt_id, QueueAsked(self._clock.now()))
            return await self._talks.rest(flow)

    # -- what happens ----------------------------------------------------------------------------

    def _changed(self, flow: TalkFlow) -> None:
        transfer = self._transfers.get(flow.talk_id)
        if transfer is None:
            return
        if flow.state is S.QUEUED:
            self._wait(transfer)
        elif flow.state is S.TALKING and transfer.taker is not None:
            self._third_calls.answered(transfer.taker)
            self._over(transfer)
        elif flow.state in _OVER:
            if transfer.taker is None:
                self._records.ended(transfer.record.call_id, Outcome.HUNG_UP_WAITING)
            self._over(transfer)

    def _wait(self, transfer: _Transfer) -> None:
        """They hear music by now: let them have an agent, or wait for one."""
        if transfer.call is not None:
            return
        if transfer.taker is not None:  # whose phone was gone: in the queue once more
            self._thirds.failed(transfer.taker)
            transfer.taker = None
            again = replace(
                transfer.record, call_id=new_call_id(), began_at=self._clock.now(), agent_id=None
            )
            self._records.begin_soon(again)
            transfer.record = again
        settings = transfer.wish.settings
        law = QueueCall(transfer.wish.since, settings.longest_wait_s, settings.announce_every_s)
        law.missed = True  # whoever talked with an agent is not one whom nobody took
        queue = transfer.record.queue or ""
        transfer.call = call = HandedCustomer(
            law, transfer.wish, queue, lambda order: self._ordered(transfer, order)
        )
        log.info("customer_queued", attempt=transfer.attempt_id, queue=call.of[1])
        self._queues.wait(call)

    def _ordered(self, transfer: _Transfer, order: LineCommand) -> None:
        call = transfer.call
        if call is None:
            return
        match order:
            case Join(leg_id):
                self._found(transfer, call, leg_id)
            case Announce():
                pieces = self._queues.outlook.pieces(call)
                self._calls.say(transfer.attempt_id, self._paths(pieces))
            case GiveBack(reason):
                transfer.call = None
                self._queues.forget(call)
                if reason != HUNG_UP:
                    self._give_up(transfer)
            case _:
                pass  # the music plays already

    def _found(self, transfer: _Transfer, call: HandedCustomer, leg_id: LegId) -> None:
        agent_id = call.flow.agent_id
        transfer.call = None
        self._queues.forget(call)
        if agent_id is None:
            return
        taker = Third(transfer.attempt_id, leg_id, transfer.record.call_id, agent_id)
        transfer.taker = taker
        self._thirds.hand_over(taker)
        handed = HandedOver(agent_id, leg_id, self._clock.now())
        self._calls.handle(transfer.attempt_id, handed)

    def _give_up(self, transfer: _Transfer) -> None:
        """Nobody came in time: back to who handed them over, or to whoever is free first."""
        self._records.ended(transfer.record.call_id, Outcome.NO_ANSWER)
        del self._transfers[transfer.attempt_id]
        self._parking.returns(transfer.attempt_id, transfer.by)
        self._calls.handle(transfer.attempt_id, QueueOver(self._clock.now()))

    def _over(self, transfer: _Transfer) -> None:
        del self._transfers[transfer.attempt_id]
        if transfer.call is not None:
            self._queues.apply(transfer.call, LineClosed(self._clock.now()))

    def _paths(self, pieces: Sequence[str]) -> list[str]:
        return [str(path_of(name, "", self._prompts)) for name in pieces]
