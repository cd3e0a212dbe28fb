"""Events are on record exactly when what they tell is, and are held by one sender at a time."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select
from stored import AUTUMN, KINDS, SPRING, number, rows, run, stored, with_leads

from dialer.adapters.sql.do_not_call import SqlDoNotCall
from dialer.adapters.sql.outbox import SqlOutbox
from dialer.adapters.sql.outbox_steps import REFRESH_S, OutboxSteps
from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.adapters.sql.pruning import SqlPruning
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables.people import tenants
from dialer.adapters.sql.tables.webhooks import outbox, webhooks
from dialer.domain.campaign import CampaignState
from dialer.domain.disposition import Said
from dialer.domain.ids import AgentId, new_attempt_id, new_leg_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.domain.retention import DAY_S, Kind, Retention
from dialer.domain.voicemail import Voicemail
from dialer.domain.webhook import Event, Topic, Webhook
from dialer.domain.webhook_delivery import Fate, Verdict
from dialer.errors import BadInput

pytestmark = pytest.mark.parametrize("kind", KINDS)
ALL = tuple(Topic)


async def webhook(
    stores: SqlStores, name: str = "wh-1", *topics: Topic, tenant: str = "main"
) -> Webhook:
    made = Webhook(
        name, tenant, f"https://{name}.example/", topics or ALL, "ann", time.time(), secret="s"
    )
    await stores.webhooks.create(made, by="ann")
    return made


async def told(stores: SqlStores) -> list[tuple[str, str]]:
    """Return topic and subject of all rows, in order."""
    found = await rows(stores, select(outbox).order_by(outbox.c.id))
    return [(row.topic, row.subject) for row in found]


async def bodies(stores: SqlStores) -> list[dict[str, Any]]:
    found = await rows(stores, select(outbox.c.body).order_by(outbox.c.id))
    return [row.body for row in found]


async def dialed(stores: SqlStores, count: int = 1) -> list[Attempt]:
    await with_leads(stores, count)
    attempts = [
        Attempt(new_attempt_id(), one.campaign_id, one.lead_id, one.number, "trunk", 100.0)
        for one in await stores.leads.lease(SPRING, count)
    ]
    await stores.attempts.record_dialed(attempts)
    return attempts


async def other_tenant(stores: SqlStores, **settings: Any) -> None:
    row = {"id": "other", "name": "other", "created_at": 1.0, "settings": settings}
    await stores.writer.transact(
        lambda connection: connection.execute(insert(tenants), row) and None
    )


async def test_all_that_happens_in_a_call_is_told_in_its_order(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        (one,) = await dialed(stores)
        agent = AgentId("1001")
        await stores.attempts.mark_connected(one.attempt_id, agent, new_leg_id(), 103.0)
        await stores.attempts.record_ends(
            [
                AttemptEnd(
                    one.attempt_id,
                    Outcome.CONNECTED,
                    112.0,
                    answered_at=102.0,
                    talk_ended_at=111.5,
                    ended_by="customer",
                )
            ]
        )
        await stores.attempts.dispose(one.attempt_id, Said(code="sale", amount=30.0), at=120.0)
        lead = f"lead:{one.lead_id}"
        connected, ended, done, said = await bodies(stores)
        assert await told(stores) == [
            ("call.connected", lead),
            ("attempt.ended", lead),
            ("lead.done", lead),
            ("disposition.set", lead),
        ]
        assert connected["data"]["agent"] == "1001"
        assert (connected["at"], ended["at"], said["at"]) == (103.0, 112.0, 120.0)
        assert ended["data"] == {
            "attempt": one.attempt_id,
            "campaign": "spring",
            "lead": one.lead_id,
            "number": one.number,
            "outcome": "connected",
            "agent": "1001",
            "dialed_at": 100.0,
            "answered_at": 102.0,
            "connected_at": 103.0,
            "talk_s": 8.5,
            "ended_by": "customer",
        }
        assert said["data"]["disposition"] == "sale"
        assert (said["data"]["sale"], said["data"]["amount"]) == (True, 30.0)
        assert done["data"]["why"]


async def test_promises_and_do_not_call_entries_are_told(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores, "wh-1", Topic.CALLBACK_PROMISED, Topic.DO_NOT_CALL_ADDED)
        first, second = await dialed(stores, 2)
        ends = [
            AttemptEnd(one.attempt_id, Outcome.CONNECTED, 110.0, agent_id=AgentId("1001"))
            for one in (first, second)
        ]
        await stores.attempts.record_ends(ends)
        later = Said(code="callback", callback_at=9000.0)
        await stores.attempts.dispose(first.attempt_id, later, at=120.0)
        await stores.attempts.dispose(first.attempt_id, later, at=121.0)
        await stores.attempts.dispose(second.attempt_id, Said(code="do_not_call"), at=122.0)
        promise, entry = await bodies(stores)
        assert promise["topic"] == "callback.promised"
        assert promise["data"]["due_at"] == 9000.0
        assert (promise["data"]["agent"], promise["data"]["why"]) == ("1001", "callback")
        assert entry["data"]["number"] == second.number
        assert entry["data"]["scope"] == "tenant:main"
        await stores.attempts.add_do_not_call(second.number, source="key", at=130.0)
        await stores.attempts.add_do_not_call(second.number, source="key", at=131.0)
        assert len(await told(stores)) == 3  # everywhere is another scope; twice is one entry


async def test_a_list_of_numbers_is_told_once_each_with_the_leads_it_ends(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await other_tenant(stores)
        await webhook(stores, "wh-1", Topic.DO_NOT_CALL_ADDED, Topic.LEAD_DONE)
        await webhook(stores, "wh-2", Topic.DO_NOT_CALL_ADDED, tenant="other")
        await with_leads(stores, 2)
        entries = SqlDoNotCall(stores.writer, stores.reader)
        numbers = [number(0), number(1), number(7)]
        entered = await entries.add(numbers, source="registry", at=50.0)
        assert (entered.new, entered.leads) == (3, 2)
        again = await entries.add(numbers, source="registry", at=51.0)
        assert (again.new, again.leads) == (0, 0)
        found = await rows(stores, select(outbox).order_by(outbox.c.id))
        assert {row.webhook_id for row in found} == {"wh-1"}  # the other tenant never had them
        assert [row.topic for row in found] == ["do_not_call.added"] * 2 + ["lead.done"] * 2
        assert {row.body["data"]["number"] for row in found} == {number(0), number(1)}
        await entries.add([number(7)], scope="tenant:other", source="hand", at=52.0)
        (last,) = (await rows(stores, select(outbox).order_by(outbox.c.id)))[4:]
        assert (last.webhook_id, last.body["tenant"]) == ("wh-2", "other")


async def test_a_campaign_tells_its_state(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        await stores.campaigns.set_state(SPRING, CampaignState.RUNNING)
        await asyncio.gather(
            stores.campaigns.set_state(SPRING, CampaignState.PAUSED),
            stores.campaigns.set_state(AUTUMN, CampaignState.RUNNING),
        )
        with pytest.raises(BadInput):
            await stores.campaigns.set_state("none", CampaignState.RUNNING)  # type: ignore[arg-type]
        assert [(one["subject"], one["data"]["state"]) for one in await bodies(stores)] == [
            ("campaign:spring", "running"),
            ("campaign:spring", "paused"),
            ("campaign:autumn", "running"),
        ]


async def test_what_is_rolled_back_was_never_told(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        steps = OutboxSteps()

        def fails(connection: Connection) -> None:
            steps.tell(connection, [Event(Topic.LEAD_DONE, "main", "lead:1", 1.0)])
            assert connection.execute(select(outbox.c.id)).all()
            raise BadInput("lead", "is refused", "try another")

        with pytest.raises(BadInput):
            await stores.writer.transact(fails)
        (one,) = await dialed(stores)
        with pytest.raises(BadInput):
            await stores.attempts.dispose(one.attempt_id, Said(code="unheard_of"), at=1.0)
        assert await told(stores) == []


async def test_without_webhooks_an_end_asks_nothing_of_the_outbox(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        attempts = await dialed(stores, 3)
        asked: list[str] = []
        engine = await stores.writer.transact(lambda connection: connection.engine)
        event.listen(
            engine, "before_cursor_execute", lambda *found: asked.append(str(found[2]).lower())
        )
        for one in attempts:
            await stores.attempts.record_ends([AttemptEnd(one.attempt_id, Outcome.BUSY, 101.0)])
        assert any("attempts" in statement for statement in asked)
        assert sum("webhooks" in statement for statement in asked) <= 1  # once in five seconds
        assert not any("outbox" in statement for statement in asked)


async def test_ends_of_a_group_are_one_statement(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores, "wh-1", Topic.ATTEMPT_ENDED)
        await webhook(stores, "wh-2", Topic.ATTEMPT_ENDED)
        attempts = await dialed(stores, 20)
        many: list[bool] = []

        def look(*found: Any) -> None:
            if "into outbox" in str(found[2]).lower():
                many.append(bool(found[5]))

        engine = await stores.writer.transact(lambda connection: connection.engine)
        event.listen(engine, "before_cursor_execute", look)
        ends = [AttemptEnd(one.attempt_id, Outcome.BUSY, 101.0) for one in attempts]
        await stores.attempts.record_ends([*ends, ends[0]])
        assert many == [True]
        assert len(await told(stores)) == 40
        await stores.attempts.record_ends(ends)
        assert len(await told(stores)) == 40  # a second end is ignored
        ids = {(row.webhook_id, row.event_id) for row in await rows(stores, select(outbox))}
        assert len(ids) == 40
        assert len({event_id for _, event_id in ids}) == 20


async def test_a_webhook_of_another_process_is_noticed_after_a_while(
    kind: str, tmp_path: Path
) -> None:
    now = [1000.0]
    async with stored(kind, tmp_path) as stores:
        steps = OutboxSteps(now=lambda: now[0])
        happened = Event(Topic.LEAD_DONE, "main", "lead:1", 1.0)

        async def happens() -> int:
            await stores.writer.transact(lambda connection: steps.tell(connection, [happened]))
            return len(await told(stores))

        assert await happens() == 0
        await webhook(stores)
        assert await happens() == 0
        now[0] += REFRESH_S
        assert await happens() == 1
        await stores.webhooks.remove("main", "wh-1", by="ann", at=5.0)
        assert await happens() == 1  # it was forgotten with all its rows, and nothing breaks
        now[0] += REFRESH_S
        await run(stores, outbox.delete())
        assert await happens() == 0


async def test_a_tenant_may_have_numbers_masked(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await other_tenant(stores, webhooks={"numbers": "masked"})
        await webhook(stores, "wh-2", tenant="other")
        steps = OutboxSteps()
        done = Event(Topic.LEAD_DONE, "other", "lead:1", 1.0, number=number(3))
        await stores.writer.transact(lambda connection: steps.tell(connection, [done]))
        (body,) = await bodies(stores)
        assert body["data"]["number"] == "+12*******03"


async def test_an_erased_number_is_in_no_event(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        (one,) = await dialed(stores)
        await stores.attempts.record_ends([AttemptEnd(one.attempt_id, Outcome.BUSY, 101.0)])
        privacy = SqlPrivacy(stores.writer, stores.reader, b"k" * 32)
        await privacy.erase(one.number, by="ann", reason="letter", at=200.0)
        text = str(await rows(stores, select(outbox)))
        assert one.number.removeprefix("+") not in text
        assert "attempt.ended" in text


async def filled(stores: SqlStores, *subjects: str) -> None:
    steps = OutboxSteps()
    events = [Event(Topic.LEAD_DONE, "main", subject, 1.0) for subject in subjects]
    await stores.writer.transact(lambda connection: steps.tell(connection, events))


async def taken(box: SqlOutbox, who: str, now: float, most: int = 10) -> list[str]:
    found = await box.take("wh-1", most, holder=who, now=now, until=now + 30)
    return [one.subject for one in found]


async def test_two_senders_never_hold_one_event_nor_one_subject(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        await filled(stores, *(f"lead:{number % 40}" for number in range(120)))
        now = time.time() + 1
        box = stores.outbox
        tries = [taken(box, f"s{who}", now, most=3) for who in range(20)]
        held = [subject for found in await asyncio.gather(*tries) for subject in found]
        held += [subject for _ in range(20) for subject in await taken(box, "s0", now, most=3)]
        assert sorted(held) == sorted(f"lead:{number}" for number in range(40))
        assert await taken(box, "late", now + 29) == []
        assert len(await taken(box, "late", now + 31, most=100)) == 40  # who held them is dead


async def test_the_next_of_a_subject_waits_for_the_end_of_the_first(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        await filled(stores, "a", "a", "b")
        now, box = time.time() + 1, stores.outbox
        first, other = await box.take("wh-1", 9, holder="s", now=now, until=now + 30)
        again = Verdict(Fate.AGAIN, now + 2, "answered 500")
        await box.settle(first, again, holder="s", now=now)
        await box.settle(other, Verdict(Fate.DELIVERED, now), holder="s", now=now)
        assert await taken(box, "s", now + 1) == []
        (same,) = await box.take("wh-1", 9, holder="s", now=now + 2, until=now + 30)
        assert (same.row_id, same.tries) == (first.row_id, 1)
        await box.settle(same, again, holder="another", now=now)  # it holds nothing
        await box.settle(same, Verdict(Fate.DEAD, now, "given up"), holder="s", now=now + 3)
        (second,) = await box.take("wh-1", 9, holder="s", now=now + 3, until=now + 30)
        assert second.row_id > first.row_id
        (letter,) = await box.dead_letters("wh-1")
        assert (letter.tries, letter.problem) == (2, "given up")


async def test_a_dead_letter_is_told_after_all_but_never_beside_its_subject(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        made = await webhook(stores)
        await filled(stores, "a", "a", "b")
        now, box = time.time() + 1, stores.outbox
        for one in await box.take("wh-1", 9, holder="s", now=now, until=now + 30):
            await box.settle(one, Verdict(Fate.DEAD, now, "given up"), holder="s", now=now)
        (second,) = await box.take("wh-1", 9, holder="s", now=now, until=now + 30)
        letters = await box.dead_letters("wh-1")
        assert [one.subject for one in letters] == ["a", "b"]
        assert await box.retry(made, ["ev-none"], by="ann", at=now) == 0
        assert await box.retry(made, [letters[0].event_id], by="ann", at=now) == 1
        assert await taken(box, "t", now) == []  # the second one is on its way
        await box.settle(second, Verdict(Fate.DELIVERED, now), holder="s", now=now)
        assert await taken(box, "t", now) == ["a"]
        assert await box.retry(made, None, by="ann", at=now) == 1
        noted = [row.action async for row in stores.audit.read(action="webhook_retry")]
        assert len(noted) == 2


async def test_a_webhook_that_is_gone_or_removed_is_told_nothing_more(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        await webhook(stores, "wh-2")
        await filled(stores, "a", "b")
        await stores.outbox.close_webhook("wh-1", "answered 410", now=5.0)
        assert [one.webhook_id for one in await stores.outbox.active()] == ["wh-2"]
        shown = await stores.webhooks.get("main", "wh-1")
        assert shown is not None
        assert (shown.active, shown.why) == (False, "answered 410")
        assert len(await stores.outbox.dead_letters("wh-1")) == 2
        assert await stores.webhooks.remove("other", "wh-2", by="ann", at=6.0) is False
        assert await stores.webhooks.remove("main", "wh-2", by="ann", at=6.0)
        assert await stores.webhooks.remove("main", "wh-2", by="ann", at=6.0) is False
        assert await stores.webhooks.get("main", "wh-2") is None
        (row,) = await rows(stores, select(webhooks).where(webhooks.c.id == "wh-2"))
        assert (row.url, row.secret) == ("", "")
        assert {row.webhook_id for row in await rows(stores, select(outbox))} == {"wh-1"}


async def test_what_was_told_goes_after_seven_days_and_what_was_not_stays(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        await filled(stores, "a", "b", "c")
        now, box = time.time() + 1, stores.outbox
        told_of, given_up, _ = await box.take("wh-1", 9, holder="s", now=now, until=now + 30)
        await box.settle(told_of, Verdict(Fate.DELIVERED, now), holder="s", now=now)
        await box.settle(given_up, Verdict(Fate.DEAD, now), holder="s", now=now)
        pruning = SqlPruning(stores.writer, stores.reader, tmp_path)
        keeps = {"main": Retention()}
        young = await pruning.prune(keeps, now=now + 6 * DAY_S)
        assert young.rows[Kind.WEBHOOK_EVENTS] == 0
        old = await pruning.prune(keeps, now=now + 8 * DAY_S)
        assert old.rows[Kind.WEBHOOK_EVENTS] == 1
        assert [subject for _, subject in await told(stores)] == ["b", "c"]


async def test_what_becomes_of_a_voicemail_is_told_with_it(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await webhook(stores)
        left = await stores.voicemails.left(
            Voicemail("+12025550123", "ca-1.wav", 100.0, seconds=3.5, class_name="billing")
        )
        this = left.voicemail_id
        assert await stores.voicemails.left(left_again(left)) == left  # of a file once
        await stores.voicemails.assign(this, None, by="sue", at=101.0)
        await stores.voicemails.done(this, done=True, by="sue", at=102.0)
        await stores.voicemails.done(this, done=True, by="sue", at=103.0)
        subject = f"voicemail:{this}"
        topics = ("voicemail.left", "voicemail.assigned", "voicemail.done")
        assert await told(stores) == [(topic, subject) for topic in topics]
        first, _, last = [body["data"] for body in await bodies(stores)]
        assert first == {
            "voicemail": this,
            "queue": None,
            "class": "billing",
            "seconds": 3.5,
            "left_at": 100.0,
            "agent": None,
            "by": "",
            "number": "+12025550123",
        }
        assert last["by"] == "sue"


def left_again(one: Voicemail) -> Voicemail:
    return replace(one, voicemail_id=0)
