"""Names of attempts and agent legs: what Asterisk calls them, and why all have one length.

Asterisk's Bridge matches a uniqueid *prefix*, ignoring case: with `ag-1` gone, `ag-10` would be
taken. Every channel id we give out therefore has the same fixed length, so that no id can be the
prefix of another. Refuses to know what the ids are used for.
"""

from math import ceil
from typing import Final, NewType

from ulid import ULID

AttemptId = NewType("AttemptId", str)
"""One dial of one lead; also the ChannelId (Uniqueid) of the customer's channel."""

LegId = NewType("LegId", str)
"""The ChannelId of an agent's standing leg; a new one for each log-in."""

CallId = NewType("CallId", str)
"""A call that is no attempt: it came in, was made by hand, or is a leg of a transfer."""

SpyId = NewType("SpyId", str)
"""The ChannelId of a supervisor's phone that listens to a talk."""

AgentId = NewType("AgentId", str)
CampaignId = NewType("CampaignId", str)
LeadId = NewType("LeadId", int)

TenantId = NewType("TenantId", str)
ListId = NewType("ListId", int)
PlaceId = NewType("PlaceId", int)

MAIN_TENANT: Final = TenantId("main")
"""The tenant that everything belongs to until there are others."""

ATTEMPT_PREFIX: Final = "at-"
LEG_PREFIX: Final = "ag-"
CALL_PREFIX: Final = "ca-"
SPY_PREFIX: Final = "sv-"
_PREFIXES: Final = frozenset({ATTEMPT_PREFIX, LEG_PREFIX, CALL_PREFIX, SPY_PREFIX})
ID_LENGTH: Final = 29
"""Characters in every ChannelId: a three-character prefix and a ULID of 26."""

_LAST_MS: Final = 2**48 - 1
"""The last time that a ULID can hold."""


def new_attempt_id() -> AttemptId:
    """Return a new attempt id, unique over all nodes and sorted by time of creation."""
    return AttemptId(ATTEMPT_PREFIX + str(ULID()))


def new_leg_id() -> LegId:
    """Return a new id for an agent's standing leg."""
    return LegId(LEG_PREFIX + str(ULID()))


def new_call_id() -> CallId:
    """Return a new id for a call that is no attempt, unique over all nodes."""
    return CallId(CALL_PREFIX + str(ULID()))


def new_spy_id() -> SpyId:
    """Return a new id for a supervisor's phone that listens."""
    return SpyId(SPY_PREFIX + str(ULID()))


def is_attempt_id(channel_id: str) -> bool:
    """Tell whether a Uniqueid seen in Asterisk is one of our attempts."""
    return len(channel_id) == ID_LENGTH and channel_id.startswith(ATTEMPT_PREFIX)


def is_leg_id(channel_id: str) -> bool:
    """Tell whether a Uniqueid seen in Asterisk is one of our agent legs."""
    return len(channel_id) == ID_LENGTH and channel_id.startswith(LEG_PREFIX)


def is_call_id(channel_id: str) -> bool:
    """Tell whether a Uniqueid seen in Asterisk is one of our calls that are no attempts."""
    return len(channel_id) == ID_LENGTH and channel_id.startswith(CALL_PREFIX)


def made_at(channel_id: str) -> float:
    """Return when an id was made: epoch seconds, to the millisecond."""
    return ULID.from_str(channel_id[len(CALL_PREFIX) :]).milliseconds / 1000


def first_call_id(at: float) -> CallId:
    """Return what no id of a call that was made at a time (epoch seconds) or later is below."""
    known = min(max(at, 0.0), _LAST_MS / 1000)
    begin = str(ULID.from_timestamp(min(ceil(known * 1000), _LAST_MS)))[:10]
    return CallId(CALL_PREFIX + begin.ljust(26, "0"))


def is_talk_id(channel_id: str) -> bool:
    """Tell whether an id is one of a talk: an attempt's, or that of a call which came in."""
    return is_attempt_id(channel_id) or is_call_id(channel_id)


def is_spy_id(channel_id: str) -> bool:
    """Tell whether a Uniqueid seen in Asterisk is a supervisor who listens."""
    return len(channel_id) == ID_LENGTH and channel_id.startswith(SPY_PREFIX)


def is_channel_id(channel_id: str) -> bool:
    """Tell whether a Uniqueid seen in Asterisk is one that we gave."""
    return len(channel_id) == ID_LENGTH and channel_id[:3] in _PREFIXES
