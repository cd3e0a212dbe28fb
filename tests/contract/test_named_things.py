"""What every NamedStore promises, whatever the things are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from durable_stores import KINDS, SPRING, Stores, audited, durable, with_tenant
from named_cases import CALLER_ID, CASES, GREEK, QUEUE, WEST, Case, store_of

from dialer.domain.caller_id import CallerId
from dialer.domain.campaign import CampaignSettings, CampaignState
from dialer.domain.named_kinds import NAMED_KINDS
from dialer.domain.queue import Queue, QueueSettings
from dialer.domain.trunk import Trunk
from dialer.errors import BadInput, ChangedMeanwhile, NoSuch, Taken, WrongState

pytestmark = pytest.mark.parametrize("kind", KINDS)
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.store)


@asynccontextmanager
async def holding(kind: str, folder: Path, case: Case) -> AsyncIterator[Stores]:
    """Open stores of two tenants, "main" and "other", each with what a case refers to."""
    async with durable(kind, folder) as stores:
        await with_tenant(stores, "other")
        for store, thing in case.first:
            for tenant_id in ("main", "other"):
                adding = store_of(stores, store).add
                await adding(thing, by="root", at=0.5, tenant_id=tenant_id)
        yield stores


async def told(stores: Stores, by: str) -> list[tuple[float, str, str, dict[str, Any]]]:
    """Return what the audit log has of one person: when, what, to what, and details."""
    return [row for who, *row in await audited(stores) if who == by]  # type: ignore[misc]


@each
async def test_it_is_added_once_and_listed_by_name(kind: str, case: Case, tmp_path: Path) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        await store.add(case.later, by="sue", at=1.0)
        await store.add(case.one, by="sue", at=2.0)
        with pytest.raises(Taken, match="exists already; choose another"):
            await store.add(case.one, by="sue", at=3.0)
        assert list(await store.list()) == [case.one, case.later]
        assert await store.get(*case.key) == case.one
        assert len(await told(stores, "sue")) == 2


@each
async def test_it_is_kept_with_all_that_is_said_of_it(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        await store.add(case.changed, by="sue", at=1.0)
        assert await store.get(*case.key) == case.changed
        await store.change(case.one, by="sue", at=2.0)
        assert await store.get(*case.key) == case.one
        await store.change(case.changed, by="sue", at=3.0, expected=case.one)
        assert list(await store.list()) == [case.changed]


@each
async def test_another_tenant_neither_sees_nor_changes_it(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        await store.add(case.one, by="sue", at=1.0)
        assert list(await store.list(tenant_id="other")) == []
        assert await store.get(*case.key, tenant_id="other") is None
        with pytest.raises(NoSuch, match="does not exist"):
            await store.change(case.changed, by="eve", at=2.0, tenant_id="other")
        with pytest.raises(NoSuch, match="does not exist"):
            await store.remove(*case.key, by="eve", at=2.0, tenant_id="other")
        await store.add(case.changed, by="eve", at=3.0, tenant_id="other")  # in nobody's way
        assert (await store.get(*case.key), await store.get(*case.key, tenant_id="other")) == (
            case.one,
            case.changed,
        )
        await store.remove(*case.key, by="eve", at=4.0, tenant_id="other")
        assert await store.get(*case.key) == case.one


@each
async def test_a_change_of_what_was_changed_meanwhile_is_refused(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        with pytest.raises(NoSuch, match="does not exist"):
            await store.change(case.one, by="sue", at=0.9)
        await store.add(case.one, by="sue", at=1.0)
        await store.change(case.changed, by="sue", at=2.0, expected=case.one)
        with pytest.raises(ChangedMeanwhile, match=f"{case.noun} .* was changed meanwhile"):
            await store.change(case.one, by="bob", at=3.0, expected=case.one)
        assert await store.get(*case.key) == case.changed
        assert await told(stores, "bob") == []


@each
async def test_each_change_is_in_the_audit_log_with_before_and_after(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        await store.add(case.one, by="ann", at=1.0)
        await store.change(case.changed, by="ann", at=2.0)
        await store.change(case.changed, by="ann", at=2.5)  # nothing is different
        await store.remove(*case.key, by="ann", at=3.0)
        with pytest.raises(NoSuch, match="does not exist"):
            await store.remove(*case.key, by="ann", at=4.0)
        added, changed, removed = await told(stores, "ann")
        verb = case.noun.replace(" ", "_")
        subject = f"{case.noun} {' '.join(case.key)}"
        assert added[:3] == [1.0, f"{verb}_add", subject]
        assert changed[:3] == [2.0, f"{verb}_change", subject]
        assert removed[:3] == [3.0, f"{verb}_remove", subject]
        was, became = changed[3]["before"], changed[3]["after"]
        assert added[3] == {"after": was}
        assert removed[3] == {"before": became}
        (named,) = [one for one in NAMED_KINDS if one.noun == case.noun]
        for field in case.one.__dataclass_fields__:
            if field in named.secret:
                assert was[field] == became[field] == "(not shown)"
                continue
            same = getattr(case.one, field) == getattr(case.changed, field)
            assert (was[field] == became[field]) == same


@each
async def test_what_cannot_be_kept_is_refused_with_its_field(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        for field, thing in case.bad:
            with pytest.raises(BadInput) as caught:
                await store.add(thing, by="sue", at=1.0)
            assert (caught.value.field, caught.value.fix != "") == (field, True)
        assert list(await store.list()) == []
        await store.add(case.one, by="sue", at=1.0)
        for field, thing in case.bad:
            with pytest.raises(BadInput) as caught:
                await store.change(thing, by="bob", at=2.0)
            assert caught.value.field == field
        assert list(await store.list()) == [case.one]
        assert await told(stores, "bob") == []


async def test_what_others_refer_to_stays_until_they_do_no_more(kind: str, tmp_path: Path) -> None:
    async with holding(kind, tmp_path, CALLER_ID) as stores:
        shown = CallerId("+12025550100", trunk="west")
        await stores.caller_ids.add(shown, by="sue", at=1.0)
        with pytest.raises(WrongState) as caught:
            await stores.trunks.remove("west", by="sue", at=2.0)
        assert str(caught.value) == (
            "name: 'west' is in use by caller id +12025550100; change that first"
        )
        await stores.trunks.remove("west", by="eve", at=2.0, tenant_id="other")  # unused there
        assert await stores.trunks.get("west") == WEST
        await stores.caller_ids.change(CallerId("+12025550100"), by="sue", at=3.0)
        await stores.trunks.remove("west", by="sue", at=4.0)
        assert list(await stores.trunks.list()) == []
        with pytest.raises(BadInput, match="trunk: there is no trunk 'west'; add it first"):
            await stores.caller_ids.change(shown, by="sue", at=5.0)


async def test_a_skill_stays_while_a_queue_wants_it(kind: str, tmp_path: Path) -> None:
    async with holding(kind, tmp_path, QUEUE) as stores:
        await stores.queues.add(Queue("Help", QueueSettings(skills=("greek",))), by="s", at=1.0)
        with pytest.raises(WrongState, match="'greek' is in use by queue Help"):
            await stores.skills.remove("greek", by="sue", at=2.0)
        await stores.skills.remove("sales", by="sue", at=2.0)
        await stores.queues.remove("Help", by="sue", at=3.0)
        await stores.skills.remove("greek", by="sue", at=4.0)
        assert list(await stores.skills.list()) == []


async def test_what_another_tenant_has_cannot_be_referred_to(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await with_tenant(stores, "other")
        await stores.trunks.add(WEST, by="eve", at=1.0, tenant_id="other")
        await stores.skills.add(GREEK, by="eve", at=1.0, tenant_id="other")
        with pytest.raises(BadInput, match="there is no trunk 'west'"):
            await stores.caller_ids.add(CallerId("+12025550100", trunk="west"), by="sue", at=2.0)
        with pytest.raises(BadInput, match="there is no skill 'greek'"):
            await stores.queues.add(Queue("Q", QueueSettings(skills=("greek",))), by="sue", at=2.0)


async def test_what_a_campaign_names_stays_until_it_is_archived(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await stores.trunks.add(Trunk("east", "192.0.2.7"), by="sue", at=1.0)
        await stores.caller_ids.add(CallerId("+12025550100"), by="sue", at=1.0)
        settings = CampaignSettings(trunk="east", caller_id="+12025550100")
        await stores.campaigns.set_settings(SPRING, settings, by="sue", at=2.0)
        with pytest.raises(WrongState, match="'east' is in use by campaign spring"):
            await stores.trunks.remove("east", by="sue", at=3.0)
        with pytest.raises(WrongState, match="is in use by campaign spring"):
            await stores.caller_ids.remove("+12025550100", by="sue", at=3.0)
        await stores.campaigns.set_state(SPRING, CampaignState.ARCHIVED)
        await stores.trunks.remove("east", by="sue", at=4.0)
        await stores.caller_ids.remove("+12025550100", by="sue", at=4.0)
        assert list(await stores.trunks.list()) == list(await stores.caller_ids.list()) == []


@each
async def test_several_are_put_on_record_new_ones_and_others_alike(
    kind: str, case: Case, tmp_path: Path
) -> None:
    async with holding(kind, tmp_path, case) as stores:
        store = case.of(stores)
        await store.add(case.one, by="sue", at=1.0)
        await store.add(case.one, by="sue", at=1.0, tenant_id="other")
        assert await store.put([case.later, case.changed], by="ann", at=2.0) == 1
        assert list(await store.list()) == [case.changed, case.later]
        assert await store.get(*case.key, tenant_id="other") == case.one
        assert await store.put([case.later, case.changed], by="ann", at=3.0) == 0
        verb = case.noun.replace(" ", "_")
        assert sorted(row[1] for row in await told(stores, "ann")) == [
            f"{verb}_add",
            f"{verb}_change",
        ]


async def test_of_several_none_is_put_on_record_when_one_cannot_be(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        nobodys = CallerId("+12025550199", trunk="nowhere")
        with pytest.raises(BadInput, match="there is no trunk"):
            await stores.caller_ids.put([CallerId("+12025550100"), nobodys], by="ann", at=1.0)
        assert list(await stores.caller_ids.list()) == []
        assert await told(stores, "ann") == []
