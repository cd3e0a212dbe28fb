"""The law of one agent: log-in, the standing leg, calls, wrap-up, pauses. Pure.

The softphone is called once at log-in and its leg stays up; a customer is joined to it. One that is
called on demand is called anew for each customer. Times are seconds since the epoch. Refuses to
know which customer an agent gets, and how anything is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dialer.domain.ids import AgentId, AttemptId, CampaignId, LegId


class AgentState(StrEnum):
    """What an agent is doing."""

    OFFLINE = "offline"
    CALLING = "calling"  # the softphone is being called for its standing leg
    IDLE = "idle"
    HELD = "held"  # kept for a promised call that is not answered yet
    RESERVED = "reserved"  # a customer is being joined
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    PAUSED = "paused"


A = AgentState

OUT: Final = (A.OFFLINE, A.CALLING)
"""States of an agent who is not logged in."""


class AgentWish(StrEnum):
    """What an agent asked for while a call was on."""

    NONE = ""
    PAUSE = "pause"
    LOG_OUT = "log_out"


MOVES: Final[Mapping[tuple[AgentState, str], AgentState]] = {
    (A.OFFLINE, "log_in"): A.CALLING,
    (A.CALLING, "leg_up"): A.IDLE,
    (A.OFFLINE, "register"): A.IDLE,  # the phone is called on demand: it has only to be there
    (A.IDLE, "reserve"): A.RESERVED,
    (A.IDLE, "hold"): A.HELD,
    (A.PAUSED, "hold"): A.HELD,  # a call dialed by hand, in a pause
    (A.HELD, "reserve"): A.RESERVED,
    (A.HELD, "release"): A.IDLE,
    (A.HELD, "leave"): A.OFFLINE,
    (A.RESERVED, "talk"): A.TALKING,
    (A.RESERVED, "release"): A.IDLE,
    (A.RESERVED, "wrap_up"): A.WRAP_UP,
    (A.TALKING, "wrap_up"): A.WRAP_UP,
    (A.TALKING, "release"): A.IDLE,
    (A.WRAP_UP, "ready"): A.IDLE,
    (A.WRAP_UP, "take_back"): A.RESERVED,  # the one they handed the customer to was gone
    (A.IDLE, "pause"): A.PAUSED,
    (A.WRAP_UP, "pause"): A.PAUSED,
    (A.PAUSED, "resume"): A.IDLE,
    (A.CALLING, "leave"): A.OFFLINE,
    (A.IDLE, "leave"): A.OFFLINE,
    (A.RESERVED, "leave"): A.OFFLINE,
    (A.TALKING, "leave"): A.OFFLINE,
    (A.WRAP_UP, "leave"): A.OFFLINE,
    (A.PAUSED, "leave"): A.OFFLINE,
}
"""The whole law of an agent's states: what may follow what."""


@dataclass(slots=True)
class Agent:
    """One agent of the node, as the engine's memory holds them."""

    agent_id: AgentId
    campaigns: tuple[CampaignId, ...] = ()
    """Campaigns this agent serves."""
    state: AgentState = A.OFFLINE
    since: float = 0.0
    leg_id: LegId | None = None
    on_demand: bool = False
    """The phone is called for each customer: without one there is no leg."""
    attempt_id: AttemptId | None = None
    """The customer being joined, talked to or wrapped up; of a caller the call's id."""
    home: CampaignId | None = None
    """The one campaign whose pacing counts this agent now."""
    wish: AgentWish = AgentWish.NONE
    reason: str = ""
    """Pause code, or why the agent is offline."""
    wrap_up_until: float | None = None
    extensions: int = 0
    """How often this wrap-up may still be made longer."""
    talks: int = 0
    claims: set[str] = field(default_factory=set)
    """Where somebody waits who takes this agent next: no campaign can count on them."""

    def may(self, move: str) -> bool:
        """Tell whether a move is lawful now."""
        return (self.state, move) in MOVES

    def move(self, move: str, at: float, *, reason: str = "") -> bool:
        """Apply a move; an unlawful one changes nothing and returns False."""
        target = MOVES.get((self.state, move))
        if target is None:
            return False
        self.state = target
        self.since = at
        if reason or self.wish is AgentWish.NONE:
            self.reason = reason  # else it is the code of the pause that was wished for
        if target in (A.IDLE, A.PAUSED, A.OFFLINE):
            self.attempt_id = None
            self.wrap_up_until = None
        if target is A.OFFLINE:
            self.leg_id = None
            self.wish = AgentWish.NONE
        if target is A.PAUSED:
            self.wish = AgentWish.NONE
        return True

    def claim(self, by: str, *, wanted: bool) -> bool:
        """Somebody who waits there takes this agent next, or does not; True: that is news."""
        before = self.claimed
        (self.claims.add if wanted else self.claims.discard)(by)
        return self.claimed is not before

    @property
    def claimed(self) -> bool:
        """Whether somebody who waits takes this agent next."""
        return bool(self.claims)

    @property
    def leaving(self) -> bool:
        """Whether this agent will not become free for campaigns after the present call."""
        return self.wish is not AgentWish.NONE or self.claimed

    @property
    def logged_in(self) -> bool:
        """Whether the standing leg is up, or the phone can be called on demand."""
        return self.state not in OUT
