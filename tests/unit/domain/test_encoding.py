"""Telling an encoding from bytes."""

import pytest

from dialer.domain.encoding import codec_named, encoding_of
from dialer.errors import BadInput


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (b"", "utf-8-sig"),
        (b"number\n", "utf-8-sig"),
        ("\ufeffnumber\n".encode(), "utf-8-sig"),
        ("Zoë".encode(), "utf-8-sig"),
        ("Zoë".encode("utf-16"), "utf-16"),
        ("Zoë O\u2019Hara".encode("cp1252"), "cp1252"),
        (b"\x81\xeb", "latin-1"),
        ("Zoë".encode()[:-1], "cp1252"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(data: bytes, codec: str) -> None:
    assert encoding_of([data], name="leads.csv") == codec
    assert encoding_of([data[:3], data[3:]], name="leads.csv") == codec  # cut anywhere


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"SQLite format 3\0"])
def test_a_spreadsheet_or_another_binary_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="not a text file; save the list as CSV"):
        encoding_of([data], name="leads.xlsx")


CHINESE = "姓名,电话\n王小明,+12025550100\n李娜,+12025550101\n张伟 北京市朝阳区,+12025550102\n"
GERMAN = "Name,Telefon\nJürgen Weiß,1\nZoë Müller,2\nÄnne Öztürk,3\nFrançois Créée,4\nÀÉ,5\n"


def refused(*chunks: bytes, wanted: str | None = None) -> str:
    with pytest.raises(BadInput) as error:
        encoding_of(chunks, name="leads.csv", wanted=wanted)
    return str(error.value)


@pytest.mark.parametrize(
    ("data", "codec"),
    [
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("gbk"), "gb18030"),
        ("姓名,number\n联通,1\n".encode("gb18030"), "gb18030"),  # its bytes are UTF-8 as well
        (CHINESE.encode(), "utf-8-sig"),
        (GERMAN.encode("cp1252"), "cp1252"),
        ("Créée\n".encode("latin-1"), "cp1252"),
        ("José\n".encode("latin-1"), "cp1252"),
        ("number\n1\n".encode("utf-32"), "utf-32"),
    ],
)
def test_chinese_and_latin_are_told_apart(data: bytes, codec: str) -> None:
    assert encoding_of([data], name="leads.csv") == codec
    assert encoding_of([data[:17], data[17:]], name="leads.csv") == codec
    assert encoding_of((data[i : i + 1] for i in range(len(data))), name="leads.csv") == codec


def test_mixed_encodings_are_told_with_lines_and_character() -> None:
    data = "number,name\n1,Zoë\n2,Bob\n".encode() + "3,Zoë\n".encode("cp1252")
    told = (
        "leads.csv: mixes encodings: line 2 is UTF-8, line 4 is not (character 5); "
        "save it as UTF-8, or give its --encoding"
    )
    assert refused(data) == told
    assert refused(data[:30], data[30:]) == told
    assert encoding_of([data], name="leads.csv", wanted="cp1252") == "cp1252"


def test_chinese_in_two_encodings_is_mixed_too() -> None:
    assert "mixes encodings" in refused(CHINESE.encode() + CHINESE.encode("gb18030"))


@pytest.mark.parametrize(
    ("data", "line", "character"),
    [
        (b"number,name\n1,A\0nn\n", 2, 4),
        (b"number,name\n1,Ann\n\0", 3, 1),
        ("number,name\n1,Zoë\0\n".encode(), 2, 6),
        (b"number,name,x\r1,Ann\r2,\0", 3, 3),
    ],
)
def test_a_nul_is_told_with_line_and_character(data: bytes, line: int, character: int) -> None:
    assert f"line {line}, character {character} is a NUL byte" in refused(data)


def test_a_line_without_an_end_is_refused_long_before_it_is_read() -> None:
    read = 0

    def endless():
        nonlocal read
        yield b"number,name\n"
        while True:
            read += 1
            yield b"x" * (1 << 18)

    with pytest.raises(BadInput, match="line 2 is longer than 1,048,576 characters"):
        encoding_of(endless(), name="leads.csv")
    assert read < 20


def test_an_encoding_that_was_said_is_checked_to_the_end() -> None:
    data = "number,name\n1,Zoë\n".encode("cp1252")
    assert refused(data, wanted="utf-8-sig") == (
        "leads.csv: is not utf-8-sig in line 2, character 5; "
        "give the --encoding that it was saved with"
    )
    assert "line 1, character 1" in refused(b"number", wanted="utf-16")
    wide = "number\n1\n".encode("utf-16")
    assert "is not utf-16 in line 3, character 1" in refused(wide + b"x")
    assert encoding_of([wide[2:]], name="leads.csv", wanted="utf-16-le") == "utf-16-le"


@pytest.mark.parametrize(
    ("said", "codec"), [("UTF8", "utf-8-sig"), ("latin1", "iso8859-1"), ("GBK", "gbk")]
)
def test_an_encoding_may_be_called_as_people_call_it(said: str, codec: str) -> None:
    assert codec_named(said) == codec


@pytest.mark.parametrize("said", ["klingon", "rot13", "hex", "idna", "a\0b", "unicode-escape"])
def test_what_is_no_encoding_of_texts_is_refused(said: str) -> None:
    with pytest.raises(BadInput, match="is no encoding of texts; such as utf-8"):
        codec_named(said)
