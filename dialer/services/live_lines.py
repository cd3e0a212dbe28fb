"""The calls that live now, as they are shown to people, and how somebody else ends one.

A talk ends when it is asked for. A line that rings is taken back only once it rang the minimum, and
who waits for an agent gets one, or the message. Numbers leave here as the role that asks sees them.
Refuses to know who may ask.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from dialer.domain.call_events import CancelAsked
from dialer.domain.call_states import APART
from dialer.domain.callflow import CallFlow, CallState
from dialer.domain.ids import AttemptId, CampaignId
from dialer.domain.masking import shown_to
from dialer.domain.roles import Role
from dialer.errors import NoSuch, WrongState
from dialer.ports import Clock
from dialer.services.calls import Calls

S = CallState

_WITH_PERSON: Final = APART | {S.CONNECTING, S.TALKING, S.REJOINING}
"""An agent has the customer, or had."""


class LiveLines:
    """The node's live calls, for whoever watches the floor.

    Args:
        calls: the calls.
        clock: the time.
        ring_min_s: how long a line of a campaign must ring before it may be taken back.
    """

    def __init__(
        self, calls: Calls, clock: Clock, *, ring_min_s: Callable[[CampaignId], float]
    ) -> None:
        self._calls = calls
        self._clock = clock
        self._ring_min_s = ring_min_s

    def shown(self, role: Role | None) -> list[dict[str, Any]]:
        """Return the live calls, oldest first, as a role sees them; None is anybody."""
        flows = sorted(self._live(), key=lambda flow: flow.attempt.attempt_id)
        return [
            {
                "attempt": flow.attempt.attempt_id,
                "campaign": flow.attempt.campaign_id,
                "lead": flow.attempt.lead_id,
                "state": flow.state.value,
                "since": since(flow),
                "dialed_at": flow.attempt.dialed_at,
                "agent": flow.agent_id,
                "number": shown_to(role, flow.attempt.number),
                "trunk": flow.attempt.trunk,
            }
            for flow in flows
        ]

    def hang_up(self, attempt_id: AttemptId) -> str:
        """End a talk, or take a ringing line back; returns which: "talk" or "line".

        Raises:
            NoSuch: no such call lives.
            WrongState: it rang too short a time, or is in the hands of the law.
        """
        flow = next((one for one in self._live() if one.attempt.attempt_id == attempt_id), None)
        if flow is None:
            raise NoSuch("call", f"{attempt_id!r} is not live", "see GET calls")
        if flow.state in _WITH_PERSON:
            self._calls.end_talk(attempt_id)
            return "talk"
        now = self._clock.now()
        if flow.state not in (S.DIALING, S.RINGING) or flow.up_at is not None:
            raise WrongState(
                "call", f"a person is on the line ({flow.state})", "wait: it ends within seconds"
            )
        # what rings the called phone may have begun to only when it said so
        rings_since = flow.rang_at if flow.rang_at is not None else flow.attempt.dialed_at
        least_s = self._ring_min_s(flow.attempt.campaign_id)
        left_s = least_s - (now - rings_since)
        if left_s > 0:
            problem = f"rings for less than the {least_s:g} s that it must"
            raise WrongState("call", problem, f"try again in {left_s:.1f} s")
        self._calls.handle(attempt_id, CancelAsked(now))
        return "line"

    def _live(self) -> Iterable[CallFlow]:
        return (flow for flow in self._calls.live() if flow.state is not S.ENDED)


def since(flow: CallFlow) -> float:
    """Return when a call came into its state, epoch seconds; as near as it is known."""
    attempt = flow.attempt
    known = {
        S.RINGING: (flow.rang_at,),
        S.INFORMING: (flow.informed_at,),
        S.SCREENING: (flow.answered_at,),
        S.WAITING: (flow.talk_ended_at, flow.answered_at),
        S.CONNECTING: (flow.joined_at,),
        S.TALKING: (flow.connected_at,),
        S.PARTING: (flow.connected_at,),
        S.HOLDING: (flow.connected_at,),
        S.REJOINING: (flow.connected_at,),
        S.PARKED: (flow.talk_ended_at,),
        S.QUEUED: (flow.talk_ended_at,),
        S.RETURNING: (flow.talk_ended_at,),
        S.AWAITING_BEEP: (flow.talk_ended_at,),
        S.LEAVING_MESSAGE: (flow.talk_ended_at,),
        S.LETTING_GO: (flow.talk_ended_at, flow.deadline, flow.answered_at),
        S.CLOSING: (flow.talk_ended_at, flow.answered_at),
    }.get(flow.state, ())
    return next((at for at in known if at is not None), attempt.dialed_at)
