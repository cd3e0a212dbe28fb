"""The control protocol of an engine: what one line of JSON asks, and what it gets. Pure.

A request is `{"id": 1, "do": "campaign.start", "with": {...}}`; its answer `{"id": 1, "ok": ...}`
or `{"id": 1, "error": {...}}`. After `watch`, facts come unasked as `{"fact": [topic, {...}]}`.
Spoken by the CLI, by simulated agents and by the API; refuses to know sockets.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dialer.errors import BadInput, OutpaceError

MAX_LINE: Final = 1 << 20
SOCKET_NAME: Final = "control.sock"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing asked of the engine."""

    request_id: int | str
    do: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


class ControlError(OutpaceError):
    """The engine refused; carries the field, the problem and the fix where it named them."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.kind = str(facts.get("kind", ""))
        """Name of the error's class there: `NoSuch`, `WrongState`, ..."""
        self.field = str(facts.get("field", ""))
        self.problem = str(facts.get("problem", ""))
        self.fix = str(facts.get("fix", ""))
        super().__init__(str(facts.get("message", "refused")))


def encode_request(request: Request) -> bytes:
    """Return the line of a request."""
    body = {"id": request.request_id, "do": request.do, "with": dict(request.arguments)}
    return json.dumps(body).encode() + b"\n"


def decode_request(line: bytes) -> Request:
    """Read the line of a request.

    Raises:
        BadInput: it is not one.
    """
    try:
        body = json.loads(line)
        return Request(int(body["id"]), str(body["do"]), dict(body.get("with", {})))
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            "request", "is not a JSON object with id and do", "see dialer/control.py"
        ) from None


def encode_answer(request_id: int | str, result: object) -> bytes:
    """Return the line of an answer."""
    return json.dumps({"id": request_id, "ok": result}).encode() + b"\n"


def encode_error(request_id: int | str, error: Exception) -> bytes:
    """Return the line of a refusal."""
    facts: dict[str, Any] = {"message": str(error), "kind": type(error).__name__}
    if isinstance(error, BadInput):
        facts |= {"field": error.field, "problem": error.problem, "fix": error.fix}
    return json.dumps({"id": request_id, "error": facts}).encode() + b"\n"


def encode_fact(topic: str, fact: Mapping[str, Any]) -> bytes:
    """Return the line of a fact."""
    return json.dumps({"fact": [topic, dict(fact)]}).encode() + b"\n"
