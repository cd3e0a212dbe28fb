"""Logging in and out, guesses, passwords and tokens, as they are on record.

The service and its record together, on a clock that is set: who is let in, until when, and what the
audit log says.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import Parameters, Type
from sqlalchemy import select
from stored import KINDS, rows, stored

from dialer.adapters.sql.people import User
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.access import api_sessions, api_tokens, login_failures
from dialer.adapters.sql.tables.people import users
from dialer.domain.roles import Role
from dialer.errors import (
    BadInput,
    Denied,
    NoSuch,
    NotAuthenticated,
    Taken,
    TooManyTries,
    WrongState,
)
from dialer.services.identity import Identity
from dialer.services.passwords import Passwords
from dialer.testing.clock import SetClock

pytestmark = pytest.mark.parametrize("kind", KINDS)

QUICK = Parameters(Type.ID, 19, 16, 32, 1, 64, 1)
RIGHT = "correct horse battery"
HERE = "192.0.2.7"
SCOPES = frozenset({"campaigns:read", "campaigns:write", "leads:read"})


class Door:
    """An identity on stores of its own, and a second process beside it."""

    def __init__(self, stores: SqlStores, clock: SetClock) -> None:
        self.stores, self.clock = stores, clock
        self.identity = self.another()

    def another(self, parameters: Parameters = QUICK) -> Identity:
        return Identity(
            self.stores.access, self.stores.tokens, self.clock, passwords=Passwords(parameters)
        )

    async def log_in(
        self, password: str = RIGHT, *, login: str = "ann", address: str = HERE
    ) -> str:
        secret, _ = await self.identity.log_in(login, password, "main", address, "a browser")
        return secret

    async def wrong(self, login: str = "ann", address: str = HERE) -> None:
        with pytest.raises(NotAuthenticated, match="login or password is wrong"):
            await self.log_in("wrong horse battery", login=login, address=address)

    async def actions(self) -> list[str]:
        return [row.action async for row in self.stores.audit.read()]


@asynccontextmanager
async def door(kind: str, folder: Path) -> AsyncIterator[Door]:
    """A door, with the agent ann who has a password, and ben who has none."""
    async with stored(kind, folder) as stores:
        at = Door(stores, SetClock())
        await stores.people.add(User("ann", Role.AGENT, agent_id="1001"), by="root", at=1.0)
        await stores.people.add(User("ben", Role.QA), by="root", at=1.0)
        await at.identity.set_password("ann", RIGHT, by="root")
        yield at


async def test_who_logs_in_is_known_by_the_secret_until_logging_out(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        secret, ann = await at.identity.log_in("ann", RIGHT, "main", HERE, "a\nbrowser")
        assert (ann.name, ann.role, ann.agent_id, ann.tenant_id) == ("ann", "agent", "1001", "main")
        assert await at.identity.of_session(secret) == ann
        assert await at.another().of_session(secret) == ann
        for nobody in ("", "x", secret + "x", "ü" * 43, "x" * 1000):
            assert await at.identity.of_session(nobody) is None
        (row,) = await rows(at.stores, select(api_sessions))
        assert (row.address, row.program) == (HERE, "abrowser")
        assert secret not in str(row)
        assert ann.csrf not in str(row)
        await at.identity.log_out(ann)
        assert await at.identity.of_session(secret) is None
        assert (await at.actions())[-2:] == ["log_in", "log_out"]
        await at.identity.log_out(ann)
        assert (await at.actions())[-1:] == ["log_out"]


async def test_a_session_ends_after_two_hours_without_use_and_after_twelve_with(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        idle = await at.log_in()
        at.clock.advance(2 * 3600 - 1)
        assert await at.identity.of_session(idle) is not None
        at.clock.advance(2 * 3600)
        assert await at.identity.of_session(idle) is None
        used = await at.log_in()
        for _ in range(11):
            at.clock.advance(3600)
            assert await at.identity.of_session(used) is not None
        at.clock.advance(3600 - 1)
        assert await at.identity.of_session(used) is not None
        at.clock.advance(1)
        assert await at.identity.of_session(used) is None
        await at.log_in()
        assert len(await rows(at.stores, select(api_sessions))) == 1  # those that are over are gone


async def test_wrong_unknown_disabled_and_without_a_password_are_told_the_same(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        await at.stores.people.add(User("dan", Role.QA), by="root", at=1.0)
        await at.identity.set_password("dan", RIGHT, by="root")
        await at.stores.people.disable("dan", by="root", at=2.0)
        await at.wrong("ann")
        for login in ("ben", "dan", "a secret typed as login"):
            with pytest.raises(NotAuthenticated, match="login or password is wrong"):
                await at.log_in(login=login)
        with pytest.raises(NotAuthenticated, match="login or password is wrong"):
            await at.identity.log_in("ann", RIGHT, "no-such-tenant", HERE, "")
        noted = [row async for row in at.stores.audit.read(action="log_in_failed")]
        assert [row.subject for row in noted] == [
            "user ann",
            "user ben",
            "user dan",
            "user (unknown)",
        ]
        assert noted[0].detail == {"address": HERE, "program": "a browser"}
        kept = str(await rows(at.stores, select(login_failures))) + str(noted)
        assert "secret" not in kept
        with pytest.raises(BadInput, match="login: is no name"):
            await at.log_in(login="an\0n")


async def test_five_failures_lock_a_login_whether_it_exists_or_not_even_for_the_right_password(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        for login in ("ann", "nobody"):
            for guess in range(5):
                await at.wrong(login, f"192.0.2.{guess}")
            for _ in range(2):
                with pytest.raises(TooManyTries) as told:
                    await at.log_in(login=login)
                assert told.value.retry_after_s == 900.0
        with pytest.raises(TooManyTries):  # another process knows
            await at.another().log_in("ann", RIGHT, "main", HERE, "")
        assert (await at.actions()).count("log_in_locked") == 2
        at.clock.advance(899)
        with pytest.raises(TooManyTries):
            await at.log_in()
        at.clock.advance(1)
        secret = await at.log_in()
        assert await at.identity.of_session(secret) is not None
        for _ in range(4):
            await at.wrong()
        await at.log_in()  # being right forgets the failures before
        for _ in range(4):
            await at.wrong()
        await at.log_in()


async def test_guesses_at_the_same_time_are_no_way_around_the_lock(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        tries = [
            at.identity.log_in(
                "ann", f"wrong horse number {number}", "main", f"192.0.2.{number}", ""
            )
            for number in range(30)
        ]
        found = await asyncio.gather(*tries, return_exceptions=True)
        assert not [one for one in found if not isinstance(one, NotAuthenticated | TooManyTries)]
        assert len([one for one in found if isinstance(one, NotAuthenticated)]) == 5
        with pytest.raises(TooManyTries):
            await at.log_in()
        assert await rows(at.stores, select(api_sessions)) == []


async def test_twenty_failures_lock_an_address_for_every_login(kind: str, tmp_path: Path) -> None:
    async with door(kind, tmp_path) as at:
        for number in range(20):
            await at.wrong(f"nobody{number}")
        with pytest.raises(TooManyTries):
            await at.log_in()
        await at.log_in(address="192.0.2.8")  # another address is not locked
        at.clock.advance(3600)
        await at.wrong("ann")
        # what says nothing any more is not kept
        assert len(await rows(at.stores, select(login_failures))) == 2


async def test_a_new_password_ends_the_sessions_of_before_and_a_lock(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        secret = await at.log_in()
        assert await at.identity.of_session(secret) is not None
        for _ in range(5):
            await at.wrong()
        await at.identity.set_password("ann", "another horse battery", by="root")
        assert await at.identity.of_session(secret) is None
        await at.wrong()
        assert await at.log_in("another horse battery")
        with pytest.raises(BadInput, match="password: has fewer than 12"):
            await at.identity.set_password("ann", "short", by="root")
        with pytest.raises(NoSuch, match="'zoe' is no user"):
            await at.identity.set_password("zoe", RIGHT, by="root")
        await at.stores.people.disable("ben", by="root", at=2.0)
        with pytest.raises(WrongState, match="'ben' is disabled"):
            await at.identity.set_password("ben", RIGHT, by="root")
        assert (await at.actions()).count("password_set") == 2


async def test_who_changes_a_password_goes_on_in_a_new_session_and_others_end(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        other, secret = await at.log_in(), await at.log_in()
        ann = await at.identity.of_session(secret)
        assert ann is not None
        change = at.identity.change_password
        with pytest.raises(BadInput, match="current: is wrong"):
            await change(ann, "wrong horse battery", "another horse battery", HERE, "")
        with pytest.raises(BadInput, match="new: has fewer than 12"):
            await change(ann, RIGHT, "short", HERE, "")
        with pytest.raises(BadInput, match="new: is the present one"):
            await change(ann, RIGHT, RIGHT, HERE, "")
        renewed, still_ann = await change(ann, RIGHT, "another horse battery", HERE, "")
        assert await at.identity.of_session(secret) is None
        assert await at.identity.of_session(other) is None
        assert await at.identity.of_session(renewed) == still_ann
        with pytest.raises(Denied, match="a token has no password"):
            await change(replace(ann, session_id=""), RIGHT, "a third horse battery", HERE, "")
        for _ in range(5):
            with pytest.raises(BadInput, match="current: is wrong"):
                await change(still_ann, RIGHT, "a third horse battery", HERE, "")
        with pytest.raises(TooManyTries):  # a stolen session is no way to guess the password
            await change(still_ann, "another horse battery", "a third horse battery", HERE, "")


async def test_who_is_disabled_is_out_at_once_here_and_within_two_seconds_elsewhere(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        secret, elsewhere = await at.log_in(), at.another()
        assert await at.identity.of_session(secret) is not None
        assert await elsewhere.of_session(secret) is not None
        await at.stores.people.disable("ann", by="root", at=2.0)
        assert await rows(at.stores, select(api_sessions)) == []
        at.identity.forget()
        assert await at.identity.of_session(secret) is None
        at.clock.advance(1.9)
        assert await elsewhere.of_session(secret) is not None
        at.clock.advance(0.1)
        assert await elsewhere.of_session(secret) is None


async def test_an_old_hash_is_renewed_when_its_password_is_typed(kind: str, tmp_path: Path) -> None:
    async with door(kind, tmp_path) as at:
        newer = at.another(Parameters(Type.ID, 19, 16, 32, 2, 128, 1))
        secret, _ = await newer.log_in("ann", RIGHT, "main", HERE, "")
        assert await newer.of_session(secret) is not None
        query = select(users.c.password_hash).where(users.c.login == "ann")
        ((kept,),) = await rows(at.stores, query)
        assert "m=128,t=2" in kept
        await newer.log_in("ann", RIGHT, "main", HERE, "")
        assert await rows(at.stores, query) == [(kept,)]


async def test_a_token_is_shown_once_lets_in_with_its_scopes_and_is_revoked(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        tokens, reads = at.identity.tokens, frozenset({"campaigns:read"})
        secret, made = await tokens.create("crm", Role.QA, reads, SCOPES, by="root")
        assert secret.startswith("outpace_")
        machine = await at.identity.of_token(secret)
        assert machine is not None
        assert (machine.role, machine.scopes, machine.who) == ("qa", reads, "token crm")
        assert await at.identity.of_session(secret) is None
        assert await at.identity.of_token(secret + "x") is None
        assert secret not in str(await rows(at.stores, select(api_tokens)))
        (listed,) = await tokens.list()
        assert replace(listed, seen_at=None) == made
        assert listed.seen_at == at.clock.now()
        with pytest.raises(Taken, match="'crm' is a token's"):
            await tokens.create("crm", Role.QA, reads, SCOPES, by="root")
        with pytest.raises(NoSuch):
            await tokens.revoke("crm", by="root", tenant_id="other")
        await tokens.revoke("crm", by="root")
        assert await at.identity.of_token(secret) is None
        with pytest.raises(WrongState, match="is revoked already"):
            await tokens.revoke(made.token_id, by="root")
        with pytest.raises(NoSuch, match="'crm' does not exist"):
            await tokens.revoke("crm", by="root")
        again, _ = await tokens.create("crm", Role.QA, reads, SCOPES, by="root")
        assert await at.identity.of_token(again) is not None
        assert (await at.actions())[-3:] == ["token_create", "token_revoke", "token_create"]


async def test_a_token_ends_by_itself_and_what_cannot_be_given_is_refused(
    kind: str, tmp_path: Path
) -> None:
    async with door(kind, tmp_path) as at:
        tokens, now = at.identity.tokens, at.clock.now()
        secret, _ = await tokens.create("a", Role.QA, SCOPES, SCOPES, by="root", ends_at=now + 1)
        assert await at.identity.of_token(secret) is not None
        at.clock.advance(1.0)
        assert await at.identity.of_token(secret) is None
        with pytest.raises(BadInput, match="ends_at: is past"):
            await tokens.create("b", Role.QA, SCOPES, SCOPES, by="root", ends_at=now)
        with pytest.raises(BadInput, match="scopes: none was given"):
            await tokens.create("b", Role.QA, frozenset(), SCOPES, by="root")
        with pytest.raises(BadInput, match="scopes: leads:eat cannot be given"):
            await tokens.create("b", Role.QA, {"leads:eat"}, SCOPES, by="root")
        with pytest.raises(BadInput, match="name: is no name"):
            await tokens.create("", Role.QA, SCOPES, SCOPES, by="root")
        assert len(await tokens.list()) == 1
