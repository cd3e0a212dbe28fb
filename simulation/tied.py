"""Becomes a server that ends with whoever started it: a program of its own, as no fork may do it.

Run as `python tied.py PARENT SIGNAL UID GID COMMAND...`: becomes that account if UID is not -1,
asks for SIGNAL at the death of process PARENT, and executes COMMAND in the same process. In this
order: who becomes another account is forgotten by the kernel in this. Refuses to know what COMMAND
is.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Change the account, ask for the signal and become the command."""
    parent, number, uid, gid = map(int, arguments[:4])
    command = arguments[4:]
    if uid != -1:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:  # it died before we could ask
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  no shell is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
