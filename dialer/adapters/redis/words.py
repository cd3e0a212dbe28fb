"""What stands in Redis: the names of keys, and the JSON below them. Pure.

Everything of an engine carries its *epoch*, which is new at each start: nothing that was asked of
an engine that died reaches the next one. Refuses to know sockets, and when anything is sent.

| key | holds |
|---|---|
| `outpace:nodes` | a set: names of the nodes that were there lately |
| `outpace:node:NAME` | the last beat of an engine; expires |
| `outpace:requests:NAME:EPOCH` | a list: what is asked of it, oldest first |
| `outpace:answers:LINK` | a list: what one asker is answered |
| `outpace:facts:NAME:EPOCH` | a stream, capped: entry `N-0` is its fact number N |
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dialer.control import MAX_LINE
from dialer.errors import BadInput

NODES: Final = "outpace:nodes"
FACT: Final = b"fact"
"""The one field of a fact's entry."""

LONGEST_S: Final = 60.0
"""A request may wait for its engine so long at most, whatever it says itself."""

KEPT_S: Final = 60
"""What nobody fetches is gone after so long."""

_ID: Final = re.compile(r"[0-9a-f]{16,64}")


def beat_key(node: str) -> str:
    """Return the key of a node's beat."""
    return f"outpace:node:{node}"


def requests_key(node: str, epoch: str) -> str:
    """Return the key of what is asked of an engine."""
    return f"outpace:requests:{node}:{epoch}"


def answers_key(link: str) -> str:
    """Return the key of what an asker is answered."""
    return f"outpace:answers:{link}"


def facts_key(node: str, epoch: str) -> str:
    """Return the key of an engine's facts."""
    return f"outpace:facts:{node}:{epoch}"


@dataclass(frozen=True, slots=True)
class Asked:
    """Something asked of an engine."""

    request_id: str
    do: str
    arguments: Mapping[str, Any]
    until_ms: int
    """By the server's clock: later it is not begun any more."""
    link: str
    """Who asks."""


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life of an engine."""

    epoch: str
    count: int
    told: int
    """Number of its last fact that is in the stream."""
    leaving: bool = False


def encode_asked(asked: Asked) -> bytes:
    """Return a request's JSON.

    Raises:
        BadInput: it is longer than anything an engine reads.
    """
    body = {
        "id": asked.request_id,
        "do": asked.do,
        "with": dict(asked.arguments),
        "until": asked.until_ms,
        "link": asked.link,
    }
    line = json.dumps(body).encode()
    if len(line) > MAX_LINE:
        raise BadInput("request", f"has more than {MAX_LINE:,} bytes", "ask for less at once")
    return line


def decode_asked(line: bytes) -> Asked:
    """Read a request.

    Raises:
        BadInput: it is none.
    """
    try:
        if len(line) > MAX_LINE:
            raise ValueError
        body = json.loads(line)
        asked = Asked(
            str(body["id"]),
            str(body["do"]),
            dict(body["with"]),
            int(body["until"]),
            str(body["link"]),
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        raise BadInput("request", "is none of ours", "see what else writes to this Redis") from None
    if not _ID.fullmatch(asked.request_id) or not _ID.fullmatch(asked.link):
        raise BadInput("request", "has an id of another make", "run one version everywhere")
    return asked


def decode_answer(line: bytes) -> Mapping[str, Any]:
    """Read an answer, as `dialer.control` writes it; empty if it cannot be read."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def encode_beat(beat: Beat) -> bytes:
    """Return a beat's JSON."""
    body = {"epoch": beat.epoch, "count": beat.count, "told": beat.told, "leaving": beat.leaving}
    return json.dumps(body).encode()


def decode_beat(line: bytes | None) -> Beat | None:
    """Read a beat; None if there is none, or it cannot be read."""
    if line is None:
        return None
    try:
        body = json.loads(line)
        beat = Beat(
            str(body["epoch"]), int(body["count"]), int(body["told"]), bool(body["leaving"])
        )
    except (ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        return None
    return beat if _ID.fullmatch(beat.epoch) else None


def encode_fact(topic: str, fact: Mapping[str, Any]) -> bytes:
    """Return a fact's JSON."""
    return json.dumps([topic, dict(fact)]).encode()


def decode_fact(line: bytes) -> tuple[str, Mapping[str, Any]] | None:
    """Read a fact; None if it cannot be read."""
    try:
        topic, fact = json.loads(line)
        return str(topic), dict(fact)
    except (ValueError, TypeError, RecursionError):
        return None
