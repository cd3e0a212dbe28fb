"""The law of listening in: who may, on which call, what follows what, and when it is over. Pure.

A supervisor's phone is put behind one talk and hears both; what it says is heard by nobody, by the
agent, or by both. It ends with that talk, or with the agent's consent to being coached. Times are
seconds since the epoch. Refuses to know switches, tenants' users and how anything is noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dialer.domain.agentflow import AgentState
from dialer.domain.callflow import CallState
from dialer.domain.ids import AgentId, LegId, SpyId
from dialer.domain.lead import Attempt
from dialer.domain.legal_limits import NOT_LOOKED_UP, Ground, Listening
from dialer.domain.roles import Role
from dialer.errors import Denied, WrongState


class SpyMode(StrEnum):
    """How a supervisor is with a talk."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    TAKE = "take"  # in the agent's place
    COACH = "coach"  # without a customer: supervisor and agent alone


ON_TALKS: Final = (SpyMode.LISTEN, SpyMode.WHISPER, SpyMode.BARGE)
"""The modes of a talk; a phone turns from each of them to each other."""


HEARD_BY: Final[Mapping[SpyMode, frozenset[str]]] = {
    SpyMode.LISTEN: frozenset(),
    SpyMode.WHISPER: frozenset({"agent"}),
    SpyMode.BARGE: frozenset({"agent", "customer"}),
    SpyMode.TAKE: frozenset({"customer"}),
    SpyMode.COACH: frozenset({"agent"}),
}
"""Who hears the supervisor. The customer only in the modes that say so."""


WHISPER_HOLDS_S: Final = 3.0
"""How long a whisper lasts unless it is prolonged: it hangs on the agent's leg, which outlives the
talk, so the dialplan ends it by itself when no engine is there to say that the talk goes on."""

PROLONG_S: Final = WHISPER_HOLDS_S / 3
"""Between two prolongings of a whisper: one may be late."""


class SpyState(StrEnum):
    """Where a supervisor's phone stands."""

    CALLING = "calling"  # it rings
    THERE = "there"  # it hears
    ENDED = "ended"


S = SpyState

MOVES: Final[Mapping[tuple[SpyState, str], SpyState]] = {
    (S.CALLING, "answer"): S.THERE,
    (S.CALLING, "end"): S.ENDED,
    (S.THERE, "turn"): S.THERE,
    (S.THERE, "end"): S.ENDED,
}
"""Which moves are lawful, and where they lead; any other changes nothing."""


class EndedBy(StrEnum):
    """Why a supervisor listens no more."""

    TALK_OVER = "talk_over"  # the customer or the agent left
    HUNG_UP = "hung_up"  # the supervisor's phone
    STOPPED = "stopped"  # on command
    NOT_REACHED = "not_reached"  # the phone was never there
    SWITCH_LOST = "switch_lost"  # what became of the phone is not known
    AGENT_ENDED = "agent_ended"  # a coaching session: the agent wants no more, or is paused no more


MAY: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Roles that may listen in."""

_NEVER_REACHED: Final[Mapping[int | None, str]] = {
    None: "could not be called: it is not registered",
    17: "is busy",
    18: "did not answer",
    19: "did not answer",
    20: "is not there",
    21: "refused the call",
}
"""What is said of a phone that was not reached, by the cause of its hang-up (Q.850)."""


@dataclass(slots=True)
class Spy:
    """A supervisor's phone behind a talk."""

    spy_id: SpyId
    phone: str
    """The endpoint that is called."""
    by: str
    """Who listens, for the audit log."""
    tenant: str
    agent_id: AgentId
    leg_id: LegId
    call_id: str
    """The channel id of the customer; "" in a coaching session, which has none."""
    mode: SpyMode
    since: float
    state: SpyState = SpyState.CALLING
    ended_by: EndedBy | None = None

    @property
    def coaching(self) -> bool:
        """Whether there is no customer: the agent has accepted it."""
        return self.mode is SpyMode.COACH

    def move(self, move: str) -> bool:
        """Apply a move; an unlawful one changes nothing and returns False."""
        target = MOVES.get((self.state, move))
        if target is None:
            return False
        self.state = target
        return True

    @property
    def lapses(self) -> bool:
        """Whether it hangs on the agent's leg, which outlives the talk: it must be prolonged."""
        return self.state is S.THERE and self.mode is SpyMode.WHISPER


