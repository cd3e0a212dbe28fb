"""A recording is finished once, whole, whatever dies on the way."""

import fcntl
import hashlib
import os
import signal
import sys
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from dialer.adapters.recording_files import attempt_in, facts_of, remove_all
from dialer.adapters.recording_finish import PLAIN, Form, finish
from dialer.adapters.recording_keys import NO_KEYS, KeyRing
from dialer.adapters.sealed_recording import SealedRecording
from dialer.adapters.waveform import shown
from dialer.domain.ids import AttemptId, new_attempt_id
from dialer.domain.recording import Codec, Finished

RING: Final = KeyRing({"one": b"1" * 32}, "one")
TALK: Final = (np.arange(80_000) % 9_000).astype("<i2").tobytes()
"""Five seconds in two channels, more than one chunk."""

TOUCHES: Final = frozenset({"open", "os.rename", "os.remove", "os.mkdir"})


def recorded(folder: Path, samples: bytes = TALK) -> AttemptId:
    attempt_id = new_attempt_id()
    (folder / f"{attempt_id}.raw").write_bytes(samples)
    return attempt_id


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())


def audio(folder: Path, file: str, ring: KeyRing) -> bytes:
    stored = (folder / file).read_bytes()
    if not ring.keys:
        return stored
    sealed = SealedRecording(file, lambda at, n: stored[at : at + n], len(stored), ring)
    return b"".join(sealed.parts(0, sealed.size))


def killed_at(touch: int, folder: Path, attempt_id: AttemptId, form: Form, ring: KeyRing) -> bool:
    """Finish in a process that is killed before it touches its n-th file; was it?"""
    child = os.fork()
    if child == 0:
        left = touch

        def look(event: str, _arguments: tuple[Any, ...]) -> None:
            nonlocal left
            if event in TOUCHES:
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(look)
        try:
            finish(folder, attempt_id, form, ring, now=5.0)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("ring", [NO_KEYS, RING], ids=["plain", "sealed"])
def test_whoever_is_killed_at_any_step_loses_nothing_and_makes_nothing_twice(
    tmp_path: Path, ring: KeyRing
) -> None:
    touch = 1
    while True:
        folder = tmp_path / str(touch)
        folder.mkdir()
        attempt_id = recorded(folder)
        killed = killed_at(touch, folder, attempt_id, PLAIN, ring)
        finish(folder, attempt_id, PLAIN, ring, now=9.0)
        facts = Finished.of_json(facts_of(folder, attempt_id).read_text())
        assert files(folder) == sorted(
            [facts.file, f"finished/{attempt_id}.json", f"peaks/{attempt_id}.peaks"]
        ), touch
        whole = audio(folder, facts.file, ring)
        assert whole.endswith(TALK)
        assert hashlib.sha256(whole).hexdigest() == facts.sha256
        if not killed:
            break
        touch += 1
    assert touch > (12 if ring.keys else 8)


