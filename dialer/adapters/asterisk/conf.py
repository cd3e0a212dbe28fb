"""What the shipped Asterisk configuration needs to know of one node, checked before it is written.

Knows which values the templates in `asterisk-conf/` read, and that no value can break out of its
line. Refuses to know how files are rendered and where secrets come from.
"""

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialer.domain.one_line import ENDPOINT_NAME
from dialer.domain.phone import Transport, may_name_a_phone
from dialer.domain.verification import VERSTAT
from dialer.errors import BadInput

AMI_USER: Final = "outpace"
"""The one AMI user, `[outpace]` in manager.conf."""

ARI_USER: Final = "outpace"
"""The one ARI user, `[outpace]` in ari.conf."""

TRUNK: Final = "trunk"
"""Name of the trunk's endpoint when none is given."""

LANES: Final = 16
"""Endpoints over which a trunk's channels are spread: at each change of a channel Asterisk looks at
all the channels of its endpoint, and 700 lines of one endpoint cost it a fifth of its work."""


def lane(number: int) -> str:
    """Return what the name of a trunk's lane ends in; `number` from 0 to `LANES` - 1."""
    return f"lane{number}"


LET_GO_AFTER_S: Final = 1.8
"""From the answer to the message: with it the message is audible by the legal 2.0 s."""

AGENT_RTP_TIMEOUT_S: Final = 3
"""Ends a leg whose phone fell silent, 2.5-3.5 s after its last packet (measured)."""

PAGE_RTP_TIMEOUT_S: Final = 20
"""The same of a page in a browser: the engine hears within 1.4 s that nothing comes from it, gives
its customer music, and waits for it; so its leg outlives that wait, and the page needs no call."""

AGENT_QUALIFY_S: Final = 5
"""Between two questions to a phone whether it is still there."""

JOURNAL_FILE: Final = "cel-custom/outpace.csv"
"""The switch's journal, below the instance's log folder."""

# what Asterisk's configuration reader, or the dialplan, would take for more than a plain value
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f;\"\\\[\]<>{}$&,()|=\s]")
_KEYS: Final = frozenset("0123456789*#")


def _check_name(field: str, value: str) -> None:
    if not ENDPOINT_NAME.fullmatch(value) or not may_name_a_phone(value):
        raise BadInput(
            field,
            f"{value!r} cannot name an endpoint",
            "use 1-40 letters, digits, '.', '_' or '-'",
        )


def _check_plain(field: str, value: str) -> None:
    if not value or _UNSAFE.search(value):
        raise BadInput(
            field,
            "is empty or holds a character Asterisk's files would misread",
            "use letters, digits and -._~/+:@ only",
        )


def _check_loopback(field: str, value: str) -> None:
    if not ipaddress.ip_address(value).is_loopback:
        raise BadInput(field, "it is plain text", "keep it on this machine: 127.0.0.1")


def _check_port(field: str, value: int) -> None:
    if not 0 < value < 65536:
        raise BadInput(field, f"{value} is no port", "use 1-65535")


@dataclass(frozen=True, slots=True)
class AgentPhone:
    """One agent's softphone: an endpoint of the agent's name, with a password of its own."""

    name: str
    password: str
    websocket: bool = False
    """The phone is a browser (SIP over WebSocket, SRTP, Opus)."""

    def __post_init__(self) -> None:
        _check_name("agent", self.name)
        _check_plain(f"password of agent {self.name}", self.password)