def shown(spy: Spy) -> dict[str, Any]:
    """Return what is said of who listens, to those who lead the floor."""
    return {
        "phone": spy.phone,
        "by": spy.by,
        "agent": spy.agent_id,
        "attempt": spy.call_id or None,
        "mode": spy.mode.value,
        "state": spy.state.value,
        "since": spy.since,
        "tenants": [spy.tenant],
    }


def check_role(role: Role) -> None:
    """Check that a role may listen in.

    Raises:
        Denied: it may not.
    """
    if role not in MAY:
        raise Denied("role", f"{role} may not listen in", f"ask one of {', '.join(sorted(MAY))}")


def check_talk(agent_id: AgentId, state: AgentState, call: CallState | None) -> None:
    """Check that an agent has a customer: nobody listens to a leg that idles.

    Args:
        agent_id: whose leg.
        state: of the agent.
        call: of their customer's call; None: there is none.

    Raises:
        WrongState: there is no talk.
    """
    if not lasts(state, call):
        raise WrongState(
            "agent",
            f"{agent_id!r} talks to nobody ({state})",
            "wait for a talk, or ask for a coaching session, which the agent must accept",
        )


_TAKEN: Final = frozenset({CallState.PARTING, CallState.REJOINING, CallState.TALKING})


def taken(spy_id: SpyId, leg_id: str | None, call: CallState | None) -> bool:
    """Tell whether a supervisor has the customer they took over, or is being joined with them.

    Args:
        spy_id: of their phone.
        leg_id: whom the customer's line is joined with.
        call: the state of the call; None: it is over.
    """
    return leg_id == spy_id and call in _TAKEN


_HELD: Final = frozenset({CallState.PARTING, CallState.HOLDING, CallState.REJOINING})


def lasts(state: AgentState, call: CallState | None, mode: SpyMode = SpyMode.WHISPER) -> bool:
    """Tell whether a talk that is listened to goes on.

    On hold too for who hangs on the customer's channel: they hear the music. A whisper hangs on the
    agent's leg, which has no customer then and may consult another.
    """
    if state is not AgentState.TALKING:
        return False
    held = call in _HELD and mode in (SpyMode.LISTEN, SpyMode.BARGE)
    return call is CallState.TALKING or held


INVITATION_S: Final = 60.0
"""How long an agent may think about an invitation to be coached."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A supervisor asks to speak with an agent who has no customer."""

    agent_id: AgentId
    phone: str
    by: str
    tenant: str
    until: float
    """When it is void, seconds since the epoch."""


def check_coachable(agent_id: AgentId, state: AgentState) -> None:
    """Check that an agent can be coached: in a pause, as no customer comes then.

    Raises:
        WrongState: they are not paused.
    """
    if state is not AgentState.PAUSED:
        raise WrongState("agent", f"{agent_id!r} is {state}, not paused", "coach them in a pause")


def invited(invitation: Invitation | None, agent_id: AgentId, now: float) -> Invitation:
    """Return the invitation that an agent accepts.

    Raises:
        WrongState: there is none, or it is void by now.
    """
    if invitation is None or invitation.until <= now:
        raise WrongState(
            "agent", f"nobody asks to coach {agent_id!r}", "have a supervisor ask first"
        )
    return invitation


def check_lawful(call_id: str, law: Listening) -> None:
    """Check that a call may be listened to where the person is.

    Raises:
        Denied: the calling rules say no; says what they ask for.
    """
    if not law.ground:
        raise Denied("agent", f"{call_id} may not be listened to: {law.lacks}", law.fix)


def not_reached(phone: str, cause: int | None) -> WrongState:
    """Return the error for a supervisor's phone that was not reached.

    Args:
        phone: its endpoint.
        cause: of its hang-up; None: there was no channel at all.
    """
    said = _NEVER_REACHED.get(cause, f"could not be called (cause {cause})")
    return WrongState("phone", f"{phone!r} {said}", "check that it is on and registered")


def law_of(attempt: Attempt) -> Listening:
    """Return what the law says of listening to a call."""
    if attempt.listening == NOT_LOOKED_UP and attempt.ground:
        return Listening(Ground(attempt.ground))  # recorded, so it may be heard
    return attempt.listening
