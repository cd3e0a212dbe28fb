"""Finding an Asterisk, and putting one in place: twice at once, interrupted, and again.

apt and dpkg are small programs of the test's own, so that it decides when a download ends.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from dialer.adapters.asterisk.features import AsteriskUnusable
from dialer.adapters.asterisk.installation import default_cache, find_installation, install

INSTALL: Final = """
import sys
from pathlib import Path
from dialer.adapters.asterisk.installation import install
from dialer.errors import OutpaceError
try:
    print(install(Path(sys.argv[1]), lambda line: print(line, flush=True)).version)
except OutpaceError as error:
    sys.exit(str(error))
"""
LOADER: Final = "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
MODULE: Final = "usr/lib/x86_64-linux-gnu/asterisk/modules/chan_pjsip.so"
PROGRAM: Final = "usr/sbin/asterisk"

APT_GET: Final = """#!/bin/sh
echo "$@" >> "$TOOLS/calls"
case "$*" in
  *indextargets*) echo "http://mirror.invalid/debian bookworm main amd64 Debian" ;;
  *--download-only*)
    echo "Need to get 111 MB of archives."
    echo $$ > "$TOOLS/downloader"
    if [ -p "$TOOLS/gate" ]; then echo waiting > "$TOOLS/waiting"; read -r _ < "$TOOLS/gate"; fi
    touch "$(dirname "$2")/cache/archives/asterisk.deb" ;;
esac
"""
APT_CACHE: Final = """#!/bin/sh
case "$2" in
  *bookworm*) echo "  Candidate: $(cat "$TOOLS/bookworm")" ;;
  *) echo "  Candidate: $(cat "$TOOLS/forky")" ;;
