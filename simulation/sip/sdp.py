"""The session descriptions we need: one PCMU audio stream, and telephone events for key presses.

Refuses to know any other codec, video, ICE or SRTP.
"""

from dataclasses import dataclass
from typing import Final

Address = tuple[str, int]
"""Host and UDP port."""

PCMU: Final = 0
_MIRROR: Final = {"sendonly": "recvonly", "recvonly": "sendonly", "inactive": "inactive"}


@dataclass(frozen=True, slots=True)
class AudioOffer:
    """What the other side says about its audio."""

    address: Address
    payload_types: tuple[int, ...]
    event_type: int | None = None
    """Payload type of telephone-event/8000, if offered."""
    direction: str = "sendrecv"


def parse_sdp(body: bytes) -> AudioOffer | None:
    """Return the first audio stream of a description, or None when there is none."""
    host = ""
    port: int | None = None
    payload_types: tuple[int, ...] = ()
    event_type: int | None = None
    direction = "sendrecv"
    for raw in body.decode("utf-8", "replace").splitlines():
        kind, _, value = raw.strip().partition("=")
        words = value.split()
        if kind == "m":
            if port is not None:
                break  # the next stream: only the first audio is ours
            if len(words) >= 4 and words[0] == "audio" and words[1].isdigit():
                port = int(words[1])
                payload_types = tuple(int(word) for word in words[3:] if word.isdigit())
        elif kind == "c" and len(words) == 3:
            host = words[2].partition("/")[0]
        elif kind == "a":
            if value in ("sendrecv", "sendonly", "recvonly", "inactive"):
                direction = value
            elif value.startswith("rtpmap:") and "telephone-event/8000" in value:
                number = value[len("rtpmap:") :].split()[0]
                event_type = int(number) if number.isdigit() else None
    if port is None or not host:
        return None
    return AudioOffer((host, port), payload_types, event_type, direction)


def render_sdp(
    address: Address, *, event_type: int | None = 101, direction: str = "sendrecv", version: int = 1
) -> bytes:
    """Describe our audio: PCMU in frames of 20 ms at `address`."""
    host, port = address
    kinds = f"{PCMU}" if event_type is None else f"{PCMU} {event_type}"
    lines = [
        "v=0",
        f"o=- {port} {version} IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP {kinds}",
        "a=rtpmap:0 PCMU/8000",
    ]
    if event_type is not None:
        lines += [f"a=rtpmap:{event_type} telephone-event/8000", f"a=fmtp:{event_type} 0-16"]
    lines += ["a=ptime:20", f"a={direction}", ""]
    return "\r\n".join(lines).encode()


def answer_to(offer: AudioOffer | None, address: Address, version: int = 1) -> bytes:
    """Answer an offer (or, without one, make ours) with the audio at `address`."""
    if offer is None:
        return render_sdp(address, version=version)
    direction = _MIRROR.get(offer.direction, "sendrecv")
    return render_sdp(address, event_type=offer.event_type, direction=direction, version=version)
