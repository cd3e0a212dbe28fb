"""Becomes an Asterisk: a program of its own, because a threaded parent must not run code in a fork.

Run as `python launch.py PARENT FILES COMMAND...`: raises the limit of open files to FILES (or the
machine's own limit, if lower), asks to die with process PARENT (0: to live on), and executes
COMMAND in the same process. Refuses to know what COMMAND is.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Set the limits and become the command."""
    parent, files, command = int(arguments[0]), int(arguments[1]), arguments[2:]
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = files if hard == resource.RLIM_INFINITY else min(files, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if parent:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before we could ask
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
