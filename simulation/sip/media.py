"""Audio of a call: where its RTP goes, what it sends, and what was received, for later analysis.

`MediaDesk` gives a line to each call. `CallMedia` opens one socket per call (a few dozen calls):
packets are kept with the kernel's arrival time and looked at only afterwards. `NoMedia` names one
port that swallows everything. Refuses to know SIP.
"""

import socket
from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

from simulation.sip.jitter import JitterBuffer, Playout
from simulation.sip.pulse import Pulse, Rhythm
from simulation.sip.rtp import HEADER_BYTES, RtpPacket, RtpSender, parse_rtp
from simulation.sip.sdp import Address
from simulation.sip.tones import frames_in_turn, tone_frames
from simulation.sip.udp import UdpPort


@dataclass(frozen=True, slots=True)
class Sound:
    """What a line sends."""

    tone_hz: int | None = None
    """None is silence."""
    echo: bool = False
    first: tuple[tuple[float, int | None], ...] = ()
    """Tones before that: seconds, and Hz."""
    expect_hz: int | None = None
    """Tone the far end sends, for lines that count it."""


class MediaLine(Protocol):
    """The audio of one call."""

    @property
    def address(self) -> Address:
        """Where RTP is received: what the SDP names."""
        ...

    def start(self, remote: Address, sound: Sound) -> None:
        """Send to `remote` from now on; called again when the far end moves."""
        ...

    def press(self, digit: str, event_type: int) -> None:
        """Send a key press (RFC 4733)."""
        ...

    def plug(self, *, connected: bool) -> None:
        """Drop everything in and out while not connected, as by a pulled cable."""
        ...

    def close(self) -> None:
        """Stop; closing twice is fine."""
        ...


class MediaDesk(Protocol):
    """Gives lines to calls."""

    def open(self) -> MediaLine:
        """Return a line for a new call."""
        ...

    def close(self) -> None:
        """Close what the desk holds; lines are closed by their calls."""
        ...


class Capture:
    """Datagrams of one call with their arrival times, parsed when asked."""

    def __init__(self) -> None:
        self._raw: list[tuple[int, bytes]] = []
        self._ear = JitterBuffer()
        self._taken_in = 0

    def take(self, arrival_ns: int, datagram: bytes) -> None:
        """Keep a datagram that arrived at a time in nanoseconds since the epoch."""
        self._raw.append((arrival_ns, datagram))

    def __len__(self) -> int:
        return len(self._raw)

    def packets(self, *, from_s: float = 0.0, to_s: float = float("inf")) -> list[RtpPacket]:
        """Return the RTP packets that arrived between two times, in order of arrival."""
        found = []
        for arrival_ns, datagram in self._raw:
            arrival_s = arrival_ns * 1e-9
            if from_s <= arrival_s <= to_s:
                packet = parse_rtp(datagram, arrival_s)
                if packet is not None:
                    found.append(packet)
        return found

    def heard(self) -> Playout:
        """Return what a person has heard so far; each packet is taken in once."""
        for arrival_ns, datagram in self._raw[self._taken_in :]:
            packet = parse_rtp(datagram, arrival_ns * 1e-9)
            if packet is not None:
                self._ear.insert(packet)
        self._taken_in = len(self._raw)
        return self._ear.so_far()


class CallLine:
    """One call's own socket: sends on the pulse, keeps everything it receives."""

    def __init__(self, host: str, pulse: Pulse, ssrc: int) -> None:
        self.capture: Final = Capture()
        self._port = UdpPort(host, 0, self._received)
        self._port.open()
        self._pulse = pulse
        # where a stream begins is arbitrary, as with real phones: a switch must not rely on zero
        self._sender = RtpSender(ssrc, ssrc & 0x7FFF, (ssrc * 2_654_435_761) & 0xFFFFFFFF)
        self._remote: Address | None = None
        self._frames = tone_frames(None)
        self._first: list[bytes] = []
        self._sent = 0
        self._echo = False
        self._keys: deque[bytes] = deque()
        self._rhythm: Rhythm | None = None

    @property
    def address(self) -> Address:
        """Where RTP is received."""
        return self._port.address

    def start(self, remote: Address, sound: Sound) -> None:
        """Send to `remote` from now on; only its packets are kept."""
        self._remote = remote
        self._frames = tone_frames(sound.tone_hz)
        self._first = frames_in_turn(sound.first)
        self._echo = sound.echo
        if self._rhythm is None and not sound.echo:
            self._rhythm = self._pulse.start(self._beat)

    def press(self, digit: str, event_type: int) -> None:
        """Send a key press in place of the next frames."""
        self._keys.extend(self._sender.press(digit, event_type))

    def plug(self, *, connected: bool) -> None:
        """Drop everything in and out while not connected."""
        self._port.unplugged = not connected

    def close(self) -> None:
        """Stop sending and close the socket; what was received stays."""
        if self._rhythm is not None:
            self._rhythm.stop()
            self._rhythm = None
        self._port.close()

    def _beat(self, skipped: int) -> None:
        if self._remote is None:
            return
        if self._keys:
            self._port.send(self._keys.popleft(), self._remote)
            return
        if skipped:
            self._sender.skip(skipped)
        frame = self._frames[self._sent % len(self._frames)]
        if self._sent < len(self._first):
            frame = self._first[self._sent]
        self._port.send(self._sender.frame(frame), self._remote)
        self._sent += 1

    def _received(self, data: bytes, source: Address, arrival_ns: int) -> None:
        if source != self._remote:
            return  # RTCP, or somebody still sending to the last owner of this port
        self.capture.take(arrival_ns, data)
        if self._echo and len(data) > HEADER_BYTES:
            self._port.send(self._sender.frame(data[HEADER_BYTES:]), source)


class CallMedia:
    """A socket per call, all of them beating on one pulse."""

    def __init__(self, host: str, pulse: Pulse, *, first_ssrc: int) -> None:
        self._host = host
        self._pulse = pulse
        self._ssrc = first_ssrc

    def open(self) -> CallLine:
        """Return a line with a free port."""
        self._ssrc = (self._ssrc + 1) & 0xFFFFFFFF
        return CallLine(self._host, self._pulse, self._ssrc)

    def close(self) -> None:
        """Nothing is held."""


class SilentLine:
    """A line that names a port and does nothing."""

    def __init__(self, address: Address) -> None:
        self.address: Final = address

    def start(self, remote: Address, sound: Sound) -> None:
        """Send nothing."""

    def press(self, digit: str, event_type: int) -> None:
        """Send nothing."""

    def plug(self, *, connected: bool) -> None:
        """There is no cable."""

    def close(self) -> None:
        """Nothing is held."""


class NoMedia:
    """No audio at all: one socket that nobody reads takes what is sent to any of the calls."""

    def __init__(self, host: str) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)
        self._socket.bind((host, 0))
        self._line = SilentLine(self._socket.getsockname())

    def open(self) -> SilentLine:
        """Return the line that all calls share."""
        return self._line

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
