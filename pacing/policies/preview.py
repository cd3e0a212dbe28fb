"""Preview: an agent looks at the lead first and dials by hand; nothing is started here."""

from pacing.budget import Allowance
from pacing.decision import LimitedBy
from pacing.outlook import Outlook
from pacing.policies.policy import Wish


class Preview:
    """Never dials."""

    def wish(self, outlook: Outlook, allowance: Allowance, most: int) -> Wish:
        """Return no lines."""
        del allowance, most
        return Wish(0, LimitedBy.MODE, float(outlook.unserved.after(0)[0]))
