"""Real Asterisk: several side by side, each started, watched and ended by its own pid."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.adapters.asterisk.installation import Installation, install
from dialer.adapters.asterisk.instance import AsteriskInstance, StartFailed
from dialer.adapters.asterisk.ports import PortInUse, free_ports
from dialer.adapters.asterisk.running import RunningAsterisk
from dialer.errors import BadInput, SwitchUnavailable, UnsafeValue

MODULES = (
    "res_timing_timerfd pbx_config codec_ulaw bridge_simple res_sorcery_config res_sorcery_memory "
    "res_sorcery_astdb res_pjproject res_rtp_asterisk res_crypto res_pjsip res_pjsip_session "
    "res_pjsip_pubsub res_pjsip_sdp_rtp chan_pjsip"
)
TEMPLATES = {
    "asterisk.conf.j2": """[directories]
astcachedir => {{ dirs.cache }}
astetcdir => {{ dirs.etc }}
astmoddir => {{ dirs.modules }}
astvarlibdir => {{ dirs.lib }}
astdbdir => {{ dirs.db }}
astkeydir => {{ dirs.keys }}
astdatadir => {{ dirs.data }}
astagidir => {{ dirs.agi }}
astspooldir => {{ dirs.spool }}
astrundir => {{ dirs.run }}
astlogdir => {{ dirs.log }}
[options]
systemname = {{ name }}
""",
    "modules.conf.j2": """[modules]
autoload=no
{% for module in modules.split() if module ~ '.so' in modules_present %}
load => {{ module }}.so
{% endfor %}
""",
    "pjsip.conf.j2": """[udp]
type=transport
protocol=udp
bind=127.0.0.1:{{ sip_port }}
""",
    "logger.conf": "[logfiles]\nmessages.log => notice,warning,error\n",
    "extensions.conf": "[nowhere]\n",
}


@pytest.fixture(scope="module")
def installation() -> Installation:
    return install()


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    for name, text in TEMPLATES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def asterisk(installation: Installation, templates: Path, tmp_path: Path) -> Iterator:
    made: list[AsteriskInstance] = []

    def make(name: str = "one", port: int = 0, modules: str = MODULES) -> AsteriskInstance:
        port = port or free_ports(1)[0]
        values = {"name": name, "sip_port": port, "modules": modules}
        made.append(
            AsteriskInstance(
                installation,
                tmp_path / name,
                templates,
                values,
                ports=[("udp", "127.0.0.1", port)],
                die_with_parent=True,
            )
        )
        return made[-1]

    yield make
    for instance in made:
        instance.kill()


def test_two_run_side_by_side_and_the_end_of_one_is_not_the_end_of_the_other(asterisk) -> None:
    one, two = asterisk("one"), asterisk("two")
    one.start()
    two.start()
    assert one.pid != two.pid
    assert "one" in one.rx("core show settings")
    one.stop()
    assert not one.alive()
    assert "two" in two.rx("core show settings")


def test_a_port_that_is_taken_is_named_before_anything_is_started(asterisk) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        instance = asterisk(port=port)
        with pytest.raises(PortInUse, match=f"port {port}/udp on 127.0.0.1 is in use"):
            instance.start()
    assert not instance.home.exists()


def test_a_port_taken_behind_our_back_stops_the_start(asterisk) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        instance = asterisk(port=taken.getsockname()[1])
        instance.ports = ()
        with pytest.raises(StartFailed, match="Address already in use"):
            instance.start()
    assert not instance.alive()


def test_an_asterisk_without_its_sip_channel_does_not_count_as_started(asterisk) -> None:
    instance = asterisk(modules=MODULES.replace("res_pjsip_session", ""))
    with pytest.raises(StartFailed, match="chan_pjsip was not loaded"):
        instance.start()
    assert not instance.alive()


def test_an_asterisk_that_ends_at_once_tells_why(asterisk, templates: Path) -> None:
    (templates / "modules.conf.j2").unlink()
    with pytest.raises(StartFailed, match=r"did not start: .*modules\.conf"):
        asterisk().start()


def test_a_second_start_in_the_same_home_is_refused_and_the_first_goes_on(asterisk) -> None:
    first, second = asterisk(), asterisk()
    first.start()
    with pytest.raises(StartFailed, match=f"runs already as pid {first.pid}"):
        second.start()
    assert first.alive()


def test_it_is_found_and_stopped_by_its_home_alone(asterisk) -> None:
    instance = asterisk()
    instance.start()
    found = RunningAsterisk.at(instance.home)
    assert found is not None
    assert found.pid == instance.pid
    assert found.rx("core show version").startswith("Asterisk ")
    found.stop()
    assert not found.alive()
    assert RunningAsterisk.at(instance.home) is None


def test_after_a_crash_the_same_home_starts_again(asterisk) -> None:
    instance = asterisk()
    instance.start()
    crashed = instance.pid
    instance.kill()
    assert (instance.home / "run/asterisk.pid").exists()
    assert not instance.alive()
    instance.start()
    assert instance.pid not in {None, crashed}


def test_it_survives_its_own_restart_under_the_same_pid(asterisk) -> None:
    instance = asterisk()
    instance.start()
    pid = instance.pid
    with socket.socket(socket.AF_UNIX) as control:
        control.connect(str(instance.home / "run/asterisk.ctl"))
        instance.rx("core restart now")
        while control.recv(4096):  # ends when the old program has gone
            pass
    instance.wait_booted()
    assert instance.pid == pid
    assert "chan_pjsip.so" in instance.rx("module show like chan_pjsip.so")


def test_the_pid_of_another_process_is_never_taken_for_it(asterisk) -> None:
    instance = asterisk()
    (instance.home / "run").mkdir(parents=True)
    (instance.home / "run/asterisk.pid").write_text(f"{os.getpid()}\n")
    assert not instance.alive()
    instance.stop()  # must not end this test
    with pytest.raises(SwitchUnavailable, match="no Asterisk runs"):
        instance.rx("core show version")


def test_an_asterisk_that_hangs_is_killed_in_the_end(asterisk) -> None:
    instance = asterisk()
    instance.start()
    os.kill(instance.pid, signal.SIGSTOP)
    instance.stop(timeout_s=0.2)
    assert not instance.alive()


def test_it_dies_with_its_parent_when_asked_to(
    installation: Installation, templates: Path, tmp_path: Path
) -> None:
    port = free_ports(1)[0]
    script = f"""
