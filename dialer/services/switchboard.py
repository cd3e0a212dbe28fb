"""Hands each event of the switch to whom it concerns: attempts, agents, supervisors, the reaper.

Knows only which channel ids are whose. Refuses to know what follows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from dialer.domain import call_events as happened
from dialer.domain.call_events import CallEvent
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelRang,
    ChannelSpoke,
    ChannelUp,
    KeyPressed,
    OriginateFailed,
    PhoneChanged,
    SwitchDown,
    SwitchEvent,
    SwitchUp,
)
from dialer.domain.ids import LegId, is_attempt_id, is_call_id, is_leg_id, is_spy_id
from dialer.services.agents import Agents
from dialer.services.calls import Calls
from dialer.services.other_calls import OtherCalls
from dialer.services.supervision import Supervision


def _call_event(event: SwitchEvent) -> CallEvent | None:
    match event:
        case ChannelRang(at=at):
            return happened.Rang(at)
        case ChannelUp(at=at):
            return happened.WentUp(at)
        case ChannelBridged(at=at):
            return happened.Bridged(at)
        case ChannelHungUp(cause=cause, tech_cause=tech_cause, at=at):
            return happened.HungUp(cause, tech_cause, at)
        case OriginateFailed(no_channel=no_channel, at=at):
            return happened.Refused(no_channel, at)
        case _:
            return None


class Switchboard:
    """The one sink of the switch's events."""

    def __init__(
        self,
        calls: Calls,
        agents: Agents,
        *,
        session_changed: Callable[[bool, float], None],
        phone_changed: Callable[[PhoneChanged], None],
        spoke: Callable[[LegId, bool, float], None] = lambda _leg, _speaking, _at: None,
        supervision: Supervision | None = None,
        others: OtherCalls | None = None,
    ) -> None:
        self._calls = calls
        self._agents = agents
        self._session_changed = session_changed
        self._phone_changed = phone_changed
        self._spoke = spoke
        self._supervision = supervision
        self._others = others or OtherCalls()
        self._held: list[SwitchEvent] | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep what is told of calls and legs, and route it, in order, when the block is over.

        Between a look at the live channels and the adoption of what was seen, nobody knows the
        calls yet: their hang-up would be lost, and they would live for ever.
        """
        self._held = []
        try:
            yield
        finally:
            waiting, self._held = self._held, None
            for event in waiting:
                self._route(event)

    def take(self, event: SwitchEvent) -> None:
        """Route one event."""
        match event:
            case SwitchUp(at):
                self._session_changed(True, at)
            case SwitchDown(at=at):
                self._session_changed(False, at)
            case PhoneChanged():
                self._phone_changed(event)
            case _ if self._held is not None:
                self._held.append(event)
            case _:
                self._route(event)

    def _route(self, event: SwitchEvent) -> None:
        match event:
            case SwitchUp() | SwitchDown() | PhoneChanged():
                pass  # not of one channel
            case _ if is_attempt_id(event.channel_id):
                call_event = _call_event(event)
                if call_event is not None:
                    self._calls.handle(event.channel_id, call_event)
            case _ if is_leg_id(event.channel_id):
                self._leg(LegId(event.channel_id), event)
            case _ if is_spy_id(event.channel_id) and self._supervision is not None:
                self._spy(self._supervision, event)
            case ChannelSpoke() | ChannelIdles() | KeyPressed():
                pass  # only legs are listened to; the rest is told to whoever waits for it
            case _ if is_call_id(event.channel_id):
                self._others.take(event)

    def _spy(self, supervision: Supervision, event: SwitchEvent) -> None:
        match event:
            case ChannelUp(channel_id=spy_id):
                supervision.phone_up(spy_id)
            case ChannelIdles(channel_id=spy_id):
                supervision.phone_idles(spy_id)
            case ChannelHungUp(channel_id=spy_id, cause=cause):
                supervision.phone_gone(spy_id, cause)
            case OriginateFailed(channel_id=spy_id, no_channel=True):
                supervision.phone_gone(spy_id, None)
            case _:
                pass

    def _leg(self, leg_id: LegId, event: SwitchEvent) -> None:
        match event:
            case ChannelUp():
                self._agents.leg_up(leg_id)
            case ChannelIdles():
                self._agents.demand.idles(leg_id)
            case ChannelSpoke(speaking=speaking, at=at):
                self._spoke(leg_id, speaking, at)
            case ChannelHungUp(cause=cause):
                self._agents.leg_gone(leg_id, cause)
            case OriginateFailed(no_channel=True):
                self._agents.leg_gone(leg_id, 0)
            case _:
                pass
