"""Which tests share a worker: those of a file, and all that need a browser.

A browser takes more of a processor than a floor of calls: five at once on two cores leave none for
the calls beside them. Refuses to know what is tested.
"""

from pathlib import PurePath
from typing import Final

from xdist.scheduler import LoadFileScheduling

PAGES: Final = (
    "test_agent_page",
    "test_supervisor_pages",
    "test_floor_page",
    "test_far_agent",
    "test_quality_pages",
    "test_campaign_pages",
    "test_long_floor",
)
"""Files of tests with a browser: one worker runs them, one after the other."""


class OneBrowser(LoadFileScheduling):
    """A worker for each file, and one for all pages."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "pages" if PurePath(file).stem in PAGES else file