@dataclass(frozen=True, slots=True)
class Trunk:
    """The way to the telephone network."""

    host: str
    port: int = 5060
    name: str = TRUNK
    username: str = ""
    """For trunks that ask for a password; "" where the address is enough."""
    password: str = ""
    inbound_from: tuple[str, ...] = ()
    """Addresses the carrier calls from; the host itself when empty."""
    codecs: tuple[str, ...] = ("ulaw", "alaw")
    qualify_s: int = 10
    """Seconds between two OPTIONS."""
    register_there: bool = False
    """Register with the carrier, by username and password."""
    from_domain: str = ""
    """Domain of the From header; "" our address."""
    verified_in: str = VERSTAT
    """Where it tells what it found of callers' numbers: `verstat`, a header's name, or ""."""
    transport: Transport = Transport.UDP
    srtp: bool = False
    """Whether audio must be encrypted (SDES); its keys travel in SIP, so by TLS only."""

    def __post_init__(self) -> None:
        _check_name("trunk", self.name)
        if self.srtp and self.transport is not Transport.TLS:
            raise BadInput("trunk srtp", "its keys would travel in clear", "set transport to tls")
        if self.register_there and not self.username:
            raise BadInput("trunk username", "is empty", "a carrier registers somebody it knows")
        if self.from_domain:
            _check_plain("trunk from domain", self.from_domain)
        if self.verified_in:
            _check_name("trunk verified_in", self.verified_in)
        _check_plain("trunk host", self.host)
        _check_port("trunk port", self.port)
        for address in self.inbound_from:
            _check_plain("trunk inbound address", address)
        for codec in self.codecs:
            _check_name("trunk codec", codec)
        if self.username:
            _check_plain("trunk username", self.username)
            _check_plain("trunk password", self.password)
        if not self.inbound_from:
            object.__setattr__(self, "inbound_from", (self.host,))

    @property
    def address(self) -> str:
        """Where it is, as a SIP URI ends."""
        way = "" if self.transport is Transport.UDP else f";transport={self.transport}"
        return f"{self.host}:{self.port}{way}"


@dataclass(frozen=True, slots=True)
class Tls:
    """SIP over TLS: for agents' phones, and for trunks."""

    port: int
    certificate: Path
    private_key: Path
    host: str = "0.0.0.0"  # noqa: S104 - phones are elsewhere; switched on only by choice
    authorities: Path | None = None
    """Certificates (PEM) of those who vouch for carriers; needed for trunks."""

    def __post_init__(self) -> None:
        if self.authorities is not None:
            _check_plain("TLS authorities", str(self.authorities))
        _check_port("TLS port", self.port)
        _check_plain("TLS certificate", str(self.certificate))
        _check_plain("TLS private key", str(self.private_key))


@dataclass(frozen=True, slots=True)
class WebSocket:
    """SIP over WebSocket for softphones in a browser; `wss` once there is a certificate."""

    port: int
    host: str = "127.0.0.1"
    tls_port: int = 0
    certificate: Path | None = None
    private_key: Path | None = None

    def __post_init__(self) -> None:
        _check_port("WebSocket port", self.port)
        if self.certificate is not None:
            _check_port("WebSocket TLS port", self.tls_port)
            _check_plain("WebSocket certificate", str(self.certificate))
            _check_plain("WebSocket private key", str(self.private_key or ""))


@dataclass(frozen=True, slots=True)
class Ari:
    """ARI, by which the engine pushes agents' phones into this Asterisk; on this machine only."""

    port: int
    secret: str
    user: str = ARI_USER
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        _check_port("ARI port", self.port)
        _check_plain("ARI secret", self.secret)
        _check_loopback("ARI host", self.host)


