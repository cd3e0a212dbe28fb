"""The abandonment cap: a law of its own outside every policy.

Knows the campaign's ledger, further caps with theirs, the guard, and the dual variable; says what
risk the next line may carry. Refuses to know agents, lines and modes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any, Final

from pacing.dual import Dual
from pacing.guard import Grip, mean_guard, running_guard, window_guard
from pacing.ledger import Counts, Ledger
from pacing.settings import Cap, PacingSettings

_CREW_UNIT: Final = 10.0
"""Agents for whom `guard_room` is stated."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the caps allow now."""

    beta: float
    """Accepted chance that the next line finds nobody, 0..1, guards included."""
    beta_unguarded: float
    """The same without the guards."""
    share: float
    """The guards' factor, 0..1: policies without a chance scale what they add by it."""
    progressive_only: bool
    """No line beyond the idle agents, whatever the chance."""
    overdrawn: bool
    """A policy that does not steer itself by beta must fall back to progressive."""
    room: float
    """Abandons the tightest cap still allows now; below 0 it is overdrawn."""
    abandon_rate: float
    """Abandon rate of the campaign's own window, 0..1."""


class AbandonBudget:
    """Books live answers in every ledger, and turns the ledgers into an allowance."""

    def __init__(self, settings: PacingSettings, ledger: Ledger) -> None:
        """Start with the campaign's own ledger; further caps bring theirs."""
        self.ledger = ledger
        self._dual = Dual()
        self._crew = 1
        self._answers = 0
        self._first_at: float | None = None
        self._take(settings)

    def change(self, settings: PacingSettings) -> None:
        """Take over other settings; the ledger and the dual variable stay.

        What was booked is charged at their share of persons taken for machines, in every ledger
        that stays: the caps are held as if it had been known before. Where detection is switched
        on or off, what was booked before keeps its charge.
        """
        held, before = self._ledgers, self._amd
        self._take(settings)
        if before > 0.0 and self._amd > 0.0 and self._amd != before:
            kept = {id(ledger) for ledger in self._ledgers}
            for ledger in reversed(held):  # the campaign's own, which tells how many, is the first
                if id(ledger) in kept:
                    ledger.recharge(self.ledger, before, self._amd)

    def _take(self, settings: PacingSettings) -> None:
        self._settings = settings
        own = Cap(settings.abandon_rate_target, settings.abandon_window, self.ledger)
        self._caps = (own, *settings.caps)
        self._target = min(cap.rate for cap in self._caps)
        self._ledgers = list({id(cap.ledger): cap.ledger for cap in self._caps}.values())

    def book(self, at: float, *, abandoned: bool) -> None:
        """Book a live answer whose fate is settled: abandoned or not."""
        if self._first_at is None:
            self._first_at = at
        self._answers += 1
        for ledger in self._ledgers:
            ledger.record(at, abandoned=abandoned, amd_false_positive_rate=self._amd)
        grips = [grip for _, _, grip in self._grips(at)]
        if not any(grip.frozen for grip in grips):
            aim = min(grip.aim for grip in grips)
            self._dual.learn(abandoned=abandoned, target=aim * self._target)

    def charge(self, booked_at: float | None, at: float) -> None:
        """Book an abandon that is not the pace's doing (silence, a person taken for a machine).

        Args:
            booked_at: when the call was booked as served; None: it was not booked.
            at: time of the abandon, in seconds.
        """
        for ledger in self._ledgers:
            if booked_at is not None:
                ledger.retract(booked_at, abandoned=False, amd_false_positive_rate=self._amd)
            ledger.record(at, abandoned=True, amd_false_positive_rate=self._amd)

    def strike(self, booked_at: float, *, abandoned: bool, at: float) -> None:
        """Take a call off the ledgers: it was no live answer.

        Args:
            booked_at: when it was booked, in seconds.
            abandoned: how it was booked.
            at: time now, in seconds.
        """
        for ledger in self._ledgers:
            ledger.retract(booked_at, abandoned=abandoned, amd_false_positive_rate=self._amd)
        if not any(grip.frozen for _, _, grip in self._grips(at)):
            self._dual.forget(abandoned=abandoned, target=self._target)

    def allowance(self, now: float, crew: int) -> Allowance:
        """Return what all caps together allow.

        Args:
            now: time in seconds.
            crew: agents who serve the campaign now.
        """
        self._crew = max(crew, 1)
        grips = self._grips(now)
        factor = min(grip.factor for _, _, grip in grips)
        beta = self._dual.beta
        averaged = self._settings.abandon_rate_guard == "mean"
        own_only = grips[0][2].progressive_only
        further = any(grip.progressive_only for _, _, grip in grips[1:])
        return Allowance(
            beta=min(beta * factor, 1.0),
            beta_unguarded=beta,
            share=min(factor, 1.0),
            progressive_only=further or (own_only and not averaged),
            overdrawn=own_only or further,
            room=min(cap.rate * counts.live - counts.abandoned for cap, counts, _ in grips),
            abandon_rate=grips[0][1].rate,
        )

    @property
    def _amd(self) -> float:
        return self._settings.amd_false_positive_rate

    def _grips(self, now: float) -> list[tuple[Cap, Counts, Grip]]:
        result = []
        for place, cap in enumerate(self._caps):
            counts = cap.ledger.counts(cap.window, now)
            result.append((cap, counts, self._grip(cap, counts, now, own=place == 0)))
        return result

    def _grip(self, cap: Cap, counts: Counts, now: float, *, own: bool) -> Grip:
        guard = self._settings.abandon_rate_guard
        if own and guard == "mean":
            return mean_guard(cap.rate, counts)
        crew = self._crew / _CREW_UNIT
        if own and guard == "window":
            return window_guard(cap.rate, counts, self._to_come(cap, now), crew)
        # more agents have more calls in flight at once, which fall together
        return running_guard(cap.rate, counts, self._settings.guard_room * sqrt(crew))

    def _to_come(self, cap: Cap, now: float) -> float | None:
        """Live answers still expected before the window or the campaign ends."""
        settings = self._settings
        if settings.answers_to_come is not None:
            return settings.answers_to_come
        ends = [end for end in (cap.window.span(now)[1], settings.closes_at) if end is not None]
        left = min(ends) - now
        if self._first_at is None or now - self._first_at < 1.0 or left == inf:
            return None
        return max(left, 0.0) * self._answers / (now - self._first_at)

    def to_json(self) -> dict[str, Any]:
        """Return the dual variable and the pace as JSON values, and the ledger's rows."""
        return {
            "dual": self._dual.to_json(),
            "crew": self._crew,
            "answers": self._answers,
            "first_at": self._first_at,
            "ledger": self.ledger.to_rows(),
        }

    def load_json(self, learned: Mapping[str, Any]) -> None:
        """Take over what `to_json` returned, but for the ledger."""
        self._dual.load_json(learned["dual"])
        self._crew = int(learned["crew"])
        self._answers = int(learned["answers"])
        self._first_at = learned["first_at"]
