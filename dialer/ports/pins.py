"""How often PINs were guessed wrong: on record, so that a lock holds over calls and restarts.

Refuses to know PINs, and whose they are.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import GuessLimit


class PinGuesses(Protocol):
    """Wrong guesses, by names that `dialer.domain.lockout` gives out."""

    async def locked_until(self, subjects: Sequence[str], at: float) -> float | None:
        """Return until when guesses are not taken for one of these; None: they are."""
        ...

    async def locks(self, subjects: Collection[str], at: float) -> Mapping[str, float]:
        """Return which of these are locked, and until when, epoch seconds."""
        ...

    async def failed(
        self,
        guessed: Mapping[str, GuessLimit],
        account: str,
        *,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> float | None:
        """Count a wrong guess, unless it is locked already.

        Args:
            guessed: what it is counted for; the first is the account.
            account: what the audit log calls the account, where a lock of it is noted; "": there
                is none of that number.
            at: now, epoch seconds.
            tenant_id: whose account.

        Returns:
            Until when it is locked, by this guess or before; None: it is not.
        """
        ...

    async def succeeded(self, subjects: Sequence[str], at: float) -> float | None:
        """Forget the wrong guesses of the first of these, unless one of them is locked.

        Returns:
            Until when it is; None: the right guess holds.
        """
        ...

    async def forget(self, subject: str) -> None:
        """Forget the wrong guesses for a name, and its lock."""
        ...
