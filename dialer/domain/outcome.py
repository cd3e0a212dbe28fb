"""How an attempt can end, and how the network's causes are read.

Classified by the Hangup event's Cause (Q.850) and, where Asterisk gives it, TechCause (the SIP
status). DialStatus and OriginateResponse are not used: they say NOANSWER for 404 and 403, and
reason 0 for busy, 503, 404 and 403 alike (measured on Asterisk 22). Calls that something other than
a person answered are classified by its sound. Refuses to know channels.
"""

from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """The one end of an attempt."""

    CONNECTED = "connected"  # a live answer that talked with an agent
    ABANDONED = "abandoned"  # a live answer that we let go, or left in silence past the grace
    HUNG_UP_WAITING = "hung_up_waiting"  # a live answer that left by itself within the grace
    MESSAGE_HEARD = "message_heard"  # of a broadcast: answered, and no key pressed for an agent
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    INVALID = "invalid"  # the number does not exist
    CONGESTION = "congestion"  # the network or trunk is full or down
    FAILED = "failed"  # refused or any other failure before an answer
    CANCELLED = "cancelled"  # taken back by us before it was answered
    LOST = "lost"  # the record survived, but nobody can say how the call went


LIVE_ANSWERS: Final = frozenset({Outcome.CONNECTED, Outcome.ABANDONED, Outcome.HUNG_UP_WAITING})
"""Outcomes in which a person answered: the denominator of the abandon rate."""

_BY_SIP: Final = {
    "404": Outcome.INVALID,
    "410": Outcome.INVALID,
    "484": Outcome.INVALID,
    "604": Outcome.INVALID,
    "486": Outcome.BUSY,
    "600": Outcome.BUSY,
    "408": Outcome.NO_ANSWER,
    "480": Outcome.NO_ANSWER,
    "487": Outcome.NO_ANSWER,
    "500": Outcome.CONGESTION,
    "502": Outcome.CONGESTION,
    "503": Outcome.CONGESTION,
    "504": Outcome.CONGESTION,
    "403": Outcome.FAILED,
    "603": Outcome.FAILED,
}

_BY_CAUSE: Final = {
    1: Outcome.INVALID,
    22: Outcome.INVALID,
    28: Outcome.INVALID,
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER,
    19: Outcome.NO_ANSWER,
    20: Outcome.NO_ANSWER,
    # an Originate that times out is hung up by us: "no reason" (0) and "normal clearing" (16)
    0: Outcome.NO_ANSWER,
    16: Outcome.NO_ANSWER,
    21: Outcome.FAILED,
    27: Outcome.CONGESTION,
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    41: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
}

_BY_SOUND: Final = {
    "sit_vacant": Outcome.INVALID,
    "sit_no_circuit": Outcome.CONGESTION,
    "sit": Outcome.FAILED,
}


def machine_outcome(reason: str) -> Outcome:
    """Read the end of a call that was let go because of what answered it.

    Args:
        reason: of the verdict (`dialer.domain.amd`): the network's special information tones say
            what became of the number; whatever else is no person is a machine, a fax too.
    """
    return _BY_SOUND.get(reason, Outcome.MACHINE)


def unanswered_outcome(cause: int, tech_cause: str = "") -> Outcome:
    """Read the end of a call that nobody answered.

    Args:
        cause: Q.850 cause of the Hangup event.
        tech_cause: SIP status of the same event (Asterisk >= 20.17 / 22.7), or "".
    """
    by_sip = _BY_SIP.get(tech_cause)
    if by_sip is not None:
        return by_sip
    return _BY_CAUSE.get(cause, Outcome.FAILED)
