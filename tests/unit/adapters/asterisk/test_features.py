"""What an Asterisk says of itself, and what is found in its program."""

from pathlib import Path

import pytest

from dialer.adapters.asterisk.features import (
    AsteriskUnusable,
    Version,
    parse_version,
    probe,
    require_supported,
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1\n", (22, 10, 1)),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5", (20, 6, 0)),
        ("Asterisk 21.5.0-rc1", (21, 5, 0)),
        ("Asterisk certified/20.7-cert3", (20, 7, 0)),
        ("Asterisk certified-20.7-cert3", (20, 7, 0)),
        ("Asterisk GIT-22-1a2b3c4d5e", (22, 0, 0)),
        ("1:22.10.1+dfsg+~cs6.17.60671434-1", (22, 10, 1)),
    ],
)
def test_a_version_is_read_as_its_program_or_its_package_writes_it(
    text: str, version: tuple[int, int, int]
) -> None:
    assert parse_version(text) == version


@pytest.mark.parametrize("text", ["", "\n", "GNU bash, version 5", "Asterisk", "Asterisk next\n\n"])
def test_what_is_no_version_is_one_clear_line(text: str) -> None:
    with pytest.raises(AsteriskUnusable, match="cannot tell its version") as caught:
        parse_version(text, "/opt/asterisk")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("/opt/asterisk: ")


def test_versions_compare_by_number_not_by_letter() -> None:
    assert Version(20, 10) > Version(20, 9, 9)
    assert str(Version(20, 10)) == "20.10.0"


def test_an_old_version_is_refused_with_what_to_do() -> None:
    require_supported("/usr/sbin/asterisk", Version(20))
    with pytest.raises(AsteriskUnusable, match=r"Asterisk 18\.9\.0 is older than 20; install"):
        require_supported("/usr/sbin/asterisk", Version(18, 9))


def _asterisk(folder: Path, *, program: bytes, modules: tuple[str, ...]) -> tuple[Path, Path]:
    (folder / "modules").mkdir()
    for name in modules:
        (folder / "modules" / name).touch()
    (folder / "asterisk").write_bytes(program)
    return folder / "asterisk", folder / "modules"


def test_features_are_told_from_the_program_itself(tmp_path: Path) -> None:
    program = b"\x7fELF\0MatchCriteria\0Filter\0TechCause: %d\r\n\0"
    features = probe(
        *_asterisk(tmp_path, program=program, modules=("chan_pjsip.so", "app_amd.so", "README"))
    )
    assert features.structured_event_filter
    assert features.tech_cause
    assert features.modules == {"chan_pjsip.so", "app_amd.so"}


def test_a_program_without_them_gets_the_older_ways(tmp_path: Path) -> None:
    program = b"\x7fELF\0eventfilter\0Cause-txt: %s\r\n\0"
    features = probe(*_asterisk(tmp_path, program=program, modules=("chan_pjsip.so",)))
    assert not features.structured_event_filter
    assert not features.tech_cause


def test_without_its_sip_channel_an_asterisk_is_of_no_use(tmp_path: Path) -> None:
    with pytest.raises(AsteriskUnusable, match=r"has no chan_pjsip\.so"):
        probe(*_asterisk(tmp_path, program=b"\x7fELF", modules=("chan_dahdi.so",)))


def test_an_empty_program_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(AsteriskUnusable, match="cannot be read"):
        probe(*_asterisk(tmp_path, program=b"", modules=("chan_pjsip.so",)))
