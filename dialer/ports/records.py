"""What is on record beside leads and attempts: other calls, voicemails, reviews, messages.

Whatever is asked for is one tenant's, and newest first where it comes in pages. Another tenant's is
as if it did not exist. Refuses to know tables and files.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from dialer.domain.call_record import CallKey, CallRecord, CallsWanted
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, CallId
from dialer.domain.message import Message, MessageKey
from dialer.domain.outcome import Outcome
from dialer.domain.review import Comment, Review, ReviewKey, ReviewsFound, ReviewsWanted
from dialer.domain.voicemail import (
    BoxWaiting,
    Voicemail,
    VoicemailKey,
    VoicemailsFound,
    VoicemailsWanted,
)


class CallRecords(Protocol):
    """Calls that no attempt stands for. Each fact may be written twice, and counts once."""

    async def begin(self, call: CallRecord) -> None:
        """Record that a call began; nothing if it is on record.

        Raises:
            BadInput: it cannot be put on record, or names what there is not.
        """
        ...

    async def answered(
        self, call_id: CallId, at: float, *, agent_id: AgentId | None = None
    ) -> bool:
        """Record when a call was answered, and by whom; the first time holds, and the first agent.

        Tells whether this one does: not if it was answered before (unless nobody was named then),
        had ended by then, or is not on record.
        """
        ...

    async def queued(self, call_id: CallId, queue: str, *, tenant_id: str = MAIN_TENANT) -> bool:
        """Record in which queue a call waits; the last one holds. False: it is not on record.

        Raises:
            BadInput: there is no such queue.
        """
        ...

    async def ended(self, call_id: CallId, at: float, outcome: Outcome) -> bool:
        """Record how a call ended; the first end holds. Tells whether this one does."""
        ...

    async def get(self, call_id: CallId, *, tenant_id: str = MAIN_TENANT) -> CallRecord | None:
        """Return a call, or None."""
        ...

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> Sequence[CallRecord]:
        """Return the calls that hang off an attempt, in the order in which they began."""
        ...

    async def legs_of(
        self, call_id: CallId, *, tenant_id: str = MAIN_TENANT
    ) -> Sequence[CallRecord]:
        """Return the calls that were transferred from a call, in the order in which they began."""
        ...

    async def newest(
        self,
        wanted: CallsWanted,
        *,
        limit: int,
        before: CallKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Sequence[CallRecord]:
        """Return the newest calls of those that are wanted."""
        ...

    async def open(self, node: str) -> Sequence[CallRecord]:
        """Return the calls of a node that have not ended, of all tenants, the oldest first.

        An engine that starts ends those that its switch does not know, as lost.
        """
        ...


class Voicemails(Protocol):
    """Messages of callers."""

    async def left(self, voicemail: Voicemail) -> Voicemail:
        """Put a voicemail on record and return it with its id; of a file, once.

        Raises:
            BadInput: it cannot be put on record, or its queue does not exist.
        """
        ...

    async def newest(
        self,
        wanted: VoicemailsWanted,
        *,
        limit: int,
        before: VoicemailKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> VoicemailsFound:
        """Return the newest voicemails of those that are wanted."""
        ...

    async def get(self, voicemail_id: int, *, tenant_id: str = MAIN_TENANT) -> Voicemail | None:
        """Return a voicemail, or None."""
        ...

    async def heard(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record who heard it first; tells whether this one did.

        Raises:
            BadInput: there is none.
        """
        ...

    async def assign(
        self,
        voicemail_id: int,
        agent_id: AgentId | None,
        *,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> None:
        """Give it to an agent who sees to it; None: to nobody. It is noted.

        Raises:
            BadInput: there is none, or no such agent.
        """
        ...

    async def classify(
        self, voicemail_id: int, class_name: str, *, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Say what it is about, in a word; "": nobody has said.

        Raises:
            BadInput: there is none, or it is no word.
        """
        ...

    async def done(
        self,
        voicemail_id: int,
        *,
        done: bool,
        by: str,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> bool:
        """Say that somebody is through with it, or that it is to be seen to after all. It is noted.

        Tells whether that is news.

        Raises:
            BadInput: there is none.
        """
        ...

    async def waiting(self) -> Sequence[BoxWaiting]:
        """Return the boxes of all tenants in which something lies that nobody has heard."""
        ...

    async def remove(
        self, voicemail_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> str:
        """Take it off the record and return its file, to be deleted now. It is noted.

        Raises:
            BadInput: there is none, or its number is under a legal hold.
        """
        ...


class Reviews(Protocol):
    """What reviewers say of talks: of each scorecard once each."""

    async def add(self, review: Review, *, tenant_id: str = MAIN_TENANT) -> Review:
        """Put a review on record and return it with its id and its score. It is noted.

        Args:
            review: what is said; without answers it only begins.
            tenant_id: whose talk and scorecard.

        Raises:
            Taken: the reviewer has reviewed this talk by this scorecard.
            BadInput: it cannot be put on record, its answers are not those that the scorecard
                asks for, or talk or scorecard do not exist.
        """
        ...

    async def answer(
        self, review_id: int, given: Review, *, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Put answers and note of a review in place of what was said before. It is noted.

        Args:
            review_id: of one's own.
            given: its answers, its note, and by whom and when; the rest does not matter.
            tenant_id: whose review.

        Raises:
            Denied: it is somebody else's.
            BadInput: there is none, or its answers are not those that the scorecard asks for.
        """
        ...

    async def discard(
        self, review_id: int, *, by: str, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Take a review of one's own that has only begun off the record. It is noted.

        Raises:
            Denied: it is somebody else's.
            BadInput: there is none, or it is answered.
        """
        ...

    async def get(self, review_id: int, *, tenant_id: str = MAIN_TENANT) -> Review | None:
        """Return a review, or None."""
        ...

    async def comment(
        self, review_id: int, comment: Comment, *, by: str, tenant_id: str = MAIN_TENANT
    ) -> Review:
        """Add a comment to a review of one's own; the same one counts once. It is noted.

        Raises:
            Denied: it is somebody else's.
            BadInput: there is none, or it cannot be put on record.
        """
        ...

    async def of_attempt(
        self, attempt_id: AttemptId, *, tenant_id: str = MAIN_TENANT
    ) -> ReviewsFound:
        """Return all reviews of an attempt, the oldest first."""
        ...

    async def newest(
        self,
        wanted: ReviewsWanted,
        *,
        limit: int,
        before: ReviewKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> ReviewsFound:
        """Return the newest reviews of those that are wanted."""
        ...


class Messages(Protocol):
    """Lines that supervisors send to agents. Each reader reads for themselves."""

    async def send(self, message: Message) -> Message:
        """Send a message and return it with its id; a team is named by id or name.

        Raises:
            BadInput: it cannot be sent, or its recipient does not exist.
        """
        ...

    async def sent(
        self, *, limit: int, before: MessageKey | None = None, tenant_id: str = MAIN_TENANT
    ) -> Sequence[Message]:
        """Return what was sent to whomever, the newest first."""
        ...

    async def inbox(
        self,
        agent_id: AgentId,
        *,
        limit: int,
        unread: bool = False,
        before: MessageKey | None = None,
        tenant_id: str = MAIN_TENANT,
    ) -> Sequence[Message]:
        """Return what was sent to an agent, to their present team or to everyone.

        Args:
            agent_id: who reads.
            limit: how many at most, the newest first.
            unread: only what they have not read.
            before: only what comes behind this one.
            tenant_id: whose agent.
        """
        ...

    async def unread_count(self, agent_id: AgentId, *, tenant_id: str = MAIN_TENANT) -> int:
        """Count what an agent has not read."""
        ...

    async def mark_read(
        self, message_id: int, agent_id: AgentId, at: float, *, tenant_id: str = MAIN_TENANT
    ) -> bool:
        """Record when an agent read a message; the first time holds. Tells whether this one does.

        Raises:
            BadInput: there is no such message to them.
        """
        ...

    async def readers(
        self, message_id: int, *, tenant_id: str = MAIN_TENANT
    ) -> Mapping[AgentId, float]:
        """Return who has read a message, and when.

        Raises:
            BadInput: there is none.
        """
        ...
