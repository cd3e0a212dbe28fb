"""The file of master keys: whole, private, and the newest key first."""

import base64
from pathlib import Path

import pytest

from dialer.adapters.recording_keys import NO_KEYS, add_key, read_keys
from dialer.domain.recording import RecordingUnreadable
from dialer.errors import BadInput

GOOD = "a " + base64.b64encode(b"k" * 32).decode()


def test_without_a_file_there_are_no_keys() -> None:
    assert read_keys(None) is NO_KEYS


def test_a_new_key_comes_first_and_the_old_ones_stay(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    add_key(path, "spring")
    first = read_keys(path)
    add_key(path, "autumn")
    both = read_keys(path)
    assert (first.current, both.current) == ("spring", "autumn")
    assert both.keys["spring"] == first.keys["spring"] != both.keys["autumn"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["keys"]


def test_names_that_are_none_or_taken_are_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    add_key(path, "one")
    before = path.read_text()
    for name in ("one", "", "a b", "x" * 17, "../x"):
        with pytest.raises(BadInput):
            add_key(path, name)
    assert path.read_text() == before


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "a\n", "a AAAA\n", f"{GOOD}\n{GOOD}\n", f"{GOOD}\nb ?\n", "\xff"]
)
def test_a_file_that_holds_something_else_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys"
    path.write_text(text, encoding="latin-1")
    path.chmod(0o600)
    with pytest.raises(BadInput, match="OUTPACE_RECORDINGS_KEY_FILE"):
        read_keys(path)


def test_a_file_that_others_may_read_or_that_is_gone_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(GOOD)
    path.chmod(0o640)
    with pytest.raises(BadInput, match="0600"):
        read_keys(path)
    with pytest.raises(BadInput, match="cannot be read"):
        read_keys(tmp_path / "gone")


def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    add_key(tmp_path / "keys", "one")
    with pytest.raises(RecordingUnreadable, match="'two', which is not there"):
        read_keys(tmp_path / "keys").key("two", "x.enc")
