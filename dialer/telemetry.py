"""Logging: named events with bound ids, phone numbers masked. Nothing else knows how logs look."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final, TextIO

import structlog

from dialer.domain.masking import masked

_NUMBER_KEYS: Final = frozenset({"number", "phone", "caller_id"})


def _mask(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key in _NUMBER_KEYS & event.keys():
        event[key] = masked(str(event[key]))
    return event


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
