"""Every run draws the same examples, and a slow machine is no failure.

Tests run side by side, a file on one worker. Those of live calls, held to the hundredth of a
second, are all on the same one: two at once would starve each other's audio on two cores. For the
same reason whatever needs no Asterisk runs after all that does, and gives way to it.
"""

import os
from pathlib import Path
from typing import Any, Final

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


LONG = frozenset({"integration", "acceptance", "contract"})
"""Rooms of tests with a real Asterisk. They come first, while all else gives way to them."""

GIVE_WAY: Final = 15
"""How nice workers are from their first short test on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left with it at the end."""
    items.sort(key=lambda item: (item.path.stem not in LIVE, item.path.parent.name not in LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests that only compute leave the processors to the live calls of another worker."""
    if (
        item.path.parent.name not in LONG
        and os.nice(0) == 0
        and "PYTEST_XDIST_WORKER" in os.environ
    ):
        os.nice(GIVE_WAY)


class ByFile(LoadScopeScheduling):
    """Hands out whole files, and those of `LIVE` as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "live" if Path(file).stem in LIVE else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
