"""AMI's bytes: frames in, frames out. Knows no session, no socket, no meaning.

A frame is a run of `Key: value` lines ended by an empty line. The decoder is indifferent to how TCP
cut the stream (a UTF-8 character split over two reads is whole again before it is decoded) and
bounded: a peer that never ends its frame is an error, not a growing buffer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dialer.errors import OutpaceError, UnsafeValue

MAX_FRAME: Final = 256 * 1024
"""Bytes of one frame; Asterisk's longest are CLI outputs of some ten kilobytes."""

_BREAKS: Final = ("\r", "\n", "\0")


MAX_BANNER: Final = 256


class AmiProtocolError(OutpaceError):
    """The peer does not speak AMI, or sent a frame beyond the bound.

    `frames` are those that were whole before the fault: they happened and are to be heard.
    """

    def __init__(self, problem: str, frames: "Sequence[Frame]" = ()) -> None:
        self.problem = problem
        self.frames = tuple(frames)
        super().__init__(problem)


class Frame(dict[str, str]):
    """One AMI message: the last value of each key, and every `Output`/`Variable` line apart."""

    __slots__ = ("repeated",)

    def __init__(self, pairs: Mapping[str, str], repeated: dict[str, list[str]] | None) -> None:
        super().__init__(pairs)
        self.repeated = repeated

    def all(self, key: str) -> list[str]:
        """Return every value of a key, in order of arrival."""
        if self.repeated is not None and key in self.repeated:
            return self.repeated[key]
        return [self[key]] if key in self else []


def check_value(field: str, value: str) -> str:
    """Return the value when it is safe to write into a line of AMI or AGI.

    Raises:
        UnsafeValue: it holds CR, LF or NUL, which would start a line of its own.
    """
    for mark in _BREAKS:
        if mark in value:
            raise UnsafeValue(field, value)
    return value


def encode_action(action: str, action_id: str, fields: Iterable[tuple[str, str]]) -> bytes:
    """Return one action's frame; every key and value is checked for line breaks and NUL."""
    lines = [
        f"Action: {check_value('Action', action)}",
        f"ActionID: {check_value('ActionID', action_id)}",
    ]
    for key, value in fields:
        lines.append(f"{check_value('field name', key)}: {check_value(key, value)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def parse_frame(block: bytes) -> Frame:
    """Parse one frame without its closing empty line; lines without a colon are dropped."""
    pairs: dict[str, str] = {}
    repeated: dict[str, list[str]] | None = None
    for line in block.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if not colon:
            continue
        if value[:1] == " ":
            value = value[1:]
        if key in pairs:
            if repeated is None:
                repeated = {}
            repeated.setdefault(key, [pairs[key]]).append(value)
        pairs[key] = value
    return Frame(pairs, repeated)


class AmiDecoder:
    """Cuts a byte stream into the banner and frames."""

    def __init__(self, *, max_frame: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._max_frame = max_frame
        self.banner: str | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """Take bytes as they came; return the frames they complete.

        Raises:
            AmiProtocolError: the first line is not AMI's banner, or a frame exceeds the bound.
        """
        self._buffer += data
        if self.banner is None and not self._take_banner():
            return []
        frames: list[Frame] = []
        start = 0
        while True:
            end = self._buffer.find(b"\r\n\r\n", start)
            if end < 0:
                break
            if end - start > self._max_frame:
                raise self._too_long(frames)
            if end > start:
                frames.append(parse_frame(bytes(self._buffer[start:end])))
            start = end + 4
        if start:
            del self._buffer[:start]
        # up to three bytes may belong to the end mark
        if len(self._buffer) > self._max_frame + 3:
            raise self._too_long(frames)
        return frames

    def _too_long(self, frames: Sequence[Frame]) -> AmiProtocolError:
        return AmiProtocolError(f"AMI frame of more than {self._max_frame} bytes", frames)

    def _take_banner(self) -> bool:
        end = self._buffer.find(b"\r\n")
        if end > MAX_BANNER or (end < 0 and len(self._buffer) > MAX_BANNER + 1):
            raise AmiProtocolError("the peer sent no AMI banner; is this Asterisk's AMI port?")
        if end < 0:
            return False
        banner = self._buffer[:end].decode("utf-8", "replace")
        if not banner.startswith("Asterisk Call Manager/"):
            raise AmiProtocolError(f"not an AMI banner: {banner[:60]!r}; check host and port")
        self.banner = banner
        del self._buffer[: end + 2]
        return True
