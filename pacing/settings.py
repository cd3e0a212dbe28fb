"""The settings of a pacer: each with unit, range and source, refused when out of range.

Knows what may be set and within which bounds. Refuses to know how any of it is used.
"""

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Final

from pacing.errors import out_of_range
from pacing.ledger import Ledger
from pacing.window import Window

MODES: Final = ("preview", "progressive", "power", "predictive", "predictive_age_blind")
GUARDS: Final = ("running", "window", "mean")


@dataclass(frozen=True, slots=True)
class Cap:
    """A further abandonment cap that holds beside the campaign's own."""

    rate: float
    """Highest share abandoned / live answers in the window; 0..1."""
    window: Window = field(default_factory=Window.campaign)
    """Over what it is counted; seconds are taken for a rolling window, "campaign" for all."""
    ledger: Ledger = field(default_factory=Ledger)
    """Where it is counted; give several pacers the same one to share the cap."""

    def __post_init__(self) -> None:
        _check("rate", self.rate, 0.0, 1.0)
        object.__setattr__(self, "window", Window.parse(self.window))
        if not isinstance(self.ledger, Ledger):
            raise out_of_range("ledger", self.ledger, "a Ledger")


@dataclass(frozen=True, slots=True, kw_only=True)
class PacingSettings:
    """Everything that can be set; wrong values raise `PacingError` naming field and range."""

    mode: str = "progressive"
    """"preview" (never dials), "progressive" (one line per idle agent), "power" (a fixed ratio),
    "predictive", or "predictive_age_blind" (the same without the ages of calls and talks: for who
    must keep clear of newer patents on them; costs 1.5 to 2 points of utilisation)."""
    abandon_rate_target: float = 0.03
    """The campaign's cap on abandoned / live answers; 0..1. Default: 16 CFR 310.4(b)(4)(i)."""
    abandon_rate_guard: str = "running"
    """"running": the cap holds whenever someone stops the campaign; "window": each finished
    `abandon_window` holds it; "mean": the target on average."""
    abandon_window: Window = field(default_factory=Window.campaign)
    """Over what the campaign's own cap is counted; default: the whole campaign."""
    caps: tuple[Cap, ...] = ()
    """Further caps (centre, other countries), each with its ledger; all of them hold."""
    answer_grace_s: float = 2.0
    """How long an answered person is left waiting for an agent, in seconds; 0..60. Default:
    16 CFR 310.4(b)(4)(iii), two seconds from the completed greeting."""
    power_ratio: float = 1.5
    """Lines per idle agent in mode "power"; 1..20."""

    max_lines: int | None = None
    """Most lines at once, in flight or with a person; 0..1,000,000; None: the trunk decides."""
    max_lines_per_agent: float | None = None
    """Most lines per agent who is logged in and not paused; 0..1,000; None: no such limit."""
    calls_per_second: float | None = None
    """Most originates per second; above 0 to 10,000; None: no such limit."""
    calls_burst_s: float = 0.1
    """Originates that may be sent at once besides one, as seconds of `calls_per_second`; 0..0.5.
    At least the time between two decisions, or what was not sent then is lost. No second ever
    has more than the rate: the steady flow is smaller than it by this share."""
    closes_at: float | None = None
    """No line is started at or after this time (caller's clock, seconds); None: open."""
    answers_to_come: float | None = None
    """Live answers still expected before the campaign or its window ends, where the caller knows
    (a short list); 0 or more; None: estimated from the pace so far."""

    ring_timeout_s: float = 25.0
    """After how long the caller gives up an unanswered call, in seconds; above 0 to 300."""
    ring_no_answer_min_s: float = 0.0
    """Least time an unanswered call must ring by law, in seconds; 0 to 60; a shorter
    `ring_timeout_s` is refused. In the USA 15 (16 CFR 310.4(b)(4)(ii))."""
    prior_answer_rate: float = 0.3
    """Live answers per dial assumed at first; above 0, below 1. Default: above the published 18
    to 23 %, so that the first minutes are slow rather than fast."""
    prior_ring_s: float = 12.0
    """Mean ring time to a live answer assumed at first, seconds; above 0 to 120."""
    prior_talk_s: float = 150.0
    """Mean talk time assumed at first, seconds; above 0 to 7,200."""
    prior_wrap_up_s: float = 15.0
    """Mean wrap-up assumed at first, seconds; above 0 to 7,200."""
    prior_weight: float = 4.0
    """How many observed calls each prior weighs as much as; above 0 to 1,000."""
    answer_rate_half_life_s: float = 900.0
    """After how long a dial weighs half in the answer rate, seconds; 10 to 604,800."""
    law_half_life_s: float = 5400.0
    """After how long a call weighs half in the laws of ring, talk and wrap-up, seconds; 10 to
    604,800."""

    guard_room: float = 5.0
    """Abandons of room below which the running guard slows down, for ten agents (it goes with the
    square root of their number); above 0 to 1,000. Default: from simulated days of 5 to 50 agents
    that were over the cap for less than 0.1 % of the time after 100 answers."""
    amd_false_positive_rate: float = 0.0
    """Share of persons whom answering machine detection throws away, charged to the ledgers as
    abandoned; 0 to below 1. Default: detection is off."""
    deduct_machine_abandons: bool = False
    """Whether an abandoned call later judged a machine is taken off the ledgers; only where the
    rule of the country allows it."""
    line_linger_max_s: float = 900.0
    """A line that outlives its agent's talk and whose end is never reported is taken for free
    after this, seconds; 1 to 86,400."""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise out_of_range("mode", self.mode, "one of " + ", ".join(MODES))
        if self.abandon_rate_guard not in GUARDS:
            raise out_of_range(
                "abandon_rate_guard", self.abandon_rate_guard, "one of " + ", ".join(GUARDS)
            )
        object.__setattr__(self, "abandon_window", Window.parse(self.abandon_window))
        if not all(isinstance(cap, Cap) for cap in self.caps):
            raise out_of_range("caps", self.caps, "a tuple of Cap")
        object.__setattr__(self, "caps", tuple(self.caps))
        for name, low, high, open_ends in _RANGES:
            value = getattr(self, name)
            if value is not None or name not in _OPTIONAL:
                _check(name, value, low, high, open_ends=open_ends)
        if self.ring_timeout_s < self.ring_no_answer_min_s:
            least = f"at least ring_no_answer_min_s = {self.ring_no_answer_min_s:g}"
            raise out_of_range("ring_timeout_s", self.ring_timeout_s, least)
        if self.max_lines is not None and int(self.max_lines) != self.max_lines:
            raise out_of_range("max_lines", self.max_lines, "a whole number")
        if not isinstance(self.deduct_machine_abandons, bool):
            raise out_of_range(
                "deduct_machine_abandons", self.deduct_machine_abandons, "True or False"
            )