esac
"""
DPKG_DEB: Final = f"""#!/bin/sh
mkdir -p "$3/$(dirname {MODULE})" "$3/usr/sbin"
printf '#!/bin/sh\\necho Asterisk 22.1.0\\n' > "$3/{LOADER}"
chmod +x "$3/{LOADER}"
echo program > "$3/{PROGRAM}"
touch "$3/{MODULE}"
"""


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPACE_ASTERISK", "private")


class Toolbox:
    """apt and dpkg in a folder, and installers started with nothing else on their PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        (folder / "bin").mkdir()
        tools = {"apt-get": APT_GET, "apt-cache": APT_CACHE, "dpkg-deb": DPKG_DEB}
        for name, text in {**tools, "dpkg": "#!/bin/sh\necho amd64\n"}.items():
            (folder / "bin" / name).write_text(text)
            (folder / "bin" / name).chmod(0o755)
        self.offer("bookworm", "(none)")
        self.offer("forky", "1:22.1.0-1")
        os.mkfifo(folder / "waiting")

    def offer(self, suite: str, package: str) -> None:
        (self.folder / suite).write_text(package + "\n")

    def close_gate(self) -> None:
        os.mkfifo(self.folder / "gate")

    def open_gate(self) -> None:
        (self.folder / "gate").write_text("go\n")
        (self.folder / "gate").unlink()

    def wait_for_download(self) -> int:
        """Return the pid of the downloader, which now waits at the gate."""
        assert (self.folder / "waiting").read_text() == "waiting\n"
        return int((self.folder / "downloader").read_text())

    def downloads(self) -> int:
        return (self.folder / "calls").read_text().count("--download-only")

    def start(self) -> subprocess.Popen[str]:
        path = f"{self.folder / 'bin'}:/usr/bin:/bin"
        return subprocess.Popen(
            [sys.executable, "-c", INSTALL, str(self.cache)],
            env={**os.environ, "PATH": path, "TOOLS": str(self.folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self) -> tuple[int, list[str]]:
        installer = self.start()
        said, _ = installer.communicate()
        return installer.returncode, said.splitlines()


@pytest.fixture
def toolbox(tmp_path: Path) -> Toolbox:
    return Toolbox(tmp_path)


def _tree(cache: Path, name: str, package: str, answer: str = "Asterisk 22.1.0") -> Path:
    root = cache / name
    for path in (LOADER, MODULE, PROGRAM):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"#!/bin/sh\necho {answer}\n")
    (root / LOADER).chmod(0o755)
    facts = {"suite": name, "package": package, "architecture": "amd64"}
    (root / "outpace.json").write_text(json.dumps(facts))
    return root


def _program(prefix: Path, answer: str) -> Path:
    (prefix / "lib/asterisk/modules").mkdir(parents=True)
    (prefix / "lib/asterisk/modules/chan_pjsip.so").touch()
    (prefix / "share/asterisk/sounds/en").mkdir(parents=True)
    (prefix / "sbin").mkdir()
    program = prefix / "sbin/asterisk"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n")
    program.chmod(0o755)
    return program


def test_the_first_run_installs_and_the_second_has_nothing_to_do(toolbox: Toolbox) -> None:
    code, said = toolbox.run()
    assert code == 0
    assert said == [
        "looking for Asterisk in bookworm",
        "bookworm: it has no Asterisk",
        "looking for Asterisk in forky",
        "downloading 111 MB from forky",
        "unpacking 1 packages",
        "22.1.0",
    ]
    calls = (toolbox.folder / "calls").read_text()
    assert toolbox.run() == (0, ["22.1.0"])
    assert (toolbox.folder / "calls").read_text() == calls


def test_the_distributions_own_package_comes_first(toolbox: Toolbox) -> None:
    toolbox.offer("bookworm", "1:20.6.0~dfsg-1")
    code, said = toolbox.run()
    assert code == 0
    assert "downloading 111 MB from bookworm" in said
    assert not any("forky" in line for line in said)


def test_a_package_that_is_too_old_is_passed_over(toolbox: Toolbox) -> None:
    toolbox.offer("bookworm", "1:16.28.0~dfsg-0")
    code, said = toolbox.run()
    assert code == 0
    assert "bookworm: Asterisk 16.28.0 is older than 20" in said


def test_when_nobody_has_one_the_line_says_what_to_do(toolbox: Toolbox) -> None:
    toolbox.offer("forky", "(none)")
    code, said = toolbox.run()
    assert code == 1
    assert said[-1] == (
        "cannot install Asterisk: bookworm: it has no Asterisk, forky: it has no Asterisk, "
        "sid: it has no Asterisk; "
        "install Asterisk 20 or newer, and point OUTPACE_ASTERISK to its program"
    )


def test_of_two_at_once_the_second_waits_and_then_finds_it_done(toolbox: Toolbox) -> None:
    toolbox.close_gate()
    first = toolbox.start()
    toolbox.wait_for_download()
    second = toolbox.start()
    assert second.stdout is not None
    assert "waiting for it" in second.stdout.readline()
    toolbox.open_gate()
    assert second.communicate()[0] == "22.1.0\n"
    assert first.communicate()[0].endswith("22.1.0\n")
    assert (first.returncode, second.returncode) == (0, 0)
    assert toolbox.downloads() == 1


def test_after_a_kill_the_next_run_waits_for_what_is_still_at_work(toolbox: Toolbox) -> None:
    toolbox.close_gate()
    killed = toolbox.start()
    toolbox.wait_for_download()
    killed.kill()
    killed.wait()
    assert killed.stdout is not None
    killed.stdout.close()
    again = toolbox.start()  # the killed one's apt-get goes on working in the same folder
    assert again.stdout is not None
    assert "waiting for it" in again.stdout.readline()
    toolbox.open_gate()
    assert again.communicate()[0].endswith("22.1.0\n")
    assert again.returncode == 0
    assert toolbox.downloads() == 2


def test_ctrl_c_ends_the_download_too_and_the_next_run_installs(toolbox: Toolbox) -> None:
    toolbox.close_gate()
    interrupted = toolbox.start()
    downloader = os.pidfd_open(toolbox.wait_for_download())
    interrupted.send_signal(signal.SIGINT)
    interrupted.communicate()
    assert interrupted.returncode != 0
    with pytest.raises(ProcessLookupError):  # waited for, not left behind
        signal.pidfd_send_signal(downloader, signal.SIGCONT)
    os.close(downloader)
    assert not list(toolbox.cache.glob("forky-*"))
    (toolbox.folder / "gate").unlink()
    code, said = toolbox.run()
    assert (code, said[-1]) == (0, "22.1.0")


def test_a_half_unpacked_tree_is_never_used(toolbox: Toolbox) -> None:
    half = _tree(toolbox.cache / ".work", "tree", "1:22.1.0-1")
    (half / "outpace.json").unlink()
    (half / "left-over").touch()
    assert find_installation(toolbox.cache) is None
    code, _ = toolbox.run()
    assert code == 0
    assert not list(toolbox.cache.glob("**/left-over"))


def test_a_damaged_tree_is_replaced(toolbox: Toolbox) -> None:
    toolbox.run()
    (root,) = toolbox.cache.glob("forky-*")
    (root / PROGRAM).unlink()
    code, said = toolbox.run()
    assert code == 0
    assert f"not used: {root.name} is damaged (is no complete Asterisk)" in said
    assert (root / PROGRAM).exists()


def test_the_newest_tree_is_used(tmp_path: Path) -> None:
    _tree(tmp_path, "a", "1:22.9.0-1", "Asterisk 22.9.0")
    _tree(tmp_path, "b", "1:22.10.0-1", "Asterisk 22.10.0")
    _tree(tmp_path, "c", "1:20.1.0-1", "Asterisk 20.1.0")
    found = find_installation(tmp_path)
    assert found is not None
    assert found.version == "22.10.0"
    assert found.data_dir == tmp_path / "b/usr/share/asterisk"


def test_a_folder_of_somebody_else_in_the_cache_does_no_harm(tmp_path: Path) -> None:
    for name, text in {"a": "not json", "b": "[]", "c": '{"package": "x"}'}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "outpace.json").write_text(text)
    assert find_installation(tmp_path) is None


