"""A PostgreSQL that says nothing any more: all its processes are stopped where they are."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation.postgres import PostgresServer


@contextmanager
def hanging(server: PostgresServer) -> Iterator[None]:
    """Stop all processes of a server in the middle of what they do."""
    pids = [server.pid, *_children(server.pid)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(pids):
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(after_name[1]) == parent:
            found.append(int(stat.parent.name))
    return found
