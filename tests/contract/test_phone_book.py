"""What every `PhoneBook` does: in memory, in SQLite and in PostgreSQL."""

from dataclasses import replace
from pathlib import Path

import pytest
from durable_stores import KINDS, audited, durable, with_tenant

from dialer.domain.phone import Phone, PhoneKind, PhoneLeg, Transport, ha1_of
from dialer.errors import BadInput, NoSuch, Taken

DESK = Phone("1001", PhoneKind.SIP, Transport.TLS, srtp=True, ha1=ha1_of("1001", "a secret"))
PAGE = Phone("ann.lee", PhoneKind.WEBRTC, ha1=ha1_of("ann.lee", "another"))

pytestmark = pytest.mark.parametrize("kind", KINDS)


async def test_a_phone_is_kept_with_all_that_is_said_of_it(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.phones.add(PAGE, by="sue", at=1.0)
        await stores.phones.add(DESK, by="sue", at=2.0)
        assert await stores.phones.get("1001") == DESK
        assert list(await stores.phones.list()) == [DESK, PAGE]
        assert list(await stores.phones.everybody()) == [DESK, PAGE]
        assert await stores.phones.get("1002") is None


async def test_a_name_is_one_phones_only_whoever_s_it_is(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        await stores.phones.add(DESK, by="sue", at=1.0)
        for tenant_id in ("main", "other"):
            with pytest.raises(Taken, match="'1001' is a phone's already"):
                await stores.phones.add(DESK, by="eve", at=2.0, tenant_id=tenant_id)
        assert list(await stores.phones.everybody()) == [DESK]


async def test_another_tenant_neither_sees_nor_changes_a_phone(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        await stores.phones.add(DESK, by="sue", at=1.0)
        await stores.phones.add(PAGE, by="eve", at=1.0, tenant_id="other")
        assert list(await stores.phones.list("other")) == [PAGE]
        assert await stores.phones.get("1001", "other") is None
        with pytest.raises(NoSuch, match="there is no phone '1001'"):
            await stores.phones.remove("1001", by="eve", at=2.0, tenant_id="other")
        with pytest.raises(NoSuch):
            await stores.phones.set_secret(
                "1001", ha1_of("1001", "eve's"), by="eve", at=2.0, tenant_id="other"
            )
        assert list(await stores.phones.everybody()) == [DESK, PAGE]


async def test_a_new_secret_takes_the_place_of_the_old_one(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.phones.add(DESK, by="sue", at=1.0)
        renewed = replace(DESK, ha1=ha1_of("1001", "a new one"))
        assert await stores.phones.set_secret("1001", renewed.ha1, by="sue", at=2.0) == renewed
        assert await stores.phones.get("1001") == renewed
        with pytest.raises(BadInput, match="no digest"):
            await stores.phones.set_secret("1001", "a secret in clear", by="sue", at=3.0)
        assert await stores.phones.get("1001") == renewed


async def test_a_phone_is_called_when_it_is_said_to_be(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        await stores.phones.add(DESK, by="sue", at=1.0)
        await stores.phones.add(PAGE, by="sue", at=1.0)
        on_demand = replace(DESK, leg=PhoneLeg.ON_DEMAND)
        set_leg = stores.phones.set_leg
        assert await set_leg("1001", PhoneLeg.ON_DEMAND, by="sue", at=2.0) == on_demand
        assert await stores.phones.get("1001") == on_demand
        assert await set_leg("1001", PhoneLeg.STANDING, by="sue", at=3.0) == DESK
        with pytest.raises(BadInput, match="keeps its leg") as caught:
            await set_leg("ann.lee", PhoneLeg.ON_DEMAND, by="sue", at=4.0)
        assert caught.value.field == "leg"
        for name, tenant_id in (("1002", "main"), ("1001", "other")):
            with pytest.raises(NoSuch):
                await set_leg(name, PhoneLeg.ON_DEMAND, by="eve", at=5.0, tenant_id=tenant_id)
        assert list(await stores.phones.everybody()) == [DESK, PAGE]
        rows = [row for row in await audited(stores) if row[2] == "phone_leg"]
        assert [dict(row[4]) for row in rows] == [{"leg": "on_demand"}, {"leg": "standing"}]


async def test_a_phone_that_is_removed_is_gone_and_its_name_is_free(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.phones.add(DESK, by="sue", at=1.0)
        await stores.phones.remove("1001", by="sue", at=2.0)
        with pytest.raises(NoSuch):
            await stores.phones.remove("1001", by="sue", at=3.0)
        again = Phone("1001", PhoneKind.WEBRTC, ha1=DESK.ha1)
        await stores.phones.add(again, by="sue", at=4.0)
        assert list(await stores.phones.everybody()) == [again]


async def test_each_change_is_in_the_audit_log_without_the_secret(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.phones.add(DESK, by="ann", at=1.0)
        other = ha1_of("1001", "other")
        await stores.phones.set_secret("1001", other, by="ann", at=2.0)
        await stores.phones.remove("1001", by="ann", at=3.0)
        rows = [row for row in await audited(stores) if row[0] == "ann"]
        assert [(at, action, subject) for _, at, action, subject, _ in rows] == [
            (1.0, "phone_add", "phone 1001"),
            (2.0, "phone_secret", "phone 1001"),
            (3.0, "phone_remove", "phone 1001"),
        ]
        shown = {"name": "1001", "kind": "sip", "transport": "tls", "srtp": True, "leg": "standing"}
        assert [dict(row[4]) for row in rows] == [{"after": shown}, {}, {"before": shown}]
        assert DESK.ha1 not in repr(rows)
        assert other not in repr(rows)


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (replace(DESK, name="a b"), "name"),
        (replace(DESK, name="agent-auth"), "name"),
        (replace(DESK, name="transport-udp"), "name"),
        (replace(DESK, transport=Transport.UDP), "srtp"),
        (replace(PAGE, transport=Transport.TLS), "transport and srtp"),
        (replace(PAGE, srtp=True), "transport and srtp"),
        (replace(PAGE, leg=PhoneLeg.ON_DEMAND), "leg"),
        (replace(DESK, ha1="a secret in clear"), "secret"),
        (replace(DESK, ha1=""), "secret"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_its_field(
    kind: str, tmp_path: Path, bad: Phone, field: str
) -> None:
    async with durable(kind, tmp_path) as stores:
        with pytest.raises(BadInput) as caught:
            await stores.phones.add(bad, by="sue", at=1.0)
        assert caught.value.field == field
        assert list(await stores.phones.everybody()) == []
