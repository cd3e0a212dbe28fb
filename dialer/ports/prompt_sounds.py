"""Sounds of prompts that were uploaded: their bytes on record, and as files beside the switch.

Refuses to know what is said in them, and who uploads.
"""

from collections.abc import Collection
from typing import Protocol

from dialer.domain.ids import MAIN_TENANT


class PromptSounds(Protocol):
    """Sounds on record, each once, by their SHA-256 in hex; no tenant has another's."""

    async def keep(
        self, checksum: str, sound: bytes, *, at: float, tenant_id: str = MAIN_TENANT
    ) -> None:
        """Keep a sound; of one that is there already, only the time is renewed.

        Args:
            checksum: of the sound.
            sound: a WAV file that the switch plays.
            at: now, epoch seconds.
            tenant_id: whose it is.
        """
        ...

    async def get(self, checksum: str, *, tenant_id: str = MAIN_TENANT) -> bytes | None:
        """Return a sound; None: it is not there."""
        ...

    async def forget(self, *, before: float) -> int:
        """Forget the sounds that no prompt names and that were kept before a time; how many."""
        ...


class PromptFiles(Protocol):
    """The files of uploaded sounds, in a folder that the switch sees."""

    def has(self, checksum: str) -> bool:
        """Return whether a sound lies there whole; one that does not fit its sum does not."""
        ...

    def lay(self, checksum: str, sound: bytes) -> None:
        """Write a sound, at once and whole.

        Raises:
            Unplayable: it cannot be written there, or does not fit its sum.
        """
        ...

    def present(self) -> Collection[str]:
        """Return the sums of all that lies there."""
        ...

    def remove(self, checksum: str) -> None:
        """Remove a sound; whoever hears it now hears it to its end."""
        ...
