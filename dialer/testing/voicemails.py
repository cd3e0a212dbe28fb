"""Voicemails in memory: left once, heard first by somebody, seen to by an agent, removed.

Gone with the process. Refuses to know files.
"""

from dataclasses import replace

from dialer.domain.call_record import check_time
from dialer.domain.ids import MAIN_TENANT, AgentId, TenantId
from dialer.domain.voicemail import (
    BoxWaiting,
    Voicemail,
    VoicemailKey,
    VoicemailsFound,
    VoicemailsWanted,
    checked_class,
    checked_voicemail,
)
from dialer.errors import NoSuch, Taken, WrongState
from dialer.testing.belonging import Belongings
from dialer.testing.newest import newest_first


class MemoryVoicemails:
    """A `Voicemails` (dialer.ports) in memory.

    Args:
        whose: what is whose.
    """

    def __init__(self, whose: Belongings) -> None:
        self._whose = whose
        self._last_id = 0
        self.rows: dict[int, Voicemail] = {}
        """To be looked at by tests."""

    async def left(self, voicemail: Voicemail) -> Voicemail:
        """Put a voicemail on record and return it with its id; of a file, once."""
        checked_voicemail(voicemail)
        if voicemail.queue is not None:
            self._whose.check_queue(voicemail.queue, voicemail.tenant_id)
        for there in self.rows.values():
            if there.file == voicemail.file:
                if there.tenant_id != voicemail.tenant_id:
                    raise Taken("file", f"{there.file!r} is on record", "give it another name")
                return there
        self._last_id += 1
        self.rows[self._last_id] = replace(voicemail, voicemail_id=self._last_id)
        return self.rows[self._last_id]

    async def newest(
        self,
        wanted: VoicemailsWanted,
        *,
        limit: int,
        before: VoicemailKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> VoicemailsFound:
        """Return the newest voicemails of those that are wanted."""
        found = [
            one
            for one in self.rows.values()
            if one.tenant_id == tenant_id
            and wanted.queue in (None, one.queue)
            and wanted.number in (None, one.number)
            and wanted.class_name in (None, one.class_name)
            and wanted.heard in (None, one.heard_at is not None)
            and wanted.done in (None, one.done_at is not None)
            and wanted.assigned_to in (None, one.assigned_to)
        ]
        unheard = sum(one.heard_at is None for one in found)
        return VoicemailsFound(newest_first(found, lambda one: one.key, before, limit), unheard)

    async def get(self, voicemail_id: int, *, tenant_id: str = MAIN_TENANT) -> Voicemail | None:
        """Return a voicemail, or None."""
        found = self.rows.get(voicemail_id)
        return found if found is not None and found.tenant_id == tenant_id else None

    async def heard(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record who heard it first; tells whether this one did."""
        check_time("at", at)
        this = await self._this(voicemail_id, tenant_id)
        if this.heard_at is not None:
            return False
        self.rows[voicemail_id] = replace(this, heard_by=by, heard_at=at)
        return True

    async def assign(
        self,
        voicemail_id: int,
        agent_id: AgentId | None,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Give it to an agent who sees to it; None: to nobody. It is noted."""
        if agent_id is not None:
            self._whose.check_agent(agent_id, tenant_id)
        this = await self._this(voicemail_id, tenant_id)
        self.rows[voicemail_id] = replace(this, assigned_to=agent_id)
        subject = f"voicemail {voicemail_id}"
        self._whose.tables.audit.append((at, by, "voicemail_assign", subject, {"agent": agent_id}))

    async def classify(
        self, voicemail_id: int, class_name: str, *, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Say what it is about, in a word; "": nobody has said."""
        checked_class(class_name)
        this = await self._this(voicemail_id, tenant_id)
        self.rows[voicemail_id] = replace(this, class_name=class_name)

    async def done(
        self,
        voicemail_id: int,
        *,
        done: bool,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> bool:
        """Say that somebody is through with it, or not after all; see `Voicemails`."""
        check_time("at", at)
        this = await self._this(voicemail_id, tenant_id)
        if (this.done_at is not None) is done:
            return False
        said = replace(this, done_by=by, done_at=at) if done else None
        self.rows[voicemail_id] = said or replace(this, done_by=None, done_at=None)
        subject = f"voicemail {voicemail_id}"
        self._whose.tables.audit.append((at, by, "voicemail_done", subject, {"done": done}))
        return True

    async def waiting(self) -> list[BoxWaiting]:
        """Return the boxes in which something lies that nobody has heard; see `Voicemails`."""
        boxes: dict[tuple[str, str], list[float]] = {}
        for one in self.rows.values():
            if one.heard_at is None and one.done_at is None:
                boxes.setdefault((one.tenant_id, one.queue or one.class_name), []).append(one.at)
        return [
            BoxWaiting(TenantId(tenant_id), box, len(left), min(left))
            for (tenant_id, box), left in sorted(boxes.items())
        ]

    async def remove(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> str:
        """Take it off the record and return its file, to be deleted now. It is noted."""
        this = await self._this(voicemail_id, tenant_id)
        if this.number in self._whose.held:
            raise WrongState("voicemail", "its number is under a legal hold", "lift the hold first")
        del self.rows[voicemail_id]
        subject, detail = f"voicemail {voicemail_id}", {"file": this.file, "queue": this.queue}
        self._whose.tables.audit.append((at, by, "voicemail_remove", subject, detail))
        return this.file

    async def _this(self, voicemail_id: int, tenant_id: str) -> Voicemail:
        found = await self.get(voicemail_id, tenant_id=tenant_id)
        if found is None:
            raise NoSuch("voicemail", f"{voicemail_id} does not exist", "name one that is listed")
        return found
