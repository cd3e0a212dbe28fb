"""The law of a promised call: its time, its agent, what happens when nobody can keep it. Pure.

A callback is dialed only from RESERVED, that is with an agent held for it: never the predictive
way. Refuses to know which agents are free, what the call's channels do, and how a lead that went
back to the list is recycled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from dialer.domain.ids import AgentId, LeadId
from dialer.errors import NoSuch, WrongState


class CallbackState(StrEnum):
    """Where a promise stands."""

    PROMISED = "promised"  # its time has not come
    SEEKING_OWNER = "seeking_owner"  # its time has come; only the agent who promised will do
    SEEKING_ANYONE = "seeking_anyone"  # its time has come; any agent will do
    RESERVED = "reserved"  # an agent is held for it
    DIALING = "dialing"
    KEPT = "kept"
    RETURNED = "returned"  # the lead is the list's again
    EXPIRED = "expired"
    CANCELLED = "cancelled"


S = CallbackState

CLOSED: Final = frozenset({S.KEPT, S.RETURNED, S.EXPIRED, S.CANCELLED})
"""States that nothing follows."""


class Move(StrEnum):
    """What happens to a promise."""

    SEEK_OWNER = "seek_owner"
    SEEK_ANYONE = "seek_anyone"
    RESERVE = "reserve"
    RELEASE = "release"  # the agent who was held is gone, nothing was dialed
    DIAL = "dial"
    TALK = "talk"
    MISS = "miss"  # dialed, and nobody talked
    POSTPONE = "postpone"  # another time was agreed on
    RETURN = "return"
    EXPIRE = "expire"
    CANCEL = "cancel"


MOVES: Final[Mapping[tuple[CallbackState, Move], CallbackState]] = {
    (S.PROMISED, Move.SEEK_OWNER): S.SEEKING_OWNER,
    (S.PROMISED, Move.SEEK_ANYONE): S.SEEKING_ANYONE,
    (S.SEEKING_OWNER, Move.SEEK_ANYONE): S.SEEKING_ANYONE,
    (S.SEEKING_OWNER, Move.RESERVE): S.RESERVED,
    (S.SEEKING_ANYONE, Move.RESERVE): S.RESERVED,
    (S.RESERVED, Move.RELEASE): S.PROMISED,
    (S.RESERVED, Move.DIAL): S.DIALING,
    (S.DIALING, Move.TALK): S.KEPT,
    (S.DIALING, Move.MISS): S.PROMISED,
    (S.PROMISED, Move.POSTPONE): S.PROMISED,
    (S.SEEKING_OWNER, Move.POSTPONE): S.PROMISED,
    (S.SEEKING_ANYONE, Move.POSTPONE): S.PROMISED,
    (S.PROMISED, Move.RETURN): S.RETURNED,
    (S.SEEKING_OWNER, Move.RETURN): S.RETURNED,
    (S.SEEKING_ANYONE, Move.RETURN): S.RETURNED,
    (S.PROMISED, Move.EXPIRE): S.EXPIRED,
    (S.SEEKING_OWNER, Move.EXPIRE): S.EXPIRED,
    (S.SEEKING_ANYONE, Move.EXPIRE): S.EXPIRED,
    (S.PROMISED, Move.CANCEL): S.CANCELLED,
    (S.SEEKING_OWNER, Move.CANCEL): S.CANCELLED,
    (S.SEEKING_ANYONE, Move.CANCEL): S.CANCELLED,
    (S.RESERVED, Move.CANCEL): S.CANCELLED,
}
"""The whole law: what may follow what. A call that is out ends as a talk or a miss."""


class Fallback(StrEnum):
    """Who keeps a promise that waited too long for an agent."""

    ANYONE = "anyone"  # any agent of the campaign; of a promise that is anyone's: nothing changes
    LIST = "list"  # nobody: the lead is dialed as any other
    NOBODY = "nobody"  # it waits until it expires


class CallbackTerms(BaseModel):
    """What a campaign promises; times in seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reserve_ahead_s: float = Field(default=30.0, ge=0, le=3600)
    """The agent is sought this long before the time, so that the dial is on time."""
    fallback: Fallback = Fallback.ANYONE
    fallback_after_s: float = Field(default=1800.0, ge=0, le=366 * 86_400)
    """How long after the time the fallback holds."""
    expires_after_s: float = Field(default=7 * 86_400.0, ge=0, le=366 * 86_400)
    """How long after the time agreed on the promise is void."""
    miss_wait_s: float = Field(default=900.0, ge=0, le=366 * 86_400)
    """Wait before the next dial when nobody talked."""
    after_abandon: bool = True
    """Who was abandoned is called again with an agent held for it, sooner than the list may."""
    most_misses: int = Field(default=3, ge=1, le=100)
    """After so many the lead goes back to the list."""


