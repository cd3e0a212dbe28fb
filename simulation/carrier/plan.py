"""The number plan of the simulated telephone network: what happens when a number is called.

A scenario gives each lead's number a `Line`; the plan is written as a piece of dialplan, one
extension a number. Numbers `1999 O RR TTT d` need no plan: their digits say what happens. Refuses
to know Asterisk's process and the product under test.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from simulation.carrier.tones import customer_tone_hz

VOICES: Final = ("hello-1", "hello-2", "hello-3")
"""How persons say hello; sound files of the carrier."""

AREA_CODES: Final = (
    "202", "205", "206", "207", "208", "209", "210", "212", "213", "214",
    "215", "216", "217", "218", "219", "224", "225", "228", "229", "231",
)  # fmt: skip
"""North American area codes; 555-0100 to 555-0199 is kept for fiction in each."""

DIGIT_PREFIX: Final = "1999"
"""Before the digits that say themselves what happens; no area code, never a real number."""

_KEYS: Final = frozenset("0123456789*#")
_LONGEST_MS: Final = 3_600_000


class LineOutcome(StrEnum):
    """What becomes of a call to a line."""

    PERSON = "person"  # says hello, then its own tone; hangs up when the talk time is over
    MACHINE = "machine"  # greeting, beep, then records silence
    FAX = "fax"
    ECHO = "echo"
    BUSY = "busy"  # 486
    NO_ANSWER = "no-answer"  # rings until the caller gives up
    CONGESTION = "congestion"  # 503
    INVALID = "invalid"  # 404
    REJECTED = "rejected"  # 403
    DEAD = "dead"  # not even ringing


DIGITS: Final = {
    LineOutcome.ECHO: "0",
    LineOutcome.PERSON: "1",
    LineOutcome.MACHINE: "2",
    LineOutcome.BUSY: "3",
    LineOutcome.NO_ANSWER: "4",
    LineOutcome.CONGESTION: "5",
    LineOutcome.INVALID: "6",
    LineOutcome.REJECTED: "7",
    LineOutcome.DEAD: "8",
    LineOutcome.FAX: "9",
}
"""The digit O of a number `1999 O RR TTT d`."""


@dataclass(frozen=True, slots=True)
class Line:
    """One telephone line of the simulated network.

    Raises:
        ValueError: the number is not E.164, or a time is out of range.
    """

    number: str
    """E.164 with the leading plus."""
    outcome: LineOutcome = LineOutcome.PERSON
    ring_ms: int = 2000
    """From the call's arrival to its answer or refusal."""
    talk_ms: int = 10_000
    """From the answer until the line hangs up, 1 or more; small: an early hang-up."""
    voice: str = VOICES[0]
    tone_hz: int = customer_tone_hz(0)
    key: str = ""
    """A telephone key this person presses (9: do not call me again), or ""."""
    key_after_ms: int = 5000
    """When it is pressed, counted from the answer; 1000 or more."""

    def __post_init__(self) -> None:
        digits = self.number.removeprefix("+")
        if not (self.number.startswith("+") and digits.isdecimal() and 7 <= len(digits) <= 15):
            raise ValueError(f"{self.number!r} is no E.164 number: + and 7 to 15 digits")
        for name, least in (("ring_ms", 0), ("talk_ms", 1), ("key_after_ms", 1000)):
            if not least <= getattr(self, name) <= _LONGEST_MS:
                raise ValueError(f"{name} of {self.number} is not between {least} and an hour")
        if self.voice not in VOICES:
            raise ValueError(f"voice {self.voice!r} is none of {', '.join(VOICES)}")
        if self.key and (len(self.key) != 1 or self.key not in _KEYS):
            raise ValueError(f"{self.key!r} is no telephone key")
        if not 300 <= self.tone_hz <= 3400:
            raise ValueError(f"{self.tone_hz} Hz does not pass a telephone line")


def render_plan(lines: Iterable[Line]) -> str:
    """Return the dialplan of the lines: one extension each, in context `numbers`.

    Raises:
        ValueError: two lines have one number.
    """
    out = ["; written from a scenario: one extension for each line\n[numbers]\n"]
    seen: set[str] = set()
    for line in lines:
        if line.number in seen:
            raise ValueError(f"{line.number} is in the plan twice")
        seen.add(line.number)
        arguments = ",".join(
            (
                str(line.outcome),
                _seconds(line.ring_ms),
                _seconds(line.talk_ms),
                line.voice,
                str(line.tone_hz),
                line.key,
                _seconds(line.key_after_ms),
            )
        )
        out.append(f"exten => {line.number[1:]},1,Gosub(line,s,1({arguments}))\n")
    return "".join(out)


def digit_number(
    outcome: LineOutcome, *, ring_s: float = 0.2, talk_s: float = 5.0, tone: int = 0
) -> str:
    """Return the number that behaves so without a plan: `+1999 O RR TTT d`.

    Args:
        outcome: what happens.
        ring_s: 0 to 9.9, in steps of 0.1.
        talk_s: 0 to 99.9, in steps of 0.1; 0 is for ever.
        tone: 0 to 9, which of the customers' tones a person sends.
    """
    ring, talk = round(ring_s * 10), round(talk_s * 10)
    if not (0 <= ring <= 99 and 0 <= talk <= 999 and 0 <= tone <= 9):
        raise ValueError("ring_s is 0 to 9.9, talk_s 0 to 99.9, tone 0 to 9")
    return f"+{DIGIT_PREFIX}{DIGITS[outcome]}{ring:02}{talk:03}{tone}"


def fictional_numbers() -> Iterator[str]:
    """Yield numbers kept for fiction: +1 202 555 0100, ... 2000 of them."""
    for area in AREA_CODES:
        for last in range(100):
            yield f"+1{area}55501{last:02}"


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.3f}"
