"""Recorded talks with people who called us, in memory: only that a recording begins.

Gone with the process. Refuses to know audio.
"""

from dialer.domain.ids import CallId
from dialer.domain.legal_limits import Ground
from dialer.errors import WrongState
from dialer.testing.call_records import MemoryCallRecords
from dialer.testing.tables import Tables


class MemoryRecordedCallers:
    """A `RecordedCallers` (dialer.ports) in memory.

    Args:
        tables: of the audit log.
        calls: on record.
    """

    def __init__(self, tables: Tables, calls: MemoryCallRecords) -> None:
        self._tables = tables
        self._calls = calls
        self.grounds: dict[CallId, Ground] = {}
        """To be looked at by tests."""

    async def begin(self, call_id: CallId, ground: Ground, *, by: str = "", at: float) -> None:
        """Put on record that a talk is recorded from now on; see `RecordedCallers`."""
        call = self._calls.rows.get(call_id)
        if call is None or call.ended_at is not None:
            raise WrongState("call", "is over", "ask in the next talk")
        if call_id in self.grounds:
            return
        self.grounds[call_id] = ground
        if ground is Ground.OPT_IN:
            detail = {"queue": call.queue, "agent": call.agent_id}
            self._tables.audit.append((at, by, "recording_opt_in", f"call {call_id}", detail))

    async def void(self, call_id: CallId) -> None:
        """Forget a recording that did not begin."""
        self.grounds.pop(call_id, None)