def test_a_finished_recording_says_what_it_is(tmp_path: Path) -> None:
    attempt_id = recorded(tmp_path, TALK + b"odd")
    facts = finish(tmp_path, attempt_id, PLAIN, RING, now=7.5)
    assert facts is not None
    assert (facts.seconds, facts.codec, facts.key_id) == (5.0, Codec.WAV, "one")
    assert (facts.finished_at, facts.bytes) == (7.5, len(TALK) + 44)
    assert Finished.of_json(facts.as_json()) == facts
    with wave.open(str(_plain(tmp_path, facts))) as file:
        assert file.getparams()[:4] == (2, 2, 8000, len(TALK) // 4)


def _plain(folder: Path, facts: Finished) -> Path:
    plain = folder / "plain.wav"
    plain.write_bytes(audio(folder, facts.file, RING))
    return plain


def test_the_waveform_is_sealed_as_the_recording_is(tmp_path: Path) -> None:
    attempt_id = recorded(tmp_path)
    finish(tmp_path, attempt_id, PLAIN, RING, now=0.0)
    drawn = shown(audio(tmp_path, f"peaks/{attempt_id}.peaks", RING))
    assert (drawn["channels"], drawn["length"]) == (2, 100)
    finish(tmp_path, second := recorded(tmp_path), PLAIN, NO_KEYS, now=0.0)
    assert shown(audio(tmp_path, f"peaks/{second}.peaks", NO_KEYS)) == drawn


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("lame-that-is-not-there", "is installed"),
        ("gzip", "is none of ffmpeg, lame, sox"),
        ("lame-fails", "ended with 3: no such voice"),
        ("lame-makes-nothing", "made no mp3 file"),
    ],
)
def test_a_program_that_fails_leaves_the_wav_and_says_why(
    tmp_path: Path, program: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    for name, does in (
        ("lame-fails", "echo no such voice >&2; exit 3"),
        ("lame-makes-nothing", "exit 0"),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    folder = tmp_path / "monitor"
    folder.mkdir()
    attempt_id = recorded(folder)
    facts = finish(folder, attempt_id, Form(Codec.MP3, program), NO_KEYS, now=0.0)
    assert facts is not None
    assert (facts.file, facts.codec) == (f"{attempt_id}.wav", Codec.WAV)
    assert why in facts.problem
    assert audio(folder, facts.file, NO_KEYS).endswith(TALK)
    assert not list(folder.glob("*.part"))


def test_a_program_that_works_leaves_its_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # stands for lame: how real ones are asked is tried in test_transcoding
    (tmp_path / "lame").write_text('#!/bin/sh\nfor out; do :; done\nprintf ID3voice > "$out"\n')
    (tmp_path / "lame").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    folder = tmp_path / "monitor"
    folder.mkdir()
    attempt_id = recorded(folder)
    facts = finish(folder, attempt_id, Form(Codec.MP3, "lame"), RING, now=0.0)
    assert facts is not None
    assert (facts.file, facts.problem) == (f"{attempt_id}.mp3.enc", "")
    assert audio(folder, facts.file, RING) == b"ID3voice"
    assert (facts.bytes, facts.seconds) == (8, 5.0)


def test_a_file_that_another_process_is_at_is_left_to_it(tmp_path: Path) -> None:
    attempt_id = recorded(tmp_path)
    with (tmp_path / f"{attempt_id}.raw").open("rb") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        assert finish(tmp_path, attempt_id, PLAIN, NO_KEYS, now=0.0) is None
        assert files(tmp_path) == [f"{attempt_id}.raw"]
        (tmp_path / f"{attempt_id}.raw").unlink()  # they are done
    assert finish(tmp_path, attempt_id, PLAIN, NO_KEYS, now=0.0) is None
    assert files(tmp_path) == []


def test_everything_of_a_recording_goes_together(tmp_path: Path) -> None:
    attempt_id, other = recorded(tmp_path), recorded(tmp_path)
    finish(tmp_path, attempt_id, PLAIN, RING, now=0.0)
    finish(tmp_path, other, PLAIN, NO_KEYS, now=0.0)
    assert attempt_in(f"2026/11/spring-{attempt_id}.wav") == attempt_id
    assert attempt_in(f"2026/11/spring-{attempt_id}9.wav") is None
    assert attempt_in(f"{attempt_id}.wav.enc") == attempt_id
    assert remove_all(tmp_path, attempt_id) == 3
    assert all(other in name for name in files(tmp_path))
    assert len(files(tmp_path)) == 3


@pytest.mark.parametrize("ring", [NO_KEYS, RING], ids=["plain", "sealed"])
def test_of_a_recording_that_is_forgotten_no_half_written_file_stays(
    tmp_path: Path, ring: KeyRing
) -> None:
    touch = 1
    while True:
        attempt_id = recorded(tmp_path)
        killed = killed_at(touch, tmp_path, attempt_id, PLAIN, ring)
        remove_all(tmp_path, attempt_id)
        assert files(tmp_path) == [], touch
        if not killed:
            break
        touch += 1
    assert touch > (12 if ring.keys else 8)
