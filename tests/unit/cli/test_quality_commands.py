"""The commands for scorecards, reviews, texts, voicemails, calls on record, as they are typed."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typed_commands import done, empty_node, node_with_leads, refused, typed

from dialer.adapters.sql.review_draws import Lots
from dialer.adapters.sql.stores import SqlStores, open_stores
from dialer.domain.call_record import CallRecord, Direction
from dialer.domain.disposition import DispositionSet, Said
from dialer.domain.ids import MAIN_TENANT, AgentId, AttemptId, new_attempt_id, new_call_id
from dialer.domain.lead import Attempt, AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.domain.verification import Verification, Verified
from dialer.domain.voicemail import Voicemail
from dialer.settings import load_settings

CARD = """\
- {code: greeting, text: "Says their name?", weight: 2, critical: true}
- {code: facts, text: "Knows the offer?"}
"""
MONDAY = 1_730_635_200.0


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = empty_node(tmp_path, monkeypatch)
    home.mkdir()
    return home


def work(home: Path, what: Callable[[SqlStores], Awaitable[Any]]) -> Any:
    """Do some work on the node's database."""

    async def opened() -> Any:
        async with open_stores(load_settings(home).database) as stores:
            return await what(stores)

    return asyncio.run(opened())


def scorecard(folder: Path, text: str = CARD) -> str:
    file = folder / "card.yaml"
    file.write_text(text)
    return str(file)


def test_a_scorecard_is_added_from_a_file_changed_listed_and_removed(
    home: Path, tmp_path: Path
) -> None:
    added = done("scorecards", "add", "manners", scorecard(tmp_path))
    assert added == "scorecard 'manners' added\n"
    assert done("scorecards", "list") == "manners\tgreeting 2 critical, facts 1\n"
    (card,) = json.loads(done("scorecards", "list", "--json"))
    assert card["questions"][1] == {
        "code": "facts",
        "text": "Knows the offer?",
        "weight": 1.0,
        "critical": False,
    }
    done("scorecards", "set", "manners", scorecard(tmp_path, "- {code: close, text: Says bye}\n"))
    assert done("scorecards", "list") == "manners\tclose 1\n"
    assert "0.text" in refused("scorecards", "add", "x", scorecard(tmp_path, "- {code: a}\n"))
    assert "cannot be read" in refused("scorecards", "add", "x", scorecard(tmp_path, "{"))
    assert "there are 0" in refused("scorecards", "add", "x", scorecard(tmp_path, "[]"))
    done("scorecards", "remove", "manners")
    assert done("scorecards", "list") == ""


def test_prompts_and_calling_hours_are_added_changed_listed_and_removed(home: Path) -> None:
    done("prompts", "add", "greeting", "en", "--file", "en/hello.wav", "--text", "Hello.")
    done("prompts", "set", "greeting", "en", "--file", "en/hello.wav", "--seconds", "1.5")
    assert done("prompts", "list") == "greeting\ten\ten/hello.wav\t1.5 s\t\n"
    assert done("prompts", "remove", "greeting", "en") == "prompt 'greeting' 'en' removed\n"
    assert "'greeting' 'en' does not exist" in refused("prompts", "remove", "greeting", "en")

    opens = ("--open", "mon-fri=09:00-12:00,13:00-17:00", "--open", "sat-sun=")
    done("calling-hours", "add", "office", *opens, "--closed-on", "DE")
    listed = done("calling-hours", "list")
    assert listed.startswith("office\tmon=09:00-12:00,13:00-17:00 tue=")
    assert listed.endswith("17:00\tDE\n")
    wrong = refused("calling-hours", "set", "office", "--open", "mon=9-5")
    assert wrong.startswith("outpace: week: ")
    assert "write mon-fri=" in refused("calling-hours", "set", "office", "--open", "mon")
    done("calling-hours", "remove", "office")


