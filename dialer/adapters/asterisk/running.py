"""An Asterisk that runs out of a home folder, no matter who started it.

Knows how to find it by its pid file, to make sure that the pid still is this Asterisk, to give it a
command, and to end it so that it is really gone. Refuses to know its configuration.
"""

import os
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from dialer.errors import SwitchUnavailable

CONF: Final = "etc/asterisk.conf"
"""The main configuration file, below a home; names the instance in its command line."""
PID_FILE: Final = "run/asterisk.pid"
CONTROL_SOCKET: Final = "run/asterisk.ctl"

_TERM_WAIT_S: Final = 3.0
_KILL_WAIT_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class RunningAsterisk:
    """One process. It may end at any time: `alive` tells."""

    home: Path
    pid: int

    @classmethod
    def at(cls, home: Path) -> Self | None:
        """Return the Asterisk that runs out of `home` now, or None."""
        home = home.resolve()
        try:
            pid = int((home / PID_FILE).read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        found = cls(home, pid)
        return found if found.alive() else None

    def alive(self) -> bool:
        """Whether it runs; another process that got its pid since does not count."""
        return str(self.home / CONF) in self._command_line()

    def rx(self, command: str, timeout_s: float = 10.0) -> str:
        """Run a command of Asterisk's command line and return what it printed.

        Raises:
            SwitchUnavailable: it does not run, or does not answer within `timeout_s`.
        """
        conf = str(self.home / CONF)
        line = self._command_line()
        if conf not in line:
            raise SwitchUnavailable(f"no Asterisk runs in {self.home}; start it")
        program = line[: line.index(conf) - 1]  # what stands before `-C`
        try:
            answer = subprocess.run(
                [*program, "-C", conf, "-rx", command],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SwitchUnavailable(
                f"the Asterisk in {self.home} did not answer in {timeout_s:g} s; stop it"
            ) from error
        if answer.returncode != 0:
            said = (answer.stderr or answer.stdout).strip().splitlines()
            reason = said[0] if said else f"code {answer.returncode}"
            raise SwitchUnavailable(
                f"the Asterisk in {self.home} takes no command ({reason}); start it"
            )
        return answer.stdout

    def wait_ended(self, timeout_s: float) -> bool:
        """Wait until it has ended; False when it still runs after `timeout_s`."""
        with self._held() as held:
            return held is None or _ended(held, timeout_s)

    def stop(self, timeout_s: float = 10.0) -> None:
        """End it: by its own command, then by SIGTERM, then by SIGKILL; returns when it is gone."""
        with self._held() as held:
            if held is None:
                return
            with suppress(SwitchUnavailable):
                self.rx("core stop now", timeout_s)
                if _ended(held, timeout_s):
                    return
            _send(held, signal.SIGTERM)
            if not _ended(held, _TERM_WAIT_S):
                _send(held, signal.SIGKILL)
                _ended(held, _KILL_WAIT_S)

    def kill(self) -> None:
        """End it without a word, as a crash would; returns when it is gone."""
        with self._held() as held:
            if held is not None:
                _send(held, signal.SIGKILL)
                _ended(held, _KILL_WAIT_S)

    def _command_line(self) -> list[str]:
        try:
            return Path(f"/proc/{self.pid}/cmdline").read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            return []

    @contextmanager
    def _held(self) -> Iterator[int | None]:
        """Hold the process by a descriptor, which never means another one; None when it is gone."""
        try:
            held = os.pidfd_open(self.pid)
        except ProcessLookupError:
            yield None
            return
        try:
            yield held if self.alive() else None
        finally:
            os.close(held)


def _ended(held: int, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(held, select.POLLIN)
    return bool(poll.poll(timeout_s * 1000))


def _send(held: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(held, number)
