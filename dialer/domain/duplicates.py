"""Which numbers count as known when a list is imported.

Refuses to know how a number is looked up.
"""

from enum import StrEnum


class Duplicates(StrEnum):
    """Where a number may be already so that its row is rejected; each rule includes those before.

    A number's first row in a list is always the one that is taken.
    """

    ALLOW = "allow"
    """Nowhere: all rows are taken."""
    FILE = "file"
    """In the list itself."""
    CAMPAIGN = "campaign"
    """In the campaign that the list is for."""
    NODE = "node"
    """In any campaign of the node's database."""

    @property
    def in_file(self) -> bool:
        """Whether a list may hold a number only once."""
        return self is not Duplicates.ALLOW