def test_texts_are_written_approved_read_and_withdrawn(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("A refund takes 3 days.\n", encoding="utf-8")
    said = done("articles", "add", "refunds", str(file))
    assert said == "version 1 of article 'refunds' added\n"
    assert "has no published version" in refused("articles", "show", "refunds")
    done("articles", "publish", "refunds", "1")
    assert done("articles", "show", "refunds") == "A refund takes 3 days.\n"
    assert done("articles", "search", "days", "refund") == "refunds\tA refund takes 3 days.\n"
    file.write_text("Hello {{ fist_name }}.\n[[ no end\n", encoding="utf-8")
    result = typed("scripts", "check", str(file), "--field", "first_name")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{file}:1: leads have no field 'fist_name'; did you mean first_name?",
        f"{file}:2: a lone [[; close the statement with ]]",
    ]
    done("scripts", "add", "spring", str(file))
    done("scripts", "publish", "spring", "1")
    (version,) = json.loads(done("scripts", "versions", "spring", "--json"))
    assert (version["version"], version["published"]) == (1, True)
    assert done("scripts", "list") == "spring\tnewest 1\tpublished 1\n"
    done("scripts", "withdraw", "spring")
    assert done("scripts", "list") == "spring\tnewest 1\tpublished -\n"
    assert "there is no script 'x'" in refused("scripts", "versions", "x")


def test_a_voicemail_is_listed_heard_assigned_saved_and_removed(home: Path, tmp_path: Path) -> None:
    async def leave(stores: SqlStores) -> int:
        left = Voicemail("+12025550100", "vm.wav", MONDAY, seconds=2.5)
        return (await stores.voicemails.left(left)).voicemail_id

    this = str(work(home, leave))
    sound = home / "asterisk" / "spool" / "monitor" / "voicemail" / "vm.wav"
    copy = tmp_path / "copy.wav"
    assert "is not there" in refused("voicemails", "save", this, str(copy))
    sound.parent.mkdir(parents=True)
    sound.write_bytes(b"RIFF")
    done("voicemails", "classify", this, "complaint")
    done("voicemails", "assign", this, "1001")
    listed = done("voicemails", "list", "--unheard", "--agent", "1001", "--class", "complaint")
    row = f"{this}\t2024-11-03T12:00:00Z\t+12025550100\tcomplaint\t2.5 s\t1001\tunheard"
    assert listed == f"{row}\n1 unheard\n"
    assert done("voicemails", "heard", this, "--by", "sue") == f"voicemail {this}: heard\n"
    assert done("voicemails", "heard", this) == f"voicemail {this}: heard before\n"
    assert done("voicemails", "done", this, "--by", "ann") == f"voicemail {this} is done\n"
    assert done("voicemails", "list", "--done").splitlines()[0].endswith("\tdone by ann")
    assert done("voicemails", "done", this, "--again") == f"voicemail {this} is open again\n"
    assert done("voicemails", "list", "--done") == "0 unheard\n"
    done("voicemails", "save", this, str(copy))
    assert copy.read_bytes() == b"RIFF"
    assert "voicemail_playback" in done("audit", "--action", "voicemail_playback")
    done("voicemails", "remove", this)
    assert not sound.exists()
    assert done("voicemails", "list") == "0 unheard\n"
    assert "does not exist" in refused("voicemails", "remove", this)


def test_calls_on_record_are_listed_and_shown_with_their_legs(home: Path) -> None:
    said = Verification(Verified.FAILED, "B")
    call = CallRecord(
        new_call_id(), Direction.IN, "+12025550100", MONDAY, "node", verification=said
    )
    leg = CallRecord(
        new_call_id(), Direction.OUT, "+12025550101", MONDAY + 9, "node", parent_id=call.call_id
    )

    async def ring(stores: SqlStores) -> None:
        for one in (call, leg):
            await stores.calls.begin(one)
        await stores.calls.ended(call.call_id, MONDAY + 20, Outcome.CONNECTED)

    work(home, ring)
    rows = json.loads(done("call-records", "list", "--json"))
    assert [row["call_id"] for row in rows] == [leg.call_id, call.call_id]
    came = done("call-records", "list", "--direction", "in", "--number", "+12025550100")
    assert came.startswith(f"{call.call_id}\tin\t+12025550100\t2024-11-03T12:00:00Z\t-\t")
    assert came.endswith("\tfailed B\n")
    assert done("call-records", "list", "--from", "2024-11-04") == ""
    shown = done("call-records", "show", call.call_id).splitlines()
    assert [line.split("\t")[0] for line in shown] == [call.call_id, leg.call_id]
    assert "'x' does not exist" in refused("call-records", "show", "x")


