"""A telephone switch in memory, with the network and the phones behind it.

Knows what the port promises about channels and their events, and keeps a journal as Asterisk does.
Numbers and phones behave as they are told beforehand, or by hand while the test goes on. Refuses to
know Asterisk's words, and everything a dialplan does: `bridge` is all that an answered customer's
line can be ordered.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from dialer.domain.booking import JournalEntry
from dialer.domain.events import (
    ChannelBridged,
    ChannelHungUp,
    ChannelIdles,
    ChannelRang,
    ChannelUp,
    KeyPressed,
    LiveChannel,
    OriginateFailed,
    PhoneChanged,
    SwitchDown,
    SwitchEvent,
    SwitchUp,
)
from dialer.domain.ids import LegId, is_attempt_id
from dialer.domain.lead import Attempt
from dialer.domain.prompt_path import check_prompt
from dialer.errors import UnsafeValue
from dialer.ports import BridgeEnd, Clock, DialOptions
from dialer.testing.bridges import Channel, MemoryBridges, settle
from dialer.testing.journal import MemoryJournal
from dialer.testing.leg_hearing import MemoryLegHearing


@dataclass(frozen=True, slots=True)
class FarEnd:
    """What becomes of a call to a number; times are seconds from the call's start."""

    rings_at_s: float | None = 0.0
    answers_at_s: float | None = None
    ends_at_s: float | None = None
    cause: int = 16
    tech_cause: str = ""


