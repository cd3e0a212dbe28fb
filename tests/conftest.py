"""Every run draws the same examples, and a slow machine is no failure.

Tests run side by side, a file on one worker. Those of live calls, held to the hundredth of a
second, are all on the same one: two at once would starve each other's audio on two cores.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile(
    "outpace", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("outpace")

LIVE = frozenset(
    {
        "test_database_stops",
        "test_faults_engine",
        "test_floor_control",
        "test_kills",
        "test_promised_calls",
    }
)
"""Files that load the machine with calls, or hold calls to the two seconds of the law."""


class ByFile(LoadScopeScheduling):
    """Hands out whole files, and those of `LIVE` as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "live" if Path(file).stem in LIVE else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
