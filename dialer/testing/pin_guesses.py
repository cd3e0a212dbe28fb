"""Wrong guesses at PINs, in memory; gone with the process. Refuses to know PINs."""

from collections.abc import Collection, Mapping, Sequence

from dialer.domain.ids import MAIN_TENANT
from dialer.domain.lockout import Failures, GuessLimit, with_failure
from dialer.testing.tables import Tables


class MemoryPinGuesses:
    """A `PinGuesses` (dialer.ports) in memory."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._failures: dict[str, Failures] = {}

    async def locked_until(self, subjects: Sequence[str], at: float) -> float | None:
        """Return until when guesses are not taken; see `PinGuesses`."""
        known = [self._failures.get(subject, Failures()) for subject in subjects]
        locked = [one.locked_until for one in known if one.is_locked(at)]
        return max((until for until in locked if until is not None), default=None)

    async def locks(self, subjects: Collection[str], at: float) -> Mapping[str, float]:
        """Return which of these are locked, and until when; see `PinGuesses`."""
        known = {name: self._failures.get(name, Failures()) for name in subjects}
        return {
            name: one.locked_until
            for name, one in known.items()
            if one.locked_until is not None and one.is_locked(at)
        }

    async def failed(
        self,
        guessed: Mapping[str, GuessLimit],
        account: str,
        *,
        at: float,
        tenant_id: str = MAIN_TENANT,
    ) -> float | None:
        """Count a wrong guess; see `PinGuesses`."""
        del tenant_id  # the log of this memory is one
        locked = await self.locked_until(list(guessed), at)
        if locked is not None:
            return locked
        for place, (subject, limit) in enumerate(guessed.items()):
            before = self._failures.get(subject, Failures())
            kept = with_failure(before.failed_at, at, limit)
            self._failures[subject] = kept
            if kept.locked_until is not None and account and not place:
                detail = {"until": kept.locked_until}
                self._tables.audit.append((at, "a caller", "pin_locked", account, detail))
        return await self.locked_until(list(guessed), at)

    async def succeeded(self, subjects: Sequence[str], at: float) -> float | None:
        """Forget the wrong guesses of the first; see `PinGuesses`."""
        locked = await self.locked_until(subjects, at)
        if locked is None:
            self._failures.pop(subjects[0], None)
        return locked

    async def forget(self, subject: str) -> None:
        """Forget the wrong guesses for a name, and its lock."""
        self._failures.pop(subject, None)
