"""Every run draws the same examples, and a slow machine is no failure.

Tests run side by side, a file on one worker. Those of live calls are held to the hundredth of a
second, so they run first and with nothing beside them but each other: they wait for most of their
time. What only computes comes after them.
"""

import asyncio
import functools
import gc
import inspect
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from one_browser import PAGES, OneBrowser
from race_page import RacePage
from xdist.remote import Producer

settings.register_profile(
    "outpace", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("outpace")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # tests that were started in the background hand it on, and nothing they start heeds Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

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

LIVE: Final = (
    *PAGES,
    "test_broadcast_soak",
    "test_demo",
    "test_talk_races",
    "test_caller_races",
    "test_caller_parking",
    "test_mixed_floor",
    "test_message_drop",
    "test_talk_moves",
    "test_talk_company",
    "test_boundary_races",
    "test_phones_on_demand",
    "test_phone_comebacks",
    "test_trunks",
    "test_trunk_transports",
    "test_queue_calls",
    "test_faults_phones",
    "test_kills",
    "test_broadcast_calls",
    "test_floor_control",
    "test_faults_engine",
    "test_database_stops",
    "test_spying",
    "test_agent_first",
    "test_screening_calls",
    "test_agi_bridge",
    "test_agi_playing",
    "test_ami_sessions",
    "test_carrier",
    "test_dialplan_fraud",
    "test_dialplan_silence",
    "test_dialplan_talk",
    "test_faults_switch",
    "test_inbound_line",
    "test_ivr_calls",
    "test_uploaded_prompts",
    "test_ivr_faults",
    "test_ivr_speech",
    "test_ivr_steps",
    "test_ivr_messages",
    "test_journal",
    "test_phone_alerts",
    "test_phones_on_record",
    "test_promised_calls",
    "test_provisioning",
    "test_pushed_phones",
    "test_recorded_callers",
    "test_recorded_talk",
    "test_recording_grounds",
    "test_sip_agents",
    "test_supervise_audio",
    "test_supervise_floor",
    "test_switch",
    "test_talk_audio",
    "test_talk_control",
    "test_trunk_registration",
)
"""Files of tests with live calls; those that take longest come first, so that none is left over."""

ENDS_WITHIN_S: Final = 60.0
"""What a live test that took too long has for ending its processes, and for saying so."""

WHOLLY: Final = {"live": True, "not live": False}
"""The two halves of a run, as `-m` begins: the files of the other half are not even read."""


def pytest_configure(config: pytest.Config) -> None:
    """Have races that soak put on their page; by the process that all workers tell."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RacePage(), "race-page")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser | None:
    """Give all pages to one worker."""
    return OneBrowser(config, log) if config.option.dist == "loadfile" else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files that the wish for one half leaves no test of."""
    wanted = WHOLLY.get(str(config.option.markexpr).partition(" and ")[0])
    if wanted is None or collection_path.suffix != ".py" or collection_path.stem[:5] != "test_":
        return None
    return True if (collection_path.stem in LIVE) is not wanted else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark live calls, and begin with what takes longest."""
    places = {stem: place for place, stem in enumerate(LIVE)}
    for item in items:
        if item.path.stem in places:
            item.add_marker("live")
            _bound(item)
    last = len(LIVE)
    items.sort(
        key=lambda item: (
            places.get(item.path.stem, last),
            item.path.parent.name != "integration",
        )
    )


def pytest_collection_finish() -> None:
    """Have nobody look again and again through the thousands of tests, and what they loaded."""
    gc.collect()
    gc.freeze()


def _bound(item: pytest.Item) -> None:
    """End a live test that hangs from within its event loop, well before pytest-timeout would.

    What a signal raises within a callback of the loop is logged there, and the test hangs on; and
    within pytest's own code, while it writes a report, it ends the whole run.
    """
    test = getattr(item, "obj", None)
    if not isinstance(item, pytest.Function) or not inspect.iscoroutinefunction(test):
        return
    mark = item.get_closest_marker("timeout")
    allowed_s = mark.args[0] if mark and mark.args else float(item.config.getini("timeout"))
    item.add_marker(pytest.mark.timeout(allowed_s + ENDS_WITHIN_S), append=False)

    @functools.wraps(test)
    async def bounded(*given: Any, **named: Any) -> None:
        async with asyncio.timeout(allowed_s):
            await test(*given, **named)

    item.obj = bounded
