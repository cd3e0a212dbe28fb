"""Hashing and comparing passwords off the loop."""

import asyncio

from argon2 import Parameters, Type
from argon2.profiles import RFC_9106_LOW_MEMORY

from dialer.errors import TooManyTries
from dialer.services.passwords import MOST_WAITING, Passwords

QUICK = Parameters(Type.ID, 19, 16, 32, 1, 64, 1)


async def test_a_password_is_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    passwords = Passwords()
    kept = await passwords.hashed(b"correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert RFC_9106_LOW_MEMORY.memory_cost == 65536
    assert await passwords.compare(kept, b"correct horse battery") == (True, False)
    assert await passwords.compare(kept, b"correct horse batterz") == (False, False)
    passwords.close()


async def test_nobody_and_a_broken_hash_let_nobody_in() -> None:
    passwords = Passwords(QUICK)
    for kept in ("", "$argon2id$broken", "plain"):
        for password in (b"", b"nobody's", b"plain"):
            assert await passwords.compare(kept, password) == (False, False)
    passwords.close()


async def test_a_hash_of_older_parameters_is_to_be_renewed() -> None:
    old, new = Passwords(QUICK), Passwords(Parameters(Type.ID, 19, 16, 32, 2, 64, 1))
    kept = await old.hashed(b"correct horse battery")
    assert await new.compare(kept, b"correct horse battery") == (True, True)
    assert await new.compare(kept, b"wrong") == (False, False)
    old.close()
    new.close()


async def test_the_loop_goes_on_and_a_crowd_is_told_to_come_again() -> None:
    passwords = Passwords(QUICK)
    asked = [passwords.hashed(b"correct horse battery") for _ in range(MOST_WAITING + 9)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    refused = [one for one in found if isinstance(one, TooManyTries)]
    assert len(refused) == 9
    assert len({one for one in found if isinstance(one, str)}) == MOST_WAITING  # a salt each
    assert (await passwords.hashed(b"correct horse battery")).startswith("$argon2id$")
    passwords.close()
