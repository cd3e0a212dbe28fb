"""Logging: named events with bound ids, phone numbers masked. Nothing else knows how logs look.

A number is masked under its own key, and wherever text holds one in E.164: in an error, a reason, a
traceback.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

from dialer.domain.masking import masked

_NUMBER_KEYS: Final = frozenset({"number", "phone", "caller_id"})

_E164: Final = re.compile(r"\+[1-9]\d{6,14}(?!\d)")


def _mask(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key in _NUMBER_KEYS:
            event[key] = masked(str(value))
        elif isinstance(value, str):
            event[key] = _E164.sub(_hidden, value)
    return event


def _hidden(found: re.Match[str]) -> str:
    return masked(found[0])


def configure_logging(*, stream: TextIO | None = None, level: str = "INFO") -> None:
    """Log events as one JSON object a line (a terminal gets them coloured)."""
    out = stream if stream is not None else sys.stderr
    renderer: structlog.typing.Processor
    if out.isatty():
        renderer = structlog.dev.ConsoleRenderer()
    else:
        renderer = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _mask,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