@dataclass(frozen=True, slots=True)
class PromisedCall:
    """One promise to call a lead; `mine` is one with an owner."""

    lead_id: LeadId
    due_at: float
    """The time agreed on, epoch seconds."""
    owner: AgentId | None = None
    """The agent who promised; None: anyone's."""
    state: CallbackState = S.PROMISED
    since: float = 0.0
    dial_at: float | None = None
    """When it is dialed next, after a miss; None: at the time agreed on."""
    agent_id: AgentId | None = None
    """The agent who is held for it, or talked."""
    misses: int = 0

    @property
    def next_at(self) -> float:
        """When it is to be dialed."""
        return self.due_at if self.dial_at is None else self.dial_at


def moved(
    call: PromisedCall,
    move: Move,
    at: float,
    terms: CallbackTerms,
    *,
    agent_id: AgentId | None = None,
    due_at: float | None = None,
) -> PromisedCall | None:
    """Apply a move.

    Args:
        call: the promise as it stands.
        move: what happened, or is asked for.
        at: epoch seconds.
        terms: of the campaign.
        agent_id: who is held, with RESERVE.
        due_at: the new time, with POSTPONE.

    Returns:
        The promise after it, or None when the move is not lawful: it is not in the table, nobody
        is held, or not the owner while only the owner will do, there is no owner to seek, it would
        be dialed before its time, or postponed to no time.
    """
    state = MOVES.get((call.state, move))
    if state is None:
        return None
    after = replace(call, state=state, since=at)
    match move:
        case Move.RESERVE:
            if agent_id is None or (call.state is S.SEEKING_OWNER and agent_id != call.owner):
                return None
            return replace(after, agent_id=agent_id)
        case Move.SEEK_OWNER if call.owner is None:
            return None
        case Move.DIAL if at < call.next_at:
            return None
        case Move.MISS:
            again_at = at + terms.miss_wait_s
            return replace(after, agent_id=None, misses=call.misses + 1, dial_at=again_at)
        case Move.POSTPONE:
            if due_at is None:
                return None
            return replace(after, due_at=due_at, dial_at=None, misses=0)
        case Move.RELEASE | Move.CANCEL:
            return replace(after, agent_id=None)
    return after


def due_move(call: PromisedCall, terms: CallbackTerms, now: float) -> Move | None:
    """Return the move that time asks for now, or None. Only open promises that hold nobody move."""
    if call.state not in (S.PROMISED, S.SEEKING_OWNER, S.SEEKING_ANYONE):
        return None
    if call.misses >= terms.most_misses:
        return Move.RETURN
    if now >= call.due_at + terms.expires_after_s:
        return Move.EXPIRE
    late = now >= call.next_at + terms.fallback_after_s
    if late and terms.fallback is Fallback.LIST:
        return Move.RETURN
    if now < call.next_at - terms.reserve_ahead_s:
        return None
    anyone = call.owner is None or (late and terms.fallback is Fallback.ANYONE)
    if anyone:
        return None if call.state is S.SEEKING_ANYONE else Move.SEEK_ANYONE
    return Move.SEEK_OWNER if call.state is S.PROMISED else None


def check_forward(owner: AgentId | None, agent_id: AgentId, *, waits: bool, served: bool) -> None:
    """Check that an agent may keep a promise now.

    Args:
        owner: whose it is; None: anyone's.
        agent_id: who would keep it.
        waits: whether it is open and its lead is not being called.
        served: whether its campaign runs, and the agent works for it.

    Raises:
        WrongState: it is another's, over, being kept, or of another campaign.
    """
    if not waits:
        raise WrongState("callback", "it is over, or being kept now", "look at the list again")
    if owner is not None and owner != agent_id:
        raise WrongState("callback", f"it is {owner}'s", "leave it to them")
    if not served:
        problem = "its campaign does not run, or is not one that you work for"
        raise WrongState("callback", problem, "log in for it, or have it started")


def no_such_promise(callback_id: int) -> NoSuch:
    """Return the error for a promise that is not there."""
    return NoSuch("callback", f"{callback_id} does not exist", "see GET callbacks")


def wakes_at(call: PromisedCall, terms: CallbackTerms) -> float | None:
    """Return when to ask `due_move` next, at the latest; None when time changes nothing."""
    if call.state not in (S.PROMISED, S.SEEKING_OWNER, S.SEEKING_ANYONE):
        return call.next_at if call.state is S.RESERVED else None
    if call.misses >= terms.most_misses:
        return call.since
    times = [call.due_at + terms.expires_after_s]
    if call.state is S.PROMISED:
        times.append(call.next_at - terms.reserve_ahead_s)
    waits_for_owner = call.owner is not None and call.state is not S.SEEKING_ANYONE
    if terms.fallback is Fallback.LIST or (terms.fallback is Fallback.ANYONE and waits_for_owner):
        times.append(call.next_at + terms.fallback_after_s)
    return min(times)
