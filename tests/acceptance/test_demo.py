"""`outpace demo` as a stranger runs it: a process, its output, its exit code, what it leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

OUTPACE = str(Path(sys.executable).with_name("outpace"))


class Demo:
    """A demonstration as a process; its output is read line by line."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [OUTPACE, "demo", "--scenario", "smoke", "--home", str(home)],
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
            if words in line:
                return
        pytest.fail(f"{words!r} was never said in: {''.join(said)}")

    def rest(self) -> str:
        output, _ = self.process.communicate()
        return output

    def processes(self) -> list[int]:
        """Every process that names the run's folder, but the demonstration itself."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal() or int(entry.name) == self.process.pid:
                continue
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue  # it has just ended
            if bytes(self.home) in command:
                found.append(int(entry.name))
        return found

    def engine_pid(self) -> int:
        return int((self.home / "engine.pid").read_text())


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"))
    yield demo
    if demo.process.poll() is None:
        demo.process.kill()  # what it started is tied to it and dies with it
    demo.process.wait()
    if demo.process.stdout is not None:
        demo.process.stdout.close()


@pytest.mark.timeout(180)
def test_a_short_scenario_ends_well_and_says_so(demo: Demo) -> None:
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
    ):
        assert check in output
    assert "40  attempts" in output
    assert "40 attempts on 40 leads, 40 calls seen by the network" in output
    assert list((demo.home / "asterisk" / "spool" / "monitor").glob("at-*.wav"))
    assert demo.processes() == []


@pytest.mark.timeout(120)
def test_ctrl_c_ends_everything_with_exit_code_130(demo: Demo) -> None:
    demo.read_until("dialed")
    assert len(demo.processes()) >= 3  # the engine and two Asterisks

    demo.process.send_signal(signal.SIGINT)
    output = demo.rest()

    assert demo.process.returncode == 130
    assert "all processes have ended" in output
    assert "Traceback" not in output
    assert demo.processes() == []


@pytest.mark.timeout(120)
def test_a_second_ctrl_c_leaves_no_orphans_either(demo: Demo) -> None:
    demo.read_until("dialed")

    demo.process.send_signal(signal.SIGINT)
    demo.read_until("Stopping")
    demo.process.send_signal(signal.SIGINT)
    output = demo.rest()

    assert demo.process.returncode == 130
    assert "Traceback" not in output
    assert demo.processes() == []


@pytest.mark.timeout(120)
def test_an_engine_that_dies_is_named_and_the_rest_is_stopped(demo: Demo) -> None:
    demo.read_until("dialed")
    pid = demo.engine_pid()

    os.kill(pid, signal.SIGKILL)
    output = demo.rest()

    assert demo.process.returncode == 1
    assert f"outpace: the engine (pid {pid}) ended with SIGKILL" in output
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