def test_a_named_program_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program(tmp_path / "opt", "Asterisk 20.11.1")
    monkeypatch.setenv("OUTPACE_ASTERISK", str(program))
    found = install(tmp_path / "cache")
    assert found.argv == (str(program),)
    assert found.version == "20.11.1"
    assert found.modules_dir == tmp_path / "opt/lib/asterisk/modules"
    assert found.data_dir == tmp_path / "opt/share/asterisk"
    assert not (tmp_path / "cache").exists()


def test_the_program_of_a_tree_is_run_by_the_trees_loader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = _tree(tmp_path / "elsewhere", "tree", "1:22.1.0-1")
    monkeypatch.setenv("OUTPACE_ASTERISK", str(root / PROGRAM))
    found = find_installation(tmp_path / "cache")
    assert found is not None
    assert found.argv[0] == str(root / LOADER)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("Asterisk 18.26.0", "older than 20"),
        ("Asterisk soon", "cannot tell its version"),
        ("", "cannot tell its version"),
    ],
)
def test_a_named_program_that_will_not_do_is_refused_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, says: str
) -> None:
    program = _program(tmp_path / "opt", answer)
    monkeypatch.setenv("OUTPACE_ASTERISK", str(program))
    with pytest.raises(AsteriskUnusable, match=says) as caught:
        install(tmp_path / "cache")
    assert str(program) in str(caught.value)


def test_a_named_program_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTPACE_ASTERISK", str(tmp_path / "none"))
    with pytest.raises(AsteriskUnusable, match="there is no such program"):
        find_installation(tmp_path)


def test_an_asterisk_on_the_path_is_used_unless_private_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _program(tmp_path / "opt", "Asterisk 21.5.0")
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    assert find_installation(tmp_path / "cache") is None
    monkeypatch.delenv("OUTPACE_ASTERISK")
    found = find_installation(tmp_path / "cache")
    assert found is not None
    assert found.origin == f"installed at {program}"


def test_one_on_the_path_that_is_too_old_is_told_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _program(tmp_path / "opt", "Asterisk 16.2.1")
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    monkeypatch.delenv("OUTPACE_ASTERISK")
    _tree(tmp_path / "cache", "a", "1:22.1.0-1")
    told: list[str] = []
    found = find_installation(tmp_path / "cache", told.append)
    assert found is not None
    assert found.version == "22.1.0"
    assert told[0].startswith(f"not used: {program}: Asterisk 16.2.1 is older than 20")


def test_the_cache_is_where_the_desktop_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "outpace/asterisk"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert default_cache() == tmp_path / "home/.cache/outpace/asterisk"


def test_a_cache_that_cannot_be_written_is_one_clear_line(toolbox: Toolbox) -> None:
    toolbox.cache.write_text("a file stands here")
    code, said = toolbox.run()
    assert code == 1
    assert said == [
        (
            f"cannot install Asterisk: {toolbox.cache}: File exists; "
            "make the folder writable, or set XDG_CACHE_HOME to another one"
        )
    ]