class MemorySwitch(MemoryBridges, MemoryLegHearing):
    """A `Switch` (dialer.ports) in memory.

    Args:
        clock: stamps events.
        numbers: how numbers behave; any other stays silent until it is moved by hand.
        phones: agents' softphones that are there and answer by themselves.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        numbers: Mapping[str, FarEnd] | None = None,
        phones: Iterable[str] = (),
    ) -> None:
        super().__init__()
        self._clock = clock
        self._numbers = dict(numbers or {})
        self._sinks: list[Callable[[SwitchEvent], None]] = []
        self.journal = MemoryJournal()
        self.phones = set(phones)
        self.trunks: set[str] = set()
        """Trunks that answer when the switch asks them."""
        self.silent_phones: set[str] = set()
        """Phones that are there and ring, but that nobody answers."""
        self.busy_phones: set[str] = set()
        self._up_told: list[Callable[[str], None]] = []
        self._gone_told: list[Callable[[str], None]] = []
        self.calls: list[Attempt] = []
        """Every call the network has seen, in order."""
        self.options: dict[str, DialOptions] = {}
        self.cues: list[LegId] = []
        self.other_sessions = 0
        """Sessions of dead engines that the switch has not noticed yet."""

    # -- the session ----------------------------------------------------------------------

    async def connect(self) -> None:
        """Open the first session: it is there."""
        for sink in self._sinks:
            sink(SwitchUp(self._clock.now()))

    async def run(self) -> None:
        """Keep the session, for ever."""
        await asyncio.get_running_loop().create_future()

    def close(self) -> None:
        """End the session."""
        self._connected = False

    # -- Switch ----------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether commands can be sent now."""
        return self._connected

    def subscribe(self, sink: Callable[[SwitchEvent], None]) -> None:
        """Have every event handed to `sink`, in order, on the loop."""
        self._sinks.append(sink)

    def originate(self, attempt: Attempt, options: DialOptions) -> None:
        """Dial the customer of a recorded attempt; see `Switch.originate`."""
        self.need_session()
        check_values(number=attempt.number, trunk=attempt.trunk, caller_id=options.caller_id)
        prompts = {"abandon_prompt": options.abandon_prompt, "lost_prompt": options.lost_prompt}
        check_values(**prompts)
        for field, prompt in prompts.items():
            check_prompt(field, prompt)
        if attempt.attempt_id in self.channels:
            self._soon(OriginateFailed(attempt.attempt_id, "in use", self._clock.now()))
            return
        self.calls.append(attempt)
        self.options[attempt.attempt_id] = options
        channel = self._open(attempt.attempt_id)
        self._at(channel, options.ring_timeout_s, self._give_up)
        far = self._numbers.get(attempt.number)
        if far is None:
            return
        if far.rings_at_s is not None:
            self._at(channel, far.rings_at_s, self.ring)
        if far.answers_at_s is not None:
            self._at(channel, far.answers_at_s, self.answer)
        if far.ends_at_s is not None:
            self._at(channel, far.ends_at_s, lambda key: self.end(key, far.cause, far.tech_cause))

    def call_agent(self, leg_id: LegId, endpoint: str, *, ring_s: float | None = None) -> None:
        """Ring an agent's softphone for its leg; see `Switch.call_agent`."""
        self.call_phone(leg_id, endpoint)
        channel = self.channels.get(leg_id)
        if channel is not None and ring_s is not None:
            self._at(channel, ring_s, self._give_up)

    def call_phone(self, channel_id: str, endpoint: str) -> None:
        """Ring a phone of ours under an id, for whatever."""
        self.need_session()
        check_values(endpoint=endpoint)
        if endpoint in self.busy_phones:
            self._at(self._open(channel_id), 0.0, lambda key: self.end(key, 17, "486"))
            return
        if endpoint not in self.phones:
            self._soon(OriginateFailed(channel_id, "not there", self._clock.now(), no_channel=True))
            return
        silent = endpoint in self.silent_phones
        self._at(self._open(channel_id), 0.0, self.ring if silent else self.answer)

    def on_channel(self, *, up: Callable[[str], None], gone: Callable[[str], None]) -> None:
        """Be told, as the dialplan knows it, which channels answer and which end."""
        self._up_told.append(up)
        self._gone_told.append(gone)

    def whisper(self, leg_id: LegId) -> None:
        """Let the agent of a leg hear the connect cue."""
        if self._connected and leg_id in self.channels:
            self.cues.append(leg_id)

    def hang_up(self, channel_id: str) -> None:
        """End a channel; one that is gone already is no error."""
        self.need_session()
        if channel_id in self.channels:
            asyncio.get_running_loop().call_soon(self.end, channel_id)

    async def live_channels(self) -> list[LiveChannel]:
        """List the channels that live now."""
        await asyncio.sleep(0)
        self.need_session()
        now = self._clock.now()
        return [
            LiveChannel(one.channel_id, one.state, one.bridge_id, now - one.began_at)
            for one in self.channels.values()
        ]

    async def reachable_phones(self) -> set[str]:
        """Return the phones that are there."""
        await asyncio.sleep(0)
        self.need_session()
        return set(self.phones)

    async def reachable_contacts(self) -> set[str]:
        """Return the trunks and phones that are there."""
        return self.trunks | await self.reachable_phones()

    async def round_trip(self) -> float:
        """Return how long an answer takes, in seconds."""
        asked_at = self._clock.now()
        await asyncio.sleep(0)
        self.need_session()
        return self._clock.now() - asked_at

    async def sessions(self) -> int:
        """Count the sessions of our user, this one included."""
        await asyncio.sleep(0)
        self.need_session()
        return 1 + self.other_sessions

    # -- the network's and the phones' side ------------------------------------------------

    def come_in(self, call_id: str) -> None:
        """Somebody calls us, and is answered."""
        self._open(call_id).state = "Up"
        self.note("ANSWER", call_id)

    def ring(self, channel_id: str) -> None:
        """The far end rings."""
        channel = self.channels.get(channel_id)
        if channel is not None and channel.state == "Down":
            channel.state = "Ringing"
            self._tell(ChannelRang(channel_id, self._clock.now()))

    def answer(self, channel_id: str) -> None:
        """The far end answers; an agent's leg idles from here on."""
        channel = self.channels.get(channel_id)
        if channel is None or channel.state == "Up":
            return
        now = self._clock.now()
        channel.state = "Up"
        self.note("ANSWER", channel_id)
        for told in self._up_told:
            told(channel_id)
        self._tell(ChannelUp(channel_id, now))
        self._idle(channel)

    def end(self, channel_id: str, cause: int = 16, tech_cause: str = "") -> None:
        """A channel ends: hung up by its far end, or lost."""
        channel = self.channels.pop(channel_id, None)
        if channel is None:
            return
        for timer in channel.timers:
            timer.cancel()
        now = self._clock.now()
        self.note("HANGUP", channel_id, cause, tech_cause)
        if channel.state != "Up":
            self._tell(OriginateFailed(channel_id, "ended", now))
        self._tell(ChannelHungUp(channel_id, cause, tech_cause, now))
        self._part(channel)
        for told in self._gone_told:
            told(channel_id)

    def start(self, channel_id: str, number: str, ring_timeout_s: float) -> None:
        """Call a number under an id of ours that is no attempt's."""
        self.need_session()
        check_values(number=number)
        channel = self._open(channel_id)
        self._at(channel, ring_timeout_s, self._give_up)
        far = self._numbers.get(number)
        if far is not None and far.answers_at_s is not None:
            self._at(channel, far.answers_at_s, self.answer)
        if far is not None and far.ends_at_s is not None:
            self._at(channel, far.ends_at_s, lambda key: self.end(key, far.cause, far.tech_cause))

    def forget_everyone(self) -> None:
        """Whoever listened is dead and hears nothing more."""
        self._sinks.clear()

    def note(self, event: str, channel_id: str, cause: int = 0, tech_cause: str = "") -> None:
        """Write a line into the journal, as the switch or its dialplan does."""
        self.journal.write(JournalEntry(event, channel_id, self._clock.now(), cause, tech_cause))

    def phone_changed(self, endpoint: str, *, reachable: bool) -> None:
        """A softphone registers, or is gone."""
        if reachable:
            self.phones.add(endpoint)
        else:
            self.phones.discard(endpoint)
        self._tell(PhoneChanged(endpoint, reachable, self._clock.now()))

    def press(self, channel_id: str, key: str) -> None:
        """Whoever is on a channel presses a key."""
        self._tell(KeyPressed(channel_id, key, self._clock.now()))

    def lose(self, reason: str = "cut") -> None:
        """The session breaks; channels live on and nothing is told of them."""
        if self._connected:
            self._connected = False
            self._hand_out(SwitchDown(reason, self._clock.now()))

    def restore(self) -> None:
        """The session is back."""
        if not self._connected:
            self._connected = True
            self._hand_out(SwitchUp(self._clock.now()))

    def restart(self) -> None:
        """The switch starts anew: session and channels are gone, its journal tells of nothing."""
        self.lose("restarted")
        for channel in self.channels.values():
            for timer in channel.timers:
                timer.cancel()
            if channel.joined is not None:
                settle(channel, BridgeEnd.CUSTOMER_LEFT)
        self.channels.clear()

    # -- inside ------------------------------------------------------------------------------

    def age_s(self, channel_id: str) -> float | None:
        """Return for how long a channel has lived; None: there is none."""
        channel = self.channels.get(channel_id)
        return None if channel is None else self._clock.now() - channel.began_at

    def _open(self, channel_id: str) -> Channel:
        channel = Channel(channel_id, self._clock.now())
        self.channels[channel_id] = channel
        return channel

    def _at(self, channel: Channel, delay_s: float, act: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()
        channel.timers.append(loop.call_later(delay_s, act, channel.channel_id))

    def _give_up(self, channel_id: str) -> None:
        channel = self.channels.get(channel_id)
        if channel is not None and channel.state != "Up":
            self.end(channel_id, 0, "")

    def _entered(self, channel: Channel) -> None:
        self.note("BRIDGE_ENTER", channel.channel_id)
        bridged = ChannelBridged(channel.channel_id, channel.bridge_id, self._clock.now())
        self._tell(bridged)

    def idles(self, channel_id: str) -> None:
        """A channel is where it can be joined."""
        self._idle(self.channels[channel_id])

    def _idle(self, channel: Channel) -> None:
        if channel.channel_id in self.channels and not is_attempt_id(channel.channel_id):
            self._soon(ChannelIdles(channel.channel_id, self._clock.now()))

    def _soon(self, event: SwitchEvent) -> None:
        asyncio.get_running_loop().call_soon(self._tell, event)

    def _tell(self, event: SwitchEvent) -> None:
        """What happens without a session is told to nobody."""
        if self._connected:
            self._hand_out(event)

    def _hand_out(self, event: SwitchEvent) -> None:
        for sink in self._sinks:
            sink(event)


def check_values(**values: str) -> None:
    """Refuse what must not reach a switch.

    Raises:
        UnsafeValue: a value holds a line break or NUL.
    """
    for name, value in values.items():
        if any(mark in value for mark in "\r\n\0"):
            raise UnsafeValue(name, value)
