"""The books of a mixed floor know every channel that the engine originates, and no other."""

from pathlib import Path

import pytest
from mixed_books import Record, channels_in, compare

from dialer.adapters.asterisk import answer_ear, switch, talk_control

NOTHING = Record(attempts={}, calls={}, legs=set(), spies=set(), open_sessions=[])
CONTEXTS = (switch.CUE_CONTEXT, talk_control.ANNOUNCE_CONTEXT, answer_ear.CONTEXT)


def journal(folder: Path, *names: str) -> Path:
    """Write what Asterisk writes of channels that come and go, each in a second of its own."""
    rows = [
        f"{event},,1764000000.{index},{1764000000 + index},,,{name}\n"
        for index, name in enumerate(names)
        for event in ("ANSWER", "HANGUP")
    ]
    written = folder / "cel.csv"
    written.write_text("".join(rows))
    return written


@pytest.mark.parametrize("context", CONTEXTS)
def test_both_halves_of_a_helper_are_told_by_their_name(tmp_path: Path, context: str) -> None:
    names = [f"Local/spy@{context}-0000000{half};{half}" for half in (1, 2)]
    books = compare(channels_in(journal(tmp_path, *names)), NOTHING)
    assert books.problems == {}
    ((what, count),) = ((what, count) for what, count in books.classes.items() if count)
    assert what.startswith("our helpers: halves of ")
    assert count == 2


@pytest.mark.parametrize("name", ["Local/spy@elsewhere-00000001;1", "Local/play@cue-00000001;1"])
def test_a_channel_that_is_nobodys_is_a_problem(tmp_path: Path, name: str) -> None:
    books = compare(channels_in(journal(tmp_path, name)), NOTHING)
    assert list(books.problems) == ["channels of nobody"]
