"""docs/api.md: its examples do what it says, run in its order against a service."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from live import live

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
PYTHON = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")


@needs_curl
def test_its_commands_run_in_their_order(tmp_path: Path) -> None:
    with live(tmp_path) as (url, _):
        known = {**os.environ, "OUTPACE": url, "TOKEN": "campaign_manager@main"}
        answers = []
        for command in COMMANDS:
            done = subprocess.run(
                ["bash", "-c", command], env=known, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (command, done.stdout, done.stderr)
            answers.append(json.loads(done.stdout))
            known.setdefault("CAMPAIGN", answers[0]["id"])
    created, listed, upserted, found, explained, _, paced, decided, added, shown = answers
    assert created["settings"]["wrap_up_limit_s"] == 20
    assert [one["id"] for one in listed["items"]] == [created["id"]]
    assert (upserted["created"], upserted["rejected"]) == (1, 0)
    assert found["items"][0]["external_id"] == "crm-1"
    assert explained["state"] == "draft"
    assert (paced["mode"], paced["power_ratio"]) == ("power", 1.5)
    assert decided == []
    assert (added["version"], shown["published"]) == (1, 1)


def run_example(number: int, **given: object) -> dict[str, Any]:
    """Return the names that a block of Python makes."""
    names: dict[str, Any] = dict(given)
    exec(compile(PYTHON[number], "api.md", "exec"), names)  # noqa: S102 - the page's own example
    return names


async def test_its_python_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = run_example(0)

    def run(url: str) -> None:
        asyncio.run(names["start"](url, "campaign_manager@main"))

    with live(tmp_path) as (url, _):
        await asyncio.to_thread(run, url)
    assert "wrong_state leads import a list" in capsys.readouterr().out


async def test_its_python_follows_the_feed(tmp_path: Path) -> None:
    assert len(PYTHON) == 2
    printed: asyncio.Queue[tuple[object, ...]] = asyncio.Queue()
    names = run_example(1, print=lambda *words: printed.put_nowait(words))

    with live(tmp_path) as (url, _):
        async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(names["watch"](url, "supervisor@main"))
            while await printed.get() != (1, "nodes", {}):
                pass
            watch.cancel()