_OPTIONAL: Final = frozenset(
    {"max_lines", "max_lines_per_agent", "calls_per_second", "closes_at", "answers_to_come"}
)

_RANGES: Final[tuple[tuple[str, float, float, str], ...]] = (
    # field, lowest, highest, which ends are excluded: "" none, "(" the lowest, ")" the highest
    ("abandon_rate_target", 0.0, 1.0, ""),
    ("answer_grace_s", 0.0, 60.0, ""),
    ("power_ratio", 1.0, 20.0, ""),
    ("max_lines", 0.0, 1e6, ""),
    ("max_lines_per_agent", 0.0, 1000.0, ""),
    ("calls_per_second", 0.0, 10_000.0, "("),
    ("calls_burst_s", 0.0, 0.5, ""),
    ("closes_at", -inf, inf, "()"),
    ("answers_to_come", 0.0, inf, ")"),
    ("ring_timeout_s", 0.0, 300.0, "("),
    ("ring_no_answer_min_s", 0.0, 60.0, ""),
    ("prior_answer_rate", 0.0, 1.0, "()"),
    ("prior_ring_s", 0.0, 120.0, "("),
    ("prior_talk_s", 0.0, 7200.0, "("),
    ("prior_wrap_up_s", 0.0, 7200.0, "("),
    ("prior_weight", 0.0, 1000.0, "("),
    ("answer_rate_half_life_s", 10.0, 604_800.0, ""),
    ("law_half_life_s", 10.0, 604_800.0, ""),
    ("guard_room", 0.0, 1000.0, "("),
    ("amd_false_positive_rate", 0.0, 1.0, ")"),
    ("line_linger_max_s", 1.0, 86_400.0, ""),
)


def _check(name: str, value: object, low: float, high: float, *, open_ends: str = "") -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        over = value > low if "(" in open_ends else value >= low
        under = value < high if ")" in open_ends else value <= high
        if over and under and isfinite(value):
            return
    left, right = "(" if "(" in open_ends else "[", ")" if ")" in open_ends else "]"
    raise out_of_range(name, value, f"a number in {left}{low:g}, {high:g}{right}")
