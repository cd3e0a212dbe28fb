"""Errors as problem+json (RFC 9457): a stable code, the field and the fix. Knows HTTP.

The one place that says which error is which status. Whatever is not foreseen is a 500 without
details; they are in the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dialer.control import ControlError
from dialer.errors import (
    BadInput,
    ChangedMeanwhile,
    Denied,
    EngineUnavailable,
    NoSuch,
    NotAuthenticated,
    OutpaceError,
    StoreUnavailable,
    Taken,
    TooManyTries,
    WrongState,
)

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"

RETRY_AFTER_S: Final = 2
"""After which something that is gone for a moment is worth another try."""


class CsrfRefused(Denied):
    """A change with a cookie, but without what shows that our page sent it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of error is told."""

    status: int
    code: str
    retry_after_s: int | None = None


KINDS: Final[Mapping[str, Kind]] = {
    "NoSuch": Kind(404, "not_found"),
    "Taken": Kind(409, "taken"),
    "WrongState": Kind(409, "wrong_state"),
    "ChangedMeanwhile": Kind(412, "changed_meanwhile"),
    "CsrfRefused": Kind(403, "csrf"),
    "Denied": Kind(403, "denied"),
    "NotAuthenticated": Kind(401, "not_authenticated"),
    "TooManyTries": Kind(429, "too_many_tries"),
    "EngineUnavailable": Kind(503, "engine_unavailable", RETRY_AFTER_S),
    "SwitchUnavailable": Kind(503, "switch_unavailable", RETRY_AFTER_S),
    "StoreUnavailable": Kind(503, "database_unavailable", RETRY_AFTER_S),
    "BadInput": Kind(422, "bad_input"),
    "RecordingUnreadable": Kind(500, "recording_unreadable"),
}
"""Each kind of error by the name of its class, or of the nearest class above it."""

_FIXES: Final = {
    "missing": "send it",
    "extra_forbidden": "leave it out",
    "json_invalid": "send JSON (RFC 8259) in UTF-8",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    field: str = "",
    fix: str = "",
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return an answer that says what is wrong, where, and what to do about it."""
    body: dict[str, Any] = {
        "type": f"urn:outpace:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "field": field,
        "fix": fix,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, dict(headers or {}), media_type=MEDIA_TYPE)


def told(error: OutpaceError) -> JSONResponse:
    """Return the answer for an error of ours."""
    if isinstance(error, ControlError):
        kind = KINDS.get(error.kind, KINDS["BadInput"])
        detail, field, fix = str(error), error.field, error.fix
    else:
        names = (cls.__name__ for cls in type(error).__mro__)
        kind = next((KINDS[name] for name in names if name in KINDS), Kind(500, "internal"))
        detail = str(error)
        field, fix = getattr(error, "field", ""), getattr(error, "fix", "")
    headers = {}
    wait = getattr(error, "retry_after_s", kind.retry_after_s)
    if wait is not None:
        headers["Retry-After"] = str(max(1, round(wait)))
    if kind.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="outpace"'
    each = getattr(error, "errors", ())
    return problem(
        kind.status, kind.code, detail, field=field, fix=fix, errors=each, headers=headers
    )


def install(app: FastAPI) -> None:
    """Have an application tell its errors so."""
    app.add_exception_handler(OutpaceError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    return told(error) if isinstance(error, OutpaceError) else await _unforeseen(_request, error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {
            "field": ".".join(str(part) for part in one["loc"]),
            "problem": str(one["msg"]),
            "fix": _FIXES.get(str(one["type"]), "send a value that the contract allows"),
        }
        for one in found[:20]
    ]
    first = errors[0] if errors else {"field": "", "problem": "is invalid", "fix": ""}
    return problem(
        422,
        "invalid",
        f"{first['field']}: {first['problem']}",
        field=first["field"],
        fix=first["fix"],
        errors=errors,
    )


async def _http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return await _unforeseen(_request, error)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    fix = {404: "see /api/v1/openapi.json", 405: "use a method of the Allow header"}.get(
        error.status_code, "see the contract"
    )
    return problem(
        error.status_code, code, str(error.detail), field="request", fix=fix, headers=error.headers
    )


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.error("api_failed", method=request.method, path=request.url.path, exc_info=error)
    return problem(500, "internal", "the request failed here; the log says why")


__all__ = [
    "BadInput",
    "ChangedMeanwhile",
    "CsrfRefused",
    "EngineUnavailable",
    "NoSuch",
    "NotAuthenticated",
    "StoreUnavailable",
    "Taken",
    "TooManyTries",
    "WrongState",
    "install",
    "problem",
    "told",
]
