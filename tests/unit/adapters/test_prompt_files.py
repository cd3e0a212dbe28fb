"""Uploaded sounds as files beside the switch."""

from hashlib import sha256
from pathlib import Path

import pytest

from dialer.adapters.prompt_files import PromptFolder
from dialer.ports import Unplayable

SOUND = b"RIFF and so on"
SUM = sha256(SOUND).hexdigest()


def test_a_sound_is_there_once_it_is_laid_and_until_it_is_removed(tmp_path: Path) -> None:
    files = PromptFolder(tmp_path / "prompts")
    assert not files.has(SUM)
    assert list(files.present()) == []
    files.lay(SUM, SOUND)
    assert files.has(SUM)
    assert list(files.present()) == [SUM]
    assert [file.name for file in (tmp_path / "prompts/uploaded").iterdir()] == [f"{SUM}.wav"]
    files.remove(SUM)
    files.remove(SUM)
    assert not files.has(SUM)


def test_a_file_that_was_damaged_is_laid_anew_by_the_next_engine(tmp_path: Path) -> None:
    PromptFolder(tmp_path).lay(SUM, SOUND)
    file = tmp_path / f"uploaded/{SUM}.wav"
    file.write_bytes(SOUND[:5])
    files = PromptFolder(tmp_path)
    assert not files.has(SUM)
    files.lay(SUM, SOUND)
    assert file.read_bytes() == SOUND
    assert files.has(SUM)
    file.unlink()
    assert not files.has(SUM)


def test_what_others_put_there_is_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "uploaded").mkdir()
    (tmp_path / "uploaded/own.wav").write_bytes(b"RIFF")
    assert list(PromptFolder(tmp_path).present()) == []


def test_a_sound_that_does_not_fit_or_cannot_be_written_is_refused(tmp_path: Path) -> None:
    files = PromptFolder(tmp_path)
    with pytest.raises(Unplayable, match="upload it again"):
        files.lay(SUM, b"other")
    assert not files.has(SUM)
    (tmp_path / "uploaded").write_text("no folder")
    with pytest.raises(Unplayable, match="cannot be written"):
        files.lay(SUM, SOUND)
    assert not files.has(SUM)
