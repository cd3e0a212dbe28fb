"""What is put on record of callers in queues: which queue, who took them, how it ended.

In the background; a fact that cannot be kept is logged and stops nobody. Refuses to know why.
"""

from collections.abc import Awaitable, Callable

import structlog

from dialer.domain.ids import AgentId
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput
from dialer.ports import CallRecords
from dialer.services.queued_call import QueuedCall
from dialer.services.recorder import Recorder

log = structlog.get_logger(__name__)


class QueueBook:
    """The record of callers.

    Args:
        records: of calls.
        recorder: writes in the background.
    """

    def __init__(self, records: CallRecords, recorder: Recorder) -> None:
        self._records = records
        self._recorder = recorder

    def queued(self, call: QueuedCall) -> None:
        """Record in which queue somebody waits."""
        wish, queue = call.wish, call.queue
        self._book(lambda: self._records.queued(wish.call_id, queue, tenant_id=wish.tenant_id))

    def answered(self, call: QueuedCall, agent_id: AgentId, at: float) -> None:
        """Record who took a call."""
        call_id = call.wish.call_id
        self._book(lambda: self._records.answered(call_id, at, agent_id=agent_id))
        waited_s = round(at - call.wish.since, 3)
        log.info(
            "queue_call_taken", call=call_id, queue=call.queue, agent=agent_id, waited_s=waited_s
        )

    def ended(self, call: QueuedCall, outcome: Outcome, at: float) -> None:
        """Record how a call ended."""
        call_id = call.wish.call_id
        self._book(lambda: self._records.ended(call_id, at, outcome))
        log.info("queue_call_ended", call=call_id, queue=call.queue, outcome=outcome.value)

    def _book(self, fact: Callable[[], Awaitable[object]]) -> None:
        async def write() -> None:
            try:
                await fact()
            except BadInput as error:  # as when its queue was removed meanwhile
                log.warning("call_not_recorded", error=str(error))

        self._recorder.book(write)
