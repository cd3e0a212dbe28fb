"""Who is told what when an attempt changes: pacer, record, agents and feed, each thing once.

Refuses to know what an attempt does next: that is the law's, and `calls` carries it out.
"""

from dialer.domain.callflow import CallState
from dialer.domain.outcome import Outcome
from dialer.ports import Clock, Feed, Switch
from dialer.services.agents import Agents
from dialer.services.live_call import SILENT, LiveCall
from dialer.services.recorder import Recorder


class CallTelling:
    """Tells of attempts."""

    def __init__(
        self, *, switch: Switch, agents: Agents, recorder: Recorder, feed: Feed, clock: Clock
    ) -> None:
        self._switch = switch
        self._agents = agents
        self._recorder = recorder
        self._feed = feed
        self._clock = clock

    def of(
        self,
        call: LiveCall,
        before: CallState,
        was_connected: float | None,
        was_charged: bool,
    ) -> None:
        """Tell what an event changed; the arguments say how things stood before it."""
        if call.told == SILENT:
            return
        state, now = call.flow.state, self._clock.now()
        if state is CallState.RINGING and before is CallState.DIALING:
            call.tell_ringing(now)
        if state is CallState.INFORMING and before is not CallState.INFORMING:
            call.tell_message(now)
        unasked = call.flow.outcome is Outcome.MESSAGE_HEARD
        person = state is not CallState.SCREENING and call.flow.machine is None
        if call.told == "" and call.flow.answered_at is not None and person and not unasked:
            call.tell_answered(now)
        if was_connected is None and call.flow.connected_at is not None:
            self.connected(call, call.flow.connected_at)
            if call.run.campaign.settings.cue and call.flow.leg_id is not None:
                # after the join, so that the cue's own channels never delay it
                self._switch.whisper(call.flow.leg_id)
        if state is CallState.TALKING and before is CallState.REJOINING and call.flow.agent_id:
            self._agents.talk_began(call.flow.agent_id, call.flow.attempt.attempt_id)
        if state is CallState.AWAITING_BEEP and call.told == "":
            call.tell_machine(now)
        if call.flow.charged and not was_charged:
            call.tell_abandoned(now)
        if state is CallState.LETTING_GO and before is CallState.WAITING:
            call.tell_abandoned(now)
        if state is CallState.ENDED and before is not CallState.ENDED:
            call.tell_end(now)

    def connected(self, call: LiveCall, at: float) -> None:
        """Tell that the person and an agent were joined."""
        attempt, agent_id = call.flow.attempt, call.flow.agent_id
        if agent_id is None or call.flow.leg_id is None:
            return
        self._recorder.talk_began(attempt.attempt_id, agent_id, call.flow.leg_id, at)
        self._agents.talk_began(agent_id, attempt.attempt_id)
        call.tell_connected(agent_id, at, self._clock.now())

    def publish(self, call: LiveCall) -> None:
        """Put an attempt's new state on the feed."""
        self._feed.publish(
            "call",
            {
                "attempt": call.flow.attempt.attempt_id,
                "campaign": call.flow.attempt.campaign_id,
                "state": call.flow.state.value,
                "agent": call.flow.agent_id,
                "outcome": call.flow.outcome.value if call.flow.outcome else None,
            },
        )