import sys
from pathlib import Path
from dialer.adapters.asterisk.installation import install
from dialer.adapters.asterisk.instance import AsteriskInstance
instance = AsteriskInstance(
    install(), Path({str(tmp_path / "home")!r}), Path({str(templates)!r}),
    {{"name": "child", "sip_port": {port}, "modules": {MODULES!r}}}, die_with_parent=True,
)
instance.start()
print(instance.pid, flush=True)
sys.stdin.read()
"""
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        pid = int(parent.stdout.readline())
        orphan = RunningAsterisk((tmp_path / "home").resolve(), pid)
        assert orphan.alive()
        parent.kill()
    assert orphan.wait_ended(5.0)


def test_its_files_are_its_owners_only_and_our_environment_stays_ours(
    asterisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTPACE_TEST_SECRET", "not for Asterisk")
    instance = asterisk()
    instance.start()
    assert instance.home.stat().st_mode & 0o777 == 0o700
    assert (instance.home / "etc/pjsip.conf").stat().st_mode & 0o777 == 0o600
    assert b"SECRET" not in Path(f"/proc/{instance.pid}/environ").read_bytes()


def test_a_value_with_a_line_break_never_reaches_the_configuration(asterisk) -> None:
    instance = asterisk()
    instance.values = {**instance.values, "name": "one\n[evil]"}
    with pytest.raises(UnsafeValue):
        instance.start()
    assert not instance.alive()


def test_a_home_too_deep_for_a_socket_is_refused(asterisk) -> None:
    with pytest.raises(BadInput, match="too long"):
        asterisk("x" * 100).start()


def test_a_home_that_cannot_be_made_is_one_clear_line(asterisk, tmp_path: Path) -> None:
    (tmp_path / "one").write_text("a file stands here")
    with pytest.raises(StartFailed, match="one: File exists"):
        asterisk("one").start()
