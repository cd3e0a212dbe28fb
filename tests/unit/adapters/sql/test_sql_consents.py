"""Consents: on record with their proof, and counting only as long as they hold."""

from dataclasses import replace
from pathlib import Path

import pytest
from stored import KINDS, number, stored

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.consents import SqlConsents, valid
from dialer.adapters.sql.stores import SqlStores
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven

pytestmark = pytest.mark.parametrize("kind", KINDS)

ORAL = ConsentGiven(number(0), Consent.EXPRESS, "recording 4", 10.0)
FORM = ConsentGiven(number(0), Consent.EXPRESS_WRITTEN, "form 7", 10.0, "sales", expires_at=50.0)


def consents(stores: SqlStores) -> SqlConsents:
    return SqlConsents(stores.writer, stores.reader)


async def test_consents_count_by_time_and_purpose(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        asked = [number(0), number(1)]
        await consents(stores).add([ORAL, FORM], by="sue", at=11.0)
        both = {number(0): {Consent.EXPRESS, Consent.EXPRESS_WRITTEN}}
        assert await consents(stores).valid(asked, 9.0) == {}
        assert await consents(stores).valid(asked, 49.0) == both
        assert await consents(stores).valid(asked, 49.0, purpose="sales") == both
        only = {number(0): {Consent.EXPRESS}}
        assert await consents(stores).valid(asked, 49.0, purpose="debt") == only
        assert await consents(stores).valid(asked, 50.0) == only
        found = await stores.writer.transact(lambda connection: valid(connection, asked, 50.0))
        assert found == only


async def test_the_same_consent_is_recorded_once(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        many = [replace(ORAL, number=number(index)) for index in range(700)]
        assert await consents(stores).add([*many, ORAL], by="sue", at=11.0) == 700
        assert await consents(stores).add([*many, FORM], by="sue", at=12.0) == 1
        assert len([one async for one in consents(stores).of()]) == 701
        assert [one async for one in consents(stores).of(number(0))] == [ORAL, FORM]


async def test_a_withdrawn_consent_counts_no_longer_and_stays_on_record(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        held = consents(stores)
        await held.add([ORAL, FORM], by="sue", at=11.0)
        assert await held.withdraw(number(0), by="sue", at=20.0, kind=Consent.EXPRESS) == 1
        assert await held.valid([number(0)], 20.0) == {number(0): {Consent.EXPRESS_WRITTEN}}
        assert await held.withdraw(number(0), by="sue", at=30.0, purpose="debt") == 0
        assert await held.withdraw(number(0), by="sue", at=30.0) == 1
        assert await held.valid([number(0)], 30.0) == {}
        assert await held.add([ORAL], by="sue", at=40.0) == 0
        assert [one.withdrawn_at async for one in held.of(number(0))] == [20.0, 30.0]
        noted = [row.action async for row in SqlAudit(stores.writer, stores.reader).read()]
        assert noted == ["consent_add", "consent_withdraw", "consent_withdraw"]
