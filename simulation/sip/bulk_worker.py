"""The process behind `BulkMedia`: keeps 20 ms time for an `RtpPump` and obeys lines of JSON.

Reads commands from standard input (add, remove, reset, report, one JSON object a line) and answers
reports on standard output; ends when its input closes. Refuses to know SIP.
"""

import json
import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from simulation.sip.bulk_pump import SLOTS, RtpPump
from simulation.sip.rtp import FRAME_S

_STEP_S: Final = FRAME_S / SLOTS
_LONGEST_STALL_S: Final = 0.2
_NICENESS: Final = -10


class Worker:
    """The pump, its clock, and who tells it what to do."""

    def __init__(self, pump: RtpPump) -> None:
        self._pump = pump
        self._rest = b""
        self._latest_s = 0.0
        self._skipped = 0
        self._began = time.monotonic()
        self._cpu = time.process_time()

    def run(self) -> None:
        """Send and receive until the input closes."""
        step = 0
        due = time.monotonic()
        while self._obey():
            self._pump.send(step % SLOTS)
            self._pump.receive()
            step += 1
            due += _STEP_S
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
                continue
            self._latest_s = max(self._latest_s, -wait)
            if -wait > _LONGEST_STALL_S:  # made up in a burst it would only hit the switch
                self._skipped += 1
                due = time.monotonic()

    def _obey(self) -> bool:
        while select.select([0], [], [], 0)[0]:
            data = os.read(0, 65_536)
            if not data:
                return False
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                self._carry_out(json.loads(line))
        return True

    def _carry_out(self, command: dict[str, Any]) -> None:
        match command["do"]:
            case "add":
                remote = (command["host"], command["port"])
                self._pump.add(command["line"], remote, command["tone_hz"], command["expect_hz"])
            case "remove":
                self._pump.remove(command["line"])
            case "reset":
                self._pump.reset()
                self._latest_s, self._skipped = 0.0, 0
                self._began, self._cpu = time.monotonic(), time.process_time()
            case "report":
                say(self._report())

    def _report(self) -> dict[str, Any]:
        elapsed_s = time.monotonic() - self._began
        return {
            "lines": [asdict(report) for report in self._pump.reports()],
            "elapsed_s": elapsed_s,
            "cpu_s": time.process_time() - self._cpu,
            "latest_s": self._latest_s,
            "skipped": self._skipped,
            "unsent": self._pump.unsent,
            "strangers": self._pump.strangers,
        }


def say(fact: dict[str, Any]) -> None:
    """Write one line of JSON."""
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve the host named on the command line; the first line said is the port."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us closes our input
    with suppress(PermissionError):  # a real network does not slow down with the switch's machine
        os.nice(_NICENESS)
    pump = RtpPump(sys.argv[1])
    say({"port": pump.address[1]})
    try:
        Worker(pump).run()
    finally:
        pump.close()


if __name__ == "__main__":
    main()
