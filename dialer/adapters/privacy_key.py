"""The key of a node's digests of erased numbers: a file for its owner only, made when first needed.

Knows the file. Refuses to know digests. Without this key erased numbers are not known again: it is
part of a backup, and nodes that share a database share the key.
"""

import os
import secrets
from pathlib import Path
from typing import Final

from dialer.domain.suppression import KEY_BYTES
from dialer.errors import BadInput

NAME: Final = "privacy.key"


def privacy_key(home: Path) -> bytes:
    """Return the key of a node; a new one is made if there is none.

    Args:
        home: folder of the node.

    Raises:
        BadInput: the file cannot be read or made, may be read by others, or holds no key.
    """
    path = home / NAME
    try:
        if not path.exists():
            _make(path)
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except OSError as error:
        problem = f"cannot be used: {error.strerror}"
        raise BadInput(str(path), problem, "check its name and rights") from None
    except UnicodeDecodeError:
        text, mode = "", 0
    if mode & 0o077:
        raise BadInput(str(path), "can be read by others", "set its mode to 0600")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise BadInput(str(path), "holds no key", "restore it from a backup")
    return key


def _make(path: Path) -> None:
    """Make a key, whole or not at all; if another process was faster, its key stays."""
    new = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(new)
        except FileExistsError:
            return
    finally:
        new.unlink(missing_ok=True)
