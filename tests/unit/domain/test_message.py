"""Messages to agents: one line of a length, to somebody."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.domain.message import EVERYONE, TO_AGENT, TO_TEAM, Message, addressed, checked_message
from dialer.errors import BadInput


def line(body: str, sent_to: str = EVERYONE) -> Message:
    return Message("sue", sent_to, body, 10.0)


@given(st.text(max_size=510))
def test_a_message_is_kept_when_it_is_one_line_of_a_length_and_says_something(body: str) -> None:
    broken = any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in body)
    fits = not broken and 0 < len(body) <= 500 and not body.isspace()
    if fits:
        assert checked_message(line(body)).body == body
        return
    with pytest.raises(BadInput, match=r"^body: "):
        checked_message(line(body))


@pytest.mark.parametrize("body", ["a\rb", "a\nb", "a\x00b", "a\u2028b", "a\x1b[2Jb", "a\ud800"])
def test_what_would_begin_a_line_or_command_a_terminal_is_refused(body: str) -> None:
    with pytest.raises(BadInput, match=r"^body: holds a line break, a NUL or another control"):
        checked_message(line(body))


def test_letters_and_signs_of_all_languages_are_taken() -> None:
    for body in ("Pause um zwölf", "休憩してください", "\N{NO-BREAK SPACE}ok", "👩\u200d💻 5 min"):
        assert checked_message(line(body)).body == body


def test_it_goes_to_an_agent_a_team_or_everyone() -> None:
    assert addressed("agent:ann") == (TO_AGENT, "ann")
    assert addressed("team:Team: East") == (TO_TEAM, "Team: East")
    assert addressed("*") == (EVERYONE, "")
    for nobody in ("", "ann", "agent:", "team:", "**", "Agent:ann"):
        with pytest.raises(BadInput, match=r"^to: .* is no recipient"):
            addressed(nobody)
    for name in ("a\nb", "x" * 101):
        with pytest.raises(BadInput, match=r"^to: "):
            checked_message(line("hello", f"team:{name}"))
