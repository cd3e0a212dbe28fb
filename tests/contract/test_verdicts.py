"""What every record of verdicts and labels promises."""

from pathlib import Path

import pytest
from durable_stores import KINDS, SPRING, Stores, audited, dial, durable, list_leads
from two_tenants import ACME, ROCKETS, settle_in

from dialer.domain.amd.labels import CallLabel, LabelCounts
from dialer.domain.amd.law import AmdDetector, Answerer, Verdict
from dialer.domain.ids import MAIN_TENANT, AttemptId, CampaignId
from dialer.domain.lead import AttemptEnd
from dialer.domain.outcome import Outcome
from dialer.errors import BadInput

pytestmark = pytest.mark.parametrize("kind", KINDS)
PERSON, MACHINE, UNSURE = Answerer.PERSON, Answerer.MACHINE, Answerer.UNSURE


async def heard(
    stores: Stores,
    index: int,
    answerer: Answerer,
    screened_s: float | None = None,
    *,
    campaign: CampaignId = SPRING,
    recording: str = "",
    detector: AmdDetector = AmdDetector.OWN,
) -> AttemptId:
    """Dial a lead, have detection say who answered, and let it be over."""
    await list_leads(stores, 1, campaign=campaign, start=index)
    (attempt,) = await dial(stores, campaign=campaign)
    verdict = Verdict(answerer, "beep", 3.0, screened_s, detector)
    await stores.verdicts.heard(attempt.attempt_id, verdict)
    end = AttemptEnd(
        attempt.attempt_id, Outcome.CONNECTED, 130.0, answered_at=110.0, recording=recording
    )
    await stores.attempts.record_ends([end])
    return attempt.attempt_id


def said(attempt_id: AttemptId, answer: Answerer, line: int = 2) -> CallLabel:
    return CallLabel(attempt_id, answer, f"line {line}")


async def test_labels_are_held_against_verdicts_and_counted_by_tenant(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await settle_in(stores)
        verdicts = stores.verdicts
        assert await verdicts.counts() == {}
        await heard(stores, 0, MACHINE)  # before the first label: not counted
        early = await heard(stores, 1, PERSON, 1.5)
        late = await heard(stores, 2, UNSURE, 1.6)
        await heard(stores, 3, MACHINE)
        taken = await heard(stores, 4, MACHINE)
        answering = await heard(stores, 5, MACHINE)
        theirs = await heard(stores, 6, PERSON, campaign=ROCKETS)
        labels = [said(early, PERSON), said(late, PERSON), said(taken, PERSON)]
        assert await verdicts.label(labels, "a.csv", by="sue", at=9.0) == 3
        again = [said(late, MACHINE), said(answering, MACHINE)]
        assert await verdicts.label(again, "b.csv", by="sue", at=10.0) == 1
        await verdicts.label([said(theirs, PERSON)], "c.csv", by="al", at=11.0, tenant_id=ACME)
        assert await verdicts.counts() == {
            MAIN_TENANT: LabelCounts(
                heard=5,
                released=3,
                labelled=4,
                labelled_released=2,
                persons=2,
                false_positives=1,
                in_time=1,
            ),
            ACME: LabelCounts(heard=1, labelled=1, persons=1),
        }
        noted = [row for row in await audited(stores) if row[2] == "amd_label"]
        assert noted[0] == (
            "sue",
            9.0,
            "amd_label",
            "a.csv",
            {"calls": 3, "persons": 3, "new": 3},
        )
        assert [row[3] for row in noted if row[0] == "sue"] == ["a.csv", "b.csv"]


async def test_labels_are_held_against_the_detector_that_heard_the_call(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        asterisk = AmdDetector.ASTERISK
        own = await heard(stores, 0, PERSON, 1.2)
        theirs = await heard(stores, 1, MACHINE, 1.4, detector=asterisk)
        await heard(stores, 2, MACHINE, detector=asterisk)
        last = await heard(stores, 3, PERSON)
        labels = [said(one, PERSON) for one in (own, theirs, last)]
        await stores.verdicts.label(labels, "a.csv", by="sue", at=9.0)
        assert await stores.verdicts.counts() == {
            MAIN_TENANT: LabelCounts(heard=2, labelled=2, persons=2, in_time=1)
        }
        assert await stores.verdicts.counts(asterisk) == {
            MAIN_TENANT: LabelCounts(
                heard=1,
                released=1,
                labelled=1,
                labelled_released=1,
                persons=1,
                false_positives=1,
                in_time=1,
            )
        }


async def test_a_label_of_a_call_that_was_not_heard_refuses_all_of_them(
    kind: str, tmp_path: Path
) -> None:
    async with durable(kind, tmp_path) as stores:
        await settle_in(stores)
        good = await heard(stores, 0, PERSON)
        theirs = await heard(stores, 1, PERSON, campaign=ROCKETS)
        await list_leads(stores, 1, start=2)
        (silent,) = await dial(stores)
        labels = [
            said(good, PERSON),
            said(theirs, PERSON, 3),
            said(silent.attempt_id, MACHINE, 4),
        ]
        with pytest.raises(BadInput, match=r"line 3: no verdict .*; line 4: no verdict"):
            await stores.verdicts.label(labels, "a.csv", by="sue", at=9.0)
        assert await stores.verdicts.counts() == {}
        assert [row for row in await audited(stores) if row[2] == "amd_label"] == []


async def test_the_first_verdict_of_a_call_holds(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        one = await heard(stores, 0, MACHINE)
        await stores.verdicts.heard(one, Verdict(PERSON, "short_greeting", 4.0))
        await stores.verdicts.label([said(one, PERSON)], "a.csv", by="sue", at=9.0)
        assert (await stores.verdicts.counts())[MAIN_TENANT].false_positives == 1


async def test_recorded_calls_are_drawn_until_they_are_labelled(kind: str, tmp_path: Path) -> None:
    async with durable(kind, tmp_path) as stores:
        await settle_in(stores)
        verdicts = stores.verdicts
        await heard(stores, 0, PERSON)  # not recorded
        kept = await heard(stores, 1, PERSON, recording="a.wav")
        released = await heard(stores, 2, MACHINE, recording="b.wav")
        await heard(stores, 3, PERSON, campaign=ROCKETS, recording="c.wav")
        drawn = {one.attempt_id: one for one in await verdicts.draw(10, since=0.0)}
        assert drawn.keys() == {kept, released}
        assert (drawn[kept].recording, drawn[kept].answered_at) == ("a.wav", 110.0)
        assert len(await verdicts.draw(1, since=0.0)) == 1
        assert await verdicts.draw(10, since=101.0) == []
        await verdicts.label([said(kept, PERSON)], "a.csv", by="sue", at=9.0)
        assert [one.attempt_id for one in await verdicts.draw(10, since=0.0)] == [released]
