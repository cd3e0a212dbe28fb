"""What the switch tells us about channels, in our words (past tense).

`at` is seconds since the epoch by the switch's own clock where it stamps its events. Uniqueids are
our own channel ids; the adapter drops events of channels that are not ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelRang:
    """The far end of a channel we started is ringing."""

    channel_id: str
    at: float


@dataclass(frozen=True, slots=True)
class ChannelUp:
    """The far end of a channel we started has answered."""

    channel_id: str
    at: float


@dataclass(frozen=True, slots=True)
class ChannelBridged:
    """A channel of ours entered a bridge."""

    channel_id: str
    bridge_id: str
    """The switch's id of the bridge; both parties of a talk carry the same one."""
    at: float


@dataclass(frozen=True, slots=True)
class ChannelIdles:
    """A leg, a supervisor's phone or a call of ours idles: it can be joined with another.

    Told again from time to time while it idles on.
    """

    channel_id: str
    at: float


@dataclass(frozen=True, slots=True)
class ChannelHungUp:
    """A channel of ours is gone: the only live event that ends an attempt."""

    channel_id: str
    cause: int
    tech_cause: str
    at: float


@dataclass(frozen=True, slots=True)
class OriginateFailed:
    """The switch could not start a channel, or gave up on it; a hang-up may or may not follow."""

    channel_id: str
    reason: str
    at: float
    no_channel: bool = False
    """True when the switch refused at once: there is no channel and no hang-up will come."""


@dataclass(frozen=True, slots=True)
class PhoneChanged:
    """An agent's softphone registered, or is no longer reachable."""

    endpoint: str
    reachable: bool
    at: float
    page: str = ""
    """Of a page in a browser: tells it from the next one; "" for any other phone."""


@dataclass(frozen=True, slots=True)
class ChannelSpoke:
    """Sound began on a channel of ours that the switch listens to, or was absent for a while."""

    channel_id: str
    speaking: bool
    at: float


@dataclass(frozen=True, slots=True)
class KeyPressed:
    """Whoever is on a channel of ours pressed a telephone key, and let it go."""

    channel_id: str
    key: str
    at: float


@dataclass(frozen=True, slots=True)
class SwitchUp:
    """The session with the switch is open; events flow from here on, none before."""

    at: float


@dataclass(frozen=True, slots=True)
class SwitchDown:
    """The session with the switch is lost; nothing is known of what happens from here on."""

    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class LiveChannel:
    """A channel of ours as the switch lists it."""

    channel_id: str
    state: str
    """Asterisk's ChannelStateDesc: "Up", "Ringing", "Ring", "Down", ..."""
    bridge_id: str
    age_s: float
    application: str = ""


SwitchEvent = (
    ChannelRang
    | ChannelUp
    | ChannelBridged
    | ChannelIdles
    | ChannelHungUp
    | OriginateFailed
    | PhoneChanged
    | ChannelSpoke
    | KeyPressed
    | SwitchUp
    | SwitchDown
)
