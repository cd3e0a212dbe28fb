"""A TURN server for tests: coturn, in a folder of our own, whose logins end by themselves.

Refuses to know who uses it.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, Self

from dialer.adapters.asterisk.layout import Architecture
from dialer.adapters.asterisk.ports import free_port_range, free_ports
from dialer.adapters.unpacked_program import ProgramInstallFailed, UnpackedProgram
from dialer.errors import OutpaceError
from simulation import tied

RELAYS: Final = 64
"""Ports it relays over: as many pages at once."""
_START_S: Final = 10.0


def _start_script(architecture: Architecture) -> str:
    triplet = architecture.triplet
    return f"""#!/bin/sh
# Runs the TURN server of this folder with this machine's libraries, and the folder's for the rest.
root=${{0%/*}}
LD_LIBRARY_PATH=/usr/lib/{triplet}:/lib/{triplet}:$root/usr/lib/{triplet}:$root/lib/{triplet}
export LD_LIBRARY_PATH
exec "$root/usr/bin/turnserver" "$@"
"""


COTURN: Final = UnpackedProgram(
    name="coturn",
    wanted=("coturn",),
    kept=("usr/bin", "usr/lib", "lib"),
    script=_start_script,
    otherwise="install coturn",
    own_suite=True,
)


def find_coturn() -> Path | None:
    """Return a TURN server's program that is here already; None: there is none."""
    ours = shutil.which("turnserver")
    return Path(ours) if ours else COTURN.find()


class TurnFailed(OutpaceError):
    """The server does not start."""


class TurnServer:
    """One server over UDP; use it as a context, which ends it. It ends with its parent too.

    Args:
        program: coturn's.
        home: folder of its log; made when missing.
        address: where it is reached, and from where it relays.
    """

    def __init__(self, program: Path, home: Path, address: str) -> None:
        self._program = program
        self._log = home / "turn.log"
        self._address = address
        self.secret = secrets.token_urlsafe(18)
        """Shared with whoever makes logins."""
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return where browsers find it."""
        return f"turn:{self._address}:{self.port}?transport=udp"

    @property
    def settings(self) -> dict[str, str]:
        """Return what a node is told of it."""
        return {
            "OUTPACE_PHONE_ICE_SERVERS": self.url,
            "OUTPACE_PHONE_TURN_SECRET": self.secret,
        }

    def log(self) -> str:
        """Return what it said so far."""
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        self.port = free_ports(1, "udp", self._address)[0]
        relays = free_port_range(RELAYS, self._address)
        words = [sys.executable, tied.__file__, str(os.getpid()), str(int(signal.SIGTERM))]
        words += ["-1", "-1", str(self._program), "-n", "--use-auth-secret", "--realm=outpace"]
        words += [f"--static-auth-secret={self.secret}", f"--listening-ip={self._address}"]
        words += [f"--listening-port={self.port}", f"--relay-ip={self._address}"]
        words += [f"--min-port={relays[0]}", f"--max-port={relays[-1]}"]
        words += ["--no-tls", "--no-dtls", "--no-tcp", "--no-cli", "--fingerprint", "--verbose"]
        words += ["--log-file=stdout", f"--pidfile={self._log.parent / 'turn.pid'}"]
        words += [f"--userdb={self._log.parent / 'turn.db'}"]
        with self._log.open("wb") as log:
            process = subprocess.Popen(words, stdout=log, stderr=log)
        self._process = process
        until = time.monotonic() + _START_S
        while not self._answers():
            if process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise TurnFailed(f"coturn does not start: {self.log().splitlines()[-1:]}")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _answers(self) -> bool:
        """Ask it by STUN what our address is."""
        asked = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + secrets.token_bytes(12)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.settimeout(0.1)
            probe.sendto(asked, (self._address, self.port))
            try:
                return probe.recv(2048)[8:20] == asked[8:20]
            except (TimeoutError, ConnectionRefusedError):
                return False


def main() -> int:
    """Put a TURN server in place, unless there is one; tests that need one are skipped without."""
    try:
        print(find_coturn() or COTURN.install(say=lambda line: print(line, flush=True)))
    except ProgramInstallFailed as failed:
        print(f"without a TURN server: {failed}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
