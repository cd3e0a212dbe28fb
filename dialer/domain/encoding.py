"""Which codec a list was written with, told from its bytes.

Knows the encodings that spreadsheets write: UTF-8, UTF-16, Windows' and ISO's Latin-1, and
China's GB18030. Latin-1 "reads" anything and GB18030 nearly so, so the two are told apart by a
measure: in Chinese text bytes above 0x7F come in pairs, most of them of the 3,755 usual
characters. Refuses to know files: chunks of bytes come in.
"""

import re
from codecs import (
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
    getincrementaldecoder,
    lookup,
)
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from dialer.domain.csvtable import LINE_MAX, nul_in
from dialer.errors import BadInput

_WIDE: Final = (
    (BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's, so it is asked first
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT: Final = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
    b"%PDF-",
    b"\x1f\x8b",
)
_HEAD: Final = max(len(start) for start in _NO_TEXT)
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_THREE_BYTES: Final = re.compile(rb"[\xe0-\xf4]")
_USUAL_RATE: Final = 0.7
"""Share of the high bytes that are usual Chinese characters, from which a text is Chinese."""
_BY_CHANCE_RATE: Final = 0.05
"""Share of lines of GB18030 that may look like UTF-8 of three bytes a character by chance."""
_ODD_CODECS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


def codec_named(encoding: str) -> str:
    """Return the codec of that name.

    Raises:
        BadInput: there is none, or it is no encoding of texts.
    """
    try:
        codec = lookup(encoding).name
        getincrementaldecoder(codec)
        if codec.replace("-", "_") not in _ODD_CODECS and "1,a".encode(codec).decode(codec):
            return "utf-8-sig" if codec == "utf-8" else codec
    except (LookupError, ValueError):
        pass
    raise BadInput(
        "--encoding",
        f"{encoding!r} is no encoding of texts",
        "such as utf-8, utf-16, cp1252 or gb18030",
    )


def encoding_of(chunks: Iterable[bytes], *, name: str, wanted: str | None = None) -> str:
    """Return the codec that reads these bytes.

    Args:
        chunks: the whole file.
        name: of the file, for the error.
        wanted: a codec that was said; it is only checked.

    Raises:
        BadInput: it is no text, holds NULs, mixes encodings, has a line longer than any list's,
            or the codec that was said does not read it.
    """
    rest = iter(chunks)
    head = b""
    for chunk in rest:
        head += chunk
        if len(head) >= _HEAD:
            break
    if head.startswith(_NO_TEXT):
        raise _no_text(name)
    chunks = chain((head,), rest)
    wide = next((codec for bom, codec in _WIDE if head.startswith(bom)), None)
    if wanted is not None or wide is not None:
        return _checked(wanted or wide or "", chunks, name)
    if b"\0" in head[:_HEAD]:
        raise _no_text(name)
    survey = _Survey(name)
    for line in _lines(chunks, name):
        survey.look_at(line)
    return survey.verdict()


class _Survey:
    """What the lines of a text are, one after the other."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._line = 0
        self._utf8 = 0
        """Lines that are UTF-8 and more than ASCII."""
        self._utf8_line = 0
        """The last of them."""
        self._three_bytes = 0
        """Those of them with characters of three bytes or more."""
        self._other = 0
        """Lines that are no UTF-8."""
        self._other_line = 0
        self._other_at = 0
        """The first of them, and the character in it."""
        self._high = 0
        self._usual = 0
        self._codecs = ["gb18030", "cp1252", "latin-1"]

    def look_at(self, text: bytes) -> None:
        """Look at one line, or at several that are ASCII."""
        nul = text.find(b"\0")
        if nul >= 0:
            before = text[:nul].splitlines(keepends=True)
            if not before or before[-1].endswith((b"\n", b"\r")):
                before.append(b"")
            character = len(before[-1].decode("utf-8", "replace")) + 1
            raise nul_in(self._name, self._line + len(before), character)
        if text.isascii():
            self._line += max(len(text.splitlines()), 1)
            return
        self._line += 1
        try:
            text.decode("utf-8")
        except UnicodeDecodeError as error:
            self._look_at_other(text, error.start)
            return
        self._utf8 += 1
        self._utf8_line = self._line
        self._three_bytes += _THREE_BYTES.search(text) is not None

    def verdict(self) -> str:
        """Return the codec for all of it."""
        if not self._other:
            return "utf-8-sig"
        if "gb18030" in self._codecs and self._usual * 2 >= _USUAL_RATE * self._high:
            if self._three_bytes <= _BY_CHANCE_RATE * (self._utf8 + self._other):
                return "gb18030"
        elif not self._utf8:
            return next(codec for codec in self._codecs if codec != "gb18030")
        problem = (
            f"mixes encodings: line {self._utf8_line} is UTF-8, "
            f"line {self._other_line} is not (character {self._other_at})"
        )
        raise BadInput(self._name, problem, "save it as UTF-8, or give its --encoding")

    def _look_at_other(self, line: bytes, at: int) -> None:
        if not self._other:
            self._other_line = self._line
            self._other_at = len(line[:at].decode("utf-8")) + 1
        self._other += 1
        self._codecs = [codec for codec in self._codecs if _reads(codec, line)]
        for run in _HIGH.findall(line):
            self._high += len(run)
            self._usual += sum(
                0xB0 <= lead <= 0xD7 and trail >= 0xA1
                for lead, trail in zip(run[::2], run[1::2], strict=False)
            )


def _lines(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield lines, or many together where all are ASCII."""
    seen = 0
    rest = b""
    for chunk in chunks:
        text = rest + chunk
        end = max(text.rfind(b"\n"), text.rfind(b"\r", 0, -1)) + 1
        whole, rest = text[:end], text[end:]
        if whole.isascii() and whole:
            yield whole
        else:
            yield from whole.splitlines(keepends=True)
        seen += whole.count(b"\n") or whole.count(b"\r")
        if len(rest) > 4 * LINE_MAX:
            problem = f"line {seen + 1} is longer than {LINE_MAX:,} characters"
            raise BadInput(name, problem, "check its line ends; is it a list?")
    if rest:
        yield rest


def _checked(codec: str, chunks: Iterable[bytes], name: str) -> str:
    decoder = getincrementaldecoder(codec)()
    line, character = 1, 1
    for chunk in chain(chunks, (None,)):
        try:
            text = decoder.decode(chunk or b"", chunk is None)
            text.encode()  # some codecs read halves of characters, which nothing can keep
        except UnicodeError as error:
            if isinstance(error, UnicodeDecodeError):
                read = error.object[: error.start].decode(codec, "ignore")
                line, character = _after(read, line, character)
            problem = f"is not {codec} in line {line}, character {character}"
            raise BadInput(name, problem, "give the --encoding that it was saved with") from None
        line, character = _after(text, line, character)
    return codec


def _after(text: str, line: int, character: int) -> tuple[int, int]:
    last = text.rfind("\n") + 1
    return line + text.count("\n"), len(text) - last + (1 if last else character)


def _reads(codec: str, line: bytes) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(name: str) -> BadInput:
    return BadInput(name, "is not a text file", "save the list as CSV and import that")
