"""Passwords: hashed and compared off the event loop, two at a time.

Argon2id with the low-memory parameters of RFC 9106 (64 MiB, 3 passes): two at once take 128 MiB and
leave the loop alone. Comparing with nobody's hash takes as long as with somebody's. Refuses to know
whose a password is.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple, TypeVar

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from dialer.errors import TooManyTries

T = TypeVar("T")

AT_ONCE: Final = 2
"""Hashes that are made at the same time: each takes the memory of its parameters."""

MOST_WAITING: Final = 64
"""Beyond those, who asks is told to come again: some seconds' work is waiting."""

COME_AGAIN_S: Final = 5.0


class Compared(NamedTuple):
    """What a comparison found."""

    right: bool
    renew: bool
    """The hash is of older parameters."""


class Passwords:
    """Hashes and compares passwords.

    Args:
        parameters: of Argon2.
    """

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._nobodys = ""
        self._waiting = 0

    async def hashed(self, password: bytes) -> str:
        """Return the hash of a password, with its salt and parameters.

        Raises:
            TooManyTries: too many wait.
        """
        return await self._in_thread(lambda: self._hasher.hash(password))

    async def compare(self, password_hash: str, password: bytes) -> Compared:
        """Compare a password with a hash; the empty one is nobody's, and takes as long.

        Raises:
            TooManyTries: too many wait.
        """
        return await self._in_thread(lambda: self._compared(password_hash, password))

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False)

    def _compared(self, password_hash: str, password: bytes) -> Compared:
        if not self._nobodys:
            self._nobodys = self._hasher.hash(b"nobody's")
        try:
            self._hasher.verify(password_hash or self._nobodys, password)
        except (VerificationError, InvalidHashError):
            return Compared(right=False, renew=False)
        if not password_hash:
            return Compared(right=False, renew=False)
        return Compared(right=True, renew=self._hasher.check_needs_rehash(password_hash))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise TooManyTries(COME_AGAIN_S)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
