"""FastAGI as a value: bytes in, environment, replies and hang-ups out. Sans-IO.

Bounded in every direction, indifferent to how TCP cut the stream. The `HANGUP` line that Asterisk
puts into the stream is no reply: it is reported by itself, so that replies stay in step. Refuses to
know sockets and what the commands mean.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from dialer.errors import OutpaceError, UnsafeValue

MAX_LINE: Final = 8 * 1024
"""Bytes of one line; Asterisk's own limit for a command is 8 kB."""

MAX_ENVIRONMENT: Final = 100
"""Lines of the environment; Asterisk sends about 25."""

MAX_REPLY: Final = 1000
"""Lines of one reply; Asterisk's usage texts have some thirty."""

_REPLY: Final = re.compile(
    r"^(\d{3}) ?(?:result=((?:-?\d+)?)([^\s(]*))? ?(?:\((.*)\))?(?: ?endpos=(\d+))?"
)


class AgiProtocolError(OutpaceError):
    """The peer does not speak AGI, or exceeds a bound.

    `outputs` are those that were whole before the fault.
    """

    def __init__(self, problem: str) -> None:
        self.outputs: list[AgiOutput] = []
        super().__init__(problem)


@dataclass(frozen=True, slots=True)
class Environment:
    """The request: script, arguments and channel, as Asterisk stated them."""

    values: dict[str, str]

    @property
    def script(self) -> str:
        """The path of the agi:// address, without its leading slash."""
        return self.values.get("agi_network_script", "").strip("/")

    @property
    def channel_id(self) -> str:
        """The Uniqueid of the channel."""
        return self.values.get("agi_uniqueid", "")

    def argument(self, number: int) -> str:
        """Return argument `number` (from 1), or ""."""
        return self.values.get(f"agi_arg_{number}", "")


@dataclass(frozen=True, slots=True)
class AgiReply:
    """The answer to one command."""

    code: int
    result: int
    data: str
    """What stood in parentheses: a variable's value, an end reason."""
    said: str = field(default="", compare=False)
    """The result as it was written: a key may be 0, * or nothing at all."""
    endpos: int = field(default=0, compare=False)
    """Samples that were played or recorded."""


@dataclass(frozen=True, slots=True)
class HangupNotice:
    """Asterisk says that the channel was hung up (or taken away); replies may still come."""


AgiOutput = Environment | AgiReply | HangupNotice


def encode_command(*words: str) -> bytes:
    """Return one command line; words with blanks, quotes or backslashes are quoted.

    Raises:
        UnsafeValue: a word holds CR, LF or NUL.
    """
    parts: list[str] = []
    for word in words:
        if "\r" in word or "\n" in word or "\0" in word:
            raise UnsafeValue("AGI command", word)
        if word == "" or any(mark in word for mark in ' \t"\\'):
            escaped = word.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'"{escaped}"')
        else:
            parts.append(word)
    return " ".join(parts).encode() + b"\n"


class AgiDecoder:
    """Cuts Asterisk's side of an AGI connection into outputs."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._environment: dict[str, str] | None = {}
        self._environment_lines = 0
        self._long_reply = False
        self._reply_lines = 0

    @property
    def requested(self) -> bool:
        """Whether the environment is complete."""
        return self._environment is None

    def feed(self, data: bytes) -> list[AgiOutput]:
        """Take bytes; return what they complete.

        Raises:
            AgiProtocolError: a bound is exceeded or the environment is not AGI's.
        """
        self._buffer += data
        outputs: list[AgiOutput] = []
        try:
            self._cut(outputs)
        except AgiProtocolError as error:
            error.outputs = outputs
            raise
        return outputs

    def _cut(self, outputs: list[AgiOutput]) -> None:
        start = 0
        while True:
            end = self._buffer.find(b"\n", start)
            if end < 0:
                break
            if end - start > MAX_LINE:
                raise AgiProtocolError(f"AGI line of more than {MAX_LINE} bytes")
            line = self._buffer[start:end].decode("utf-8", "replace").rstrip("\r")
            start = end + 1
            output = self._line(line)
            if output is not None:
                outputs.append(output)
        if start:
            del self._buffer[:start]
        if len(self._buffer) > MAX_LINE:
            raise AgiProtocolError(f"AGI line of more than {MAX_LINE} bytes")

    def _line(self, line: str) -> AgiOutput | None:
        if self._environment is not None:
            return self._environment_line(line, self._environment)
        if line == "HANGUP":
            return HangupNotice()
        self._reply_lines += 1
        if self._reply_lines > MAX_REPLY:
            raise AgiProtocolError(f"AGI reply of more than {MAX_REPLY} lines")
        reply = self._reply_line(line)
        if reply is not None:
            self._reply_lines = 0
        return reply

    def _reply_line(self, line: str) -> AgiReply | None:
        if self._long_reply:
            if line.startswith("520 "):
                self._long_reply = False
                return AgiReply(520, -1, "")
            return None
        if line.startswith("520-"):
            self._long_reply = True
            return None
        found = _REPLY.match(line)
        if found is None:
            raise AgiProtocolError(f"not an AGI reply: {line[:60]!r}")
        code = int(found[1])
        if code == 100:
            return None
        number, rest = found[2] or "", found[3] or ""
        return AgiReply(
            code,
            int(number) if number else -1,
            found[4] or "",
            said=number + rest,
            endpos=int(found[5] or 0),
        )

    def _environment_line(self, line: str, values: dict[str, str]) -> Environment | None:
        if line == "":
            self._environment = None
            return Environment(values)
        key, colon, value = line.partition(": ")
        if not colon and line.endswith(":"):
            key, value = line[:-1], ""
        elif not colon:
            raise AgiProtocolError(f"not an AGI environment line: {line[:60]!r}")
        self._environment_lines += 1
        if self._environment_lines > MAX_ENVIRONMENT:
            raise AgiProtocolError(f"AGI environment of more than {MAX_ENVIRONMENT} lines")
        values[key] = value
        return None
