"""Servers of demos end with the process that started them, however that ends."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.demo.processes import hold

STARTS = """
import sys, time
from pathlib import Path
from simulation.postgres import FOR_TRIALS, PostgresServer
from simulation.redis import RedisServer
home = Path(sys.argv[2])
if sys.argv[1] == "redis":
    server = RedisServer(home, die_with_parent=True)
else:
    server = PostgresServer(home, settings=FOR_TRIALS, die_with_parent=True)
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["redis", "postgres"])
def test_a_server_ends_when_who_started_it_is_killed(kind: str, tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTS, kind, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    with parent.stdin, parent.stdout:
        server = hold(int(parent.stdout.readline()))
        assert server is not None

        parent.send_signal(signal.SIGKILL)
        parent.wait()

        assert select.select([server], [], [], 10.0)[0], "the server lives on"
        os.close(server)