def test_a_talk_is_drawn_reviewed_and_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = node_with_leads(tmp_path, monkeypatch, "phone\n+12025550100\n")
    done("scorecards", "add", "manners", scorecard(tmp_path))
    attempt = work(home, _talked)
    due = ("reviews", "due", "--from", "2024-01-01")
    assert done(*due) == ""
    work(home, _goes_to_review)
    assert done(*due).split("\t")[0] == attempt
    assert done(*due, "--campaign", "none") == done("reviews", "due", "--from", "2040-01-01") == ""
    drawn = done("reviews", "draw", "--scorecard", "manners", "--by", "quinn")
    assert drawn.startswith(f"{attempt}\tspring\t1001\t")
    begun = json.loads(done("reviews", "begin", attempt, "--scorecard", "manners", "--json"))
    this = str(begun["review"])
    done("reviews", "discard", this)
    for by, facts in (("quinn", "facts=-"), ("rita", "facts=0.4")):
        begin = ("reviews", "begin", attempt, "--scorecard", "manners", "--by", by, "--json")
        this = str(json.loads(done(*begin))["review"])
        assert "is no" not in done("reviews", "answer", this, "greeting=1", facts, "--by", by)
    assert "it is rita's" in refused("reviews", "comment", this, "2", "x", "--by", "quinn")
    done("reviews", "comment", this, "2.5", "Says the name.", "--by", "rita")
    listed = done("reviews", "list", "--scorecard", "manners").splitlines()
    assert listed[0].endswith("\trita\t80 %\t1 comments")
    assert listed[-1] == "2 reviews, mean 90 %"
    compared = done("reviews", "compare", attempt, "--scorecard", "manners").splitlines()
    assert compared == [
        "quinn\t100 %",
        "rita\t80 %",
        "greeting\tapart 0 %\tquinn 100 %, rita 100 %",
        "facts\tapart 100 %\tquinn -, rita 40 %",
    ]
    assert "write greeting=1" in refused("reviews", "answer", this, "greeting", "--by", "rita")
    assert done("reviews", "draw", "--scorecard", "manners", "--by", "quinn") == ""
    again = done("reviews", "draw", "--scorecard", "manners", "--by", "sue", "--again")
    assert again.startswith(attempt)
    assert "'none' does not exist" in refused("reviews", "draw", "--scorecard", "none")


async def _goes_to_review(stores: SqlStores) -> None:
    """Let an agent say that it was a sale, and have all sales go to review."""
    (campaign,) = await stores.campaigns.list()
    before = campaign.settings.dispositions.dispositions
    codes = [one.model_copy(update={"review": one.code == "sale"}) for one in before]
    after = DispositionSet(dispositions=tuple(codes))
    settings = campaign.settings.model_copy(update={"dispositions": after})
    await stores.campaigns.set_settings(campaign.campaign_id, settings, by="mia", at=MONDAY)
    (talk,) = await stores.review_draws.draw(
        Lots(scorecard="manners", by="mia"), 1, tenant_id=MAIN_TENANT
    )
    said = Said(code="sale", amount=9.0)
    await stores.attempts.dispose(talk.attempt_id, said, at=MONDAY + 70)


async def _talked(stores: SqlStores) -> AttemptId:
    """Let an agent talk with the lead, and be recorded."""
    (campaign,) = await stores.campaigns.list()
    (lead,) = await stores.leads.lease(campaign.campaign_id, 1)
    attempt = Attempt(
        new_attempt_id(), lead.campaign_id, lead.lead_id, lead.number, "trunk", MONDAY
    )
    await stores.attempts.record_dialed([attempt])
    end = AttemptEnd(
        attempt.attempt_id,
        Outcome.CONNECTED,
        MONDAY + 60,
        answered_at=MONDAY + 5,
        connected_at=MONDAY + 6,
        talk_ended_at=MONDAY + 60,
        agent_id=AgentId("1001"),
        recording="x.wav",
    )
    await stores.attempts.record_ends([end])
    return attempt.attempt_id
