"""Files of erased people, and the key that knows their numbers again."""

from pathlib import Path

import pytest

from dialer.adapters.erased_files import delete_files
from dialer.adapters.privacy_key import NAME, privacy_key
from dialer.errors import BadInput


def test_files_are_deleted_with_their_raw_ones_and_again_is_fine(tmp_path: Path) -> None:
    for name in ("a.wav", "a.raw", "b.wav"):
        (tmp_path / name).touch()
    assert delete_files(tmp_path, ["a.wav", "gone.wav"]) == 2
    assert delete_files(tmp_path, ["a.wav", "gone.wav"]) == 0
    assert [file.name for file in tmp_path.iterdir()] == ["b.wav"]


def test_nothing_outside_of_the_folder_is_deleted(tmp_path: Path) -> None:
    inside = tmp_path / "recordings"
    inside.mkdir()
    (tmp_path / "outpace.db").touch()
    (inside / "a.wav").touch()
    with pytest.raises(BadInput, match="1 files could not be deleted"):
        delete_files(inside, ["../outpace.db", "a.wav"])
    assert (tmp_path / "outpace.db").exists()
    assert not (inside / "a.wav").exists()


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    key = privacy_key(tmp_path)
    assert len(key) == 32
    assert privacy_key(tmp_path) == key
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ("", 0o600, "holds no key; restore it from a backup"),
        ("zz" * 32, 0o600, "holds no key; restore it from a backup"),
        ("ab" * 32, 0o640, "can be read by others; set its mode to 0600"),
    ],
)
def test_a_key_that_cannot_be_one_is_told(text: str, mode: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_text(text)
    path.chmod(mode)
    with pytest.raises(BadInput, match=told):
        privacy_key(tmp_path)
