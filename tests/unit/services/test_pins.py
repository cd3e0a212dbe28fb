"""PINs of callers: set, compared, locked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from argon2 import Parameters, Type

from dialer.domain.caller_account import CallerAccount
from dialer.domain.flow.events import LoggedIn, LogInRefused
from dialer.domain.room import Room
from dialer.errors import BadInput
from dialer.services.passwords import Passwords
from dialer.services.pins import Pins
from dialer.testing.clock import SetClock
from dialer.testing.stores import MemoryStores

QUICK = Parameters(Type.ID, 19, 16, 32, 1, 64, 1)
ANN = CallerAccount("customer", "10023", "", "+12025550123", "Ann")
WRONG, LOCKED = LogInRefused(locked=False), LogInRefused(locked=True)


@asynccontextmanager
async def pins() -> AsyncIterator[tuple[Pins, MemoryStores, SetClock]]:
    stores, clock, passwords = MemoryStores(), SetClock(), Passwords(QUICK)
    try:
        yield (
            Pins(stores.caller_accounts, stores.rooms, stores.pin_guesses, passwords, clock),
            stores,
            clock,
        )
    finally:
        passwords.close()


async def test_who_keys_in_number_and_pin_is_logged_in_and_the_flow_learns_of_the_account() -> None:
    async with pins() as (at, stores, _):
        assert await at.set(ANN, "4711", by="sue") is True
        told = await at.log_in("customer", "10023", "4711", caller="")
        assert told == LoggedIn({"number": "10023", "phone": "+12025550123", "label": "Ann"})
        (kept,) = await stores.caller_accounts.list()
        assert kept.pin_hash.startswith("$argon2id$")
        assert not any(
            "4711" in str(row) or kept.pin_hash in str(row) for row in stores.tables.audit
        )


@pytest.mark.parametrize("pin", ["4712", "", "47", "4711#", "x" * 500, "\u0664\u0667\u0661\u0661"])
async def test_a_wrong_pin_a_wrong_number_and_another_kind_are_refused_alike(pin: str) -> None:
    async with pins() as (at, _, _):
        await at.set(ANN, "4711", by="sue")
        assert await at.log_in("customer", "10023", pin, caller="") == WRONG
        assert await at.log_in("customer", "10024", "4711", caller="") == WRONG
        assert await at.log_in("staff", "10023", "4711", caller="") == WRONG


async def test_five_wrong_ones_over_several_calls_lock_the_right_one_out_for_six_hours() -> None:
    async with pins() as (at, stores, clock):
        await at.set(ANN, "4711", by="sue")
        for caller in ("", "+12025550111", "+12025550112", ""):
            assert await at.log_in("customer", "10023", "0815", caller=caller) == WRONG
        assert await at.log_in("customer", "10023", "0815", caller="") == LOCKED
        assert await at.log_in("customer", "10023", "4711", caller="") == LOCKED
        assert await at.locks([("customer", "10023")]) == [clock.now() + 6 * 3600]
        # another engine, or this one after a restart, knows it as well: it is on record
        other = Pins(
            stores.caller_accounts, stores.rooms, stores.pin_guesses, Passwords(QUICK), clock
        )
        assert await other.log_in("customer", "10023", "4711", caller="") == LOCKED
        clock.advance(6 * 3600)
        assert isinstance(await at.log_in("customer", "10023", "4711", caller=""), LoggedIn)


async def test_a_pin_that_is_set_anew_ends_the_lock() -> None:
    async with pins() as (at, _, _):
        await at.set(ANN, "4711", by="sue")
        for _ in range(6):
            await at.log_in("customer", "10023", "0815", caller="")
        assert await at.set(replace(ANN, label=""), "4712", by="sue") is False
        assert isinstance(await at.log_in("customer", "10023", "4712", caller=""), LoggedIn)


async def test_a_number_that_nobody_has_is_locked_as_one_that_somebody_has() -> None:
    async with pins() as (at, stores, _):
        told = [await at.log_in("customer", "666", "0815", caller="") for _ in range(6)]
        assert told == [WRONG] * 4 + [LOCKED] * 2
        assert stores.tables.audit == []


@pytest.mark.parametrize(
    ("account", "pin", "field"),
    [
        (ANN, "123", "pin"),
        (ANN, "1234567890123", "pin"),
        (ANN, "12a4", "pin"),
        (ANN, "7777", "pin"),
        (ANN, "3456", "pin"),
        (ANN, "9876", "pin"),
        (ANN, "10023", "pin"),
        (replace(ANN, number="10 023"), "4711", "number"),
        (replace(ANN, number="1" * 21), "4711", "number"),
        (replace(ANN, phone="202"), "4711", "phone"),
    ],
)
async def test_what_is_no_pin_or_no_account_is_refused_with_its_field(
    account: CallerAccount, pin: str, field: str
) -> None:
    async with pins() as (at, stores, _):
        with pytest.raises(BadInput) as caught:
            await at.set(account, pin, by="sue")
        assert caught.value.field == field
        assert await stores.caller_accounts.list() == []


async def test_a_room_is_entered_by_its_pin_and_locked_as_an_account() -> None:
    async with pins() as (at, _, _):
        assert await at.set_room(Room("400", "", 5, "Board"), "4711", by="sue") is True
        told = await at.log_in("room", "400", "4711", caller="")
        assert told == LoggedIn({"number": "400", "phone": "", "label": "Board"})
        assert await at.log_in("room", "401", "4711", caller="") == WRONG
        for _ in range(5):
            last = await at.log_in("room", "400", "0815", caller="")
        assert last == LOCKED
        assert await at.log_in("room", "400", "4711", caller="") == LOCKED
        with pytest.raises(BadInput, match="max_members"):
            await at.set_room(Room("400", "", 1), "4711", by="sue")
