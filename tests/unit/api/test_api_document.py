"""docs/api.md: its examples do what it says, run in its order against a service."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

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


async def test_its_python_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (text,) = PYTHON
    names: dict[str, object] = {}
    exec(compile(text, "api.md", "exec"), names)  # noqa: S102 - the page's own example

    def run(url: str) -> None:
        asyncio.run(names["start"](url, "campaign_manager@main"))  # type: ignore[operator]

    with live(tmp_path) as (url, _):
        await asyncio.to_thread(run, url)
    assert "wrong_state leads import a list" in capsys.readouterr().out
