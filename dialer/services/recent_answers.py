"""Who was let in a moment ago: spares the database a question at each request.

Only who was let in is remembered, for a short time, and never after `forget`: an answer that was
on its way then is not remembered either. Refuses to know why somebody is let in.
"""

from typing import Final

from dialer.domain.principal import Principal

KEPT_S: Final = 2.0
"""How much later another process hears that somebody is not let in any more."""

MOST: Final = 10_000


class RecentAnswers:
    """Principals by the digest of their secret."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Principal, float]] = {}
        self._forgotten = 0

    @property
    def mark(self) -> int:
        """What `remember` wants to know: taken before the question is asked."""
        return self._forgotten

    def get(self, digest: str, now: float) -> Principal | None:
        """Return who was let in with a secret of late."""
        found = self._known.get(digest)
        return found[0] if found is not None and now < found[1] else None

    def remember(self, digest: str, principal: Principal, *, until: float, mark: int) -> None:
        """Remember who was let in; not if somebody was forgotten since `mark`."""
        if mark != self._forgotten:
            return
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[digest] = (principal, until)

    def forget(self) -> None:
        """Forget everybody."""
        self._known.clear()
        self._forgotten += 1
