"""What the SIP core wants done (datagrams to send) and tells (calls that moved), as values.

Refuses to know how a datagram is sent or who listens.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulation.sip.message import Request
from simulation.sip.sdp import Address


class CallEnd(StrEnum):
    """How a call ended, as seen by our side."""

    REFUSED = "refused"  # we gave a final answer other than 200
    CANCELLED = "cancelled"  # the caller took it back before we answered
    NO_ACK = "no_ack"  # our 200 was never acknowledged
    BYE_RECEIVED = "bye_received"
    BYE_SENT = "bye_sent"
    FAILED = "failed"  # a call we made got a final answer other than 200, or none


@dataclass(frozen=True, slots=True)
class Send:
    """Send a datagram."""

    data: bytes
    to: Address


@dataclass(frozen=True, slots=True)
class SendOk:
    """Stamp the clock and send the first 200 OK of a call: the customer has said hello."""

    call_id: str
    data: bytes
    to: Address


@dataclass(frozen=True, slots=True)
class Invited:
    """A new call came in; it waits for `Endpoint.decide`."""

    call_id: str
    request: Request
    source: Address


@dataclass(frozen=True, slots=True)
class Acked:
    """The caller acknowledged our first 200 OK."""

    call_id: str


@dataclass(frozen=True, slots=True)
class MediaMoved:
    """The other side offered a new session (re-INVITE or UPDATE)."""

    call_id: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Ended:
    """A call is over; nothing more is told of it."""

    call_id: str
    end: CallEnd
    status: int
    """Final status of the INVITE; 0 when it had none."""


@dataclass(frozen=True, slots=True)
class Progressed:
    """A call we made got a provisional answer."""

    call_id: str
    status: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """A call we made was answered; its ACK is among the same signals."""

    call_id: str
    body: bytes


class RegistrationState(StrEnum):
    """Where a softphone stands with its registrar."""

    IDLE = "idle"
    TRYING = "trying"
    REGISTERED = "registered"
    REFUSED = "refused"
    LOST = "lost"  # no answer; tried again by itself
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True)
class RegistrationMoved:
    """A registration entered a state."""

    state: RegistrationState
    status: int
    """Status of the answer that did it; 0 without one."""


Signal = (
    Send | SendOk | Invited | Acked | MediaMoved | Ended | Progressed | Accepted | RegistrationMoved
)
