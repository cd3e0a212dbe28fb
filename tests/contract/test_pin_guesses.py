"""What every PinGuesses promises."""

from pathlib import Path

import pytest
from durable_stores import KINDS, audited, durable

from dialer.domain.lockout import OF_CALLER, OF_PIN, pin_guessed, pin_subject

pytestmark = pytest.mark.parametrize("kind", KINDS)
ANN = "caller account customer 10023"
GUESSED = pin_guessed("main", "customer", "10023", "+12025550123")
SUBJECT = pin_subject("main", "customer", "10023")


async def test_the_fifth_wrong_guess_locks_whoever_calls_and_the_log_says_so(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        guesses = stores.pin_guesses
        for at in range(4):
            other = pin_guessed("main", "customer", "10023", f"+120255501{at}0")
            assert await guesses.failed(other, ANN, at=1000.0 + at) is None
        until = 1004.0 + OF_PIN.locked_s
        assert await guesses.failed(GUESSED, ANN, at=1004.0) == until
        assert await guesses.locked_until([SUBJECT], 1005.0) == until
        assert await guesses.failed(GUESSED, ANN, at=1006.0) == until  # not counted
        assert await guesses.succeeded(list(GUESSED), 1007.0) == until
        assert await guesses.locked_until([SUBJECT], until) is None
        assert await guesses.succeeded(list(GUESSED), until) is None
        (noted,) = [row for row in await audited(stores) if row[2] == "pin_locked"]
        assert noted == ("a caller", 1004.0, "pin_locked", ANN, {"until": until})


async def test_a_right_guess_forgets_the_wrong_ones_of_the_account_only(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        guesses = stores.pin_guesses
        for at in range(OF_CALLER.failures - 1):
            mine = pin_guessed("main", "customer", str(at), "+12025550123")
            assert await guesses.failed(mine, "", at=1000.0 + at) is None
        assert await guesses.succeeded(list(GUESSED), 1100.0) is None
        # who tries number after number is locked, and nothing is noted of numbers nobody has
        last = pin_guessed("main", "customer", "99", "+12025550123")
        assert await guesses.failed(last, "", at=1101.0) == 1101.0 + OF_CALLER.locked_s
        assert await guesses.locked_until(list(GUESSED), 1102.0) == 1101.0 + OF_CALLER.locked_s
        assert await guesses.locked_until([SUBJECT], 1102.0) is None
        assert [row for row in await audited(stores) if row[2] == "pin_locked"] == []


async def test_of_several_the_locked_ones_are_told(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        for at in range(OF_PIN.failures):
            await stores.pin_guesses.failed({SUBJECT: OF_PIN}, ANN, at=1000.0 + at)
        other = pin_subject("main", "staff", "10023")
        await stores.pin_guesses.failed({other: OF_PIN}, "", at=1000.0)
        until = 1000.0 + OF_PIN.failures - 1 + OF_PIN.locked_s
        assert await stores.pin_guesses.locks([SUBJECT, other], 1010.0) == {SUBJECT: until}
        assert await stores.pin_guesses.locks([other], 1010.0) == {}
        assert await stores.pin_guesses.locks([SUBJECT], until) == {}


async def test_a_lock_is_forgotten(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        for at in range(OF_PIN.failures):
            await stores.pin_guesses.failed({SUBJECT: OF_PIN}, ANN, at=1000.0 + at)
        await stores.pin_guesses.forget(SUBJECT)
        assert await stores.pin_guesses.locked_until([SUBJECT], 1010.0) is None
