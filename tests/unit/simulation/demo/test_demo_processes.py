"""Processes are known by descriptors: awaited, outlived and ended."""

import asyncio
import os
import subprocess
import sys

from simulation.demo.processes import children_of, end_held, hold, until_ended

WAITS = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def child() -> subprocess.Popen[bytes]:
    return subprocess.Popen(WAITS, stdin=subprocess.PIPE)


async def test_the_end_of_a_process_is_awaited() -> None:
    process = child()
    assert process.stdin is not None
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(until_ended(process.pid))
        process.stdin.close()
        await waiting

    assert process.wait() == 0


async def test_a_process_that_is_gone_has_ended() -> None:
    process = child()
    process.communicate()

    await until_ended(process.pid)
    assert hold(process.pid) is None


def test_a_process_that_does_not_end_is_ended() -> None:
    process = child()
    held = hold(process.pid)
    assert held is not None

    end_held(held, patience_s=0.0)

    os.close(held)
    assert process.wait() == -9


def test_children_are_found() -> None:
    process = child()

    assert process.pid in children_of(os.getpid())

    process.communicate()
    assert process.pid not in children_of(os.getpid())
