"""Which archives are asked, what apt's complaints mean, and what is kept of a package."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.adapters.asterisk.complaints import InstallFailed, NotOffered, explain
from dialer.adapters.asterisk.packages import Tools, unpack
from dialer.adapters.asterisk.sources import Target, offers, parse_targets

MIRROR = "http://mirror.invalid"


def _offers(answer: str, keyrings: Path = Path("/nonexistent")) -> list[tuple[str, list[str]]]:
    """Return each offer's name and its sources without their options."""
    found = offers(parse_targets(answer, "amd64"), "amd64", keyrings)
    return [(o.name, [line.partition("] ")[2] for line in o.lines]) for o in found]


def test_a_debian_is_asked_first_and_then_later_suites_of_the_same_mirror() -> None:
    answer = f"""{MIRROR}/debian bookworm main amd64 Debian
{MIRROR}/debian bookworm-updates main amd64 Debian
{MIRROR}/debian-security bookworm-security main amd64 Debian
https://elsewhere.invalid/debian bookworm stable amd64 Docker
"""
    assert _offers(answer) == [
        (
            "bookworm",
            [
                f"{MIRROR}/debian bookworm main",
                f"{MIRROR}/debian bookworm-updates main",
                f"{MIRROR}/debian-security bookworm-security main",
            ],
        ),
        ("forky", [f"{MIRROR}/debian forky main"]),
        ("sid", [f"{MIRROR}/debian sid main"]),
    ]


def test_an_ubuntu_is_asked_for_its_own_package_only() -> None:
    answer = f"""{MIRROR}/ubuntu noble main amd64 Ubuntu
{MIRROR}/ubuntu noble universe amd64 Ubuntu
"""
    assert _offers(answer) == [
        ("noble", [f"{MIRROR}/ubuntu noble main", f"{MIRROR}/ubuntu noble universe"])
    ]


def test_archives_without_lists_yet_are_known_by_their_path() -> None:
    answer = f"""https://elsewhere.invalid/linux/debian bookworm stable amd64 $(ORIGIN)
https://elsewhere.invalid/node_20.x nodistro main amd64 $(ORIGIN)
mirror+file:/etc/apt/mirrors/debian.list bookworm main amd64 $(ORIGIN)
mirror+file:/etc/apt/mirrors/debian.list bookworm main all $(ORIGIN)
{MIRROR}/debian-security/ bookworm-security main amd64 $(ORIGIN)
"""
    mirrors = "mirror+file:/etc/apt/mirrors/debian.list"
    assert _offers(answer)[1:] == [
        ("forky", [f"{mirrors} forky main"]),
        ("sid", [f"{mirrors} sid main"]),
    ]
    assert all("elsewhere" not in line for _, lines in _offers(answer) for line in lines)


def test_archives_known_by_name_count_more_than_their_paths() -> None:
    answer = f"""{MIRROR}/pub/d bookworm main amd64 Debian
https://elsewhere.invalid/debian bookworm main amd64 $(ORIGIN)
"""
    assert next(lines for _, lines in _offers(answer)) == [f"{MIRROR}/pub/d bookworm main"]


def test_a_machine_that_runs_forky_is_not_asked_twice() -> None:
    names = [name for name, _ in _offers(f"{MIRROR}/debian forky main amd64 Debian\n")]
    assert names == ["forky", "sid"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "cdrom:[Debian 12]/ bookworm main amd64 $(ORIGIN)\n",
        f"{MIRROR}/debian bookworm main armhf Debian\n",
        f"{MIRROR}/raspbian bookworm main amd64 Raspbian\n",
        "a line of something else\n",
    ],
)
def test_without_an_archive_that_fits_nothing_is_offered(answer: str) -> None:
    assert _offers(answer) == []


def test_signatures_are_always_checked_against_the_distributions_own_keys(tmp_path: Path) -> None:
    (tmp_path / "debian-archive-keyring.gpg").touch()
    target = Target(f"{MIRROR}/debian", "bookworm", "main", "amd64", "Debian")
    for offer in offers([target], "amd64", tmp_path):
        for line in offer.lines:
            assert f"signed-by={tmp_path}/debian-archive-keyring.gpg" in line
            assert "trusted" not in line
            assert "allow-insecure" not in line


