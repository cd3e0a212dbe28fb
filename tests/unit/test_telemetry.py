"""Logs: one JSON object a line, no telephone number in it."""

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from dialer.telemetry import configure_logging

NUMBER = "+12025550123"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    configure_logging(stream=stream)
    yield stream
    structlog.reset_defaults()


def test_a_number_is_masked_wherever_it_stands(written: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.info("a", number=NUMBER, caller_id=NUMBER, phone=12025550123)
    log.warning("b", error=f"number: '{NUMBER}' holds a line break", why=f"{NUMBER},{NUMBER}")
    try:
        raise ValueError(f"INSERT ... ('{NUMBER}')")
    except ValueError:
        log.exception("c")
    lines = written.getvalue().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["a", "b", "c"]
    assert "2025550123" not in written.getvalue()
    assert json.loads(lines[0])["number"] == "+12*******23"
    assert "+12*******23" in json.loads(lines[2])["exception"]


def test_what_is_no_number_stays(written: io.StringIO) -> None:
    facts = {"attempt": "at-01M8CPTNDFMB1PRMTRP84D85V4", "at": "2026-12-01T08:30+01:00", "n": 1e9}
    structlog.get_logger("test").info("a", **facts, sum="1+1234", long="+12345678901234567890")
    assert json.loads(written.getvalue()).items() >= {**facts, "sum": "1+1234"}.items()
    assert json.loads(written.getvalue())["long"] == "+12345678901234567890"
