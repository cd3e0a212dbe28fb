"""What every record of voicemails promises."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from durable_stores import KINDS, Stores, durable, number
from two_tenants import ACME, ANN, BOB, CLEO, DAN, hold, noted, settle_in

from dialer.domain.ids import MAIN_TENANT, AgentId
from dialer.domain.voicemail import BoxWaiting, Voicemail, VoicemailsWanted
from dialer.errors import BadInput, NoSuch, Taken, WrongState

pytestmark = pytest.mark.parametrize("kind", KINDS)


ANY, HELP = VoicemailsWanted(), VoicemailsWanted(queue="help")


def said(index: int = 0, *, at: float = 10.0, queue: str | None = "help") -> Voicemail:
    file = f"vm-{index}-{at:g}.wav"
    return Voicemail(number(index), file, at, queue=queue, seconds=12.5, class_name="billing")


@asynccontextmanager
async def offices(kind: str, folder: Path) -> AsyncIterator[Stores]:
    async with durable(kind, folder) as stores:
        await settle_in(stores)
        yield stores


async def test_a_voicemail_is_kept_whole_and_of_a_file_once(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        assert left == replace(said(), voicemail_id=left.voicemail_id)
        assert await stores.voicemails.get(left.voicemail_id) == left
        assert await stores.voicemails.left(said()) == left
        found = await stores.voicemails.newest(ANY, limit=9)
        assert (found.voicemails, found.unheard) == ([left], 1)


async def test_voicemails_of_a_queue_or_a_number_come_newest_first_with_those_unheard(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        made = [await stores.voicemails.left(said(0, at=float(i))) for i in range(3)]
        same = await stores.voicemails.left(said(1, at=2.0))
        direct = await stores.voicemails.left(said(1, at=5.0, queue=None))
        await stores.voicemails.heard(made[0].voicemail_id, by="sue", at=20.0)

        of_queue = await stores.voicemails.newest(HELP, limit=2)
        assert of_queue.voicemails == [same, made[2]]
        assert of_queue.unheard == 3  # of all, not of the page
        behind = of_queue.voicemails[-1].key
        rest = await stores.voicemails.newest(HELP, limit=9, before=behind)
        assert [one.at for one in rest.voicemails] == [1.0, 0.0]
        of_number = await stores.voicemails.newest(VoicemailsWanted(number=number(1)), limit=9)
        assert (of_number.voicemails, of_number.unheard) == ([direct, same], 2)


async def test_voicemails_are_found_by_class_by_who_sees_to_them_and_by_whether_they_were_heard(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        made = [await stores.voicemails.left(said(i, at=float(i))) for i in range(3)]
        first, second, third = (one.voicemail_id for one in made)
        await stores.voicemails.classify(first, "complaint")
        await stores.voicemails.heard(second, by="sue", at=20.0)
        await stores.voicemails.assign(third, ANN, by="sue", at=20.0)

        async def found(**wanted: Any) -> tuple[list[int], int]:
            some = await stores.voicemails.newest(VoicemailsWanted(**wanted), limit=9)
            return [one.voicemail_id for one in some.voicemails], some.unheard

        assert await found(class_name="complaint") == ([first], 1)
        assert await found(class_name="") == ([], 0)
        assert await found(heard=True) == ([second], 0)
        assert await found(heard=False) == ([third, first], 2)
        assert await found(assigned_to=ANN) == ([third], 1)
        assert await found(class_name="billing", heard=False) == ([third], 1)


async def test_who_hears_it_first_is_on_record_once(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        assert await stores.voicemails.heard(left.voicemail_id, by="sue", at=20.0)
        assert not await stores.voicemails.heard(left.voicemail_id, by="lea", at=30.0)
        kept = await stores.voicemails.get(left.voicemail_id)
        assert kept == replace(left, heard_by="sue", heard_at=20.0)
        assert (await stores.voicemails.newest(ANY, limit=9)).unheard == 0
        assert await stores.voicemails.left(said()) == kept  # told again by the switch


async def test_an_agent_of_the_tenant_sees_to_it_until_nobody_does(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        guest = AgentId("guest")  # nobody's user, so of the main tenant
        for agent in (ANN, BOB, guest, None):
            await stores.voicemails.assign(left.voicemail_id, agent, by="sue", at=20.0)
            kept = await stores.voicemails.get(left.voicemail_id)
            assert kept is not None
            assert kept.assigned_to == agent
        for stranger in (CLEO, DAN):
            with pytest.raises(NoSuch, match=rf"^agent: '{stranger}' does not exist"):
                await stores.voicemails.assign(left.voicemail_id, stranger, by="sue", at=20.0)
        subject = f"voicemail {left.voicemail_id}"
        assert await noted(stores) == [("sue", "voicemail_assign", subject)] * 4


async def test_what_it_is_about_is_a_word(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        for word in ("complaint", ""):
            await stores.voicemails.classify(left.voicemail_id, word)
            assert await stores.voicemails.get(left.voicemail_id) == replace(left, class_name=word)
        with pytest.raises(BadInput, match=r"^class: 'two words' is no class; use letters"):
            await stores.voicemails.classify(left.voicemail_id, "two words")


async def test_who_is_through_with_it_is_on_record_until_it_is_open_again(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        this, still = left.voicemail_id, VoicemailsWanted(done=False)
        assert await stores.voicemails.done(this, done=True, by="sue", at=20.0) is True
        assert await stores.voicemails.done(this, done=True, by="ann", at=21.0) is False
        after = await stores.voicemails.get(this)
        assert after == replace(left, done_by="sue", done_at=20.0)
        assert (await stores.voicemails.newest(still, limit=9)).voicemails == []
        done = await stores.voicemails.newest(VoicemailsWanted(done=True), limit=9)
        assert done.voicemails == [after]
        assert await stores.voicemails.done(this, done=False, by="ann", at=22.0) is True
        assert (await stores.voicemails.newest(still, limit=9)).voicemails == [left]
        subject = f"voicemail {this}"
        assert await noted(stores) == [
            ("sue", "voicemail_done", subject),
            ("ann", "voicemail_done", subject),
        ]
        with pytest.raises(NoSuch):
            await stores.voicemails.done(this + 1, done=True, by="sue", at=23.0)


async def test_boxes_with_something_that_nobody_has_heard_are_told(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        assert await stores.voicemails.waiting() == []
        first, second = [await stores.voicemails.left(said(0, at=float(i))) for i in range(2)]
        await stores.voicemails.left(said(1, at=5.0, queue=None))  # of the class billing
        assert await stores.voicemails.waiting() == [
            BoxWaiting(MAIN_TENANT, "billing", 1, 5.0),
            BoxWaiting(MAIN_TENANT, "help", 2, 0.0),
        ]
        await stores.voicemails.heard(first.voicemail_id, by="sue", at=20.0)
        assert BoxWaiting(MAIN_TENANT, "help", 1, 1.0) in await stores.voicemails.waiting()
        await stores.voicemails.done(second.voicemail_id, done=True, by="sue", at=21.0)
        assert [one.box for one in await stores.voicemails.waiting()] == ["billing"]


async def test_who_removes_it_is_told_the_file_and_is_noted(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        left = await stores.voicemails.left(said())
        file = await stores.voicemails.remove(left.voicemail_id, by="sue", at=20.0)
        assert file == left.file
        assert await stores.voicemails.get(left.voicemail_id) is None
        with pytest.raises(NoSuch):
            await stores.voicemails.remove(left.voicemail_id, by="sue", at=21.0)
        subject = f"voicemail {left.voicemail_id}"
        assert await noted(stores) == [("sue", "voicemail_remove", subject)]


async def test_a_legal_hold_keeps_it(kind: str, tmp_path: Path) -> None:
    async with offices(kind, tmp_path) as stores:
        held = await stores.voicemails.left(said(0))
        free = await stores.voicemails.left(said(1))
        await hold(stores, 0)
        with pytest.raises(WrongState, match="its number is under a legal hold; lift the hold"):
            await stores.voicemails.remove(held.voicemail_id, by="sue", at=20.0)
        assert await stores.voicemails.get(held.voicemail_id) == held
        await stores.voicemails.remove(free.voicemail_id, by="sue", at=20.0)


async def test_voicemails_of_another_tenant_are_neither_seen_nor_changed(
    kind: str, tmp_path: Path
) -> None:
    async with offices(kind, tmp_path) as stores:
        ours = await stores.voicemails.left(said())
        which = ours.voicemail_id
        mine = VoicemailsWanted(number=number(0))
        found = await stores.voicemails.newest(mine, limit=9, tenant_id=ACME)
        assert (list(found.voicemails), found.unheard) == ([], 0)
        assert await stores.voicemails.get(which, tenant_id=ACME) is None
        with pytest.raises(NoSuch):
            await stores.voicemails.heard(which, by="x", at=1.0, tenant_id=ACME)
        with pytest.raises(NoSuch):
            await stores.voicemails.assign(which, CLEO, by="x", at=1.0, tenant_id=ACME)
        with pytest.raises(NoSuch):
            await stores.voicemails.classify(which, "spam", tenant_id=ACME)
        with pytest.raises(NoSuch):
            await stores.voicemails.done(which, done=True, by="x", at=1.0, tenant_id=ACME)
        with pytest.raises(NoSuch):
            await stores.voicemails.remove(which, by="x", at=1.0, tenant_id=ACME)
        with pytest.raises(NoSuch, match=r"^queue: 'help' does not exist"):
            await stores.voicemails.left(replace(said(5), tenant_id=ACME))
        with pytest.raises(Taken, match=r"^file: 'vm-0-10.wav' is on record"):
            await stores.voicemails.left(replace(said(), tenant_id=ACME, queue=None))
        assert await stores.voicemails.get(which) == ours
        assert await noted(stores) == []
