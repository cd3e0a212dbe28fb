"""An agent's phone: how it reaches the switch, and what the switch knows it by. Pure.

The secret is not kept: only the digest that SIP's digest authentication compares (HA1, RFC 2617).
Whoever reads the record can pretend to be the phone, but not learn what to type into one. Refuses
to know how the switch is told, and where phones are kept.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dialer.domain.one_line import ENDPOINT_NAME
from dialer.errors import BadInput, NoSuch, Taken

REALM: Final = "outpace"
"""What the digest is made with; the switch's challenge to a phone of ours names it."""

SECRET_BYTES: Final = 18
"""Chance in a secret that we make: 144 bits, 24 characters."""

_RESERVED: Final = frozenset({"global", "system", "agent", "agent-aor", "agent-auth"})
"""Sections of the switch's own configuration."""


class PhoneKind(StrEnum):
    """What the phone is."""

    SIP = "sip"  # a device or a program
    WEBRTC = "webrtc"  # a page in a browser


class Transport(StrEnum):
    """How a SIP phone's signalling travels; a browser's goes by WebSocket."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class PhoneLeg(StrEnum):
    """When the phone is called."""

    STANDING = "standing"  # at the log-in, once; the leg stays up from talk to talk
    ON_DEMAND = "on_demand"  # for each customer; the leg ends with the talk


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of a tenant."""

    name: str
    """The agent's; no two phones of a database share one, whoever's they are."""
    kind: PhoneKind = PhoneKind.SIP
    transport: Transport = Transport.UDP
    srtp: bool = False
    """Whether its audio must be encrypted (SDES); a browser's always is (DTLS)."""
    ha1: str = field(default="", repr=False)
    """MD5 of name, realm and secret."""
    leg: PhoneLeg = PhoneLeg.STANDING
    """When it is called; a browser's leg always stands."""

    @property
    def shown(self) -> dict[str, Any]:
        """What may be shown of it: everything but the digest."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "transport": self.transport.value,
            "srtp": self.srtp,
            "leg": self.leg.value,
        }


def may_name_a_phone(name: str) -> bool:
    """Tell whether a name is none of the switch's own sections."""
    return name not in _RESERVED and not name.startswith("transport-")


def ha1_of(name: str, secret: str) -> str:
    """Return the digest by which the switch knows a phone's secret."""
    text = f"{name}:{REALM}:{secret}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def checked_phone(phone: Phone) -> Phone:
    """Return a phone that can be kept.

    Raises:
        BadInput: the switch could not call it by that name, or its parts do not go together.
    """
    if not ENDPOINT_NAME.fullmatch(phone.name) or not may_name_a_phone(phone.name):
        fix = "use 1-40 letters, digits, '.', '_' or '-'"
        raise BadInput("name", f"{phone.name!r} cannot name an endpoint", fix)
    if phone.kind is PhoneKind.WEBRTC and (phone.srtp or phone.transport is not Transport.UDP):
        problem = "are of SIP phones; a browser goes by WebSocket and is encrypted"
        raise BadInput("transport and srtp", problem, "leave them out")
    if phone.kind is PhoneKind.WEBRTC and phone.leg is not PhoneLeg.STANDING:
        problem = "on_demand is of SIP phones; a page in a browser keeps its leg"
        raise BadInput("leg", problem, "choose leg standing")
    if phone.srtp and phone.transport is not Transport.TLS:
        problem = f"over {phone.transport.value} its keys could be read on the way"
        raise BadInput("srtp", problem, "choose transport tls")
    if len(phone.ha1) != 32 or set(phone.ha1) - set("0123456789abcdef"):
        raise BadInput("secret", "has no digest", "make one with ha1_of")
    return phone


def phone_taken(name: str) -> Taken:
    """Return the error for a name that is a phone's already."""
    return Taken("name", f"{name!r} is a phone's already", "choose another")


def no_phone(name: str) -> NoSuch:
    """Return the error for a name that is no phone's."""
    return NoSuch("name", f"there is no phone {name!r}", "add it first")
