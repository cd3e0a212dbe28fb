"""`outpace agents`: moves within a talk, as they are typed, and what the engine is asked."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typed_commands import done, empty_node

from dialer.adapters.control_socket import ControlServer
from dialer.domain.company import REQUESTS
from dialer.testing.feed import MemoryFeed

ATTEMPT = "at-01M8C9NMWY2EPPG8W9SYNMTK7Z"
TYPED: dict[tuple[str, ...], tuple[str, dict[str, object]]] = {
    ("hold", "a1"): ("hold", {}),
    ("unhold", "a1"): ("resume", {}),
    ("park", "a1"): ("park", {"slot": ""}),
    ("pick-up", "a1", "blue"): ("pick-up", {"slot": "blue"}),
    ("transfer", "a1", "--to", "a2"): (
        "transfer",
        {"to": "a2", "number": "", "queue": "", "team": ""},
    ),
    ("transfer", "a1", "--queue", "loans"): (
        "transfer",
        {"to": "", "number": "", "queue": "loans", "team": ""},
    ),
    ("consult", "a1", "--number", "+12065550100"): (
        "consult",
        {"to": "", "number": "+12065550100", "queue": "", "team": ""},
    ),
    ("consult", "a1", "--team", "lawyers"): (
        "consult",
        {"to": "", "number": "", "queue": "", "team": "lawyers"},
    ),
    ("complete", "a1"): ("complete", {}),
    ("cancel", "a1"): ("cancel", {}),
    ("three-way", "a1"): ("three-way", {}),
    ("leave", "a1"): ("leave", {}),
    ("leave-message", "a1"): ("leave-message", {}),
    ("drop", "a1"): ("drop", {}),
    ("mute", "a1"): ("mute", {"muted": True}),
    ("unmute", "a1"): ("mute", {"muted": False}),
    ("dtmf", "a1", "12#"): ("dtmf", {"digits": "12#"}),
    ("record-start", "a1"): ("record-start", {}),
    ("record-pause", "a1"): ("record-pause", {}),
    ("record-resume", "a1"): ("record-resume", {}),
    ("dial", "a1", "--lead", "7"): ("dial", {"lead": 7}),
    ("dial-cancel", "a1"): ("dial-cancel", {}),
}


def test_every_request_can_be_typed() -> None:
    assert REQUESTS.keys() <= {command for command, _ in TYPED.values()}


async def test_each_move_asks_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = empty_node(tmp_path, monkeypatch)
    home.mkdir()
    asked: list[tuple[str, Mapping[str, Any]]] = []

    def answering(name: str) -> Any:
        async def command(given: Mapping[str, Any]) -> object:
            asked.append((name, given))
            return {"attempt": ATTEMPT, "state": "holding", "company": "alone", "agent": "a1"}

        return command

    names = {command for command, _ in TYPED.values()}
    server = ControlServer({f"call.{name}": answering(name) for name in names}, MemoryFeed())
    up = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(server.run(home, up.set), name="control")
        await up.wait()
        for words, (command, given) in TYPED.items():
            said = await asyncio.to_thread(done, "agents", *words)
            assert ATTEMPT in said
            assert asked.pop() == (command, {"agent": "a1", **given})
        serving.cancel()
    assert asked == []
