"""`outpace prompts upload|save`, as they are typed."""

import io
import json
import wave
from pathlib import Path

import pytest
from typed_commands import done, empty_node, refused


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = empty_node(tmp_path, monkeypatch)
    home.mkdir()
    return home


def sound(folder: Path, *, rate_hz: int = 16000) -> str:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(b"\x10\x20" * rate_hz)
    path = folder / "hello.wav"
    path.write_bytes(out.getvalue())
    return str(path)


def test_a_sound_is_uploaded_listed_saved_and_removed(home: Path, tmp_path: Path) -> None:
    file = sound(tmp_path)
    uploaded = done("prompts", "upload", "hello", "en", file, "--text", "Hello.")
    assert uploaded == "prompt 'hello' 'en' uploaded: 1 s\n"
    (listed,) = json.loads(done("prompts", "list", "--json"))
    assert (listed["text"], listed["seconds"]) == ("Hello.", 1.0)
    to = tmp_path / "heard.wav"
    assert done("prompts", "save", "hello", "en", str(to)) == f"{to} written\n"
    with wave.open(str(to)) as heard:
        assert (heard.getframerate(), heard.getnframes()) == (8000, 8000)
    again = json.loads(done("prompts", "upload", "hello", "en", file, "--json"))
    assert again["text"] == "Hello."
    assert listed["file"] == f"uploaded/{again['checksum']}.wav"
    assert done("prompts", "remove", "hello", "en") == "prompt 'hello' 'en' removed\n"


def test_what_cannot_be_uploaded_or_saved_is_told_by_its_name(home: Path, tmp_path: Path) -> None:
    text = tmp_path / "hello.txt"
    text.write_text("hello")
    assert f"{text}: is no WAV file" in refused("prompts", "upload", "hello", "en", str(text))
    assert "cannot be read" in refused("prompts", "upload", "hello", "en", str(tmp_path / "no"))
    file = sound(tmp_path)
    assert "is no language" in refused("prompts", "upload", "hello", "English", file)
    assert "does not exist" in refused("prompts", "save", "hello", "en", "x.wav")
    done("prompts", "add", "hello", "en", "--file", "en/hello.wav")
    assert "was not uploaded" in refused("prompts", "save", "hello", "en", "x.wav")
    done("prompts", "upload", "hello", "en", file)
    to = tmp_path / "no" / "x.wav"
    assert "cannot be written" in refused("prompts", "save", "hello", "en", str(to))
