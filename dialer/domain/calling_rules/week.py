"""A week of calling windows by the local clock: which minutes of which weekday are open.

Knows how windows are written ("mon-fri: [10:00-13:00, 14:00-20:00]") and how two weeks are cut with
each other. Refuses to know dates, time zones and holidays.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As Python counts weekdays: Monday is 0."""

DAY_MIN: Final = 24 * 60
"""Minutes of a day on the wall; the end of a window may be 24:00."""

Span = tuple[int, int]
"""From and to, in minutes since local midnight; the end is not in it."""

_SPAN: Final = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")
_HOW: Final = 'write a window as "09:00-20:00"'


class Week(BaseModel):
    """Open minutes of each weekday, in order and without overlap."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: tuple[tuple[Span, ...], ...]

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and "days" not in value:
            return {"days": tuple(_days(value))}
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if len(self.days) != len(DAYS):
            raise ValueError(f"a week has seven days, not {len(self.days)}")
        for name, spans in zip(DAYS, self.days, strict=True):
            before = 0
            for start, end in spans:
                if not before <= start < end <= DAY_MIN:
                    raise ValueError(f"{name}: windows must rise and not overlap, up to 24:00")
                before = end
        return self

    @model_serializer
    def _written(self) -> dict[str, list[str]]:
        return {
            name: [f"{_clock(start)}-{_clock(end)}" for start, end in spans]
            for name, spans in zip(DAYS, self.days, strict=True)
        }

    def is_open(self, weekday: int, second: float) -> bool:
        """Tell whether a second of a weekday (0 is Monday), since local midnight, is open."""
        return any(start * 60 <= second < end * 60 for start, end in self.days[weekday])

    def starts(self) -> frozenset[int]:
        """Return the minutes at which a window opens on any day."""
        return frozenset(start for spans in self.days for start, _ in spans)

    def cut_with(self, other: "Week") -> "Week":
        """Return what is open in both."""
        return Week(
            days=tuple(tuple(_cut(a, b)) for a, b in zip(self.days, other.days, strict=True))
        )


ALWAYS: Final = Week(days=(((0, DAY_MIN),),) * len(DAYS))
"""Open at any time."""


def _cut(left: Iterable[Span], right: tuple[Span, ...]) -> Iterator[Span]:
    for start, end in left:
        for other_start, other_end in right:
            first, last = max(start, other_start), min(end, other_end)
            if first < last:
                yield first, last


def _days(written: Mapping[Any, Any]) -> Iterator[tuple[Span, ...]]:
    spans: dict[str, tuple[Span, ...]] = {}
    for key, windows in written.items():
        if not isinstance(windows, list | tuple):
            raise ValueError(  # noqa: TRY004 - pydantic names the field of a ValueError
                f'{key}: {windows!r} is no list; {_HOW}, several as ["...", "..."]'
            )
        for name in _named(key):
            if name in spans:
                raise ValueError(f"{name} is named twice; name each day once")
            spans[name] = tuple(_span(window) for window in windows)
    missing = [name for name in DAYS if name not in spans]
    if missing:
        raise ValueError(f"{', '.join(missing)} not named; name all seven days, [] closes one")
    return (spans[name] for name in DAYS)


def _named(key: object) -> tuple[str, ...]:
    if key == "daily":
        return DAYS
    first, dash, last = str(key).partition("-")
    if first in DAYS and not dash:
        return (first,)
    if first in DAYS and last in DAYS and DAYS.index(first) < DAYS.index(last):
        return DAYS[DAYS.index(first) : DAYS.index(last) + 1]
    raise ValueError(f"{key!r} is no day; use mon, tue, ... sun, a range as mon-fri, or daily")


def _span(window: object) -> Span:
    found = _SPAN.fullmatch(window.strip()) if isinstance(window, str) else None
    if found is None:
        raise ValueError(f"{window!r} is no window; {_HOW}")
    from_h, from_min, to_h, to_min = (int(part) for part in found.groups())
    if max(from_min, to_min) > 59 or to_h * 60 + to_min > DAY_MIN:
        raise ValueError(f"{window!r} is no time of a day; {_HOW}, at most to 24:00")
    return from_h * 60 + from_min, to_h * 60 + to_min


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
