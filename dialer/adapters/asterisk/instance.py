"""An Asterisk with a home of its own: rendered configuration, folders, logs and sockets.

Knows how to start one so that several live side by side, and to say in one line why it did not
start. Refuses to know what the configuration says. All calls block: an event loop runs them in a
thread.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Self

from dialer.adapters.asterisk.installation import Installation
from dialer.adapters.asterisk.ports import Port, check_ports
from dialer.adapters.asterisk.render import render_tree
from dialer.adapters.asterisk.running import CONF, CONTROL_SOCKET, PID_FILE, RunningAsterisk
from dialer.errors import BadInput, OutpaceError, SwitchUnavailable

MAX_OPEN_FILES: Final = 65_536
"""About eight for a call; more would only make Asterisk's own tables larger."""

_LAUNCH: Final = Path(__file__).with_name("launch.py")
_CONSOLE: Final = "log/console.log"
_FOLDERS: Final = (
    *("cache", "etc", "lib/keys", "db", "keys/keys", "run", "log/cel-custom", "log/cdr-custom"),
    *("log/cdr-csv", "spool/monitor", "spool/outgoing", "spool/recording", "spool/tmp"),
)
_LONGEST_SOCKET: Final = 107  # bytes in the address of a Unix socket, less the closing NUL
_LOOK_EVERY_S: Final = 0.02
_COMPLAINT: Final = re.compile(r"\b(?:ERROR|WARNING)\[[^\]]*\](?:\[[^\]]*\])?:? +\S+: +(.*)")
_TAKEN: Final = "Address already in use"


class StartFailed(OutpaceError):
    """An Asterisk did not come up; nothing of it is left running."""

    def __init__(self, home: Path, problem: str, fix: str) -> None:
        self.home = home
        self.problem = problem
        self.fix = fix
        super().__init__(f"Asterisk in {home} did not start: {problem}; {fix}")


@dataclass(frozen=True, slots=True)
class Dirs:
    """The folders of one instance, absolute: what asterisk.conf's `[directories]` names."""

    cache: Path
    etc: Path
    modules: Path
    lib: Path
    db: Path
    keys: Path
    data: Path
    agi: Path
    spool: Path
    run: Path
    log: Path


