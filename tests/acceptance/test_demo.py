"""`outpace demo` as a stranger runs it, in both shapes: output, exit code, what it leaves.

Each way in which it can end early is looked at in the shape in which most can go wrong; in the
other one in the long runs.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulation.demo.processes import hold

OUTPACE = str(Path(sys.executable).with_name("outpace"))

SHAPES = ("one", "several")
PARTS = {
    "one": ("outpace serve", "its engine", "its API"),
    "several": ("PostgreSQL", "Redis", "the engine", "API 1", "API 2"),
}
"""Processes of the service in each shape, beside two Asterisks."""


class Demo:
    """A demonstration as a process; its output is read line by line."""

    def __init__(self, folder: Path, shape: str) -> None:
        self.folder = folder
        self.home = folder / "run"
        self.pids: dict[str, int] = {}
        """What it has said of processes, by name."""
        self.process = subprocess.Popen(
            [OUTPACE, "demo", "--scenario", "smoke", "--shape", shape, "--home", str(self.home)],
            env={**os.environ, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            what, _, told = line.strip().partition("  ")
            if what == "Process":
                name, _, pid = told.partition(", pid ")
                self.pids[name] = int(pid)
            if words in line:
                return
        pytest.fail(f"{words!r} was never said in: {''.join(said)}")

    def rest(self) -> str:
        output, _ = self.process.communicate()
        return output

    def processes(self) -> list[int]:
        """Every process of the run, by its folder, but the demonstration itself."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal() or int(entry.name) == self.process.pid:
                continue
            try:
                command = (entry / "cmdline").read_bytes()
                works_in = (entry / "cwd").readlink()
            except OSError:
                continue  # it has just ended
            if bytes(self.folder) in command or works_in.is_relative_to(self.folder):
                found.append(int(entry.name))
        return found


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Demo]]:
    """Give what starts a demonstration of a shape."""
    started: list[Demo] = []

    def start(shape: str) -> Demo:
        started.append(Demo(tmp_path_factory.mktemp("demo"), shape))
        return started[-1]

    yield start
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()  # what it started is tied to it and dies with it
        demo.process.wait()
        if demo.process.stdout is not None:
            demo.process.stdout.close()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_short_scenario_ends_well_and_says_so(run: Callable[[str], Demo], shape: str) -> None:
    demo = run(shape)
    demo.read_until("dialed")
    assert tuple(demo.pids) == PARTS[shape]
    assert set(demo.pids.values()) <= set(demo.processes())
    output = demo.rest()

    assert demo.process.returncode == 0, output
    assert "FAILED" not in output
    for check in (
        "ok every live answer connected, or got the message, or hung up first",
        "ok every attempt has exactly one end",
        "ok no lead dialed twice",
        "ok every talk recorded, customer and agent on their own channels",
        "ok no channels left",
        "ok no pacing faults",
        "ok the report over REST tells what is on record",
    ):
        assert check in output
    assert "40  attempts" in output
    assert "40 attempts on 40 leads, 40 calls seen by the network" in output
    report = output[output.index("Report:") :]
    for name, pid in demo.pids.items():
        assert f"{name} {pid}" in " ".join(report.split())
    assert list((demo.home / "asterisk" / "spool" / "monitor").glob("at-*.wav"))
    assert demo.processes() == []


@pytest.mark.timeout(180)
@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
def test_ctrl_c_ends_everything_with_exit_code_130(run: Callable[[str], Demo], shape: str) -> None:
    demo = run(shape)
    demo.read_until("dialed")

    demo.process.send_signal(signal.SIGINT)
    output = demo.rest()

    assert demo.process.returncode == 130
    assert "all processes have ended" in output
    assert "Traceback" not in output
    assert demo.processes() == []


@pytest.mark.timeout(180)
@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
def test_a_second_signal_leaves_no_orphans_either(run: Callable[[str], Demo], shape: str) -> None:
    demo = run(shape)
    demo.read_until("dialed")

    demo.process.send_signal(signal.SIGTERM)
    demo.read_until("Stopping")
    demo.process.send_signal(signal.SIGINT)
    output = demo.rest()

    assert demo.process.returncode == 143
    assert "Traceback" not in output
    assert demo.processes() == []


@pytest.mark.timeout(180)
@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES)
def test_an_engine_that_dies_is_named_and_the_rest_is_stopped(
    run: Callable[[str], Demo], shape: str
) -> None:
    demo = run(shape)
    demo.read_until("dialed")
    (engine,) = (name for name in PARTS[shape] if "engine" in name)

    os.kill(demo.pids[engine], signal.SIGKILL)
    output = demo.rest()

    assert demo.process.returncode == 1
    if shape == "one":
        serve = demo.pids["outpace serve"]
        said = f"outpace serve (pid {serve}) ended with code 1 and said 'the engine ended by SIG"
    else:
        said = f"the engine (pid {demo.pids[engine]}) ended with SIGKILL"
    assert f"outpace: {said}" in output
    assert demo.processes() == []


@pytest.mark.soak
@pytest.mark.timeout(180)
@pytest.mark.parametrize("part", ["API 2", "PostgreSQL", "Redis"])
def test_any_part_that_dies_is_named_and_the_rest_is_stopped(
    run: Callable[[str], Demo], part: str
) -> None:
    demo = run("several")
    demo.read_until("dialed")

    os.kill(demo.pids[part], signal.SIGKILL)
    output = demo.rest()

    assert demo.process.returncode == 1
    assert f"outpace: {part} " in output
    assert demo.processes() == []


@pytest.mark.soak
@pytest.mark.timeout(180)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_demo_that_is_killed_leaves_nothing_behind(
    run: Callable[[str], Demo], shape: str
) -> None:
    demo = run(shape)
    demo.read_until("dialed")

    held = [held for pid in demo.processes() if (held := hold(pid)) is not None]
    assert len(held) >= len(PARTS[shape]) + 2

    demo.process.kill()
    demo.process.wait()

    for one in held:
        assert select.select([one], [], [], 10.0)[0], "it lives on"
        os.close(one)
    assert demo.processes() == []


def test_an_unknown_scenario_is_one_line_that_lists_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [OUTPACE, "demo", "--scenario", "nope", "--home", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("outpace: scenario: 'nope' is unknown; choose one of busy-floor, demo")
    assert not (tmp_path / "run").exists()
