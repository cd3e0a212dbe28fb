"""Requests and answers as a switch writes them, for transcripts of our own side."""

from simulation.sip.message import Request, Response, parse
from simulation.sip.sdp import render_sdp
from simulation.sip.signals import Send, SendOk, Signal

US = ("127.0.0.1", 5080)
SWITCH = ("127.0.0.1", 5060)
AUDIO = ("127.0.0.1", 40_000)
SWITCH_AUDIO = ("127.0.0.1", 10_000)
OFFER = render_sdp(SWITCH_AUDIO)


def request(
    method: str,
    *,
    cseq: int = 1,
    call_id: str = "c1",
    to_tag: str = "",
    body: bytes = b"",
    extra: dict[str, list[str]] | None = None,
) -> Request:
    headers = {
        "via": [f"SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK{method}{cseq}"],
        "from": ['"Us" <sip:us@127.0.0.1>;tag=theirs'],
        "to": ["<sip:555@127.0.0.1>" + (f";tag={to_tag}" if to_tag else "")],
        "contact": ["<sip:switch@127.0.0.1:5060>"],
        "call-id": [call_id],
        "cseq": [f"{cseq} {method}"],
        **(extra or {}),
    }
    return Request(headers, body, method, "sip:555@127.0.0.1:5080")


def answer(asked: Request, status: int, **extra: list[str]) -> Response:
    """What the switch answers to a request of ours."""
    headers = {name: asked.values(name) for name in ("via", "from", "to", "call-id", "cseq")}
    if ";tag=" not in headers["to"][0]:
        headers["to"] = [headers["to"][0] + ";tag=switch"]
    headers.update({name.replace("_", "-"): values for name, values in extra.items()})
    return Response(headers, b"", status, "Whatever")


def sent(signals: list[Signal]) -> list[Request | Response]:
    """The messages among the signals, as the other side parses them."""
    return [parse(signal.data) for signal in signals if isinstance(signal, Send | SendOk)]


def words(signals: list[Signal]) -> list[str]:
    """Signals as a transcript: methods, statuses, and the names of facts."""
    said = []
    for signal in signals:
        if isinstance(signal, Send | SendOk):
            message = parse(signal.data)
            said.append(message.method if isinstance(message, Request) else f"{message.status}")
        else:
            said.append(type(signal).__name__)
    return said
