"""Files of uploaded sounds below a node's prompts, each named by what is in it.

Knows a folder. Refuses to know which prompt a sound is of, and when it is of no more use.
"""

import os
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from dialer.domain.prompt import Prompt, uploaded_file
from dialer.ports import Unplayable


class PromptFolder:
    """`PromptFiles` (dialer.ports) on this node's disk.

    Args:
        prompts: of the tenant's prompts.
    """

    def __init__(self, prompts: Path) -> None:
        self._prompts = prompts
        self._seen: set[str] = set()

    def has(self, checksum: str) -> bool:
        """Return whether a sound lies there whole; see `PromptFiles`. It is summed up once."""
        file = self._file(checksum)
        if checksum in self._seen and file.is_file():
            return True
        try:
            whole = sha256(file.read_bytes()).hexdigest() == checksum
        except OSError:
            whole = False
        if whole:
            self._seen.add(checksum)
        return whole

    def lay(self, checksum: str, sound: bytes) -> None:
        """Write a sound; see `PromptFiles`."""
        if sha256(sound).hexdigest() != checksum:
            raise Unplayable(f"the sound on record is not {checksum}: upload it again")
        file = self._file(checksum)
        part = file.with_name(f".{checksum}.part")
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(sound)
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
        except OSError as error:
            raise Unplayable(f"{file} cannot be written: {error.strerror}") from error
        self._seen.add(checksum)

    def present(self) -> Collection[str]:
        """Return the sums of all that lies there; see `PromptFiles`."""
        found = self._file("any").parent.glob("*.wav")
        return [file.stem for file in found if Prompt("", "", uploaded_file(file.stem)).checksum]

    def remove(self, checksum: str) -> None:
        """Remove a sound; see `PromptFiles`."""
        self._seen.discard(checksum)
        self._file(checksum).unlink(missing_ok=True)

    def _file(self, checksum: str) -> Path:
        return self._prompts / uploaded_file(checksum)
