"""Phones on record are in the switch: after each change, a restart, and while it was away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from dialer.domain.phone import Phone, PhoneKind, ha1_of
from dialer.errors import SwitchUnavailable, WrongState
from dialer.services.phones import Phones
from dialer.testing.phones import MemoryPhones, MemoryProvisioning
from dialer.testing.tables import Tables

ANN = Phone("ann", ha1=ha1_of("ann", "s"))
BOB = Phone("bob", PhoneKind.WEBRTC, ha1=ha1_of("bob", "s"))


@dataclass
class World:
    book: MemoryPhones
    switch: MemoryProvisioning
    phones: Phones

    async def add(self, *phones: Phone) -> None:
        for phone in phones:
            await self.book.add(phone, by="sue", at=1.0)


def world(*own: str) -> World:
    book, switch = MemoryPhones(Tables()), MemoryProvisioning(frozenset(own))
    return World(book, switch, Phones(book, switch))


@asynccontextmanager
async def running(phones: Phones) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(phones.run())
        try:
            yield
        finally:
            task.cancel()


async def until_pushed(at: World, *names: str) -> None:
    async with asyncio.timeout(3):
        while set(at.switch.phones) != set(names):
            await asyncio.sleep(0.01)


async def test_what_is_on_record_is_pushed_when_the_engine_starts_and_what_is_no_more_goes() -> (
    None
):
    at = world()
    await at.switch.put(replace(ANN, name="left"))
    await at.add(ANN, BOB)
    async with running(at.phones):
        await until_pushed(at, "ann", "bob")
        assert at.switch.phones["bob"] == BOB


async def test_a_change_is_pushed_before_whoever_made_it_is_answered() -> None:
    at = world()
    await at.add(ANN)
    assert await at.phones.renew({}) == {"phones": 1, "refused": {}}
    renewed = ha1_of("ann", "new")
    await at.book.set_secret("ann", renewed, by="sue", at=2.0)
    await at.phones.renew({})
    assert at.switch.phones["ann"].ha1 == renewed
    await at.book.remove("ann", by="sue", at=3.0)
    await at.phones.renew({})
    assert at.switch.phones == {}


async def test_what_is_there_as_it_should_be_is_not_pushed_again() -> None:
    at = world()
    await at.add(ANN, BOB)
    await at.switch.put(ANN)
    await at.phones.renew({})
    assert at.switch.changes == 2  # ours above, and bob
    await at.phones.renew({})
    assert at.switch.changes == 2


async def test_a_switch_that_lost_its_phones_gets_them_back_when_its_session_is_up() -> None:
    at = world()
    await at.add(ANN)
    async with running(at.phones):
        await until_pushed(at, "ann")
        at.switch.phones.clear()
        at.phones.look_again()
        await until_pushed(at, "ann")


async def test_a_switch_that_is_away_is_told_when_it_is_back_and_it_shows_meanwhile() -> None:
    at = world()
    at.switch.away = True
    await at.add(ANN)
    with pytest.raises(SwitchUnavailable):
        await at.phones.renew({})
    assert [what for what, _, _ in at.phones.problems()] == ["phones"]
    assert at.phones.missing == 1
    async with running(at.phones):
        at.switch.away = False
        await until_pushed(at, "ann")
    assert list(at.phones.problems()) == []
    assert at.phones.missing == 0


async def test_without_phones_a_switch_that_takes_none_is_no_problem() -> None:
    at = world()
    at.switch.away = True
    with pytest.raises(SwitchUnavailable):
        await at.phones.renew({})
    assert list(at.phones.problems()) == []
    none = Phones(at.book, None)
    await none.push()
    await at.add(ANN)
    with pytest.raises(WrongState, match="OUTPACE_ASTERISK_HTTP_PORT"):
        await none.push()
    assert len(list(none.problems())) == 1


async def test_a_phone_that_is_refused_keeps_no_other_out_and_is_not_tried_until_it_changes() -> (
    None
):
    at = world("ann")
    await at.add(ANN, BOB)
    told = await at.phones.renew({})
    assert told == {"phones": 2, "refused": {"ann": "it is in the settings"}}
    assert at.phones.missing == 1
    assert list(at.phones.problems()) == []
    assert set(at.switch.phones) == {"bob"}
    await at.book.remove("ann", by="sue", at=2.0)
    assert await at.phones.renew({}) == {"phones": 1, "refused": {}}
    assert await at.phones.state({}) == {"pushed": ["bob"], "refused": {}, "problem": ""}