class AsteriskInstance:
    """One Asterisk of our own.

    Args:
        installation: the program to run.
        home: the instance's folder; made when missing, kept afterwards.
        templates: folder of the configuration, rendered into `home/etc` at each start.
        values: what the templates read besides `dirs`, `features` and `modules_present`.
        ports: ports it will bind, tried before the start so that a taken one is named.
        die_with_parent: the kernel kills it when the *thread* that called `start` ends.
    """

    def __init__(
        self,
        installation: Installation,
        home: Path,
        templates: Path,
        values: Mapping[str, object],
        *,
        ports: Sequence[Port] = (),
        die_with_parent: bool = False,
    ) -> None:
        self.installation = installation
        self.home = home.resolve()
        self.templates = templates
        self.values = values
        self.ports = tuple(ports)
        self.die_with_parent = die_with_parent
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def dirs(self) -> Dirs:
        """The instance's folders."""
        own = {name: self.home / name for name in _OWN_DIRS}
        data = self.installation.data_dir
        return Dirs(**own, modules=self.installation.modules_dir, data=data, agi=data / "agi-bin")

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._running()
        return None if running is None else running.pid

    def alive(self) -> bool:
        """Whether it runs."""
        return self._running() is not None

    def start(self, timeout_s: float = 20.0) -> None:
        """Render the configuration, start Asterisk, and wait until it takes calls.

        Raises:
            PortInUse: one of `ports` is taken.
            UnsafeValue, BadInput: see `render_tree`; or the home's path is too long.
            StartFailed: it runs already, ended, declined the SIP channel, or took too long.
        """
        socket_path = self.home / CONTROL_SOCKET
        if len(os.fsencode(socket_path)) > _LONGEST_SOCKET:
            raise BadInput("home", f"{self.home} is too long for a socket in it", "use a shorter")
        if self.alive():
            raise StartFailed(self.home, f"it runs already as pid {self.pid}", "stop it first")
        check_ports(self.ports)
        try:
            self._furnish()
            logs = _Logs(self.home / "log")
            self._child = self._launch()
        except OSError as error:
            problem = f"{error.filename or self.home}: {error.strerror}"
            raise StartFailed(self.home, problem, "make it usable, or choose another home") from (
                error
            )
        try:
            self._wait_booted(logs, timeout_s)
            self._check_booted(logs)
        except BaseException:
            self.kill()
            raise

    def become(self) -> NoReturn:
        """Render the configuration and become Asterisk: this process ends with it.

        For who keeps processes already (systemd, a container), and sees by itself when it is up.

        Raises:
            PortInUse, UnsafeValue, BadInput: as `start`.
            StartFailed: it runs already, or its home cannot be used.
        """
        if self.alive():
            raise StartFailed(self.home, f"it runs already as pid {self.pid}", "stop it first")
        check_ports(self.ports)
        try:
            self._furnish()
        except OSError as error:
            problem = f"{error.filename or self.home}: {error.strerror}"
            raise StartFailed(self.home, problem, "make it usable, or choose another") from error
        command, environment = self._command(0)
        os.chdir(self.home)
        os.execve(command[0], command, environment)  # noqa: S606  no shell is wanted

    def wait_booted(self, timeout_s: float = 20.0) -> None:
        """Wait until Asterisk takes calls (again): after its own restart, say.

        Raises:
            StartFailed: it is not running, or took longer than `timeout_s`.
        """
        self._wait_booted(_Logs(self.home / "log"), timeout_s)

    def rx(self, command: str, timeout_s: float = 10.0) -> str:
        """Run a command of Asterisk's command line and return what it printed.

        Raises:
            SwitchUnavailable: it does not run, or does not answer within `timeout_s`.
        """
        running = self._running()
        if running is None:
            raise SwitchUnavailable(f"no Asterisk runs in {self.home}; start it")
        return running.rx(command, timeout_s)

    def stop(self, timeout_s: float = 10.0) -> None:
        """End it, gently at first; returns when it is gone. Ends one of another process too."""
        running = self._running()
        if running is not None:
            running.stop(timeout_s)
        self._reap()

    def kill(self) -> None:
        """End it as a crash would; returns when it is gone."""
        running = self._running()
        if running is not None:
            running.kill()
        self._reap()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _running(self) -> RunningAsterisk | None:
        if self._child is not None and self._child.poll() is None:
            return RunningAsterisk(self.home, self._child.pid)
        return RunningAsterisk.at(self.home)

    def _reap(self) -> None:
        if self._child is not None:
            self._child.wait()
            self._child = None

    def _furnish(self) -> None:
        """Make the folders and the configuration, and clear away what a killed one left."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)  # recordings are nobody else's
        for folder in _FOLDERS:
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        features = self.installation.features
        own = {"dirs": self.dirs, "features": features, "modules_present": features.modules}
        render_tree(self.templates, self.home / "etc", {**self.values, **own})
        for left_over in (CONTROL_SOCKET, PID_FILE):
            (self.home / left_over).unlink(missing_ok=True)

    def _launch(self) -> subprocess.Popen[bytes]:
        command, environment = self._command(os.getpid() if self.die_with_parent else 0)
        with (self.home / _CONSOLE).open("ab") as console:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=environment,
                start_new_session=True,
            )

    def _command(self, parent: int) -> tuple[list[str], dict[str, str]]:
        program = list(self.installation.argv)
        program[0] = shutil.which(program[0]) or program[0]
        command = [sys.executable, "-I", "-S", str(_LAUNCH), str(parent), str(MAX_OPEN_FILES)]
        command += [*program, "-C", str(self.home / CONF), "-f", "-q"]
        # no secrets out of our environment: Asterisk hands it on to every program it starts
        kept = {name: os.environ[name] for name in ("PATH", "TZ") if name in os.environ}
        return command, {**kept, "LANG": "C.UTF-8", "HOME": str(self.home)}

    def _check_booted(self, logs: "_Logs") -> None:
        """Look for what Asterisk does not treat as a reason to end, but leaves it useless."""
        taken = [line for line in logs.complaints() if _TAKEN in line]
        if taken:
            raise StartFailed(self.home, taken[0], "end what holds the port, or choose another")
        if "Running" not in self.rx("module show like chan_pjsip.so"):
            problem = logs.reason("chan_pjsip was not loaded", about="chan_pjsip")
            raise StartFailed(self.home, problem, f"see modules.conf and {logs.folder}")

    def _wait_booted(self, logs: "_Logs", timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while not self._answers(deadline - time.monotonic()):
            if not self.alive():
                raise StartFailed(self.home, logs.reason("it ended"), f"see {logs.folder}")
            if time.monotonic() >= deadline:
                problem = logs.reason(f"it was not up after {timeout_s:g} s")
                raise StartFailed(self.home, problem, f"see {logs.folder}")
            time.sleep(_LOOK_EVERY_S)

    def _answers(self, timeout_s: float) -> bool:
        """Whether it has fully booted; waits for that once its control socket is there."""
        if not (self.home / CONTROL_SOCKET).exists():
            return False
        try:
            return "fully booted" in self.rx("core waitfullybooted", max(timeout_s, 0.1))
        except SwitchUnavailable:
            return False


_OWN_DIRS: Final = ("cache", "etc", "lib", "db", "keys", "spool", "run", "log")


class _Logs:
    """What has been written into the log files of a folder since this was made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sizes = {path: path.stat().st_size for path in folder.glob("*.log")}

    def complaints(self) -> list[str]:
        """Return the messages of the lines that are warnings or errors."""
        return [match[1] for match in map(_COMPLAINT.search, self._lines()) if match]

    def reason(self, what: str, about: str = "") -> str:
        """Add to `what` the last complaints (those that name `about`), or just the last line."""
        told = [line for line in self.complaints() if about in line][-2:]
        if not told and not about:
            told = [line.strip() for line in self._lines() if line.strip()][-1:]
        return f"{what} ({' / '.join(told)[:300]})" if told else what

    def _lines(self) -> list[str]:
        lines: list[str] = []
        for path in sorted(self.folder.glob("*.log")):
            with path.open("rb") as file:
                file.seek(self._sizes.get(path, 0))
                lines += file.read(1_000_000).decode(errors="replace").splitlines()
        return lines
