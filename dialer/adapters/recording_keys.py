"""Master keys of recordings: a file with one key a line, the first of which seals new ones.

A line is a name of 1 to 16 letters, digits, `-` or `_`, a space, and 32 bytes in base64. Keys below
the first open what was sealed before a rotation. Refuses to know what they seal.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dialer.domain.recording import RecordingUnreadable
from dialer.errors import BadInput

KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,16}")
SETTING: Final = "OUTPACE_RECORDINGS_KEY_FILE"


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys of a file, by name."""

    keys: Mapping[str, bytes]
    current: str
    """Name of the one that seals."""

    def key(self, key_id: str, file: str) -> bytes:
        """Return a key.

        Args:
            key_id: its name.
            file: that is to be opened with it.

        Raises:
            RecordingUnreadable: it is not there.
        """
        try:
            return self.keys[key_id]
        except KeyError:
            problem = f"is sealed with key {key_id!r}, which is not there"
            fix = f"put that key back into the file of {SETTING}"
            raise RecordingUnreadable(file, problem, fix) from None


NO_KEYS: Final = KeyRing({}, "")


def read_keys(path: Path | None) -> KeyRing:
    """Read a file of keys; without a file there are none, and nothing is sealed.

    Raises:
        BadInput: it cannot be read, others may read it, or it holds something else.
    """
    if path is None:
        return NO_KEYS
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror}"
        raise BadInput(SETTING, problem, "restore it, or make one with new-key") from None
    except UnicodeDecodeError:
        raise BadInput(SETTING, f"{path} holds no keys", "restore it from a backup") from None
    if mode & 0o077:
        raise BadInput(SETTING, f"{path} can be read by others", "set its mode to 0600")
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, said = line.strip().partition(" ")
        key = b""
        with suppress(binascii.Error, ValueError):
            key = base64.b64decode(said.strip(), validate=True)
        if _NAME.fullmatch(name) is None or len(key) != KEY_BYTES or name in keys:
            problem = f"line {number} of {path} is no key, or its name was there before"
            raise BadInput(SETTING, problem, "restore it from a backup")
        keys[name] = key
    if not keys:
        raise BadInput(SETTING, f"{path} holds no keys", "make one with new-key")
    return KeyRing(keys, next(iter(keys)))


def add_key(path: Path, name: str) -> None:
    """Make a key and put it first into a file, which stays whole whatever happens.

    Raises:
        BadInput: the name cannot be used or is taken, or the file cannot be written.
    """
    if _NAME.fullmatch(name) is None:
        raise BadInput("name", f"{name!r} names no key", "use 1 to 16 of A-Z a-z 0-9 - _")
    before = ""
    if path.exists():
        if name in read_keys(path).keys:
            raise BadInput("name", f"there is a key {name!r}", "choose another name")
        before = path.read_text(encoding="ascii")
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    line = f"{name} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
    try:
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(line + before)
            file.flush()
            os.fsync(file.fileno())
        new.rename(path)
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror}"
        raise BadInput(SETTING, problem, "check its folder's rights") from None
    finally:
        new.unlink(missing_ok=True)
