"""Progressive: one line for each idle agent who is not covered by a line or a waiting caller."""

from pacing.budget import Allowance
from pacing.decision import LimitedBy
from pacing.outlook import Outlook
from pacing.policies.policy import Wish, uncovered


class Progressive:
    """One line per idle agent; needs no prediction."""

    def wish(self, outlook: Outlook, allowance: Allowance, most: int) -> Wish:
        """Return the idle agents not yet covered."""
        del allowance
        lines = min(uncovered(outlook), most)
        return Wish(lines, LimitedBy.AGENTS, float(outlook.unserved.after(lines)[0]))
