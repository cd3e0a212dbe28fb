"""Processes, held by descriptors that never mean another one: watched, and ended for sure."""

import asyncio
import os
import select
import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

_KILLED_WITHIN_S: Final = 5.0


def hold(pid: int) -> int | None:
    """Return a descriptor of a process; None when it is gone."""
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


async def until_ended(pid: int) -> None:
    """Wait until a process ends; its exit code stays for whoever started it."""
    held = hold(pid)
    if held is None:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        loop.add_reader(held, ended.set)
        await ended.wait()
    finally:
        loop.remove_reader(held)
        os.close(held)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
    return found


def command_of(pid: int) -> list[str]:
    """Return the words with which a process was started; none when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
    return [word.decode(errors="replace") for word in words if word]


def end_held(held: int, patience_s: float) -> None:
    """Wait until a held process has ended by itself; at last end it."""
    if not _ended(held, patience_s):
        kill_held(held)
        _ended(held, _KILLED_WITHIN_S)


def kill_held(held: int) -> None:
    """End a held process at once; waits for nothing."""
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(held, signal.SIGKILL)


def _ended(held: int, patience_s: float) -> bool:
    poll = select.poll()
    poll.register(held, select.POLLIN)
    return bool(poll.poll(patience_s * 1000))
