"""What is on record of leads and of the calls made to them: attempts, leases, promises.

Knows what is committed when a call returns. Refuses to know tables, and whom the law lets be
dialed: that is `dialer.domain`, asked in the transaction that records an attempt.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialer.domain.callback import CallbackState, PromisedCall
from dialer.domain.calling_rules.place import Place
from dialer.domain.dial_law import HeldAttempt
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, AttemptId, CampaignId, LeadId, LegId, PlaceId
from dialer.domain.lead import Attempt, AttemptEnd, Draw, Lead


class AttemptStore(Protocol):
    """The record of attempts. Every call returns when its rows are committed."""

    async def record_dialed(self, attempts: Sequence[Attempt]) -> Sequence[HeldAttempt]:
        """Record attempts that are about to be sent; the law is asked in the same transaction.

        Returns those that may not be made, with reasons; they are not recorded.
        """
        ...

    async def record_ends(self, ends: Sequence[AttemptEnd]) -> None:
        """Record ends; a second end for the same attempt is ignored (the first one holds)."""
        ...

    async def open_attempts(self) -> list[Attempt]:
        """List recorded attempts without an end."""
        ...

    async def mark_connected(
        self, attempt_id: AttemptId, agent_id: AgentId, leg_id: LegId, at: float
    ) -> None:
        """Record that a talk began, so that a crash does not forget whose it was."""
        ...

    async def agreed_to_recording(self, attempt_id: AttemptId, *, by: str, at: float) -> None:
        """Record that the person of a talk has agreed to be recorded. It is noted.

        Raises:
            WrongState: the attempt is over.
        """
        ...

    async def announced_recording(self, attempt_id: AttemptId) -> None:
        """Record that the person of a talk has been told that it is recorded.

        Raises:
            WrongState: the attempt is over.
        """
        ...

    async def dispose(self, attempt_id: AttemptId, said: Said, *, at: float) -> None:
        """Record what the agent says became of the talk; the lead's next step follows from it.

        Raises:
            BadInput: there is no such attempt, or the campaign has no such disposition.
        """
        ...

    async def answers_since(
        self, campaign_id: CampaignId, since: float
    ) -> list[tuple[float, bool]]:
        """Return (answered at, charged as abandoned) of each ended live answer, oldest first."""
        ...

    async def add_do_not_call(self, number: str, *, source: str, at: float) -> None:
        """Enter a number (E.164) into the do-not-call list."""
        ...


class LeadStore(Protocol):
    """Lists of leads, and who may be dialed next."""

    async def lease(self, campaign_id: CampaignId, count: int, draw: Draw) -> list[Lead]:
        """Lease up to `count` dialable leads to an engine, in the campaign's order."""
        ...

    async def lease_again(
        self, campaign_id: CampaignId, lead_id: LeadId, number: str, draw: Draw
    ) -> Lead | None:
        """Lease a lead that waits for another try of a number, before its time.

        None if it does not: it is done, another number is next, the attempts of the day are used
        up, or it is somebody's.
        """
        ...

    async def release(self, lead_ids: Iterable[LeadId]) -> None:
        """Give leased leads back that were not dialed."""
        ...

    async def release_all(self, engine: str) -> int:
        """At a start: give back an engine's leases without an open attempt; returns how many."""
        ...

    async def any_left(self, campaign_id: CampaignId) -> bool:
        """Tell whether the campaign is not through with some lead, now or later."""
        ...

    async def pools(self, campaign_id: CampaignId) -> Mapping[int, str]:
        """Return what leads are drawn from: 0 all together, or lists (and their names) if mixed."""
        ...

    async def places(self, campaign_id: CampaignId, pool: int) -> Mapping[PlaceId, Place]:
        """Return the places in which a pool's leads may be."""
        ...


class Ownership(Protocol):
    """Whose leads are whose."""

    async def expire(self, *, at: float) -> object:
        """Let go of the leads whose time with their owner is over, at `at` (epoch seconds)."""
        ...


@dataclass(frozen=True, slots=True)
class OpenCallback:
    """A promise that is not over."""

    callback_id: int
    campaign_id: CampaignId
    number: str
    """E.164, on which the person wants to be called."""
    call: PromisedCall


class CallbackStore(Protocol):
    """Promised calls. What an ended call means for them is recorded with its end."""

    async def due(
        self, campaign_ids: Collection[CampaignId], until: float
    ) -> Sequence[OpenCallback]:
        """Return the open promises of campaigns that are to be dialed until a time."""
        ...

    async def promise_caller(
        self, campaign_id: CampaignId, number: str, due_at: float, *, at: float
    ) -> OpenCallback:
        """Promise somebody who called to call them back; anyone may. Before it they are a lead.

        An open promise to that lead is that promise from now on, and due at the earlier time.

        Args:
            campaign_id: whose lead.
            number: of the lead, E.164.
            due_at: when, epoch seconds.
            at: now, epoch seconds.

        Raises:
            NoSuch: the campaign has no lead with the number.
            WrongState: it must not be called, or is being called just now.
        """
        ...

    async def lease(self, promised: OpenCallback, draw: Draw) -> Lead | None:
        """Lease the lead of a promise, to be dialed as promised; None if it is not to be had."""
        ...

    async def release(self, lead_id: LeadId) -> None:
        """Give a lead back that was leased and not dialed; its promise stands."""
        ...

    async def close(self, callback_id: int, state: CallbackState, at: float) -> None:
        """End a promise that is not kept any more; the lead goes where it then belongs."""
        ...

    async def bring_forward(
        self, callback_id: int, agent_id: AgentId, at: float, *, of: Collection[CampaignId]
    ) -> None:
        """Have an agent's promise, or one that is anyone's, kept by the agent at `at`, not later.

        Args:
            callback_id: the promise.
            agent_id: who keeps it.
            at: epoch seconds.
            of: campaigns that the agent works for now.

        Raises:
            NoSuch: there is no such promise.
            WrongState: it is over, being kept, another agent's, or of another campaign.
        """
        ...
