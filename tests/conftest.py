"""Every run draws the same examples, and a slow machine is no failure.

Tests run side by side, a file on one worker. Those of live calls are held to the hundredth of a
second, and more than two of them at once would starve each other's audio on two cores: they make up
two groups, each on one worker from its start. Whatever else runs gives way to them.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile(
    "outpace", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("outpace")

MEMORY: Final = Path("/dev/shm")
ROOM: Final = 4 << 30
"""Bytes that must be free there: a run needs a quarter of them at most."""

if (
    "TMPDIR" not in os.environ
    and os.access(MEMORY, os.W_OK | os.X_OK)
    and shutil.disk_usage(MEMORY).free > ROOM
):
    # hundreds of databases are made and thrown away: a fifth of all processor time went to the disk
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

GROUPS: Final = {
    "floors": (
        "test_kills",
        "test_mixed_floor",
        "test_database_stops",
        "test_faults_engine",
        "test_faults_switch",
        "test_floor_control",
        "test_promised_calls",
        "test_queue_calls",
        "test_recorded_talk",
        "test_talk_audio",
        "test_talk_moves",
        "test_talk_races",
        "test_agent_first",
        "test_broadcast_calls",
        "test_phone_alerts",
        "test_phones_on_record",
        "test_supervise_floor",
        "test_trunks",
    ),
    "switches": (
        "test_boundary_races",
        "test_faults_phones",
        "test_demo",
        "test_agi_bridge",
        "test_ami_sessions",
        "test_carrier",
        "test_dialplan_fraud",
        "test_dialplan_silence",
        "test_dialplan_talk",
        "test_journal",
        "test_sip_agents",
        "test_switch",
        "test_talk_control",
        "test_agi_playing",
        "test_inbound_line",
        "test_ivr_calls",
        "test_ivr_faults",
        "test_ivr_speech",
        "test_ivr_steps",
        "test_provisioning",
        "test_pushed_phones",
        "test_spying",
        "test_supervise_audio",
        "test_trunk_registration",
    ),
}
"""Files of tests with live calls, by group: whole floors, and switches. About as long as each
other."""

GROUP_OF: Final = {file: group for group, files in GROUPS.items() for file in files}

GIVE_WAY: Final = 15
"""How nice workers are from their first test without live calls on."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark live calls; begin with what takes longest, so that no worker is left with it."""
    for item in items:
        if item.path.stem in GROUP_OF:
            item.add_marker("live")
    items.sort(
        key=lambda item: (item.path.stem not in GROUP_OF, item.path.parent.name != "integration")
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave the processors to the live calls of other workers."""
    beside_others = "PYTEST_XDIST_WORKER" in os.environ
    if beside_others and item.path.stem not in GROUP_OF and os.nice(0) < GIVE_WAY:
        os.nice(GIVE_WAY - os.nice(0))


class ByFile(LoadScopeScheduling):
    """Hands out whole files, and a group as if it were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return GROUP_OF.get(Path(file).stem, file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
