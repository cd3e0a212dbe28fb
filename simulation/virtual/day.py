"""What came of a virtual campaign: what a supervisor and a regulator would count.

Values only. Refuses to know how they came about.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from simulation.virtual.laws import Floats


@dataclass
class Minutes:
    """The floor once a minute."""

    at_s: list[float] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    busy: list[int] = field(default_factory=list)
    in_flight: list[int] = field(default_factory=list)
    answer_rate: list[float] = field(default_factory=list)
    """The true one."""


@dataclass
class Day:
    """Counts of one run; machines that an agent recognised are no live answers."""

    hours: float = 0.0
    dials: int = 0
    conversations: int = 0
    """Persons who got an agent."""
    machines: int = 0
    """Machines that took an agent's time."""
    abandoned: int = 0
    """Let go without an agent; persons and machines alike, as nobody knows."""
    hung_up: int = 0
    """Persons who left while waiting."""
    unanswered: Counter[str] = field(default_factory=Counter)
    """Dials that nobody answered, by outcome; "message": answered, and no key pressed."""
    unfinished: int = 0
    """Dials that rang or waited at the end; with all the others they are the dials."""
    busy_s: float = 0.0
    """Agents' talk and wrap-up."""
    present_s: float = 0.0
    """Agents logged in and not paused."""
    most_lines: int = 0
    waits_s: list[float] = field(default_factory=list)
    """From answer to agent, of each conversation."""
    settled_at_s: list[float] = field(default_factory=list)
    """When each live answer's fate was known."""
    settled_abandoned: list[bool] = field(default_factory=list)
    minutes: Minutes = field(default_factory=Minutes)
    decided: int = 0
    """How often the pacing was asked."""
    deciding_s: float = 0.0
    """Processor time it took to answer; 0 when it was not taken."""

    @property
    def live_answers(self) -> int:
        """Persons as far as anyone knows."""
        return self.conversations + self.abandoned + self.hung_up

    @property
    def abandon_rate(self) -> float:
        """Abandoned / live answers, 0..1, from the first minute on."""
        return self.abandoned / self.live_answers if self.live_answers else 0.0

    @property
    def utilisation(self) -> float:
        """(Talk + wrap-up) / (logged in - paused), 0..1."""
        return self.busy_s / self.present_s if self.present_s else 0.0

    @property
    def conversations_per_hour(self) -> float:
        """Conversations per agent hour present."""
        return 3600.0 * self.conversations / self.present_s if self.present_s else 0.0

    @property
    def dials_per_hour(self) -> float:
        """Dials per agent hour present."""
        return 3600.0 * self.dials / self.present_s if self.present_s else 0.0

    def running_rates(self) -> tuple[Floats, Floats]:
        """Return times and the abandon rate since the start after each live answer."""
        lost = np.cumsum(np.array(self.settled_abandoned, dtype=np.float64))
        rates: Floats = lost / np.arange(1.0, len(lost) + 1.0)
        return np.array(self.settled_at_s), rates

    def over(self, cap: float, after: int = 100) -> float:
        """Return the share of time the running rate was above a cap, once `after` had answered."""
        times, rates = self.running_rates()
        if len(rates) <= after:
            return 0.0
        lasted = np.diff(np.append(times[after:], 3600.0 * self.hours))
        return float(lasted[rates[after:] > cap].sum() / max(lasted.sum(), 1e-9))
