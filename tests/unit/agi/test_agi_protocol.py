"""FastAGI as a value: what Asterisk's side says is understood however TCP cut it."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agi.protocol import (
    MAX_ENVIRONMENT,
    MAX_LINE,
    MAX_REPLY,
    AgiDecoder,
    AgiOutput,
    AgiProtocolError,
    AgiReply,
    Environment,
    HangupNotice,
    encode_command,
)
from dialer.errors import UnsafeValue

REQUEST = (
    b"agi_network: yes\nagi_network_script: answered\nagi_uniqueid: at-1\n"
    b"agi_callerid: \nagi_arg_1: 1700000000.123\n\n"
)


def requested() -> AgiDecoder:
    decoder = AgiDecoder()
    decoder.feed(REQUEST)
    return decoder


def told(pieces: Sequence[bytes]) -> list[AgiOutput | str]:
    decoder = AgiDecoder()
    out: list[AgiOutput | str] = []
    for piece in pieces:
        try:
            out += decoder.feed(piece)
        except AgiProtocolError as error:
            return [*out, *error.outputs, str(error)]
    return out


def test_the_environment_names_script_channel_and_arguments() -> None:
    (request,) = AgiDecoder().feed(REQUEST)
    assert isinstance(request, Environment)
    assert request.script == "answered"
    assert request.channel_id == "at-1"
    assert (request.argument(1), request.argument(2)) == ("1700000000.123", "")
    assert request.values["agi_callerid"] == ""


def test_a_blank_after_an_empty_value_may_be_missing() -> None:
    (request,) = AgiDecoder().feed(b"agi_callerid:\nagi_uniqueid: u\n\n")
    assert isinstance(request, Environment)
    assert request.values == {"agi_callerid": "", "agi_uniqueid": "u"}


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("200 result=0", AgiReply(200, 0, "")),
        ("200 result=1 (SUCCESS)", AgiReply(200, 1, "SUCCESS")),
        ("200 result=-1 endpos=0", AgiReply(200, -1, "")),
        ("200 result=1 (a (b) c)", AgiReply(200, 1, "a (b) c")),
        ("200 result=1 (timeout) endpos=80", AgiReply(200, 1, "timeout")),
        ("200 result=1 ()", AgiReply(200, 1, "")),
        ("200 result= (timeout)", AgiReply(200, -1, "timeout")),
        ("510 Invalid or unknown command", AgiReply(510, -1, "")),
        (
            "511 Command Not Permitted on a dead channel or intercept routine",
            AgiReply(511, -1, ""),
        ),
        ("520 Invalid command syntax.  Proper usage not available.", AgiReply(520, -1, "")),
    ],
)
def test_a_reply_is_code_result_and_data(line: str, reply: AgiReply) -> None:
    assert requested().feed(line.encode() + b"\n") == [reply]


def test_a_hangup_between_replies_is_no_reply() -> None:
    replies = requested().feed(b"200 result=0\nHANGUP\n200 result=1 (x)\n")
    assert replies == [AgiReply(200, 0, ""), HangupNotice(), AgiReply(200, 1, "x")]


def test_a_usage_text_of_many_lines_is_one_reply() -> None:
    replies = requested().feed(
        b"520-Invalid command syntax.  Proper usage follows:\n"
        b"Usage: EXEC <application> <options>\n200 result=9 in the text\nHANGUP\n"
        b"520 End of proper usage.\n200 result=0\n"
    )
    assert replies == [HangupNotice(), AgiReply(520, -1, ""), AgiReply(200, 0, "")]


def test_trying_is_no_reply_yet() -> None:
    assert requested().feed(b"100 result=0 Trying...\n200 result=0\n") == [AgiReply(200, 0, "")]


@pytest.mark.parametrize("rubbish", [b"GET / HTTP/1.1\n", b"\x00\xff\n", b"\n"])
def test_what_is_no_reply_is_refused(rubbish: bytes) -> None:
    with pytest.raises(AgiProtocolError, match="not an AGI reply"):
        requested().feed(rubbish)


def test_a_line_without_an_end_is_refused() -> None:
    with pytest.raises(AgiProtocolError, match="line of more"):
        AgiDecoder().feed(b"a" * (MAX_LINE + 1))


def test_a_line_that_is_too_long_is_refused_although_it_ends() -> None:
    with pytest.raises(AgiProtocolError, match="line of more"):
        AgiDecoder().feed(b"a: " + b"b" * MAX_LINE + b"\n")


@pytest.mark.parametrize("lines", ["key{}: x\n", "the same key: x\n"])
def test_an_environment_without_an_end_is_refused(lines: str) -> None:
    stream = "".join(lines.format(number) for number in range(MAX_ENVIRONMENT + 1))
    with pytest.raises(AgiProtocolError, match="environment of more"):
        AgiDecoder().feed(stream.encode())


@pytest.mark.parametrize("start", [b"520-usage\n", b"100 Trying\n"])
def test_a_reply_without_an_end_is_refused(start: bytes) -> None:
    decoder = requested()
    assert decoder.feed(start * MAX_REPLY) == []
    with pytest.raises(AgiProtocolError, match="reply of more"):
        decoder.feed(b"100 Trying\n")


def test_what_was_whole_before_the_fault_is_told() -> None:
    with pytest.raises(AgiProtocolError) as refused:
        requested().feed(b"200 result=0\nHANGUP\nrubbish\n")
    assert refused.value.outputs == [AgiReply(200, 0, ""), HangupNotice()]


def test_words_are_quoted_where_asterisk_would_split_them() -> None:
    assert encode_command("EXEC", "Bridge", "ag-1") == b"EXEC Bridge ag-1\n"
    assert encode_command("SET", "VARIABLE", "A", "") == b'SET VARIABLE A ""\n'
    assert encode_command("X", "a b", "a\tb", 'a"b', "a\\b") == (
        b'X "a b" "a\tb" "a\\"b" "a\\\\b"\n'
    )


@pytest.mark.parametrize("mark", ["\r", "\n", "\0"])
def test_a_word_may_hold_no_line_break_or_nul(mark: str) -> None:
    with pytest.raises(UnsafeValue):
        encode_command("SET", "VARIABLE", "A", f"x{mark}EXEC System reboot")


def split_as_asterisk_does(line: str) -> list[str]:
    """Split as parse_args of res_agi.c does."""
    words: list[str] = []
    word, quoted, escaped, begun = "", False, False, False
    for mark in line:
        if mark == '"' and not escaped:
            quoted = not quoted
            begun = True
        elif mark in " \t" and not quoted and not escaped:
            if begun:
                words.append(word)
            word, begun = "", False
        elif mark == "\\" and not escaped:
            escaped = True
        else:
            word, begun, escaped = word + mark, True, False
    return [*words, word] if begun else words


@given(st.lists(st.text(st.characters(blacklist_characters="\r\n\0", codec="utf-8")), min_size=1))
def test_asterisk_reads_the_words_that_were_meant(words: list[str]) -> None:
    line = encode_command(*words).decode()
    assert line.count("\n") == 1
    assert split_as_asterisk_does(line[:-1]) == words


LINES = st.sampled_from(
    [
        b"200 result=0\n",
        b"200 result=1 (Zo\xc3\xab)\r\n",
        b"HANGUP\n",
        b"520-usage\n",
        b"520 end\n",
        b"100 Trying\n",
        b"511 dead\n",
        b"rubbish\n",
        b"a: b\n",
        b"\n",
        b"x" * (MAX_LINE - 3) + b"\n",
        b"x" * (MAX_LINE + 3) + b"\n",
    ]
)


@given(
    st.sampled_from([REQUEST, REQUEST, b""]),
    st.lists(LINES, max_size=20),
    st.lists(st.integers(0, 400), max_size=20),
)
def test_any_cut_of_any_stream_says_the_same(
    request: bytes, lines: list[bytes], at: list[int]
) -> None:
    stream = request + b"".join(lines)
    places = [0, *sorted(min(place, len(stream)) for place in at), len(stream)]
    assert told([stream[a:b] for a, b in itertools.pairwise(places)]) == told([stream])
