"""What the pacer answers: how many lines to start now, what held it back, and what it expects.

Knows words and units. Refuses to know how the numbers came about.
"""

from dataclasses import dataclass
from enum import StrEnum


class LimitedBy(StrEnum):
    """What kept the pacer from starting one more line."""

    AGENTS = "agents"  # nobody would be free for one more answer, or nobody is logged in
    ABANDON_BUDGET = "abandon budget"  # the cap has too little room left
    LINES = "lines"  # max_lines or max_lines_per_agent
    CALLS_PER_SECOND = "calls per second"
    SCHEDULE = "schedule"  # after closes_at
    MODE = "mode"  # preview never dials; a fixed ratio is reached


@dataclass(frozen=True, slots=True)
class Decision:
    """How many lines to start now, and why not one more."""

    lines: int
    """Number of originates to send at the time of the decision."""
    limited_by: LimitedBy
    """What held back the next line."""
    expected_free_agents: float = 0.0
    """Agents expected to be free for a line dialed now, when it would be answered (mean over its
    answer time, grace included), before the answers that come first."""
    expected_answers: float = 0.0
    """Answers expected by then from the lines in flight, callers already waiting included."""
    chance_next_unserved: float = 0.0
    """Chance (0..1) that one line more, if answered, would find no agent in time."""
    beta: float = 0.0
    """The chance that is accepted now (0..1): the next line is dialed while it stays below."""
    answer_rate: float = 0.0
    """Live answers per dial (0..1) as it is estimated now."""
    abandon_rate: float = 0.0
    """Abandoned / live answers (0..1) in the ledger's present window."""
    abandon_room: float = 0.0
    """Abandons that the tightest cap still allows now: rate x live answers - abandoned; below 0
    the cap is overdrawn."""
