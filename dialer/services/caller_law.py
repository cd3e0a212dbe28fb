"""What the calling rules say of people who called us: of listening to them, and of recording them.

They are asked as for a call in which we serve them, where their number says they are. Refuses to
know who listens, and when a recording begins.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from dialer.domain.calling_rules.place import Place, place_of
from dialer.domain.calling_rules.rule import Purpose
from dialer.domain.dial_law import DialLaw, DialTerms
from dialer.domain.legal_limits import Ground, Listening, ground_of, listening_of
from dialer.errors import BadInput
from dialer.ports import Clock

WayOut = Callable[[], Awaitable[tuple[str, DialTerms]]]


class CallerLaw:
    """The law of one node's callers.

    Args:
        law: the rules.
        way_out: says on what terms calls are made on the trunk that callers come by.
        clock: of the engine.
    """

    def __init__(self, law: DialLaw, way_out: WayOut, clock: Clock) -> None:
        self._law = law
        self._way_out = way_out
        self._clock = clock

    async def listening(self, number: str) -> Listening:
        """Return what the law says of listening to a caller.

        Args:
            number: theirs, E.164; "": withheld.

        Raises:
            BadInput: nothing can be called on the trunk.
        """
        _, terms = await self._way_out()
        return listening_of(
            self._law, _place(number), _serving(terms), self._clock.now(), announced=False
        )

    async def ground(self, number: str) -> Ground:
        """Return on what ground a caller may be recorded who is told of it; number as above."""
        try:
            _, terms = await self._way_out()
        except BadInput:  # nothing can be called there; all the same it is people who call
            terms = DialTerms(calls_people=True)
        return ground_of(
            self._law, _place(number), _serving(terms), self._clock.now(), announced=True
        )


def _place(number: str) -> Place | None:
    return place_of(number) if number else None


def _serving(terms: DialTerms) -> DialTerms:
    return replace(terms, purpose=Purpose.SERVICE)