@pytest.mark.parametrize(
    ("output", "error", "says"),
    [
        (
            (
                "Err:1 http://x forky InRelease\n  Temporary failure resolving 'x'\n"
                "E: Some index files failed to download."
            ),
            InstallFailed,
            "cannot be reached",
        ),
        ("E: Failed to fetch x  Connection timed out [IP: 192.0.2.1 80]", InstallFailed, "reached"),
        (
            "E: The repository 'http://x forky Release' does not have a Release file.",
            NotOffered,
            "no Asterisk that can be resolved",
        ),
        ("E: Unable to locate package asterisk", NotOffered, "resolved"),
        (
            (
                "The following packages have unmet dependencies:\n asterisk : Depends: x (>= 2)\n"
                "E: Unable to correct problems, you have held broken packages."
            ),
            NotOffered,
            "resolved",
        ),
        ("W: GPG error: x: NO_PUBKEY 6ED0E7B82643E131", NotOffered, "signature"),
        ("E: The repository 'x' is not signed.", NotOffered, "signature"),
        ("dpkg-deb: error: tar: write failed: No space left on device", InstallFailed, "full"),
        ("E: You don't have enough free space in /x/archives/.", InstallFailed, "full"),
        ("E: Failed to fetch x  Hash Sum mismatch", InstallFailed, "being updated"),
        ("Reading lists...\nE: Something new\n", InstallFailed, "apt failed (E: Something new)"),
        ("", InstallFailed, "it gave no reason"),
    ],
)
def test_what_apt_complains_of_becomes_one_line_that_says_what_to_do(
    output: str, error: type[InstallFailed], says: str
) -> None:
    explained = explain(output)
    assert type(explained) is error
    assert says in str(explained)
    assert "\n" not in str(explained)
    assert "; " in str(explained)


@pytest.fixture
def tools() -> Iterator[Tools]:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    yield Tools(descriptor)
    os.close(descriptor)


def _deb(folder: Path, name: str, files: dict[str, str]) -> Path:
    source = folder / name
    (source / "DEBIAN").mkdir(parents=True)
    (source / "DEBIAN/control").write_text(
        f"Package: {name}\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: none\n"
    )
    for path, text in files.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text)
    deb = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--build", source, deb], check=True, capture_output=True)
    return deb


needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg-deb here")


@needs_dpkg
def test_of_the_packages_only_what_asterisk_runs_with_is_kept(tools: Tools, tmp_path: Path) -> None:
    program = _deb(
        tmp_path,
        "program",
        {
            "usr/sbin/asterisk": "program",
            "usr/sbin/useradd": "tool",
            "usr/bin/passwd": "tool",
            "usr/lib/triplet/libc.so.6": "library",
            "usr/lib/triplet/perl/5/x.pm": "perl",
            "usr/share/doc/program/copyright": "words",
            "etc/asterisk/asterisk.conf": "conf",
            "lib/triplet/libold.so": "library",
        },
    )
    sounds = _deb(
        tmp_path, "sounds", {"usr/share/asterisk/sounds/en_US_f_Allison/hello.wav": "RIFF"}
    )
    root = tmp_path / "root"
    unpack(tools, [program, sounds], root)
    kept = {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and not p.is_symlink()}
    assert kept == {
        "usr/sbin/asterisk",
        "usr/lib/triplet/libc.so.6",
        "lib/triplet/libold.so",
        "usr/share/asterisk/sounds/en_US_f_Allison/hello.wav",
    }
    assert (root / "usr/share/asterisk/sounds/en/hello.wav").read_text() == "RIFF"


@needs_dpkg
def test_a_damaged_package_fails_the_unpacking(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "bad.deb").write_bytes(b"!<arch>\nnot a package")
    with pytest.raises(InstallFailed, match="dpkg-deb: error"):
        unpack(tools, [tmp_path / "bad.deb"], tmp_path / "root")


def test_a_tool_that_is_not_there_is_one_clear_line(tools: Tools) -> None:
    with pytest.raises(InstallFailed, match="this machine has no outpace-no-such-tool"):
        tools.run(["outpace-no-such-tool"])
