"""The bench of persons and machines runs: a few recordings, our ear, app_amd in real calls."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.soak
def test_a_few_recordings_are_heard_by_both_and_counted() -> None:
    page = ROOT / "docs/benchmarks/amd.md"
    before = page.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.amd", "--quick", "--count", "6"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    skipped = next((line for line in done.stdout.splitlines() if line.startswith("skipped:")), "")
    if skipped:
        pytest.skip(skipped)
    assert done.returncode == 0, done.stderr[-2000:]
    for detector in ("ours, agent first", "ours, screening", "app_amd"):
        assert f"\n{detector} (figures)\n" in done.stdout
    heard = done.stdout.partition("\napp_amd (figures)\n")[2]
    persons, machines = (
        _share(heard, f"{kind}s called machines") for kind in ("person", "machine")
    )
    assert persons < machines  # app_amd hears them, and better than by chance
    charged = [line for line in done.stdout.splitlines() if ": charged " in line]
    assert len(charged) == 3
    assert all(line.endswith("4.4 %") for line in charged)
    assert page.read_bytes() == before  # a part of the figures is not written down


def _share(heard: str, name: str) -> float:
    """Return the figure of that name: the first in this text."""
    line = next(line for line in heard.splitlines() if name in line and "%" in line)
    return float(line.split()[-2])
