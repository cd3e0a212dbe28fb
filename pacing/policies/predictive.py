"""Predictive: dial while the chance that the next line finds nobody stays at or below beta.

With the ages of every ringing line and every talk, and exact sums of chances, this rule met the
exact optima of simple campaigns; beta comes from the abandonment caps.
"""

from pacing.budget import Allowance
from pacing.decision import LimitedBy
from pacing.outlook import Outlook
from pacing.policies.policy import Wish, uncovered


class Predictive:
    """The rule; never below progressive, and no more than it where a guard says so."""

    def wish(self, outlook: Outlook, allowance: Allowance, most: int) -> Wish:
        """Return the lines whose chance to find nobody is accepted."""
        sure = min(uncovered(outlook), most)
        unserved = outlook.unserved
        if allowance.progressive_only:
            chance = float(unserved.after(sure)[0])
            lines = sure
        else:
            lines, chance = unserved.lines_within(allowance.beta, most)
            if lines < sure:
                lines, chance = sure, float(unserved.after(sure)[0])
        held = allowance.progressive_only or allowance.beta < allowance.beta_unguarded
        by_guard = held and chance <= allowance.beta_unguarded
        limited_by = LimitedBy.ABANDON_BUDGET if by_guard else LimitedBy.AGENTS
        return Wish(lines, limited_by, chance)
