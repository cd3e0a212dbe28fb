"""SIP messages as values: a datagram in, a request or response out, and back.

Knows RFC 3261's lines, compact header names, folded lines and lists of header values, within
bounds. Refuses to know transactions, dialogs, sockets and time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

Headers = dict[str, list[str]]
"""Header values by lower-case long name, in order of arrival."""

MAX_MESSAGE_BYTES: Final = 16_384
MAX_HEADER_LINES: Final = 128

_COMPACT: Final = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
    "e": "content-encoding",
    "k": "supported",
    "s": "subject",
    "o": "event",
    "r": "refer-to",
    "b": "referred-by",
    "x": "session-expires",
    "u": "allow-events",
}
_SPELLING: Final = {
    "call-id": "Call-ID",
    "cseq": "CSeq",
    "www-authenticate": "WWW-Authenticate",
    "mime-version": "MIME-Version",
}
_LISTS: Final = frozenset({"via", "route", "record-route", "contact"})
_REQUIRED: Final = ("via", "from", "to", "call-id", "cseq")

REASONS: Final[Mapping[int, str]] = {
    100: "Trying",
    180: "Ringing",
    183: "Session Progress",
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    410: "Gone",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    484: "Address Incomplete",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Server Time-out",
    600: "Busy Everywhere",
    603: "Decline",
    604: "Does Not Exist Anywhere",
}


class BadMessage(ValueError):
    """A datagram that is not a SIP message we can use."""


@dataclass(slots=True)
class Message:
    """What requests and responses share."""

    headers: Headers = field(default_factory=dict)
    body: bytes = b""

    def first(self, name: str) -> str:
        """Return the first value of a header (lower-case long name), or ""."""
        values = self.headers.get(name)
        return values[0] if values else ""

    def values(self, name: str) -> list[str]:
        """Return all values of a header; list headers are split at their commas."""
        return self.headers.get(name, [])

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.first("call-id")

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of the CSeq; (0, "") when it is malformed."""
        number, _, method = self.first("cseq").partition(" ")
        return (int(number), method.strip()) if number.isascii() and number.isdigit() else (0, "")

    def _encode(self, start: str) -> bytes:
        lines = [start]
        for name, values in self.headers.items():
            if name != "content-length":
                spelled = _SPELLING.get(name) or name.title()
                lines.extend(f"{spelled}: {value}" for value in values)
        lines.append(f"Content-Length: {len(self.body)}\r\n\r\n")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape") + self.body


@dataclass(slots=True)
class Request(Message):
    """A SIP request."""

    method: str = ""
    uri: str = ""

    def encode(self) -> bytes:
        """Return the datagram."""
        return self._encode(f"{self.method} {self.uri} SIP/2.0")


@dataclass(slots=True)
class Response(Message):
    """A SIP response."""

    status: int = 0
    reason: str = ""

    def encode(self) -> bytes:
        """Return the datagram."""
        return self._encode(f"SIP/2.0 {self.status} {self.reason}")


def parse(datagram: bytes) -> Request | Response:
    """Read one datagram.

    Raises:
        BadMessage: too long, no SIP start line, or a header that every message needs is missing.
    """
    if len(datagram) > MAX_MESSAGE_BYTES:
        raise BadMessage(f"{len(datagram)} bytes; at most {MAX_MESSAGE_BYTES}")
    head, _, body = datagram.partition(b"\r\n\r\n")
    start, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    headers = _headers(lines)
    for name in _REQUIRED:
        if name not in headers:
            raise BadMessage(f"no {name} header")
    length = headers.pop("content-length", [""])[0]
    if length.isascii() and length.isdigit():
        if int(length) > len(body):
            raise BadMessage(f"body of {len(body)} bytes; Content-Length says {length}")
        body = body[: int(length)]
    first, _, rest = start.partition(" ")
    if first == "SIP/2.0":
        status, _, reason = rest.partition(" ")
        if not (status.isascii() and status.isdigit() and len(status) == 3):
            raise BadMessage(f"status line {start!r}")
        return Response(headers, body, int(status), reason)
    uri, _, version = rest.partition(" ")
    if version != "SIP/2.0" or not uri or not first.isalpha():
        raise BadMessage(f"start line {start[:80]!r}")
    return Request(headers, body, first, uri)


def _headers(lines: list[str]) -> Headers:
    if len(lines) > MAX_HEADER_LINES:
        raise BadMessage(f"{len(lines)} header lines; at most {MAX_HEADER_LINES}")
    headers: Headers = {}
    last: list[str] | None = None
    for line in lines:
        if line[:1] in (" ", "\t"):
            if last is None:
                raise BadMessage("a folded line before any header")
            last[-1] = f"{last[-1]} {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        if not colon:
            raise BadMessage(f"header line {line[:80]!r}")
        name = name.strip().lower()
        name = _COMPACT.get(name, name)
        value = value.strip()
        last = headers.setdefault(name, [])
        if name in _LISTS and "," in value:
            last.extend(split_list(value))
        else:
            last.append(value)
    return headers


def respond(
    request: Request, status: int, *, tag: str = "", extra: Iterable[tuple[str, str]] = ()
) -> Response:
    """Answer a request: Vias, From, To (with our tag, if it has none), Call-ID and CSeq copied."""
    source = request.headers
    to = source["to"]
    if tag and status > 100 and not tag_of(to[0]):
        to = [f"{to[0]};tag={tag}"]
    headers: Headers = {"via": source["via"], "from": source["from"], "to": to}
    if status < 300 and request.method == "INVITE" and "record-route" in source:
        headers["record-route"] = source["record-route"]
    headers["call-id"] = source["call-id"]
    headers["cseq"] = source["cseq"]
    for name, value in extra:
        headers[name] = [value]
    return Response(headers, b"", status, REASONS.get(status, "Unknown"))


def split_list(value: str) -> list[str]:
    """Split a header value at its commas, but not at those inside quotes or angle brackets."""
    parts: list[str] = []
    start = depth = 0
    quoted = False
    for position, character in enumerate(value):
        if character == '"' and value[position - 1 : position] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif character == "<":
            depth += 1
        elif character == ">":
            depth -= 1
        elif character == "," and depth <= 0:
            parts.append(value[start:position].strip())
            start = position + 1
    parts.append(value[start:].strip())
    return [part for part in parts if part]


def parameter(value: str, name: str) -> str:
    """Return a parameter of a header value (`;name=x` after the address), or ""."""
    _, _, parameters = value.rpartition(">") if ">" in value else value.partition(";")
    for part in parameters.split(";"):
        key, _, found = part.partition("=")
        if key.strip().lower() == name:
            return found.strip().strip('"')
    return ""


def tag_of(value: str) -> str:
    """Return the tag of a From or To value, or ""."""
    return parameter(value, "tag") if "tag=" in value else ""


def uri_of(value: str) -> str:
    """Return the URI of a From, To, Contact or Route value."""
    before, bracket, after = value.partition("<")
    return after.partition(">")[0] if bracket else before.partition(";")[0].strip()


def user_of(uri: str) -> str:
    """Return the user part of a SIP URI, or "" when it has none."""
    _, _, rest = uri.partition(":")
    user, at, _ = rest.rpartition("@")
    return user.partition(";")[0].partition(":")[0] if at else ""
