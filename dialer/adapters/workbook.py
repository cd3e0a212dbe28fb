"""The archive that an XLSX file is, opened so that no bomb goes off.

An XLSX is a ZIP of XML parts. Everything is checked before a byte is unpacked: how long the
directory is, how many entries it has, what they claim to unpack to and at which ratio. Then what
is really read is counted against an allowance. Refuses to know what the parts say.
"""

import lzma
import struct
import zlib
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from dialer.errors import BadInput

ENTRIES_MAX: Final = 2_000
UNPACKED_MAX: Final = 2 << 30
"""Bytes that all entries together may claim: a million rows of forty columns."""
RATIO_MAX: Final = 200
"""Unpacked to packed bytes of an entry. Sheets reach 10 to 40, deflate at most 1,032."""
SMALL: Final = 1 << 20
"""Bytes up to which an entry's ratio does not matter."""
PART_MAX: Final = 8 << 20
"""Bytes of a part that is read as a whole, such as the styles."""

DAMAGE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)
"""What the readers of ZIP and XML raise on bytes that are not what they say they are."""

_DIRECTORY_MAX: Final = 1 << 20
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_END64_MARK: Final = b"PK\x06\x07"
_END64_SIZE: Final = 20
_COMMENT_MAX: Final = 0xFFFF
_ENCRYPTED: Final = 0x1


def damaged(name: str) -> BadInput:
    """Return the error for a workbook that cannot be read."""
    return BadInput(name, "is damaged, or no XLSX workbook", "save it again as .xlsx, or as CSV")


class BoundedArchive(ZipFile):
    """A ZIP that hands out no more bytes than it is allowed to.

    Args:
        file: open for reading.
        name: of the file, for errors.

    Raises:
        BadInput: it is no ZIP, encrypted, or would unpack to too much.
    """

    def __init__(self, file: BufferedReader, name: str) -> None:
        _check_directory(file, name)
        self._name = name
        self._allowed = 0
        self._what = name
        self.unpacked = 0
        """Bytes read so far."""
        try:
            super().__init__(file)
        except DAMAGE:
            raise damaged(name) from None
        _check_entries(self.infolist(), name)

    def allow(self, size: int, what: str) -> None:
        """Allow so many bytes from here on; `what` it is that may not be longer."""
        self._allowed = size
        self._what = what

    def open(self, name: str | ZipInfo, *_args: Any, **_options: Any) -> IO[bytes]:
        """Open an entry for reading."""
        return _Counted(super().open(name), self)  # type: ignore[return-value]

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:  # noqa: ARG002
        """Read a part as a whole."""
        info = name if isinstance(name, ZipInfo) else self.getinfo(name)
        if info.file_size > PART_MAX:
            raise _too_large(self._name, f"its part {info.filename!r}", PART_MAX)
        return super().read(name)

    def count(self, size: int) -> None:
        """Take what was read off the allowance."""
        self.unpacked += size
        self._allowed -= size
        if self._allowed < 0:
            raise BadInput(self._name, f"{self._what} is too long", "save the list as CSV")


class _Counted:
    """An entry while it is read."""

    def __init__(self, entry: IO[bytes], archive: BoundedArchive) -> None:
        self._entry = entry
        self._archive = archive

    def read(self, size: int = -1) -> bytes:
        read = self._entry.read(size)
        self._archive.count(len(read))
        return read

    def close(self) -> None:
        self._entry.close()

    def __enter__(self) -> "_Counted":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def is_workbook(path: Path) -> bool:
    """Return whether a file begins as a workbook does, XLSX or an older kind.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(8).startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0"))


def _check_directory(file: BufferedReader, name: str) -> None:
    if file.read(4) == b"\xd0\xcf\x11\xe0":
        problem = "is encrypted with a password, or an old .xls workbook"
        raise BadInput(name, problem, "save it as .xlsx without a password")
    size = file.seek(0, 2)
    file.seek(max(0, size - _COMMENT_MAX - _END.size - _END64_SIZE))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END_MARK)
    if at < 0 or len(tail) - at < _END.size:
        raise damaged(name)
    _, _, _, _, entries, directory, _, _ = _END.unpack_from(tail, at)
    is_zip64 = tail[max(0, at - _END64_SIZE) :].startswith(_END64_MARK)
    if is_zip64 or entries > ENTRIES_MAX or directory > _DIRECTORY_MAX:
        problem = f"has more than {ENTRIES_MAX:,} parts"
        raise BadInput(name, problem, "save the list as CSV and import that")


def _check_entries(entries: list[ZipInfo], name: str) -> None:
    if len(entries) > ENTRIES_MAX:
        problem = f"has more than {ENTRIES_MAX:,} parts"
        raise BadInput(name, problem, "save the list as CSV and import that")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise BadInput(name, "is encrypted", "save it as .xlsx without a password")
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise _too_large(name, "it", UNPACKED_MAX)
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > RATIO_MAX * entry.compress_size:
            problem = f"would unpack to more than {RATIO_MAX} times its size, as a bomb does"
            raise BadInput(name, problem, "save the list as CSV and import that")


def _too_large(name: str, what: str, limit: int) -> BadInput:
    problem = f"{what} would unpack to more than {limit >> 20:,} MiB"
    return BadInput(name, problem, "save the list as CSV and import that")
