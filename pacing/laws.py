"""All that a pacer learns: the answer rate, and the laws of lines, talks and wrap-ups.

Knows which settings each estimator starts from. Refuses to know events by name and decisions.
"""

from collections.abc import Mapping
from typing import Any, Final

from pacing.answer_rate import AnswerRate
from pacing.handle_law import HandleLaw
from pacing.ring_law import RingLaw
from pacing.ringing_law import RingingLaw
from pacing.settings import PacingSettings

_RING_WEIGHT: Final = 3.0
"""Lines per unit of `prior_weight` for when lines end."""


class Laws:
    """The estimators, and a count of what they have seen."""

    def __init__(self, settings: PacingSettings) -> None:
        """Start from the priors of the settings."""
        self.learned = 0.0
        """Number of observations so far."""
        self.answer_rate = AnswerRate(
            prior_rate=settings.prior_answer_rate,
            weight=settings.prior_weight,
            half_life_s=settings.answer_rate_half_life_s,
        )
        self.ring = RingLaw(
            half_life_s=settings.law_half_life_s,
            answer_rate=settings.prior_answer_rate,
            ring_s=settings.prior_ring_s,
            other_s=settings.ring_timeout_s,
            weight=_RING_WEIGHT * settings.prior_weight,
        )
        self.ringing = RingingLaw(
            half_life_s=settings.law_half_life_s, weight=settings.prior_weight
        )
        self.handle = HandleLaw(
            half_life_s=settings.law_half_life_s,
            talk_s=settings.prior_talk_s,
            wrap_up_s=settings.prior_wrap_up_s,
            weight=settings.prior_weight,
        )

    def change(self, settings: PacingSettings) -> None:
        """Take over other priors and half-lives; what was learned stays."""
        fresh = Laws(settings)
        fresh.load_json(self.to_json())
        self.answer_rate, self.ring, self.handle = fresh.answer_rate, fresh.ring, fresh.handle
        self.ringing = fresh.ringing

    def line_rang(self, age_s: float, at: float) -> None:
        """Count a line that began to ring after `age_s` seconds."""
        self.ringing.rang(age_s, at)

    def line_answered(
        self, age_s: float, at: float, count: float = 1.0, *, rang_for_s: float | None = None
    ) -> None:
        """Count a live answer.

        Args:
            age_s: seconds since the dial.
            at: time in seconds.
            count: 1, or -1 to take it back.
            rang_for_s: seconds since it rang; None: nobody said that it did.
        """
        self.learned += 1.0
        self.ring.answered(age_s, at, count)
        self.ringing.answered(age_s, rang_for_s, at, count)
        self.answer_rate.answered(at, count)

    def line_failed(self, age_s: float, at: float, *, rang_for_s: float | None = None) -> None:
        """Count a line that ended unanswered; arguments as for `line_answered`."""
        self.learned += 1.0
        self.ring.ended(age_s, at)
        self.ringing.ended(age_s, rang_for_s, at)
        self.answer_rate.ended(at)

    def line_cancelled(self, age_s: float, at: float, *, rang_for_s: float | None = None) -> None:
        """Count a line that was taken back; arguments as for `line_answered`."""
        self.learned += 1.0
        self.ring.cut_short(age_s, at)
        self.ringing.cut_short(age_s, rang_for_s, at)

    def talk_ended(self, age_s: float, at: float, *, wrapped: bool) -> None:
        """Count a talk of `age_s` seconds, and whether a wrap-up followed."""
        self.learned += 1.0
        self.handle.talk_ended(age_s, at, wrapped=wrapped)

    def wrap_up_ended(self, age_s: float, at: float) -> None:
        """Count a wrap-up of `age_s` seconds."""
        self.learned += 1.0
        self.handle.wrap_up_ended(age_s, at)

    def busy_cut(self, age_s: float, at: float, *, wrap_up: bool) -> None:
        """Count a talk or wrap-up whose end was not seen."""
        self.learned += 1.0
        if wrap_up:
            self.handle.wrap_up_cut(age_s, at)
        else:
            self.handle.talk_cut(age_s, at)

    def to_json(self) -> dict[str, Any]:
        """Return what was learned as JSON values."""
        return {
            "learned": self.learned,
            "answer_rate": self.answer_rate.to_json(),
            "ring": self.ring.to_json(),
            "ringing": self.ringing.to_json(),
            "handle": self.handle.to_json(),
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned."""
        self.learned = float(learned["learned"])
        self.answer_rate.load_json(learned["answer_rate"])
        self.ring.load_json(learned["ring"])
        self.ringing.load_json(learned["ringing"])
        self.handle.load_json(learned["handle"])