def ari_secret(ami_secret: str) -> str:
    """Return the password of the ARI user: it follows from AMI's, which both sides have."""
    return hmac.new(ami_secret.encode(), b"ari", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeConf:
    """All values of one node's Asterisk; the templates see it as `node`.

    Raises:
        BadInput: a value that a configuration file would misread, or two endpoints of one name.
    """

    sip_port: int
    rtp_start: int
    rtp_end: int
    """Audio ports: two for each channel (the second for RTCP)."""
    ami_port: int
    ami_secret: str
    agi_port: int
    trunk: Trunk
    more_trunks: tuple[Trunk, ...] = ()
    agents: tuple[AgentPhone, ...] = ()
    name: str = "outpace"
    sip_host: str = "127.0.0.1"
    external_address: str = ""
    """Our address as the other side of a NAT sees it; "" there is none."""
    local_net: tuple[str, ...] = ()
    """Networks on this side of it."""
    ami_host: str = "127.0.0.1"
    ami_user: str = AMI_USER
    agi_host: str = "127.0.0.1"
    let_go_after_s: float = LET_GO_AFTER_S
    do_not_call_key: str = "9"
    key_wait_s: float = 3.0
    """How long the do-not-call key is still heard after the message."""
    agent_rtp_timeout_s: int = AGENT_RTP_TIMEOUT_S
    page_rtp_timeout_s: int = PAGE_RTP_TIMEOUT_S
    agent_qualify_s: int = AGENT_QUALIFY_S
    prompts: Path | None = None
    """Folder with abandon, lost, do-not-call and cue (.wav), absolute; None: those that ship."""
    tls: Tls | None = None
    websocket: WebSocket | None = None
    tcp: bool = False
    """SIP over TCP too, on the port of UDP, for phones."""
    ari: Ari | None = None
    stun: str = ""
    """Server (host:port) that tells Asterisk its own address, for WebRTC behind NAT."""
    microphone_watch: bool = False
    """Whether Asterisk listens to agents' microphones and tells when they fall silent."""

    def __post_init__(self) -> None:
        _check_name("node name", self.name)
        _check_plain("AMI secret", self.ami_secret)
        if self.prompts is not None:
            _check_plain("prompts folder", str(self.prompts))
            if not self.prompts.is_absolute():
                raise BadInput("prompts folder", f"{self.prompts} is relative", "name it in full")
        for field in ("sip_host", "ami_host", "agi_host"):
            _check_plain(field, getattr(self, field))
        for field in ("sip_port", "ami_port", "agi_port", "rtp_start", "rtp_end"):
            _check_port(field, getattr(self, field))
        if self.rtp_end - self.rtp_start < 1:
            raise BadInput("rtp_end", "the range of audio ports is empty", "raise it")
        _check_loopback("ami_host", self.ami_host)
        if self.stun:
            _check_plain("STUN server", self.stun)
        self._check_http()
        if self.do_not_call_key not in _KEYS or len(self.do_not_call_key) != 1:
            raise BadInput("do_not_call_key", "is no telephone key", "use one of 0-9, * or #")
        if not 0 < self.let_go_after_s <= LET_GO_AFTER_S:
            raise BadInput(
                "let_go_after_s", "silence would last too long", f"use {LET_GO_AFTER_S} or less"
            )
        self._check_nat()
        self._check_names()
        self._check_tls()

    def _check_tls(self) -> None:
        over = [trunk.name for trunk in self.trunks if trunk.transport is Transport.TLS]
        if over and (self.tls is None or self.tls.authorities is None):
            problem = f"of {over[0]} is tls, and this Asterisk has no TLS"
            fix = "set OUTPACE_ASTERISK_TLS_PORT, ..._TLS_CERT and ..._TLS_KEY"
            raise BadInput("trunk transport", problem, fix)

    def _check_nat(self) -> None:
        if self.external_address:
            _check_plain("external address", self.external_address)
            if not self.local_net:
                problem = "is empty, so every phone would be told the external address"
                raise BadInput("local_net", problem, "name our networks, as 10.0.0.0/8")
        for net in self.local_net:
            try:
                ipaddress.ip_network(net)
            except ValueError:
                raise BadInput("local_net", f"{net!r} is none", "write 192.168.1.0/24") from None

    def _check_names(self) -> None:
        names = [*(trunk.name for trunk in self.trunks), *(agent.name for agent in self.agents)]
        names += [f"{name}-auth" for name in names]
        for trunk in self.trunks:
            names += [f"{trunk.name}-{own}" for own in ("line", "registration")]
            names += [f"{trunk.name}-{own}" for own in map(lane, range(LANES))]
        for name in names:
            if names.count(name) > 1:
                raise BadInput("agent", f"{name!r} is used twice", "give each its own name")

    def _check_http(self) -> None:
        """Check that ARI is not let out of this machine by the WebSockets of browsers."""
        if self.ari is None or self.websocket is None:
            return
        _check_loopback("WebSocket host", self.websocket.host)
        if self.websocket.port != self.ari.port:
            problem = f"is not ARI's ({self.ari.port}), and one HTTP server serves both"
            raise BadInput("WebSocket port", problem, "give both the same port")

    @property
    def by_tcp(self) -> bool:
        """Whether SIP over TCP is spoken: for phones, or on a trunk."""
        return self.tcp or any(trunk.transport is Transport.TCP for trunk in self.trunks)

    @property
    def trunks(self) -> tuple[Trunk, ...]:
        """All ways to the telephone network."""
        return (self.trunk, *self.more_trunks)

    def values(self) -> Mapping[str, Any]:
        """Return what the templates read besides the instance's own `dirs` and `features`."""
        return {"node": self, "lanes": LANES}
