"""What is known of a person, and that nothing of it is left when it is erased."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, insert, select, update
from stored import AUTUMN, KINDS, SPRING, number, rows, run, states, stored, with_leads, with_people

from dialer.adapters.sql.audit import SqlAudit
from dialer.adapters.sql.consents import SqlConsents
from dialer.adapters.sql.do_not_call import SqlDoNotCall
from dialer.adapters.sql.known import known_of
from dialer.adapters.sql.privacy import SqlPrivacy
from dialer.adapters.sql.stores import SqlStores
from dialer.adapters.sql.tables import attempts as calling
from dialer.adapters.sql.tables import content, law, metadata
from dialer.adapters.sql.tables import leads as listed
from dialer.adapters.sql.tables.campaigns import caller_ids
from dialer.domain.amd.law import Answerer, Verdict
from dialer.domain.call_record import CallRecord, CallsWanted, Direction
from dialer.domain.calling_rules.rule import Consent
from dialer.domain.consent import ConsentGiven
from dialer.domain.ids import new_attempt_id, new_call_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.message import Message
from dialer.domain.outcome import Outcome
from dialer.domain.review import Comment, Review
from dialer.domain.scorecard import Question, Scorecard
from dialer.domain.voicemail import Voicemail
from dialer.errors import BadInput

KEY = b"k" * 32
GONE, OTHER = number(0), number(1)
both_kinds = pytest.mark.parametrize("kind", KINDS)


def privacy(stores: SqlStores, key: bytes = KEY) -> SqlPrivacy:
    return SqlPrivacy(stores.writer, stores.reader, key)


def audit(stores: SqlStores) -> SqlAudit:
    return SqlAudit(stores.writer, stores.reader)


async def tables_naming(stores: SqlStores, wanted: str) -> set[str]:
    """Scan every column of every table for the digits of a number."""
    found = set()
    for table in metadata.sorted_tables:
        for row in await rows(stores, select(table)):
            text = json.dumps([str(value) for value in row])
            if wanted.removeprefix("+") in text:
                found.add(table.name)
    return found


async def add(stores: SqlStores, table: Table, **values: object) -> None:
    await run(stores, insert(table).values(values))


async def dialed(stores: SqlStores, *, ended: bool = True) -> Attempt:
    """Dial the next lead."""
    (lead,) = await stores.leads.lease(SPRING, 1)
    attempt = Attempt(new_attempt_id(), SPRING, lead.lead_id, lead.number, "trunk", 100.0)
    await stores.attempts.record_dialed([attempt])
    if ended:
        file = f"{attempt.attempt_id}.wav"
        end = AttemptEnd(attempt.attempt_id, Outcome.CONNECTED, 130.0, recording=file)
        await stores.attempts.record_ends([end])
    return attempt


async def with_traces(stores: SqlStores) -> Attempt:
    """Leave traces of a number wherever it can leave some."""
    await with_people(stores, ann=None)
    await with_leads(stores, 2)
    await with_leads(stores, 1, campaign=AUTUMN)
    attempt = await dialed(stores)
    named = {"campaign_id": SPRING, "lead_id": attempt.lead_id, "number": GONE}
    await add(stores, listed.callbacks, **named, due_at=9.0, state="promised", since=1.0, note="Bo")
    await add(stores, calling.refusals, **named, at=5.0, reasons=[f"{GONE} is resting"])
    call = CallRecord(new_call_id(), Direction.IN, GONE, 1.0, "east")
    await stores.calls.begin(call)
    await stores.calls.ended(call.call_id, 2.0, Outcome.CONNECTED)
    await add(stores, calling.recordings, call_id=call.call_id, file="in-1.wav", began_at=1.0)
    await stores.voicemails.left(Voicemail(GONE, "vm-1.wav", 3.0))
    card = Scorecard("manners", (Question("greeting", "says the name"),))
    await stores.scorecards.add(card, by="sue", at=1.0)
    review = Review(
        attempt.attempt_id,
        "manners",
        "quinn",
        4.0,
        {"greeting": 0.75},
        note="Bo was cross",
        comments=(Comment(1.0, f"Bo says {GONE}", 4.0),),
    )
    await stores.reviews.add(review)
    await stores.verdicts.heard(attempt.attempt_id, Verdict(Answerer.MACHINE, "beep", 5.0))
    body = f"call {GONE.removeprefix('+')} again"
    await stores.messages.send(Message("sue", "*", body, 1.0))
    other_lead = update(listed.leads).where(listed.leads.c.id == 2)
    await run(stores, other_lead.values(attributes={"wife": GONE, "name": "n1"}))
    consent = ConsentGiven(GONE, Consent.EXPRESS, "form 7", 1.0)
    await SqlConsents(stores.writer, stores.reader).add([consent], by="sue", at=1.0)
    entries = SqlDoNotCall(stores.writer, stores.reader)
    await entries.add([GONE, OTHER], scope="campaign:autumn", source="key", at=2.0, by="sue")
    await audit(stores).note(
        by="sue", action="reveal", subject=GONE, detail={"shown": [GONE]}, at=3.0
    )
    return attempt


@both_kinds
async def test_an_erased_number_is_nowhere_and_what_must_be_kept_is_kept(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        attempt = await with_traces(stores)
        before = await tables_naming(stores, GONE)
        assert before >= {"leads", "attempts", "calls", "refusals", "messages", "audit_log"}
        assert before >= {"voicemails", "reviews"}
        erased = await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        assert await tables_naming(stores, GONE) == set()
        assert await tables_naming(stores, OTHER) != set()
        assert erased.files == (f"{attempt.attempt_id}.wav", "in-1.wav", "voicemail/vm-1.wav")
        (kept,) = await rows(stores, select(calling.attempts))
        assert (kept.number, kept.outcome, kept.dialed_at, kept.ended_at, kept.recording) == (
            erased.stand_in,
            "connected",
            100.0,
            130.0,
            "",
        )
        assert await states(stores) == [("done", None), ("ready", None), ("done", None)]
        found = await rows(stores, select(listed.leads).order_by(listed.leads.c.id))
        assert [row.attributes for row in found] == [
            {},
            {"wife": erased.stand_in, "name": "n1"},
            {},
        ]
        assert [row.state for row in await rows(stores, select(listed.callbacks))] == ["cancelled"]
        marked = await rows(stores, select(calling.recordings.c.deleted_at))
        assert [row.deleted_at for row in marked] == [200.0, 200.0]
        assert await rows(stores, select(law.consents)) == []
        assert await rows(stores, select(content.voicemails)) == []
        (review,) = (await stores.reviews.of_attempt(attempt.attempt_id)).reviews
        assert (review.score, review.answers) == (0.75, {"greeting": 0.75})
        assert (review.note, review.comments) == ("", ())
        (call,) = await stores.calls.newest(CallsWanted(number=erased.stand_in), limit=9)
        assert (call.began_at, call.ended_at) == (1.0, 2.0)
        (message,) = await stores.messages.sent(limit=9)
        assert message.body == f"call {erased.stand_in} again"
        entries = await rows(stores, select(law.do_not_call).order_by(law.do_not_call.c.scope))
        assert {(row.number, row.scope) for row in entries} == {
            (erased.stand_in, "*"),
            (erased.stand_in, "campaign:autumn"),
            (OTHER, "campaign:autumn"),
        }
        noted = [row async for row in audit(stores).read(subject=erased.stand_in)]
        assert [row.action for row in noted] == ["consent_add", "reveal", "erase"]
        assert noted[-1].detail["reason"] == "letter"


@both_kinds
async def test_an_erased_number_is_known_again_by_its_digest_only(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        asked = [number(index) for index in range(1_200)]
        assert await privacy(stores).suppressed(asked) == set()
        await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        assert await privacy(stores).suppressed(asked) == {GONE}
        with pytest.raises(BadInput, match="not the one that numbers of this database"):
            await privacy(stores, b"x" * 32).suppressed(asked)
        with pytest.raises(BadInput, match="restore it from a backup"):
            await privacy(stores, b"x" * 32).erase(OTHER, by="sue", reason="letter", at=200.0)


@both_kinds
async def test_erasing_again_names_the_files_again_and_changes_nothing(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_traces(stores)
        first = await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        kept = [
            await rows(stores, select(table))
            for table in metadata.sorted_tables
            if table.name != "audit_log"
        ]
        again = await privacy(stores).erase(GONE, by="sue", reason="letter", at=300.0)
        assert (again.stand_in, again.files, again.leads) == (first.stand_in, first.files, 0)
        assert kept == [
            await rows(stores, select(table))
            for table in metadata.sorted_tables
            if table.name != "audit_log"
        ]


@both_kinds
async def test_a_legal_hold_forbids_it_until_it_is_lifted(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        for held in (True, False):
            assert await privacy(stores).hold(GONE, by="lea", reason="case 12", at=0.0) is held
        with pytest.raises(BadInput) as refused:
            await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        assert str(refused.value) == (
            "privacy: lea has put it under a legal hold on 1970-01-01T00:00:00Z: case 12; "
            "lift the hold first"
        )
        assert await states(stores) == [("ready", None)]
        assert await privacy(stores).lift(GONE, by="lea", at=5.0) == 1
        assert await privacy(stores).lift(GONE, by="lea", at=5.0) == 0
        await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        assert await tables_naming(stores, GONE) == set()
        noted = [row.action async for row in audit(stores).read()]
        assert noted == ["hold", "lift", "erase"]


@both_kinds
async def test_a_number_in_a_call_is_refused_and_nothing_is_changed(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        await dialed(stores, ended=False)
        with pytest.raises(BadInput, match="a call with it is going on; try again after the call"):
            await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
        assert await states(stores) == [("dialing", None)]
        assert await privacy(stores).suppressed([GONE]) == set()
        assert [row async for row in audit(stores).read()] == []


@both_kinds
async def test_a_caller_id_of_ours_is_not_erased(kind: str, tmp_path: Path) -> None:
    async with stored(kind, tmp_path) as stores:
        await add(stores, caller_ids, tenant_id="main", number=GONE)
        with pytest.raises(BadInput, match="it is a caller id of ours"):
            await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)


@both_kinds
async def test_other_numbers_of_an_erased_lead_are_erased_with_it(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        await with_leads(stores, 1)
        (place,) = await rows(stores, select(listed.leads.c.place_id))
        for position, own in enumerate((GONE, OTHER)):
            await add(
                stores,
                listed.lead_numbers,
                lead_id=1,
                position=position,
                number=own,
                place_id=place.place_id,
            )
        await dialed(stores)
        await privacy(stores).erase(OTHER, by="sue", reason="letter", at=200.0)
        assert await tables_naming(stores, OTHER) == set()
        assert await tables_naming(stores, GONE) == set()
        assert await privacy(stores).suppressed([GONE, OTHER]) == {OTHER}


@both_kinds
async def test_a_copy_holds_all_that_is_known_of_a_number_and_nothing_of_others(
    kind: str, tmp_path: Path
) -> None:
    async with stored(kind, tmp_path) as stores:
        attempt = await with_traces(stores)
        await privacy(stores).note_export(GONE, by="sue", at=4.0, file="copy.json")
        known = await known_of(stores.reader, GONE, privacy(stores).stand_in(GONE))
        counts = {kind: len(found) for kind, found in known.items() if isinstance(found, list)}
        assert counts == {
            "leads": 2,
            "numbers": 0,
            "attempts": 1,
            "refusals": 1,
            "calls": 1,
            "recordings": 2,
            "verdicts": 1,
            "reviews": 1,
            "callbacks": 1,
            "consents": 1,
            "do_not_call": 1,
            "voicemails": 1,
            "legal_holds": 0,
            "audit": 4,
        }
        text = json.dumps(known)
        assert f"{attempt.attempt_id}.wav" in text
        assert '"name": "n0"' in text
        assert known["attempts"][0]["dialed_at"] == "1970-01-01T00:01:40Z"
        assert {lead["campaign"] for lead in known["leads"]} == {"spring", "autumn"}


async def test_an_erased_number_is_not_in_the_bytes_of_the_file_either(tmp_path: Path) -> None:
    async with stored("sqlite", tmp_path) as stores:
        await with_traces(stores)
        await privacy(stores).erase(GONE, by="sue", reason="letter", at=200.0)
    with sqlite3.connect(tmp_path / "outpace.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert GONE.removeprefix("+").encode() not in (tmp_path / "outpace.db").read_bytes()


PLACES = ("lead", "attributes", "attempt", "refusal", "call", "voicemail", "message", "audit", "do")


@pytest.mark.soak
@both_kinds
@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    places=st.lists(st.tuples(st.sampled_from(PLACES), st.integers(0, 3)), max_size=12),
    erased=st.sets(st.integers(0, 3), max_size=3),
)
def test_erased_numbers_are_nowhere_wherever_they_were(
    kind: str,
    tmp_path_factory: pytest.TempPathFactory,
    places: list[tuple[str, int]],
    erased: set[int],
) -> None:
    async def play() -> None:
        async with stored(kind, tmp_path_factory.mktemp("privacy")) as stores:
            await with_leads(stores, 4)
            for index, (place, whose) in enumerate(places):
                await _put(stores, place, number(whose), index)
            for whose in sorted(erased):
                await privacy(stores).erase(number(whose), by="s", reason="", at=500.0)
            for whose in range(4):
                found = await tables_naming(stores, number(whose))
                assert (found == set()) is (whose in erased)
            asked = [number(whose) for whose in range(4)]
            gone = await privacy(stores).suppressed(asked)
            assert gone == {number(whose) for whose in erased}

    asyncio.run(play())


async def _put(stores: SqlStores, place: str, whose: str, index: int) -> None:
    """Write a number somewhere."""
    if place == "lead":
        await with_leads(stores, 1, campaign=AUTUMN, start=int(whose[-4:]))
    elif place == "attributes":
        change = update(listed.leads).where(listed.leads.c.id == 1 + index % 4)
        await run(stores, change.values(attributes={whose: [f"or {whose}", {"x": whose}]}))
    elif place == "attempt":
        if await stores.leads.remaining(SPRING):
            await dialed(stores)
    elif place == "refusal":
        row = {"campaign_id": SPRING, "lead_id": 1 + index % 4, "number": whose, "at": 1.0}
        await add(stores, calling.refusals, **row)
    elif place == "call":
        call = CallRecord(new_call_id(), Direction.IN, whose, 1.0, "east")
        await stores.calls.begin(call)
        await stores.calls.ended(call.call_id, 2.0, Outcome.NO_ANSWER)
    elif place == "voicemail":
        await stores.voicemails.left(Voicemail(whose, f"vm-{index}.wav", 1.0))
    elif place == "message":
        await stores.messages.send(Message("a", "*", f"{whose},{whose}", 1.0))
    elif place == "audit":
        await audit(stores).note(
            by="a", action="reveal", subject=whose, detail={"n": whose}, at=1.0
        )
    else:
        entries = SqlDoNotCall(stores.writer, stores.reader)
        await entries.add([whose], source=f"asked from {whose}", at=1.0, scope="tenant:main")
