"""The Asterisk that `outpace asterisk install` puts in place really is one, and the command works.

`make test` has installed it before; where it has not, the first test here does.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dialer.adapters.asterisk.features import OLDEST_MAJOR, parse_version
from dialer.adapters.asterisk.installation import Installation, default_cache, install
from dialer.adapters.asterisk.packages import Tools
from dialer.adapters.asterisk.sources import offers, parse_targets

OUTPACE = (sys.executable, "-c", "from dialer.cli.asterisk import app; app()")


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


def _outpace(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OUTPACE, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_and_brings_what_a_dialer_needs(installation: Installation) -> None:
    answer = subprocess.run(
        [*installation.argv, "-V"], capture_output=True, text=True, check=True
    ).stdout
    version = parse_version(answer)
    assert str(version) == installation.version
    assert version.major >= OLDEST_MAJOR
    assert {"chan_pjsip.so", "res_agi.so", "app_mixmonitor.so", "app_chanspy.so"} <= (
        installation.features.modules
    )
    assert list((installation.data_dir / "sounds/en").glob("hello*"))


def test_of_a_current_asterisk_the_current_features_are_found(installation: Installation) -> None:
    if parse_version(f"Asterisk {installation.version}") < (22, 10):
        pytest.skip(f"this machine's own Asterisk is {installation.version}")
    assert installation.features.structured_event_filter
    assert installation.features.tech_cause


def test_a_tree_of_ours_keeps_no_programs_with_special_rights(installation: Installation) -> None:
    if default_cache() not in installation.data_dir.parents:
        pytest.skip("this machine's own Asterisk is used")
    root = installation.data_dir.parents[2]
    assert not [path for path in root.rglob("*") if path.lstat().st_mode & 0o6000]


def test_this_machines_package_archive_is_known() -> None:
    if shutil.which("apt-get") is None:
        pytest.skip("no apt on this machine")
    descriptor = os.open(os.devnull, os.O_RDONLY)
    try:
        tools = Tools(descriptor)
        architecture = tools.architecture()
        targets = parse_targets(tools.index_targets(), architecture)
    finally:
        os.close(descriptor)
    assert offers(targets, architecture)


def test_the_command_tells_what_is_used(installation: Installation) -> None:
    told = _outpace("install")
    assert told.returncode == 0
    assert told.stderr == ""
    assert f"Asterisk {installation.version}, {installation.origin}" in told.stdout


def test_the_command_starts_shows_and_stops_an_asterisk(
    installation: Installation, tmp_path: Path
) -> None:
    home = str(tmp_path / "home")
    try:
        started = _outpace("start", "--home", home)
        assert (started.returncode, started.stderr) == (0, "")
        assert f"Asterisk {installation.version} runs as pid" in started.stdout
        shown = _outpace("status", "--home", home)
        assert "0 active channels" in shown.stdout
        again = _outpace("start", "--home", home)
        assert again.returncode == 1
        assert "it runs already" in again.stderr
    finally:
        stopped = _outpace("stop", "--home", home)
    assert "stopped pid" in stopped.stdout
    gone = _outpace("status", "--home", home)
    assert gone.returncode == 1
    assert gone.stderr.startswith(f"no Asterisk runs in {home}")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--set", "sip_port"), "--set: 'sip_port' is no setting"),
        (("--set", "sip_port=x"), "sip_port: 'x' is no number"),
        (("--set", "tea=1"), "--set: there is no 'tea' to set"),
        (("--templates", "/nonexistent"), "--templates: /nonexistent is no folder"),
    ],
)
def test_what_a_person_gets_wrong_is_one_line_and_leaves_nothing(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    refused = _outpace("start", "--home", str(tmp_path / "home"), *arguments)
    assert refused.returncode == 1
    assert refused.stderr.startswith(says)
    assert len(refused.stderr.splitlines()) == 1
    assert not (tmp_path / "home").exists()


def test_a_named_asterisk_that_is_not_there_is_one_line() -> None:
    refused = _outpace("install", OUTPACE_ASTERISK="/nonexistent/asterisk")
    assert refused.returncode == 1
    assert refused.stderr == (
        "/nonexistent/asterisk: there is no such program; "
        "install Asterisk 20 or newer, and point OUTPACE_ASTERISK to its program\n"
    )
