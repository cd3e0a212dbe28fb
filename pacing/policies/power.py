"""Power: a fixed ratio of lines to idle agents, taken back as the abandonment caps demand."""

from math import floor

from pacing.budget import Allowance
from pacing.decision import LimitedBy
from pacing.outlook import Outlook
from pacing.policies.policy import Wish, uncovered


class Power:
    """`ratio` lines per idle agent."""

    def __init__(self, ratio: float) -> None:
        """Take the ratio, 1 or more."""
        self._ratio = ratio

    def wish(self, outlook: Outlook, allowance: Allowance, most: int) -> Wish:
        """Return ratio x idle, less what is in flight or waits."""
        share = 0.0 if allowance.overdrawn or allowance.progressive_only else allowance.share
        covered = outlook.in_flight + outlook.waiting
        full = floor(self._ratio * outlook.idle + 1e-9) - covered
        held = floor((1.0 + (self._ratio - 1.0) * share) * outlook.idle + 1e-9) - covered
        lines = min(max(held, uncovered(outlook)), most)
        limited_by = LimitedBy.ABANDON_BUDGET if held < full else LimitedBy.MODE
        if outlook.idle == 0:
            limited_by = LimitedBy.AGENTS
        return Wish(lines, limited_by, float(outlook.unserved.after(lines)[0]))
